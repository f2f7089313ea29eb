"""The READMEs: Chinese first, the same in English; what they tell to type exists; the picture is there."""

import re
import struct

import pytest

from .tree import ROOT, paths, read

READMES = ["README.md", "README.en.md"]
DOORS = {"demo", "test", "prove", "bench", "docs"}


def blocks(name: str) -> list[str]:
    """The lines of the code blocks of a page."""
    return [
        line.strip()
        for block in re.findall(r"^```(?:\w*)\n(.*?)^```", read(name), re.M | re.S)
        for line in block.splitlines()
        if line.strip()
    ]


def doors() -> set[str]:
    """The targets of the Makefile."""
    return set(re.findall(r"^([a-z]+):", read("Makefile"), re.M))


def commands() -> set[str]:
    """The commands of the program."""
    return {
        found[1] for name in paths() if (found := re.fullmatch(r"yumiao/config/commands/([a-z]+)\.py", name)) and "\ndef run(" in read(name)
    }


def test_the_doors_exist_and_are_listed():
    assert doors() >= DOORS
    listed = read("Makefile").split("doors:\n", 1)[1].split("\n\n", 1)[0]
    assert all(f"make {door} " in listed for door in DOORS)


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_are_told(name):
    assert {"make demo", "make test"} <= {line.split("#")[0].strip() for line in blocks(name)}


def test_both_languages_tell_the_same_commands():
    bare = [[line.split("#")[0].strip() for line in blocks(name)] for name in READMES]
    assert bare[0] == bare[1]


@pytest.mark.parametrize("name", [name for name in paths() if name.endswith(".md") and (name in READMES or name.startswith("docs/"))])
def test_what_a_page_tells_to_type_exists(name):
    text = read(name)
    told = set(re.findall(r"(?:^|`|\n)\s*make ([a-z]+)", text)) - {"setup", "lint"}
    assert told <= doors(), f"no such door: {sorted(told - doors())}"
    asked = {found for line in blocks(name) for found in re.findall(r"^(?:\.venv/bin/)?yumiao ([a-z]+)", line)}
    assert asked <= commands(), f"no such command: {sorted(asked - commands())}"


@pytest.mark.parametrize("name", READMES)
def test_the_picture_is_a_real_picture(name):
    if not (ROOT / "yumiao/desks/plan/urls.py").is_file():
        pytest.skip("the page that the picture shows is not built yet")
    shown = re.findall(r"!\[[^\]]+\]\((docs/pictures/[a-z\-]+\.png)\)", read(name))
    assert shown, "one picture, with words for those who do not see it"
    for picture in shown:
        raw = (ROOT / picture).read_bytes()
        width, height = struct.unpack(">II", raw[16:24])
        assert raw.startswith(b"\x89PNG") and width >= 600 and height >= 400


def test_the_purpose_takes_five_lines():
    for name in READMES:
        opening = read(name).split("\n\n", 2)[1]
        assert 1 <= opening.count("\n") + 1 <= 5
