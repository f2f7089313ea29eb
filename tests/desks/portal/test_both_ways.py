"""The page and the command line take the same files and give the same answers."""

import json
import os
import subprocess
import sys

import pytest

from yumiao.config import cli
from yumiao.desks.portal import stories

pytestmark = pytest.mark.django_db
FILE = {
    "on": "2025-06-30",
    "persons": [
        {
            "id": "ma",
            "sex": "F",
            "birth_date": "1991-04-02",
            "hukou_area": "532503",
            "hukou_since": "1991-04-02",
            "hukou_kind": "rural",
            "residence_area": "532503",
            "employment": "employee",
            "monthly_wage": 5200.5,
            "employer_average_wage": 6100,
            "insurance": "employee",
            "owns_home": False,
            "rents_home": True,
            "monthly_rent": 900,
            "provident_fund": True,
            "only_child": True,
            "mother": "grandma",
        },
        {"id": "pa", "sex": "M", "birth_date": "1989-11-20", "hukou_area": "532526"},
        {"id": "grandma", "sex": "F", "birth_date": "1961-03-15", "note": "住在元阳"},
        {"id": "kid2", "sex": "F", "birth_date": "2024-03-09", "mother": "ma", "father": "pa", "birth_order": 2, "hukou_area": "532503"},
    ],
    "marriages": [{"a": "ma", "b": "pa", "from": "2018-05-20", "to": None}],
    "deliveries": [
        {"mother": "ma", "father": "pa", "date": "2024-03-09", "babies": 1, "difficult": None, "outcome": "live", "children": ["kid2"]}
    ],
    "hospital_stays": [{"person": "grandma", "from": "2025-02-01", "to": "unknown"}],
    "certificates": "unknown",
}


def explained(capsys, path, *more):
    """What `yumiao explain --json` prints for a file."""
    assert cli.main(["explain", str(path), "--json", *more]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("story", stories.codes())
def test_facts_taken_from_the_page_explain_to_the_results_of_the_page(visit, tmp_path, capsys, story):
    visit.begin(story)
    path = tmp_path / "facts.json"
    path.write_bytes(visit.client.get("/family/facts.json").content)
    assert explained(capsys, path) == visit.results()


def test_also_after_changes_and_on_another_day(visit, tmp_path, capsys):
    visit.begin("newborn")
    visit.do("day", **{"f-on": "2026-03-01"})
    visit.do("unknown:deliveries")
    visit.save("persons", 4, name="“穗”\\ 与 <b>", hukou_area="530100", monthly_wage="１，２３４．５元")
    path = tmp_path / "facts.json"
    path.write_bytes(visit.client.get("/family/facts.json").content)
    assert json.loads(path.read_text(encoding="utf-8"))["persons"][4]["monthly_wage"] == 1234.5
    assert explained(capsys, path) == visit.results()


def test_the_program_says_the_same_in_english(visit, tmp_path):
    visit.begin("twins")
    path = tmp_path / "facts.json"
    path.write_bytes(visit.client.get("/family/facts.json").content)
    done = subprocess.run(
        [sys.executable, "-m", "yumiao.config.cli", "explain", str(path), "--json"],
        capture_output=True,
        check=True,
        env={**os.environ, "YUMIAO_LANG": "en"},
    )
    assert json.loads(done.stdout) == json.loads(visit.client.get("/family/results.json", {"lang": "en"}).content)


@pytest.mark.parametrize("facts", [FILE, *map(stories.facts, stories.codes())], ids=["file", *stories.codes()])
def test_a_file_of_the_command_line_gives_the_same_results_on_the_page(visit, tmp_path, capsys, facts):
    path = tmp_path / "facts.json"
    path.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    visit.holds(path.read_bytes())
    assert explained(capsys, path, "--on", facts.get("on", "2025-10-20")) == visit.results()


def test_with_the_mark_that_windows_puts_before_a_text(visit):
    visit.holds(b"\xef\xbb\xbf" + json.dumps(FILE).encode())
    assert visit.facts()["persons"][0]["monthly_wage"] == 5200.5


def test_taken_away_and_brought_back_nothing_is_lost(visit, another):
    visit.holds(FILE)
    away = visit.client.get("/family/facts.json")
    assert "attachment" in away.headers["Content-Disposition"]
    back = another().holds(away.content)
    assert back.facts() == visit.facts() and back.results() == visit.results()
    assert {k: v for k, v in visit.facts().items() if k != "on"} == {k: v for k, v in FILE.items() if k != "on"}
