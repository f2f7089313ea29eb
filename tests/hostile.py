"""Files that could hurt, each with the code by which it is refused. Small on the disk, whatever they say that they are."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from tests.calc.feeds.files import PEOPLE_HEAD, number

Maker = Callable[[Path], None]
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
ROWS = [PEOPLE_HEAD, [number(), "李梅", "女", "1990-01-01", "哈尼族", "蒙自市"]]


def _book(path: Path, change: Callable[[bytes], bytes] = bytes, more: dict[str, bytes] | None = None, fill: int = 0) -> None:
    """A good workbook of the police with its sheet changed, other parts added, or `fill` bytes of blanks at the end of the sheet."""
    good = path.with_name(f".{path.name}")
    with xlsxwriter.Workbook(str(good)) as made:
        sheet = made.add_worksheet("甲")
        for at, row in enumerate(ROWS):
            sheet.write_row(at, 0, row)
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for name in old.namelist():
            raw = old.read(name)
            with new.open(name, "w", force_zip64=True) as out:
                out.write(change(raw) if name.endswith("sheet1.xml") else raw)
                for _ in range(fill >> 20 if name.endswith("sheet1.xml") else 0):
                    out.write(b" " * (1 << 20))
        for name, raw in (more or {}).items():
            new.writestr(name, raw)
    good.unlink()


def _sparse(path: Path) -> None:
    with path.open("wb") as out:
        out.truncate(1 << 30)


def _formula(raw: bytes) -> bytes:
    return raw.replace(b'<c r="B2"', b'<c r="G2"><f>HYPERLINK("http://127.0.0.1/")</f><v>1</v></c><c r="B2"', 1)


def _entity(raw: bytes) -> bytes:
    return raw.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet', 1)


HOSTILE: dict[str, tuple[str, Maker]] = {
    "bomb.xlsx": ("unfolds_too_far", lambda p: _book(p, fill=64 << 20)),
    "gigabyte.xlsx": ("unfolds_too_far", lambda p: _book(p, fill=1 << 30)),
    "gigabyte.csv": ("too_large", _sparse),
    "columns.csv": ("too_many_columns", lambda p: p.write_text(",".join(PEOPLE_HEAD) + "," * 1_000_000 + "\n", "utf-8") and None),
    "columns.xlsx": ("too_many_columns", lambda p: _book(p, lambda raw: raw.replace(b'r="B2"', b'r="BDWGN2"'))),
    "stray.xlsx": ("too_many_cells", lambda p: _book(p, lambda raw: raw.replace(b'r="B2"', b'r="CV190000"'))),
    "formula.xlsx": ("formula", lambda p: _book(p, _formula)),
    "late.xlsx": ("formula", lambda p: _book(p, _formula, {"xl/media/a.bin": os.urandom(4_200_000)})),
    "entity.xlsx": ("document_type", lambda p: _book(p, _entity)),
    "suffix.csv": ("wrong_suffix", _book),
    "suffix.xlsx": ("wrong_suffix", lambda p: p.write_text(",".join(PEOPLE_HEAD), "utf-8") and None),
    "program.csv": ("wrong_kind", lambda p: p.write_bytes(b"MZ" + b"\0" * 90) and None),
    "password.xlsx": ("password", lambda p: p.write_bytes(OLD + "EncryptedPackage".encode("utf-16-le")) and None),
    "old.xls": ("old_workbook", lambda p: p.write_bytes(OLD) and None),
    "names.xlsx": ("odd_names", lambda p: _book(p, more={"../../etc/cron.d/x": b"x"})),
    "macro.xlsx": ("macros", lambda p: _book(p, more={"xl/vbaProject.bin": b"x"})),
    "line.csv": ("endless_line", lambda p: p.write_bytes(b"x" * 9_000_000) and None),
}
"""Name of the file → code, and what writes it."""


def write(folder: Path) -> None:
    """Writes all of them, and `good.csv`."""
    for name, (_, make) in HOSTILE.items():
        make(folder / name)
    (folder / "good.csv").write_text("".join(",".join(row) + "\r\n" for row in ROWS), "utf-8")
