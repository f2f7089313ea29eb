"""Requirement files: every distribution pinned, every pin hashed, no address anywhere, groups that agree with each other."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from .tree import ROOT

GROUPS = ["uv", "lean", "test", "bench", "spark", "linkage"]
PIN = re.compile(r"^([a-z0-9][a-z0-9.\-]*)==(\S+)(?: ; (.*?))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def lines(group: str) -> list[str]:
    """The lines of a lock."""
    return (ROOT / f"requirements/{group}.txt").read_text().splitlines()


def pins(group: str) -> set[tuple[str, str]]:
    """(name, version) of a lock."""
    return {(canonicalize_name(found[1]), found[2]) for line in lines(group) if (found := PIN.match(line))}


def asked(group: str) -> list[Requirement]:
    """What the group asks for by name."""
    text = (ROOT / f"requirements/{group}.in").read_text()
    return [Requirement(line) for raw in text.splitlines() if (line := raw.split("#")[0].strip())]


@pytest.mark.parametrize("group", GROUPS)
def test_a_lock_is_pins_and_hashes_and_nothing_else(group):
    odd, hashes = [], 1
    for line in lines(group):
        if PIN.match(line):
            if not hashes:
                odd.append(f"no hash before: {line}")
            hashes = 0
        elif HASH.match(line):
            hashes += 1
        else:
            odd.append(line)
    assert odd == [] and hashes


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_asked_for_is_pinned_as_asked(group):
    for requirement in asked(group):
        versions = [version for name, version in pins(group) if name == canonicalize_name(requirement.name)]
        assert versions, f"{requirement} is not in {group}.txt: run tools/lock"
        assert all(requirement.specifier.contains(version) for version in versions), f"{requirement} against {versions}: run tools/lock"


def test_groups_installed_together_agree():
    together = {}
    for group in GROUPS[1:]:
        for name, version in pins(group):
            together.setdefault(name, set()).add(version)
    forked = {
        name
        for group in GROUPS
        for line in lines(group)
        if (found := PIN.match(line)) and found[3] and "python_" in found[3]
        for name in [canonicalize_name(found[1])]
    }
    assert {name: versions for name, versions in together.items() if len(versions) > 1 and name not in forked} == {}


def test_the_framework_is_the_long_supported_one():
    assert [version for name, version in pins("lean") if name == "django" and version.startswith("5.2.")]


def test_the_lean_group_stays_lean():
    heavy = {"pyspark", "pyarrow", "splink", "duckdb", "playwright", "mypy", "hypothesis", "holidays", "chinesecalendar", "openfisca-core"}
    assert {name for name, _ in pins("lean")} & heavy == set()


def test_the_package_asks_for_what_the_lean_group_holds():
    dynamic = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["dynamic"]
    assert dynamic["dependencies"] == {"file": ["requirements/lean.in"]}
