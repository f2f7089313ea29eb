"""Every link in our pages of documentation leads to something: a file, a heading, a picture."""

import re
from pathlib import PurePosixPath

import pytest

from .tree import ROOT, paths, read

PAGES = [name for name in paths() if name.endswith(".md") and (name.startswith("docs/") or "/" not in name)]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)


def slug(heading: str) -> str:
    """The anchor that forges make of a heading."""
    text = re.sub(r"[`*_]|\[([^\]]*)\]\([^)]*\)", r"\1", heading.strip()).lower()
    return re.sub(r"\s", "-", re.sub(r"[^\w\- ]", "", text))


def anchors(name: str) -> set[str]:
    """All anchors of a page."""
    return {slug(found[1]) for found in re.finditer(r"^#{1,6}\s+(.*)$", FENCE.sub("", read(name)), re.M)}


def dead(page: str, text: str) -> list[str]:
    """Links of `text`, standing in `page`, that lead nowhere."""
    found = []
    for target in LINK.findall(FENCE.sub("", text)):
        if target.startswith(("https://", "http://127.0.0.1", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        parts: list[str] = []
        for part in (*PurePosixPath(page).parent.parts, *PurePosixPath(path).parts) if path else PurePosixPath(page).parts:
            parts = parts[:-1] if part == ".." else [*parts, part]
        where = "/".join(parts)
        if not (ROOT / where).exists() or (anchor and where.endswith(".md") and anchor not in anchors(where)):
            found.append(target)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_no_link_is_dead(page):
    assert dead(page, read(page)) == []


@pytest.mark.parametrize("target", ["nowhere.md", "../NOWHERE", "architecture.md#no-such-heading", "/docs/absolute-nowhere.md"])
def test_a_dead_link_would_be_found(target):
    assert dead("docs/planted.md", f"[here]({target})") == [target]


def test_every_page_can_be_reached_from_a_readme():
    seen, waiting = set(), ["README.md", "README.en.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or not (ROOT / page).is_file():
            continue
        seen.add(page)
        for target in LINK.findall(read(page)):
            path = target.partition("#")[0]
            if path.endswith(".md") and not path.startswith("https:"):
                parts: list[str] = []
                for part in (*PurePosixPath(page).parent.parts, *PurePosixPath(path).parts):
                    parts = parts[:-1] if part == ".." else [*parts, part]
                waiting.append("/".join(parts))
    assert sorted(set(PAGES) - seen) == [], "link them from docs/README.md"


def test_guides_stand_in_both_languages():
    """The pages of help show the guide of the language asked for: each exists in both, with the same sections."""
    guides = {code: {name.split("/")[2]: name for name in paths() if name.startswith(f"docs/{code}/")} for code in ("zh", "en")}
    assert guides["zh"].keys() == guides["en"].keys()
    for topic in guides["zh"]:
        parts = [len(re.findall(r"^## ", read(guides[code][topic]), re.M)) for code in ("zh", "en")]
        assert parts[0] == parts[1], topic
