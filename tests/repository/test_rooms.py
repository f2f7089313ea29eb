"""Delete a measure room and the measure is gone, and nothing else breaks: each room in turn is deleted from a copy, and the rest loads."""

import shutil
from pathlib import Path

import pytest

from yumiao.calc.provisions import load_plan
from yumiao.lib.yamlfile import read as read_yaml

from .tree import ROOT, paths

PLANS = "yumiao_plans"
STACK = ["china", "yunnan", "honghe"]  # the lowest first
ROOM_FILES = {
    "measure.yaml",
    "parameters.yaml",
    "provisions.py",
    "matters.py",
    "pathways.py",
    "indicators.yaml",
    "norms.py",
    "feeds.yaml",
    "roles.yaml",
}


def rooms() -> list[str]:
    """`honghe/support/c05_birth_grants`, `china/leave` …: every folder with a room's file in it, but for `common`."""
    found = {Path(name).parent.relative_to(PLANS) for name in paths() if name.startswith(f"{PLANS}/") and Path(name).name in ROOM_FILES}
    return sorted(str(room) for room in found if len(room.parts) > 1 and room.name != "common")


def above(room: str) -> set[str]:
    """The rooms that say that they stand on this one, or refine it under its name in a plan above; and those on them."""
    plan, own = room.split("/", 1)
    found = set()
    for other in rooms():
        file = ROOT / PLANS / other / "measure.yaml"
        about = (read_yaml(file) if file.exists() else None) or {}
        stands_on = set(map(str, about.get("stands_on", []))) | {
            str(x) for measure in about.get("measures", []) for x in measure.get("stands_on", [])
        }
        if other != room and (
            room in stands_on or (other.split("/", 1)[1] == own and STACK.index(other.split("/", 1)[0]) > STACK.index(plan))
        ):
            found |= {other} | above(other)
    return found


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The plans, copied once."""
    place = tmp_path_factory.mktemp("plans") / PLANS
    for name in paths():
        if name.startswith(f"{PLANS}/"):
            target = place.parent / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
    return place


@pytest.fixture(scope="module")
def whole(copy) -> dict:
    """The copy, loaded before anything is deleted."""
    return load_plan(copy / "honghe").rooms


def test_there_is_a_room_for_every_clause():
    assert len([room for room in rooms() if room.startswith("honghe/")]) >= 26


@pytest.mark.parametrize("room", rooms())
def test_a_room_can_be_deleted(copy, whole, tmp_path, room):
    gone = {room} | (above(room) if not room.startswith("honghe/") else set())
    kept = [(copy / name, tmp_path / str(number)) for number, name in enumerate(sorted(gone))]
    for place, aside in kept:
        shutil.move(place, aside)
    try:
        rest = load_plan(copy / "honghe")
    finally:
        for place, aside in kept:
            shutil.move(aside, place)
    assert set(rest.rooms) == set(whole) - gone
    for name, before in whole.items():
        if name not in gone:
            assert set(rest.rooms[name].rules) == set(before.rules), name
            assert set(rest.rooms[name].figures.parameters) == set(before.figures.parameters), name
