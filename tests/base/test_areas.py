"""Areas of the installed plan: codes, names, what lies in what; old codes are understood and never given out."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumiao.base.areas import queries as areas
from yumiao.calc import codes, places
from yumiao.lib.errors import BadDefinition, BadInput
from yumiao.lib.language import speaking


def test_the_prefecture_is_thirteen_counties_139_townships_1363_villages():
    every = list(areas.areas())
    levels = {level: sum(1 for one in every if one.level == level) for level in ("prefecture", "county", "township", "village")}
    assert levels == {"prefecture": 1, "county": 13, "township": 139, "village": 1363}
    assert len(areas.counties()) == 13


def test_names_in_both_languages():
    assert areas.area("532503").name == "蒙自市"
    with speaking("en"):
        assert areas.area("532503").name == "Mengzi City"


@pytest.mark.parametrize(
    ("old", "now"), [("532522", "532503"), ("532526", "532504"), ("532522001", "532503001"), ("532503", "532503"), ("110101", "110101")]
)
def test_successors(old, now):
    assert areas.current(old) == now
    assert old == now or old not in {one.code for one in areas.areas()}


@pytest.mark.parametrize(
    ("code", "of", "expected"),
    [
        ("532503", "532503", True),
        ("532503001001", "532503", True),
        ("532503001", "532503001", True),
        ("532503", "532503001", False),
        ("532522", "532503", True),
        ("532503001", "532522", True),
        ("532528", "532503", False),
        ("532526", "532500", True),
        ("530102", "532500", False),
        ("532500", "532500", True),
        ("532500", "532503", False),
    ],
)
def test_inside(code, of, expected):
    assert areas.inside(code, of) is expected


@pytest.mark.parametrize("code", ["", "5", "53250", "5325031", "蒙自", "５３２５０３", "532503 ", None, 532503, "53250x"])
def test_what_is_no_code_is_refused(code):
    with pytest.raises(BadInput):
        areas.current(code)


def test_an_area_elsewhere_is_not_ours():
    with pytest.raises(BadInput):
        areas.area("110101")


@given(st.data())
def test_what_lies_below_lies_inside_and_only_there(data):
    county = data.draw(st.sampled_from(areas.counties()))
    township = data.draw(st.sampled_from(areas.below(county.code)))
    villages = areas.below(township.code)
    for one in (township, *villages[:3]):
        assert areas.inside(one.code, county.code) and areas.inside(one.code, "532500") and one.above in (county.code, township.code)
        assert [other.code for other in areas.counties() if areas.inside(one.code, other.code)] == [county.code]


def plan(tmp_path, counties="code,name\n990101,甲县\n", townships="", villages="", predecessors=""):
    (tmp_path / "areas").mkdir()
    (tmp_path / "plan.yaml").write_text("name: small\ntitle: {zh: 小, en: Small}\narea: '990100'\n")
    (tmp_path / "areas" / "counties.csv").write_text(counties)
    if townships:
        (tmp_path / "areas" / "townships.csv").write_text(townships)
    if villages:
        (tmp_path / "areas" / "villages.csv").write_text(villages)
    if predecessors:
        (tmp_path / "areas" / "predecessors.yaml").write_text(predecessors)
    return tmp_path


def test_an_invented_plan_has_its_own(tmp_path):
    found = places.load(plan(tmp_path, townships="code,name,county_code\n990101001,甲镇,990101\n"))
    assert [one.name for one in found] == ["小", "甲县", "甲镇"] and found.inside("990101001", "990100")


@pytest.mark.parametrize(
    "more",
    [
        {"counties": "code,name\n990101,甲\n990101,乙\n"},
        {"counties": "code,name\n99,甲\n"},
        {"townships": "code,name,county_code\n990201001,镇,990101\n"},
        {"townships": "code,name,county_code\n990201001,镇,990201\n"},
        {"predecessors": "predecessors:\n  - {code: '990109', became: '990199'}\n"},
        {"predecessors": "predecessors:\n  - {code: '990101', became: '990101'}\n"},
        {"predecessors": "predecessors:\n  - {code: '990108', became: '990109'}\n  - {code: '990109', became: '990108'}\n"},
        {"predecessors": "predecessors:\n  - {code: '9901', became: '990101'}\n"},
    ],
)
def test_lists_that_do_not_hold_are_refused_with_their_line(tmp_path, more):
    with pytest.raises(BadDefinition) as refused:
        places.load(plan(tmp_path, **more))
    assert str(tmp_path) in refused.value.troubles[0].where


MERGED = """predecessors:
  - {code: '990109', name: {zh: 旧县, en: Old County}, became: '990101', until: '2010'}
  - {code: '990101007', name: {zh: 并掉的乡, en: Merged}, became: '990101001', until: '2015-06-30'}
  - {code: '990101007003', name: {zh: 有下落的村, en: Placed}, became: '990101001002'}
  - {code: '990109003', name: {zh: 更早的乡, en: Earlier}, became: '990101007'}
"""
TOWNSHIPS = "code,name,county_code\n990101001,甲镇,990101\n"
VILLAGES = "code,name,township_code\n990101001002,甲村,990101001\n"


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("990109", "990101"),
        ("990109001", "990101001"),  # a county that was renamed keeps what lies in it
        ("990101007", "990101001"),
        ("990101007009", "990101001"),  # which village it is now is not on file: the township
        ("990101007003", "990101001002"),
        ("990109003", "990101001"),  # twice merged
        ("990109003001", "990101001"),
        ("990109007003", "990101001002"),
        ("990101001004", "990101001004"),
    ],
)
def test_merged_townships_and_villages_stay_resolvable(tmp_path, old, now):
    found = places.load(plan(tmp_path, townships=TOWNSHIPS, villages=VILLAGES, predecessors=MERGED))
    assert found.current(old) == now
    assert found.inside(old, "990101") and found.inside(old, "990100")
    became = {one: found.former(one).became for one in ("990109", "990101007", "990101007003", "990109003")}
    assert pl.select(codes.successors(pl.lit(old), became)).item() == now


def test_what_a_former_area_was_called(tmp_path):
    found = places.load(plan(tmp_path, townships=TOWNSHIPS, villages=VILLAGES, predecessors=MERGED))
    one = found.former("990101007")
    assert one is not None and (one.name, one.until) == ("并掉的乡", "2015-06-30") and found.former("990101001") is None


@given(st.lists(st.sampled_from(["990101", "990109", "990101007", "990101001002", "110101", "99", None]), max_size=9))
def test_columns_of_codes_follow_as_single_ones_do(given_codes):
    became = {"990109": "990101", "990101007": "990101001"}
    found = pl.DataFrame({"code": given_codes}, schema={"code": pl.String}).select(codes.successors(pl.col("code"), became))["code"]
    assert found.to_list() == [None if one is None else codes.successor(one, became) for one in given_codes]
