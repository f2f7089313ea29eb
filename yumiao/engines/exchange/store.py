"""The original files: sealed block by block as they came, and opened again into a folder that only this process reads."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from yumiao.base.access.codec import seal_bytes, unseal_bytes
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.paths import unreadable

from .models import Batch, FileBlock, OriginalFile

BLOCK = 1 << 20
TEMPORARY = re.compile(r"[^\s:：]*/yumiao-[\w-]+/")
"""Folders in which files are looked at; nobody is shown their names."""


def digest_of(files: Iterable[Path]) -> tuple[str, dict[Path, str]]:
    """The hash of what these files hold together, and of each. Raises BadInput for one that cannot be read."""
    each = {}
    for path in files:
        try:
            with path.open("rb") as raw:
                each[path] = hashlib.file_digest(raw, "sha256").hexdigest()
        except OSError as error:
            raise unreadable(path, error) from None
    return hashlib.sha256("\n".join(sorted(each.values())).encode()).hexdigest(), each


def keep(batch: Batch, hashes: dict[Path, str]) -> None:
    """Seals the files into the store. Raises BadInput where a file changed since it was hashed."""
    for path, sha256 in hashes.items():
        one = OriginalFile.objects.create(batch=batch, name=path.name, sha256=sha256, size=path.stat().st_size)
        seen, blocks = hashlib.sha256(), []
        with path.open("rb") as raw:
            for place, block in enumerate(iter(lambda: raw.read(BLOCK), b"")):
                seen.update(block)
                blocks.append(FileBlock(file=one, place=place, cell=seal_bytes(f"file:{one.pk}:{place}", block)))
                if len(blocks) == 16:
                    FileBlock.objects.bulk_create(blocks)
                    blocks = []
        FileBlock.objects.bulk_create(blocks)
        if seen.hexdigest() != sha256:
            raise BadInput(Trouble("file_changed", path.name, ("读的时候文件变了", "the file changed while it was read"),
                                   remedy=("等文件写完再读", "read it when it is written")))  # fmt: skip


def open_into(batch: Batch, folder: Path) -> list[Path]:
    """Writes the originals into `folder` under their names, in the order in which they came."""
    out = []
    for one in batch.files.order_by("pk"):
        path = folder / one.name
        with path.open("xb") as raw:
            for place, cell in one.blocks.order_by("place").values_list("place", "cell").iterator(chunk_size=8):
                raw.write(unseal_bytes(f"file:{one.pk}:{place}", cell))
        out.append(path)
    return out
