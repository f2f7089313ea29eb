"""Tests mirror the packages: whoever looks for the tests of a package finds them under the same name, and no package is without."""

import ast

from .tree import ROOT, paths, read

OF_THEIR_OWN = {"repository", "browser", "crash", "load", "cast", "plans", "yumiao_plans", "acceptance", "invented"}
SHELVES = ("base", "calc", "desks", "engines")


def packages() -> set[str]:
    """`base/access`, `calc/provisions` …: packages that define something."""
    found = set()
    for name in paths():
        parts = name.split("/")
        if len(parts) >= 4 and parts[0] == "yumiao" and parts[1] in SHELVES and name.endswith(".py"):
            if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in ast.walk(ast.parse(read(name)))):
                found.add("/".join(parts[1:3]))
    return found


def test_every_folder_of_tests_is_named_after_what_it_tests():
    folders = {tuple(name.split("/")[1:-1]) for name in paths() if name.startswith("tests/") and "/test_" in name and name.endswith(".py")}
    odd = [
        "/".join(folder)
        for folder in folders
        if folder and folder[0] not in OF_THEIR_OWN and not (ROOT / "yumiao" / "/".join(folder[:2])).is_dir()
    ]
    assert sorted(odd) == []


def test_every_package_has_tests():
    tests = [name for name in paths() if name.startswith("tests/") and "/test_" in name and name.endswith(".py")]
    bare = []
    for package in packages():
        shelf, own = package.split("/")
        if not any(name.startswith((f"tests/{package}/", f"tests/{shelf}/test_{own}", f"tests/browser/test_{own}")) for name in tests):
            bare.append(package)
    assert sorted(bare) == []
