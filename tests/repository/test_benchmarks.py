"""docs/benchmarks.md: a figure stands there only with the command that measures it, its size, commit, machine and three runs."""

import re

import pytest

from benchmarks.run import APART, BY_NAME

from .tree import ROOT, read

PAGE = "docs/benchmarks.md"
FIGURE = re.compile(r"\d\s*(?:ms|s|min|秒|毫秒|分钟|seconds?|minutes?|KB|MB|GB|×|%)(?![a-zA-Z])")
COMMAND = re.compile(r"`make bench ARGS=([a-z0-9_]+)` \(`(benchmarks/([a-z0-9_]+)\.py)`\)")
COMMIT = re.compile(r"commit `[0-9a-f]{7,40}`")
MACHINE = re.compile(r"\d+ cores \(.+\), \d+ GiB, Python 3\.\d+")
RUNS = re.compile(r"· (\d+) runs? ·")
AIM = re.compile(r"≤ ([\d.]+) (\S+): (met|\*\*missed\*\*)$")


def measured(section: str) -> list[str]:
    """The rows of the table, without its head."""
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [line for line in rows[1:] if not line.startswith("|---")]


def lacking(section: str) -> list[str]:
    """What a section with figures lacks."""
    found = []
    command, runs = COMMAND.search(section), RUNS.search(section)
    if not command:
        found.append("no command")
    elif command[1] != command[3] or command[1] in APART or not (ROOT / command[2]).is_file():
        found.append(f"{command[0]} is not in the tree")
    for what, pattern in (("commit", COMMIT), ("machine", MACHINE), ("runs", RUNS), ("size", re.compile(r"^Size: \S", re.M))):
        if not pattern.search(section):
            found.append(f"no {what}")
    if command and runs and int(runs[1]) < BY_NAME.get(command[1], 3):
        found.append(f"{runs[1]} runs are too few")
    for row in measured(section):
        what, *cells, aim = [cell.strip() for cell in row.strip("|").split("|")]
        if runs and (len(cells) != int(runs[1]) or not all(FIGURE.search(cell) for cell in cells)):
            found.append(f"{what}: not a figure for each run")
        elif aim:
            found += judged(what, cells, aim)
    if "**missed**" in section and len(re.findall(r"^1\. \S", section, re.M)) < 3:
        found.append("an aim is missed, but the three greatest costs are not there")
    return found


def judged(what: str, cells: list[str], aim: str) -> list[str]:
    """Whether the word beside an aim is what the row's own numbers say: the last number of every run."""
    told = AIM.search(aim)
    if not told:
        return [f"{what}: an aim that cannot be read: {aim}"]
    last = [float(cell.split(" · ")[-1].split()[0]) for cell in cells]
    units = {cell.split()[-1] for cell in cells}
    met = units == {told[2]} and all(one <= float(told[1]) for one in last)
    return [] if met == (told[3] == "met") else [f"{what}: {told[3]}, but its numbers are {last} {units}"]


def troubles(text: str) -> list[str]:
    """What is wrong with the page."""
    before, *sections = re.split(r"^### ", text, flags=re.M)
    found = [f"a figure outside a measured section: {line}" for line in before.splitlines() if FIGURE.search(line)]
    for section in sections:
        if FIGURE.search(section):
            found += [f"{section.splitlines()[0]}: {one}" for one in lacking(section)]
    return found


GOOD = """### Explain

Command `make bench ARGS=explain` (`benchmarks/explain.py`) · 3 runs · commit `abcdef1234` · 2 cores (Example), 8 GiB, Python 3.11.7

Size: 5 persons.

| | run 1 | run 2 | run 3 | aim |
|---|--:|--:|--:|---|
| one family | 1.1 · 1.2 · 1.5 ms | 1.1 · 1.3 · 1.9 ms | 1 · 1.2 · 1.4 ms | ≤ 2 ms: met |
| loading | 60 ms | 61 ms | 62 ms |  |
"""


def test_every_figure_has_its_command():
    assert troubles(read(PAGE)) == []


def test_a_whole_section_is_right():
    assert troubles(f"# Benchmarks\n\nMeasured.\n\n{GOOD}") == []


@pytest.mark.parametrize(
    "was, planted, said",
    [
        ("`make bench ARGS=explain` ", "", "no command"),
        ("ARGS=explain", "ARGS=command", "not in the tree"),
        ("explain", "nowhere", "not in the tree"),
        ("explain", "serving", "not in the tree"),
        ("commit `abcdef1234`", "commit", "no commit"),
        ("2 cores (Example), 8 GiB, ", "", "no machine"),
        ("Size: 5 persons.", "", "no size"),
        ("· 3 runs ", "", "no runs"),
        ("3 runs", "2 runs", "too few"),
        ("| 61 ms ", "", "loading: not a figure for each run"),
        ("| 61 ms |", "| 61 |", "loading: not a figure for each run"),
        ("1.9 ms", "2.1 ms", "one family: met"),
        ("≤ 2 ms: met", "≤ 2 ms: **missed**", "three greatest costs"),
        ("≤ 2 ms: met", "≤ 2 ms: **missed**", "one family: **missed**"),
        ("≤ 2 ms: met", "fast", "cannot be read"),
        ("### Explain", "It takes 3 minutes.\n\n### Explain", "outside"),
        ("### Explain", "| one family | 1.2 ms |\n\n### Explain", "outside"),
        ("Size: 5", "It is 20 % faster than others.", "no size"),
    ],
)
def test_a_figure_that_does_not_stand_would_be_found(was, planted, said):
    assert was in GOOD
    assert any(said in trouble for trouble in troubles(GOOD.replace(was, planted)))
