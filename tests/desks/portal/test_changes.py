"""Facts added, changed and taken away; questions answered where they stand."""

import json
import re

import pytest

from yumiao.desks.portal import family, stories

from .conftest import DAY, words

pytestmark = pytest.mark.django_db


def test_a_fact_is_added_changed_and_taken_away(visit):
    visit.begin("newborn")
    child = next(i for i, p in enumerate(visit.facts()["persons"]) if p["id"] == "k3")
    before = {(r["provision"], r["for"], r.get("delivery")): r["answer"] for r in visit.results()["results"]}
    for value in ("532503", "532522", ""):
        answer = visit.save("persons", child, hukou_area=value)
        assert answer.status_code == 200 and not answer.context["edited"].wrong
        assert visit.facts()["persons"][child].get("hukou_area", "") == value
    after = {(r["provision"], r["for"], r.get("delivery")): r["answer"] for r in visit.results()["results"]}
    assert before == after
    untouched = visit.facts()
    visit.save("persons", child)
    assert visit.facts() == untouched, "a form saved as it is changes nothing"


@pytest.mark.parametrize("story", stories.codes())
def test_every_form_saved_as_it_is_changes_nothing(visit, story):
    visit.begin(story)
    before = visit.facts()
    for table in family.LISTS:
        for at in range(len(family.rows(before, table))):
            answer = visit.save(table, at)
            assert answer.status_code == 200 and not answer.context["edited"].wrong
    assert visit.facts() == before


def test_a_child_is_added_with_its_birth(visit):
    visit.begin("newborn")
    answer = visit.do(
        "save:persons:new", **{"f-name": "李豆", "f-mother": "ma", "f-father": "pa", "f-birth_date": "2019-02-03", "with_delivery": "1"}
    )
    assert not answer.context["edited"].wrong
    facts = visit.facts()
    child = facts["persons"][-1]
    assert (child["name"], child["mother"], child["father"]) == ("李豆", "ma", "pa")
    assert facts["deliveries"][-1] == {"mother": "ma", "father": "pa", "date": "2019-02-03", "outcome": "live", "children": [child["id"]]}
    visit.do(f"remove:persons:{len(facts['persons']) - 1}")
    assert child["id"] not in json.dumps(visit.facts()["persons"])


def test_a_twin_joins_the_delivery_that_is_there(visit):
    visit.begin("newborn")
    count = len(visit.facts()["deliveries"])
    visit.do("save:persons:new", **{"f-mother": "ma", "f-birth_date": "2025-09-26", "with_delivery": "1"})
    facts = visit.facts()
    assert len(facts["deliveries"]) == count
    assert facts["deliveries"][-1]["children"] == ["k3", facts["persons"][-1]["id"]] and facts["deliveries"][-1]["babies"] == 2


def test_taking_a_person_away_takes_away_all_that_was_said_of_them(visit):
    visit.begin("newborn")
    visit.do("remove:persons:0")
    text = json.dumps(visit.facts())
    assert '"ma"' not in text and "deliveries" not in visit.facts() and "marriages" not in visit.facts()
    assert visit.client.get("/").status_code == 200


def test_the_last_person_stays(visit):
    visit.begin("empty")
    answer = visit.do("remove:persons:0")
    assert answer.status_code == 422 and answer.context["edited"].general and len(visit.facts()["persons"]) == 1


def test_a_list_may_be_not_known(visit):
    visit.begin("newborn")
    visit.do("unknown:certificates")
    assert visit.facts()["certificates"] == "unknown"
    visit.do("known:certificates")
    assert "certificates" not in visit.facts()
    visit.do("unknown:certificates")
    visit.do("save:certificates:new", **{"f-person": "ma", "f-kind": "one_child", "f-issued": "2010-01-01"})
    assert visit.facts()["certificates"] == [{"person": "ma", "kind": "one_child", "issued": "2010-01-01"}]


def test_another_day(visit):
    visit.begin("newborn")
    visit.do("day", **{"f-on": "2026-10-01"})
    assert visit.facts()["on"] == visit.results()["on"] == "2026-10-01"
    visit.do("day", **{"f-on": ""})
    assert visit.results()["on"] == DAY.isoformat() and "on" not in visit.kept()["facts"]


def test_twelve_persons_and_two_marriages_at_most(visit):
    visit.holds({"persons": [{"id": f"q{n}"} for n in range(12)], "marriages": [{"a": "q0", "b": "q1"}, {"a": "q0", "b": "q2"}]})
    for table, sent in (("persons", {"f-sex": "F"}), ("marriages", {"f-a": "q3", "f-b": "q4"})):
        kept = visit.kept()
        answer = visit.do(f"save:{table}:new", **sent)
        assert answer.status_code == 422 and re.search(r"12|2", words(answer)) and "最多" in answer.context["edited"].general[0]
        assert visit.kept() == kept
        assert f'value="open:{table}:new"' not in visit.client.get("/family/edit/").content.decode()
    answer = visit.load({"persons": [{"id": f"q{n}"} for n in range(13)]})
    assert answer.status_code == 422 and "最多 12 行" in words(answer)


# questions


def question(answer):
    """The first question of a page, as its form would send it."""
    one = next(c.questions[0] for c in answer.context["needs"] if not c.same_as)
    return {"table": one.table, "of": one.of, "key": one.key, "delivery": one.delivery}, one


def test_an_answer_settles_what_waited_for_it_and_says_so(visit):
    visit.begin("newborn")
    sent, asked = question(visit.client.get("/"))
    assert asked.choices[0].then, "if … then … stands beside the answer"
    promised = re.search(r"[\d,]+", asked.choices[0].then)[0]
    answer = visit.client.post("/family/answer/", {**sent, "value": asked.choices[0].value}, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "<html" not in answer.content.decode()
    assert promised in [c.amount for c in answer.context["fresh"]] and 'hx-swap-oob="true"' in answer.content.decode()
    assert visit.facts()["persons"][4][sent["key"]] == asked.choices[0].value


def test_an_answer_without_script_leads_back_to_its_card(visit):
    visit.begin("newborn")
    sent, asked = question(visit.client.get("/"))
    answer = visit.client.post("/family/answer/", {**sent, "value": asked.choices[0].value, "child": "k3"})
    assert answer.status_code == 302 and answer.headers["Location"].startswith("/?child=k3#c-")


@pytest.mark.parametrize("story", stories.codes())
def test_every_question_of_every_story_can_be_answered(visit, story):
    """Answer after answer, by the first choice or a plain value, until nothing is asked; each answer is one that is kept."""
    visit.begin(story)
    for _ in range(12):
        page = visit.client.get("/")
        if not page.context["asked"]:
            break
        sent, one = question(page)
        plain = {"date": "2025-10-01", "number": "39", "money": "5000"}.get(one.field.type)
        value = {"value": one.choices[0].value} if one.choices else {f"f-{one.key}": plain}
        before = visit.facts()
        assert visit.client.post("/family/answer/", {**sent, **value}).status_code == 302, (one.id, value)
        assert visit.facts() != before, one.id
    else:
        pytest.fail("questions without end")


def test_an_event_that_was_not_known_is_answered(visit):
    """No, not known, and a date are three answers; a date left out is asked for."""
    base = {"persons": [{"id": "ma", "sex": "F"}, {"id": "k", "mother": "ma", "birth_date": "2025-05-05", "death_date": "unknown"}]}
    sent = {"table": "persons", "of": "k", "key": "death_date", "delivery": ""}
    visit.holds(base)
    answer = visit.client.post("/family/answer/", {**sent, "f-death_date": "on", "f-death_date-on": ""})
    assert answer.status_code == 422 and "没有写日期" in answer.context["problem"][0]
    assert visit.client.post("/family/answer/", {**sent, "f-death_date": ""}).status_code == 302
    assert "death_date" not in visit.facts()["persons"][1]
    visit.holds(base)
    visit.client.post("/family/answer/", {**sent, "f-death_date": "on", "f-death_date-on": "2025-06-06"})
    assert visit.facts()["persons"][1]["death_date"] == "2025-06-06"


def test_a_list_that_was_not_known_is_answered(visit):
    base = {"persons": [{"id": "ma", "sex": "F"}, {"id": "k", "mother": "ma", "birth_date": "2025-05-05"}], "certificates": "unknown"}
    sent = {"table": "certificates", "of": "ma", "key": "certificates", "delivery": ""}
    visit.holds(base)
    assert visit.client.post("/family/answer/", {**sent, "value": "some"}).headers["Location"] == "/family/edit/#h-certificates"
    assert 'value="open:certificates:new"' in visit.client.get("/family/edit/").content.decode()
    visit.client.post("/family/answer/", {**sent, "value": "none"})
    assert "certificates" not in visit.facts()
