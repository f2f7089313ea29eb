"""Brings the front-end parts into the tree, at pinned versions, through `npm pack`: run by hand when a version moves.

    python tools/vendor.py            fetch, copy the listed files, write the locks
    python tools/vendor.py --check    only hash what is in the tree against the locks (no network)

Nothing of npm is needed to install or run the product: what is copied is committed with its licence, and a lock beside it holds
the sha256 of every file. Source-map comments are cut, because the maps are not carried along.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "yumiao/desks/house/static/house/vendor"
TESTS = ROOT / "tests/browser/vendor"
LOCK = "vendor.lock.json"
MAP_COMMENT = re.compile(rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S+)\s*$")

# folder → package → (version, licence, {file in the package: name here})
PARTS: dict[Path, dict[str, tuple[str, str, dict[str, str]]]] = {
    PAGES: {
        "@tabler/core": ("1.6.1", "MIT", {"dist/css/tabler.min.css": "tabler.min.css"}),
        "htmx.org": ("2.0.11", "0BSD", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"}),
        "echarts": (
            "6.1.0",
            "Apache-2.0",
            {
                "dist/echarts.min.js": "echarts.min.js",
                "i18n/langZH.js": "echarts.zh.js",
                "LICENSE": "echarts.LICENSE.txt",
                "NOTICE": "echarts.NOTICE.txt",
                "licenses/LICENSE-d3": "echarts.LICENSE-d3.txt",
            },
        ),
    },
    TESTS: {
        "axe-core": (
            "4.14.1",
            "MPL-2.0",
            {
                "axe.min.js": "axe.min.js",
                "locales/zh_CN.json": "axe.zh_CN.json",
                "LICENSE": "axe.LICENSE.txt",
                "LICENSE-3RD-PARTY.txt": "axe.LICENSE-3RD-PARTY.txt",
            },
        ),
    },
}
# files kept by hand, hashed with the rest: (folder, name, package): Tabler's package carries no licence file
BY_HAND = [(PAGES, "tabler.LICENSE.txt", "@tabler/core")]


def digest(path: Path) -> str:
    """sha256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def problems() -> list[str]:
    """What differs between the tree and the locks, one sentence each; an empty list is right."""
    found = []
    for folder in PARTS:
        lock = json.loads((folder / LOCK).read_text())
        expected = {name: sha for part in lock.values() for name, sha in part["files"].items()}
        present = {p.name for p in folder.iterdir()} - {LOCK}
        where = folder.relative_to(ROOT)
        found += [f"{where}/{name}: in the lock, not in the tree" for name in sorted(expected.keys() - present)]
        found += [f"{where}/{name}: in the tree, not in the lock" for name in sorted(present - expected.keys())]
        found += [
            f"{where}/{name}: differs from the lock"
            for name in sorted(present & expected.keys())
            if digest(folder / name) != expected[name]
        ]
    return found


def fetch(package: str, version: str, files: dict[str, str], folder: Path) -> dict[str, str]:
    """Copy `files` of one package into `folder`; their names and hashes. Raises if npm or a file fails."""
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["npm", "pack", "--silent", f"{package}@{version}"], cwd=scratch, check=True, stdout=subprocess.DEVNULL)
        with tarfile.open(next(Path(scratch).glob("*.tgz"))) as archive:
            for inside, name in files.items():
                member = archive.extractfile(f"package/{inside}")
                if member is None:
                    raise SystemExit(f"{package}@{version} has no {inside}")
                (folder / name).write_bytes(MAP_COMMENT.sub(b"\n", member.read()))
    return {name: digest(folder / name) for name in sorted(files.values())}


def main(arguments: list[str]) -> int:
    """Exit 0 all is as locked; 1 something differs."""
    if "--check" not in arguments:
        for folder, parts in PARTS.items():
            folder.mkdir(parents=True, exist_ok=True)
            lock = {}
            for package, (version, licence, files) in parts.items():
                lock[package] = {"version": version, "licence": licence, "files": fetch(package, version, files, folder)}
            for place, name, package in BY_HAND:
                if place == folder:
                    lock[package]["files"][name] = digest(folder / name)
            (folder / LOCK).write_text(json.dumps(lock, indent=1, ensure_ascii=False) + "\n")
    troubles = problems()
    print("\n".join(troubles) or "vendored files are as locked")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
