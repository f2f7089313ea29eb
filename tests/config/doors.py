"""Hostile files at every door, in a process of its own: `python doors.py FOLDER`, with `good.csv` first.

Prints JSON: for each door and file what was answered (`code`, and `zh` or `en` in turn); how much memory the process had at its most after
the good file, and at the end; and how many rows of each table there are.
"""

import contextlib
import hashlib
import io
import json
import os
import re
import resource
import sys
import zipfile
from datetime import date, timedelta
from pathlib import Path

import django

django.setup()

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: E402
from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from tests.hostile import HOSTILE  # noqa: E402
from yumiao.base.access.roles import SYSTEM  # noqa: E402
from yumiao.base.jobs.workers import Hands  # noqa: E402
from yumiao.base.people.models import Person, Source  # noqa: E402
from yumiao.config import cli, demonstration  # noqa: E402
from yumiao.engines.exchange import packets, queries  # noqa: E402
from yumiao.engines.exchange.models import Batch, FileBlock, Finding, Mention, OriginalFile, Part  # noqa: E402

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
TABLES = (Batch, OriginalFile, FileBlock, Part, Finding, Mention, Person, Source)
FORM = {"department": "police", "purpose": "matter"}


def load(path: Path, language: str) -> dict[str, str]:
    """By the command; what it says on stderr."""
    os.environ["YUMIAO_LANG"] = language
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main(["feeds", "load", "police", str(path), "--as", "demo-operator"])
    return {"code": str(code), language: err.getvalue()}


def desk(path: Path, language: str) -> dict[str, str]:
    """By the page, and where it takes the file in by a worker."""
    client = Client()
    client.post("/switch/role/", {"to": "county"})
    client.get(f"/?lang={language}")
    if path.stat().st_size > settings.UPLOAD_BYTES:  # a browser says how much it is going to send; nothing of that is sent here
        kind = "multipart/form-data; boundary=x"
        answer = client.generic("POST", "/counter/feeds/", b"", kind, CONTENT_LENGTH=str(path.stat().st_size))
    else:
        with path.open("rb") as file:
            answer = client.post("/counter/feeds/", {**FORM, "files": [file]})
    if answer.status_code == 302:
        while Hands().work_one():
            pass
        answer = client.get(answer.headers["Location"])
    main = re.search(r"<main.*</main>", answer.content.decode(), flags=re.S)
    said = re.sub(r'<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>', "", main[0] if main else "", flags=re.S)
    return {"code": str(answer.status_code), language: said}


def poll(path: Path, language: str) -> dict[str, str]:
    """In a signed packet, from a folder; the receipt speaks both languages. What a huge file would hold is only claimed."""
    folder = path.parent / f"{path.stem}-{path.suffix[1:]}"
    folder.mkdir()
    body = path.read_bytes() if path.stat().st_size < 1 << 28 else b""
    one = {"name": path.name, "sha256": hashlib.sha256(body).hexdigest(), "rows": 2}
    manifest = {"sender": "police", "department": "police", "schema": 1, "purpose": "matter", "files": [one]}
    raw = json.dumps({**manifest, "expires": (date.today() + timedelta(1)).isoformat()}).encode()
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("manifest.json", raw)
        archive.writestr("manifest.sig", KEY.sign(raw).hex())
        archive.writestr(path.name, body)
        archive.getinfo(path.name).file_size = path.stat().st_size
    packets.poll(by=SYSTEM, folder=folder, plan="honghe", today=date.today())
    told = json.loads((folder / "a.receipt.json").read_text("utf-8"))
    assert sorted(one.name for one in folder.iterdir() if "xlsx" not in one.name) == ["a.receipt.json", "a.zip"]
    return {"code": told.get("refused", ""), "zh": told.get("why", ""), "en": told.get("why_en", "")}


def most() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in TABLES}


def main() -> None:
    folder = Path(sys.argv[1])
    settings.DEMO, settings.TODAY, settings.ALLOWED_HOSTS = True, date(2025, 10, 20), ["testserver"]
    settings.FEED_KEYS = [f"police=ed25519:{KEY.public_key().public_bytes_raw().hex()}"]
    demonstration.accounts()
    doors = {"load": load, "desk": desk, "poll": poll}
    good = {door: answer(folder / "good.csv", "zh") for door, answer in doors.items()}
    before = most(), counts()
    said = {
        door: {name: answer(folder / name, ("zh", "en")[at % 2]) for at, name in enumerate(HOSTILE)} for door, answer in doors.items()
    }  # fmt: skip
    refused = [one.fault for one in queries.batches(states=["refused"])]
    print(json.dumps({"good": good, "said": said, "memory": [before[0], most()], "tables": [before[1], counts()], "refused": refused}))


if __name__ == "__main__":
    main()
