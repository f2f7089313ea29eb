"""Signed packets: a ZIP that a sender puts into a folder, with its manifest and signature; a receipt goes back beside it.

`manifest.json` says `sender`, `department`, `schema` (1), `purpose`, `expires` (a day), and of each of `files` its `name`, `sha256` and
`rows`; `contract` where the kind is named. `manifest.sig` signs exactly the bytes of the manifest: 128 hexadecimal digits of Ed25519, or 64
of HMAC-SM3, under the sender's key (`YUMIAO_FEED_KEYS`). A sender speaks for the department that its name begins with (`police`,
`police-gejiu`), or for those named beside it (`platform@police+health`), and for no other. A packet that was answered is not looked at
again.
"""

import datetime as dt
import hashlib
import json
import os
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings

from yumiao.base.access.declare import Actor
from yumiao.calc.feeds import Batch as Checked
from yumiao.calc.feeds.returned import write_returned
from yumiao.lib.clear_folder import clear_folder
from yumiao.lib.errors import BadInput, Trouble, in_both
from yumiao.lib.spreadsheets.unfolding import few_entries, out_of_proportion
from yumiao.lib.telling import Tell, silent

from .service import load
from .store import TEMPORARY

MANIFEST, SIGNATURE, SCHEMA = "manifest.json", "manifest.sig", 1
MOST, SMALL, FILES = 900 << 20, 1 << 20, 50
PURPOSES = ("entitlement", "matter", "care", "statistics")
DAMAGED = (zipfile.BadZipFile, EOFError, OSError, RuntimeError, ValueError)
"""What `zipfile` raises for an archive that it cannot open: also RuntimeError for a password, and its kind for an unknown compression."""


@dataclass(frozen=True)
class Answer:
    """What became of a packet: its name, the batch (None where refused), whether it was new, why it was refused."""

    packet: str
    batch: int | None
    new: bool
    code: str
    why: str


def poll(*, by: Actor, folder: Path, plan: str, today: dt.date, tell: Tell = silent) -> list[Answer]:
    """Takes in every packet of the folder that has no receipt yet, by name; one that is refused does not hold up the next. Raises BadInput
    where there is no folder, NotAllowed. `tell` hears of each packet how far it has come."""
    if not os.path.isdir(folder):
        remedy = "给出放着压缩包的文件夹", "give the folder in which packets lie"
        raise BadInput(Trouble("no_folder", str(folder), ("不是文件夹", "not a folder"), remedy=remedy))
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):  # before anything is taken in: without a receipt it would come again and again
        remedy = "给读和写的权限：回执写在里面", "let it be read and written: receipts go there"
        found = "文件夹读不了或写不了", "the folder cannot be read or written"
        raise BadInput(Trouble("not_writable", str(folder), found, remedy=remedy))
    out = []
    for packet in sorted(one for one in folder.glob("*.zip") if one.is_file()):  # a pipe would be waited for without end
        digest = _digest(packet)
        receipt = packet.with_suffix(".receipt.json")
        if _answered(receipt, digest):
            continue
        answer, told = _one(by, packet, plan, today, _naming(packet, tell))
        _put(receipt, {"packet": packet.name, "sha256": digest, "answered_on": today.isoformat(), **told})
        out.append(answer)
    return out


def _naming(packet: Path, tell: Tell) -> Tell:
    """Says of which packet it is."""

    def named(done: int, whole: int, words: tuple[str, str]) -> None:
        tell(done, whole, (f"{packet.name} · {words[0]}", f"{packet.name} · {words[1]}"))

    return named


def _digest(packet: Path) -> str | None:
    """None for one that cannot be read, which is then refused."""
    try:
        with packet.open("rb") as raw:
            return hashlib.file_digest(raw, "sha256").hexdigest()
    except OSError:
        return None


def _answered(receipt: Path, digest: str | None) -> bool:
    try:
        return bool(json.loads(receipt.read_bytes())["sha256"] == digest)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _put(path: Path, told: dict[str, Any]) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
    temporary.replace(path)


def _gone(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _one(by: Actor, packet: Path, plan: str, today: dt.date, tell: Tell) -> tuple[Answer, dict[str, Any]]:
    returned = packet.with_suffix(".receipt.xlsx")
    try:
        with clear_folder() as place:
            manifest, files = opened(packet, place, today)

            def agree(checked: Checked) -> None:  # before anything is kept: what cannot be answered is not taken in
                _rows(manifest, checked)
                if checked.findings:
                    write_returned(files, checked.findings, returned)
                else:
                    _gone(returned)  # of what lay here under that name before

            came, checked = load(
                by=by, department=manifest["department"], files=files, plan=plan, today=today, contract=manifest.get("contract", ""),
                purpose=manifest["purpose"], agree=agree, tell=tell,
            )  # fmt: skip
            told = {"batch": came.batch, "new": came.new, **checked.counts, "findings": [one.as_json() for one in checked.findings]}
            return Answer(packet.name, came.batch, came.new, "", ""), told
    except BadInput as error:
        _gone(returned)
        for trouble in error.troubles:  # the sender knows the packet and its files, not where they lie here
            trouble.where = TEMPORARY.sub("", trouble.where).replace(f"{packet.parent}/", "")
        code, (zh, en) = error.troubles[0].code, in_both(error)
        return Answer(packet.name, None, False, code, str(error)), {"batch": None, "refused": code, "why": zh, "why_en": en}


def opened(packet: Path, place: Path, today: dt.date) -> tuple[dict[str, Any], list[Path]]:
    """The manifest, and the packet's files unfolded into `place`. Raises BadInput: damaged, not signed by a known key, expired, names
    that leave the folder, other hashes, more or fewer files than the manifest names."""
    try:
        if packet.stat().st_size > MOST:
            raise _refuse(packet, "packet_size", "压缩包太大", "the archive is too large")
        few_entries(packet, FILES + 2)
        with zipfile.ZipFile(packet) as archive:
            entries = _entries(packet, archive)
            manifest = _manifest(packet, _small(packet, archive, MANIFEST), _small(packet, archive, SIGNATURE), today)
            named = {one["name"]: one for one in manifest["files"]}
            if set(named) != set(entries) - {MANIFEST, SIGNATURE}:
                raise _refuse(packet, "packet_files", "文件和清单列的不一样", "its files are not those of the manifest")
            return manifest, [_unfold(packet, archive, entries[name], place / name, one["sha256"]) for name, one in named.items()]
    except BadInput:
        raise
    except DAMAGED:
        raise _refuse(packet, "packet_damaged", "压缩包打不开", "the archive cannot be opened") from None


def _entries(packet: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    entries = {one.filename: one for one in archive.infolist()}
    for name in entries:
        if not name or name in (".", "..") or any(sign in name for sign in "/\\:\x00") or len(name) > 200:
            raise _refuse(packet, "packet_name", f"文件名 {name[:60]!r} 会离开文件夹", f"the name {name[:60]!r} leaves the folder")
    if len(entries) < len(archive.infolist()) or len(entries) > FILES + 2 or sum(one.file_size for one in entries.values()) > MOST:
        raise _refuse(packet, "packet_size", "文件太多、太大或重名", "too many files, too large, or two of one name")
    return entries


def _small(packet: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    if name not in archive.namelist():
        raise _refuse(packet, "packet_unsigned", f"里面没有 {name}", f"{name} is not in it")
    with archive.open(name) as raw:
        body = raw.read(SMALL + 1)
    if len(body) > SMALL:
        raise _refuse(packet, "packet_size", f"{name} 太大", f"{name} is too large")
    return body


def _manifest(packet: Path, raw: bytes, signature: bytes, today: dt.date) -> dict[str, Any]:
    """The manifest, after its signature was held against the sender's key."""
    try:
        said = json.loads(raw)
        files = said["files"]
        good = said["schema"] == SCHEMA and said["purpose"] in PURPOSES and isinstance(said["department"], str) and bool(files)
        good = good and all(isinstance(one["name"], str) and isinstance(one["sha256"], str) and type(one["rows"]) is int for one in files)
        good = good and isinstance(said.get("contract", ""), str) and len({one["name"] for one in files}) == len(files)
        expires, sender = dt.date.fromisoformat(said["expires"]), str(said["sender"])
    except (ValueError, KeyError, TypeError, RecursionError):
        good = False
    if not good:
        raise _refuse(packet, "packet_manifest", "清单缺项或不成立", "the manifest lacks something or does not hold")
    if not signed(sender, raw, signature):
        raise _refuse(packet, "packet_signature", "签名不对，或不认识发送方", "the signature is wrong, or the sender is not known")
    if said["department"] not in speaks_for(sender):
        name = str(said["department"])[:40]
        raise _refuse(packet, "packet_sender", f"{sender} 不能替部门 {name} 发", f"{sender} may not send for the department {name}")
    if expires < today:
        raise _refuse(packet, "packet_expired", f"{expires} 已过期", f"it expired on {expires}")
    return dict(said)


def speaks_for(sender: str) -> set[str]:
    """The departments whose files the sender may send."""
    names = [line.partition("=")[0].partition("@") for line in settings.FEED_KEYS]
    return {one for name, _, said in names if name == sender for one in (said.split("+") if said else [name.partition("-")[0]])}


def signed(sender: str, raw: bytes, signature: bytes) -> bool:
    """Whether the sender's key signed these bytes."""
    for line in settings.FEED_KEYS:
        name, _, rest = line.partition("=")
        kind, _, key = rest.partition(":")
        if name.partition("@")[0] != sender:
            continue
        try:
            mark = bytes.fromhex(signature.decode("ascii").strip())
            if kind == "ed25519":
                Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(mark, raw)
            else:
                digest = hmac.HMAC(bytes.fromhex(key), hashes.SM3())
                digest.update(raw)
                digest.verify(mark)
            return True
        except (InvalidSignature, ValueError):
            continue
    return False


def _unfold(packet: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, to: Path, sha256: str) -> Path:
    seen, left = hashlib.sha256(), entry.file_size
    with archive.open(entry) as raw, to.open("xb") as out:
        while block := raw.read(SMALL):
            left -= len(block)
            if left < 0 or out_of_proportion(entry.file_size - left, entry):
                raise _refuse(packet, "packet_size", f"{entry.filename} 展开后不成比例", f"{entry.filename} unfolds out of proportion")
            seen.update(block)
            out.write(block)
    if seen.hexdigest() != sha256:
        name = entry.filename
        raise _refuse(packet, "packet_hash", f"{name} 的散列值和清单不符", f"the hash of {name} is not that of the manifest")
    return to


def _rows(manifest: dict[str, Any], checked: Checked) -> None:
    """Raises BadInput where a file has another number of rows than the manifest says."""
    for one in manifest["files"]:
        rows = sum(part.counts["rows"] for part in checked.parts if part.file == one["name"])
        if rows != one["rows"]:
            where, said = one["name"], one["rows"]
            wanted = (f"清单说 {said} 行", f"{said}, as the manifest says")
            raise BadInput(Trouble("packet_rows", where, (f"{rows} 行", f"{rows} rows"), wanted))


def _refuse(packet: Path, code: str, zh: str, en: str) -> BadInput:
    return BadInput(Trouble(code, packet.name, (zh, en)))
