"""The page of a person says from which row of which file each fact comes, and where departments say otherwise."""

import pytest

from tests.calc.feeds.files import text
from tests.desks.conftest import ON
from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.models import Person
from yumiao.engines.exchange import service

from .conftest import INSURED, MAN, PLACE, POLICE, WOMAN, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(as_role, tmp_path):
    """Somebody of Mengzi of whom the police and the insurance hold different sexes."""
    files = {
        "police": ("户籍人口.csv", [POLICE, MAN, WOMAN]),
        "insurance": ("参保.csv", [INSURED, [WOMAN[1], WOMAN[0], "男", WOMAN[3], "职工医保"]]),
    }
    for department, (name, rows) in files.items():
        service.load(by=SYSTEM, department=department, files=[text(tmp_path / name, rows)], plan="honghe", today=ON)
    return Person.objects.get(name="李梅")


def test_each_fact_names_its_row(as_role, person):
    answer = as_role("county").get(f"/counter/people/{person.pk}/", {"for": "matter"})
    said = words(answer)
    assert "户籍人口.csv · 第 3 行" in said and "/counter/feeds/" in answer.content.decode()
    hukou = next(group for group in answer.context["groups"] if group["code"] == "hukou")
    assert [row.place for row in hukou["now"][0].rows] == ["户籍人口.csv · 第 3 行"]
    assert PLACE.format(1) not in answer.content.decode() or person.hukou_area
    assert "医保 参保.csv" not in said and "医保参保 · 参保.csv · 第 2 行" in said


def test_each_fact_stands_once_with_everybody_who_states_it(as_role, person):
    answer = as_role("county").get(f"/counter/people/{person.pk}/", {"for": "matter"})
    [birth] = next(group for group in answer.context["groups"] if group["code"] == "birth")["blocks"]
    assert [(value.text, value.departments, value.counts) for value in birth.facts["出生日期"]] == [
        ("1990年1月1日", ["公安", "医保"], True)
    ]
    assert [(value.text, value.departments, value.counts) for value in birth.facts["性别"]] == [
        ("女", ["公安"], True), ("男", ["医保"], False),
    ]  # fmt: skip
    said = words(answer)
    assert "依次以这些部门为准：卫健、公安" in said and "女 · 35 岁" in said
    assert "住院" in answer.context["empty"] and "没有记录不等于没有" in said


def test_where_departments_differ_it_says_who_and_whose_word_counts(as_role, person):
    from yumiao.engines.exchange.models import Disagreement

    assert list(Disagreement.objects.values_list("person", "group", "column", "wins")) == [(person.pk, "birth", "sex", "police")]
    said = words(as_role("county").get(f"/counter/people/{person.pk}/", {"for": "matter"}))
    assert "性别：另有说法，来自医保；以公安说的为准。" in said.replace(" ", "")
    english = words(as_role("county").get(f"/counter/people/{person.pk}/", {"for": "matter", "lang": "en"}))
    assert "said otherwise by medical insurance" in english


def test_the_line_of_a_life_tells_each_event_once(as_role, person):
    line = as_role("county").get(f"/counter/people/{person.pk}/", {"for": "matter"}).context["line"]
    births = [one for one in line if one.title.startswith("出生")]
    assert [sorted(one.departments) for one in births] == [["公安", "医保"]]
    assert len({(one.day, one.title) for one in line}) == len(line)
