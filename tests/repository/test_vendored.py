"""Vendored files are byte for byte what their locks say, carry their licences, and need nothing from elsewhere."""

import importlib.util
import json

import pytest

from .tree import ROOT

spec = importlib.util.spec_from_file_location("vendor", ROOT / "tools/vendor.py")
vendor = importlib.util.module_from_spec(spec)
spec.loader.exec_module(vendor)


def test_the_tree_is_as_locked():
    assert vendor.problems() == []


@pytest.mark.parametrize(
    "alter, said",
    [
        (lambda folder: (folder / "htmx.min.js").write_bytes(b"altered"), "htmx.min.js: differs"),
        (lambda folder: (folder / "htmx.min.js").unlink(), "htmx.min.js: in the lock, not in the tree"),
        (lambda folder: (folder / "more.js").write_text(""), "more.js: in the tree, not in the lock"),
    ],
)
def test_an_altered_file_is_named(tmp_path, monkeypatch, alter, said):
    folder = tmp_path / "vendor"
    folder.mkdir()
    for path in vendor.PAGES.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(vendor, "ROOT", tmp_path)
    monkeypatch.setattr(vendor, "PARTS", {folder: vendor.PARTS[vendor.PAGES]})
    assert vendor.problems() == []
    alter(folder)
    assert any(said in problem for problem in vendor.problems())


def test_every_part_has_its_licence_beside_it_and_its_line_in_notice():
    notice = (ROOT / "NOTICE").read_text()
    for folder in vendor.PARTS:
        for package, part in json.loads((folder / vendor.LOCK).read_text()).items():
            assert any("LICENSE" in name for name in part["files"]), package
            assert f"{package} {part['version']}" in notice, f"NOTICE does not name {package} {part['version']}"
            assert part["licence"] in notice


def test_nothing_points_to_a_map_that_is_not_carried_along():
    assert [
        path.name
        for folder in vendor.PARTS
        for path in folder.iterdir()
        if path.suffix in (".js", ".css") and b"sourceMappingURL" in path.read_bytes()
    ] == []
