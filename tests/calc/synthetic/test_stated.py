"""What is stated of the real population: every published figure once, with where it is from and how the people are made to meet it."""

import re
import shutil
from pathlib import Path

import pytest

from tests.calc.synthetic.conftest import ON
from yumiao.calc.provisions.rooms import plan_folder
from yumiao.calc.synthetic.stated import HOW, stated
from yumiao.lib.errors import BadDefinition


def test_every_published_figure_is_stated_once():
    found = stated("honghe", ON)
    by = {(one.topic, one.county, one.key): one for one in found}
    assert len(by) == len(found) and {one.topic for one in found} == set(HOW)
    assert by["residents", None, ""].value == 4_478_422 and by["men", None, ""].value == 2_320_257
    assert sum(one.value for one in found if one.topic == "residents" and one.county) == 4_478_422
    assert sum(one.value for one in found if one.topic == "ages") == 4_478_422
    assert by["registered", "532528", ""].value == 459_728 and by["registered", "532528", ""].trust == "second-hand"
    assert [one.county for one in found if one.topic == "registered"] == ["532528"], (
        "the other registers are assumed, so they are not stated"
    )
    assert {one.county for one in found if one.topic == "urban"} == {None, "532501", "532503", "532527", "532529", "532532"}
    assert {one.county for one in found if one.topic == "men"} == {None, "532527", "532528"}
    assert [one.key for one in found if one.topic == "births"] == ["2022", "2023", "2024"], "whole years before the day"
    assert all(one.source["zh"] and one.source["en"] for one in found)
    assert {one.topic for one in found if one.trust == "assumption"} == {"births", "boys"}


@pytest.fixture
def plan(tmp_path) -> Path:
    """A copy of the plans with which to do harm; its `honghe`."""
    shutil.copytree(plan_folder("honghe").parent, tmp_path / "plans", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "plans" / "honghe"


@pytest.mark.parametrize(
    ("pattern", "put", "named"),
    [
        (r"(?m)^men:", "women:", "women"),
        (r"(?m)^men:.*$", "men: {source: {zh: x}, trust: read}", "men"),
        (r"(?m)^men:.*$", "men: {source: x, trust: read}", "men"),
        (r"(?m)^men:.*$", "men: {source: {zh: x, en: y}, trust: sure}", "men"),
        (r"(?s).*", "- 1\n", "stated.yaml"),
    ],
)
def test_bad_data_is_refused_by_place(plan, pattern, put, named):
    file = plan / "population" / "stated.yaml"
    file.write_text(re.sub(pattern, put, file.read_text("utf-8"), count=1), "utf-8")
    with pytest.raises(BadDefinition, match=named) as refused:
        stated(plan, ON)
    assert "stated.yaml:" in refused.value.troubles[0].where


def test_a_plan_that_states_nothing_is_held_against_nothing(plan):
    (plan / "population" / "stated.yaml").unlink()
    assert stated(plan, ON) == [] == stated("yunnan", ON)
