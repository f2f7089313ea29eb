"""Areas of the prefecture: thirteen counties, their townships and villages, the map, the annex."""

import csv
import json

import pytest

from yumiao.lib.yamlfile import read

from . import content

FOLDER = content.HONGHE / "areas"
COUNTIES = ["532501", "532502", "532503", "532504", *(f"5325{n}" for n in (23, 24, 25, 27, 28, 29, 30, 31, 32))]
TOTALS = {2023: (13503, 8102), 2024: (17936, 10762), 2025: (20153, 12092)}  # as printed under the table


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_thirteen_counties():
    counties = rows("counties.csv")
    assert sorted(row["code"] for row in counties) == COUNTIES
    assert all(row["name"] and row["name_short"] and row["name_en"] for row in counties)
    assert sum(int(row["residents_2020"]) for row in counties) == 4478422


def test_townships_lie_in_counties():
    townships = rows("townships.csv")
    assert len(townships) == len({row["code"] for row in townships}) == 139
    for row in townships:
        assert len(row["code"]) == 9 and row["code"].startswith(row["county_code"]) and row["county_code"] in COUNTIES


def test_villages_lie_in_townships():
    townships = {row["code"]: row["county_code"] for row in rows("townships.csv")}
    villages = rows("villages.csv")
    assert len(villages) == len({row["code"] for row in villages}) == 1363
    for row in villages:
        assert len(row["code"]) == 12 and row["code"].startswith(row["township_code"])
        assert townships[row["township_code"]] == row["county_code"]
    assert {row["township_code"] for row in villages} == set(townships)


def test_the_map_has_every_county_once_and_its_licence():
    drawn = json.loads((FOLDER / "honghe_counties.geojson").read_text(encoding="utf-8"))
    assert sorted(feature["properties"]["code"] for feature in drawn["features"]) == COUNTIES
    assert "OpenStreetMap contributors" in drawn["attribution"] and drawn["license"].startswith("ODbL")
    assert "ODbL" in (FOLDER / "SOURCE.md").read_text(encoding="utf-8")


def test_old_codes_lead_to_present_counties():
    old = {one["code"]: one["became"] for one in read(FOLDER / "predecessors.yaml")["predecessors"]}
    assert old == {"532522": "532503", "532526": "532504"}
    assert not set(old) & set(COUNTIES)


@pytest.mark.parametrize("year", TOTALS)
@pytest.mark.parametrize(("name", "column", "which"), [("places", "places", 0), ("inclusive_places", "places_incl", 1)])
def test_the_annex_adds_up_to_its_printed_totals(year, name, column, which):
    room = read(content.HONGHE / "annex/a_places/parameters.yaml")
    at = next(day for day in room[name]["value"] if day.year == year)
    by_county = room[name]["value"][at]
    assert sorted(by_county) == COUNTIES
    assert sum(by_county.values()) == room[f"{name}_total"]["value"][at] == TOTALS[year][which]
    assert by_county == {row["code"]: int(row[f"{column}_{year}"]) for row in rows("counties.csv")}
