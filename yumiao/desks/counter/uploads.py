"""Files that come with a form: laid in a folder of their own, looked at, kept as a batch, and the folder is gone again."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from yumiao.base.access.declare import Actor, Purpose
from yumiao.base.calendar.queries import today
from yumiao.base.people.declare import INVENTED, OFFICIAL
from yumiao.calc.feeds import check
from yumiao.desks.house import law
from yumiao.engines.exchange.declare import Received
from yumiao.engines.exchange.service import receive
from yumiao.lib.clear_folder import clear_folder
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.spreadsheets.guard import sort_of

FILES = 20
AT_ONCE = 4_000_000
"""Bytes that are read through while the sender waits, so that a bad file is refused on the spot; more is left to the worker."""


def took(by: Actor, department: str, files: Sequence[UploadedFile], purpose: Purpose | None) -> Received:
    """Keeps the files as a batch that a worker is asked to take in. Raises BadInput, with nothing kept, and NotAllowed."""
    _fit(files, purpose)
    feeds = law.feeds()
    contracts = feeds.of(department)
    with clear_folder() as folder:
        paths = [_laid(one, folder) for one in files]
        try:
            if sum(path.stat().st_size for path in paths) <= AT_ONCE:
                check(feeds, contracts, paths, today())
            else:
                for path in paths:
                    sort_of(path)
            return receive(
                by=by, department=department, files=paths, plan=settings.PLAN, today=today(), purpose=str(purpose),
                trust=INVENTED if settings.DEMO else OFFICIAL, ask=True,
            )  # fmt: skip
        except BadInput as error:
            for trouble in error.troubles:
                trouble.where = trouble.where.replace(f"{folder}/", "")
            raise


def _fit(files: Sequence[UploadedFile], purpose: Purpose | None) -> None:
    size, most = sum(one.size or 0 for one in files), settings.UPLOAD_BYTES
    if not files:
        remedy = "选一个或几个文件", "choose one or several files"
        raise BadInput(Trouble("no_file", "files", ("没有选文件", "no file was chosen"), remedy=remedy))
    if purpose is None:
        remedy = "先选用途", "choose a purpose first"
        raise BadInput(Trouble("purpose", "purpose", ("没有选用途", "no purpose was chosen"), remedy=remedy))
    if len(files) > FILES or size > most:
        raise BadInput(Trouble(
            "too_large", "files", (f"{len(files)} 个文件，{size:,} 字节", f"{len(files)} files, {size:,} bytes"),
            (f"一次最多 {FILES} 个、共 {most:,} 字节", f"at most {FILES} files and {most:,} bytes together"),
            ("分几次交，或用命令 yumiao feeds load", "send them in several batches, or use the command yumiao feeds load"),
        ))  # fmt: skip


def _laid(one: UploadedFile, folder: Path) -> Path:
    path = folder / Path(one.name or "").name
    if path.name in ("", ".", "..") or path.exists() or len(path.name.encode()) > 200:
        raise BadInput(Trouble("file_names", "files", ("文件名重复或太长", "names of files are the same or too long")))
    with path.open("xb") as out:
        for block in one.chunks():
            out.write(block)
    return path
