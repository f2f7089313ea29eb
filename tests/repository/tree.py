"""The files of the tree: what git holds, and what it would hold after `git add`."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENDORED = ("yumiao/desks/house/static/house/vendor/", "tests/browser/vendor/")
BINARY = {".png", ".ico", ".mo", ".xlsx", ".docx", ".pdf", ".parquet", ".zip"}


@cache
def paths() -> list[str]:
    """Every file, from the root, but for those git ignores or that are gone."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True
    ).stdout
    return sorted({name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()})


def texts(*suffixes: str, vendored: bool = False) -> list[str]:
    """The text files of our own, with one of the suffixes if any are named."""
    return [
        name
        for name in paths()
        if Path(name).suffix not in BINARY and (not suffixes or name.endswith(suffixes)) and (vendored or not name.startswith(VENDORED))
    ]


def read(name: str) -> str:
    """A file's text; bytes that are not UTF-8 are replaced."""
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")
