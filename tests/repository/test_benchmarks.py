"""docs/benchmarks.md: a figure stands there only with the command that measures it, its size, commit, machine and three runs."""

import re

import pytest

from .tree import ROOT, read

PAGE = "docs/benchmarks.md"
FIGURE = re.compile(r"\d+(?:[.,]\d+)?\s*(?:ms|s|秒|毫秒|分钟|minutes|MB|GB)(?![a-zA-Z])")
COMMAND = re.compile(r"`(?:\.venv/bin/python )?(benchmarks/[a-z0-9_]+\.py)[^`]*`|`make (demo|test|bench)[^`]*`")
COMMIT = re.compile(r"`[0-9a-f]{7,40}`")


def sections(text: str) -> list[str]:
    """The parts of the page that stand under a heading of the third level, where figures belong."""
    return re.split(r"^### ", text, flags=re.M)[1:]


def troubles(text: str) -> list[str]:
    """What a section with figures lacks."""
    found = []
    for section in sections(text):
        title = section.splitlines()[0]
        table = [line for line in section.splitlines() if line.startswith("|")]
        if not any(FIGURE.search(line) for line in table):
            continue
        commands = COMMAND.findall(section)
        if not commands:
            found.append(f"{title}: no command")
        found += [f"{title}: {script} is not in the tree" for script, _ in commands if script and not (ROOT / script).is_file()]
        if not COMMIT.search(section):
            found.append(f"{title}: no commit")
        if not re.search(r"runs?|三次", section):
            found.append(f"{title}: no runs")
    loose = [
        line
        for line in re.split(r"^### ", text, flags=re.M)[0].splitlines()
        if line.startswith("|") and FIGURE.search(line) and "aim" not in line
    ]
    return found + [f"a figure outside a measured section: {line}" for line in loose]


def test_every_figure_has_its_command():
    assert troubles(read(PAGE)) == []


@pytest.mark.parametrize(
    "planted, said",
    [
        ("### Explain\n| one family | 1.2 ms |\n", "no command"),
        ("### Explain\n`benchmarks/nowhere.py`, commit `abcdef1`, three runs\n| one family | 1.2 ms |\n", "not in the tree"),
        ("### Explain\n`make bench`, three runs\n| one family | 1.2 ms |\n", "no commit"),
        ("| one family | 1.2 ms |\n", "outside"),
    ],
)
def test_a_figure_without_a_command_would_be_found(planted, said):
    assert any(said in trouble for trouble in troubles(planted))
