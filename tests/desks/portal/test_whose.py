"""What if keeps nothing; whose family it is; what it is not handed out for."""

import html
import json

import pytest

from yumiao.base.access.declare import DECOUPLED, NotThere, Purpose
from yumiao.base.access.roles import PUBLIC
from yumiao.base.audit import queries as audit
from yumiao.calc.provisions.family import SCOPE_OF
from yumiao.desks.house import law
from yumiao.desks.portal import family, stories

from .conftest import DAY

pytestmark = pytest.mark.django_db
PAGES = ["/", "/family/start/", "/family/edit/", "/family/what-if/"]
FILES = ["/family/facts.json", "/family/results.json", "/family/sheet.pdf"]


def test_nothing_of_a_what_if_is_kept(visit):
    visit.begin("newborn")
    kept = visit.kept()
    page = visit.client.get("/family/what-if/")
    sent = {"facts": page.context["state"], "f-on": ""}
    answer = visit.client.post("/family/what-if/", {**sent, "do": "remove:persons:4"})
    assert answer.status_code == 200 and answer.context["differences"]
    again = visit.client.post("/family/what-if/", {"facts": answer.context["state"], "f-on": "2027-01-01", "do": "day"})
    assert json.loads(again.context["state"])["on"] == "2027-01-01" and len(json.loads(again.context["state"])["persons"]) == 4
    assert visit.kept() == kept and visit.client.get("/").context["day"] == DAY
    assert visit.client.get("/family/what-if/").context["differences"] == []


def test_a_what_if_is_what_the_page_would_say(visit, another):
    visit.begin("newborn")
    answer = visit.client.post(
        "/family/what-if/", {"facts": visit.client.get("/family/what-if/").context["state"], "do": "remove:persons:4"}
    )
    less = another().holds(json.loads(answer.context["state"])).client.get("/")
    now = visit.client.get("/")
    told = {c.title: c.amount for c in less.context["cards"] if c.state == "yes"}
    for one in answer.context["differences"]:
        if one.title in told:
            assert one.then.startswith(told[one.title]), one.title
    same = {c.key: (c.state, c.amount) for c in now.context["cards"]}
    moved = {c.title for c in less.context["cards"] if same.get(c.key, ("no", "")) != (c.state, c.amount)}
    assert moved <= {d.title for d in answer.context["differences"]}


def test_another_reading_is_tried_and_not_kept(visit):
    visit.begin("adoption")
    page = visit.client.get("/family/what-if/")
    options = {o.id: o for o in page.context["options"]}
    assert options, "a story that waits for an authority offers the readings"
    changed = 0
    for one in options.values():
        for value, _ in one.choices:
            answer = visit.client.post("/family/what-if/", {"facts": page.context["state"], f"r-{one.id}": value, "do": "day"})
            assert answer.status_code == 200
            changed += bool(answer.context["differences"])
    assert changed and visit.client.get("/family/what-if/").context["differences"] == []


@pytest.mark.parametrize("purpose", sorted(DECOUPLED))
def test_facts_are_not_handed_out_for_a_decoupled_purpose(visit, rf, purpose):
    visit.begin("newborn")
    request = rf.get("/")
    request.session = visit.client.session
    assert family.held(request, by=PUBLIC, purpose=Purpose.OWN_AFFAIRS) is not None
    with pytest.raises(NotThere):
        family.held(request, by=PUBLIC, purpose=purpose)
    row = audit.last("access.read")
    assert row.outcome == "refused:decoupled" and row.purpose == purpose and row.who == PUBLIC.who


def test_other_purposes_than_the_familys_own_are_refused_where_a_fact_is_not_kept_for_them(visit, rf):
    visit.begin("newborn")
    request = rf.get("/")
    request.session = visit.client.session
    with pytest.raises(NotThere):
        family.held(request, by=PUBLIC, purpose=Purpose.INSPECTION)


def test_every_fact_of_the_vocabulary_can_be_kept(visit):
    """A fact that is not on file for the family's own affairs would shut the family out of its own page."""
    value = {"yes_no": True, "number": 1, "money": 1, "area": "532503", "date": "2024-01-02", "event": "unknown"}
    row = {table: {} for table in family.LISTS}
    for (scope, _), fact in law.plan().facts.items():
        table = next((t for t, s in SCOPE_OF.items() if s == scope), None)
        if table and fact.type != "given":
            row[table][fact.key] = (
                next(iter(fact.choices))
                if fact.type == "choice"
                else max(value[fact.type], fact.least or 0)
                if fact.type in ("number", "money")
                else value[fact.type]
            )
    row["persons"]["birth_date"] = "1990-01-01"
    row["persons"]["sex"] = "F"
    facts = {
        "persons": [{"id": "a", "name": "甲", "children_complete": False, **row["persons"]}, {"id": "k", "mother": "a", "father": "b"}],
        "marriages": [{"a": "a", "b": "b", **row["marriages"]}],
        "deliveries": [{"mother": "a", "father": "b", "children": ["k"], **row["deliveries"]}],
        "hospital_stays": [{"person": "a", **row["hospital_stays"]}],
        "certificates": [{"person": "a", **row["certificates"]}],
    }
    visit.holds(facts)
    for address in [*PAGES, *FILES]:
        assert visit.client.get(address).status_code == 200, address


def test_two_visitors_do_not_see_each_other(visit, another):
    visit.begin("newborn")
    assert another().client.get("/family/facts.json").status_code == 302


def test_a_family_is_forgotten(visit):
    visit.begin("newborn")
    assert visit.client.post("/family/forget/").headers["Location"] == "/family/start/"
    assert visit.kept() is None


def test_the_mother_of_the_demonstration_lands_with_her_family_and_may_take_another(visit):
    visit.client.post("/switch/role/", {"to": "mother", "next": "/"})
    assert len(visit.client.get("/").context["facts"]["persons"]) == len(stories.facts("newborn")["persons"])
    visit.client.post("/family/forget/")
    visit.begin("twins")
    assert visit.client.get("/").context["facts"] == stories.facts("twins")


def test_names_are_text_and_nothing_else(visit):
    name = '<b onmouseover="x">{0}{name}%s</b>'
    visit.holds({"persons": [{"id": "ma", "sex": "F", "name": name}, {"id": "k", "mother": "ma", "birth_date": "2025-05-05"}]})
    for address in ["/", "/family/edit/", "/family/what-if/"]:
        text = visit.client.get(address).content.decode()
        assert "<b onmouseover" not in text and html.escape(name)[:20] in text.replace("&#x27;", "'")
    assert visit.client.get("/family/sheet.pdf").status_code == 200
