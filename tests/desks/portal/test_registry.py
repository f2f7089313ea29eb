"""The mother of the demonstration finds her own family from the registry: read through the gateway, and nothing is written there."""

import json
import re

import pytest

from yumiao.base.access.roles import PUBLIC
from yumiao.base.audit.models import Entry
from yumiao.base.people.models import STATES, Person
from yumiao.base.people.queries import own_family
from yumiao.calc.provisions import explain
from yumiao.config.characters import CAST
from yumiao.desks.house import law

from .conftest import DAY, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def mother(visit, registry):
    visit.client.post("/switch/role/", {"to": "mother", "next": "/"})
    return visit


def test_she_finds_her_family_and_where_the_facts_come_from(mother, registry):
    text = words(mother.client.get("/"))
    assert "事实来自 登记库 （1% 样本，均为虚构） ，日期 2025年10月20日" in text, text[:800]
    english = words(mother.client.get("/", {"lang": "en"}))
    assert "The facts come from The registry (a 1% sample, all invented) , as of 20 October 2025 ." in english
    facts = mother.facts()
    ids = {person["id"] for person in facts["persons"]}
    family = Person.objects.get(pk=registry).family
    assert ids == {f"p{number}" for number in Person.objects.filter(family=family).values_list("pk", flat=True)}
    children = [p for p in facts["persons"] if p.get("mother") == f"p{registry}"]
    assert len(children) >= 2 and max(p["birth_date"] for p in children) > "2022-10-20"
    assert Person.objects.get(pk=registry).residence_area.startswith("532503")


def test_the_answers_are_those_of_explain(mother):
    mother.client.get("/")
    facts = own_family(by=CAST["mother"].actor()).facts
    assert mother.facts() == facts
    told = mother.results()
    again = json.loads(json.dumps(explain(law.plan(), facts, DAY), default=str))
    assert told["on"] == DAY.isoformat() and told["version"] == again["version"] and told["results"] == again["results"]
    assert any(r["answer"] == "yes" for r in told["results"])


def test_reading_is_on_record_and_what_she_edits_writes_nothing(mother, registry):
    mother.client.get("/")
    read = Entry.objects.filter(verb="access.read").get(object_kind="family", who="demo-mother")
    assert (read.outcome, read.purpose, read.object_id, read.role) == ("read", "own_affairs", str(registry), "parent")
    before = {name: model.objects.count() for name, model in STATES.items()}
    person = Person.objects.values().get(pk=registry)
    at = next(i for i, p in enumerate(mother.facts()["persons"]) if p["id"] == f"p{registry}")
    mother.save("persons", at, monthly_wage="4321")
    assert mother.facts()["persons"][at]["monthly_wage"] == 4321
    assert {name: model.objects.count() for name, model in STATES.items()} == before
    assert Person.objects.values().get(pk=registry) == person
    assert "您改过事实" in words(mother.client.get("/"))
    mother.client.post("/family/begin/", {"story": "registry"})
    assert mother.facts()["persons"][at].get("monthly_wage") != 4321


def test_her_facts_stand_sealed_in_the_session(mother):
    mother.client.get("/")
    kept = json.dumps(mother.kept())
    assert "persons" not in kept and "birth_date" not in kept
    assert not any(p["name"] in kept for p in mother.facts()["persons"])


def test_nobody_else_has_a_family_there(client, registry):
    assert own_family(by=PUBLIC) is None and own_family(by=CAST["county"].actor()) is None
    assert client.post("/family/begin/", {"story": "registry"}).status_code == 404
    assert "登记库（" not in re.sub(r"\s", "", words(client.get("/", follow=True)))
