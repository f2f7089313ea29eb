"""Delete a measure room and the measure is gone, and nothing else breaks: each room in turn is deleted from a copy, and the rest loads."""

import shutil
from pathlib import Path

import pytest

from .tree import ROOT, paths

PLANS = "yumiao_plans"
ROOM_FILES = {"measure.yaml", "parameters.yaml", "provisions.py", "matters.py", "pathways.py", "indicators.yaml", "norms.py", "feeds.yaml", "roles.yaml"}
NOT_ROOMS = {"honghe", "yunnan", "china"}


def rooms() -> list[str]:
    """`honghe/support/c05_birth_grants`, `china/leave` …: every folder with a room's file in it."""
    found = {str(Path(name).parent.relative_to(PLANS)) for name in paths() if name.startswith(f"{PLANS}/") and Path(name).name in ROOM_FILES}
    return sorted(found - NOT_ROOMS)


def test_there_are_rooms():
    assert len([room for room in rooms() if room.startswith("honghe/")]) >= 20


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


def loaded(plan) -> set[str]:
    """The measures of a loaded plan."""
    return set(plan.measures)


@pytest.mark.parametrize("room", rooms())
def test_a_room_can_be_deleted(copy, tmp_path, room):
    provisions = pytest.importorskip("yumiao.calc.provisions", reason="the engine is not there yet")
    if not hasattr(provisions, "load_plan"):
        pytest.skip("the engine is not there yet")
    aside = tmp_path / "aside"
    whole = loaded(provisions.load_plan(copy / "honghe"))
    shutil.move(copy / room, aside)
    try:
        rest = loaded(provisions.load_plan(copy / "honghe"))
    finally:
        shutil.move(aside, copy / room)
    assert rest <= whole
