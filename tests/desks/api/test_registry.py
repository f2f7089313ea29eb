"""What other systems may ask: by token, purpose, area and role; yes, no and not known; masked; on record; limited."""

import datetime as dt
import itertools
import json
import re

import pytest
from django.utils import timezone

from tests.desks.conftest import ON
from yumiao.base.access.declare import DECOUPLED, Purpose
from yumiao.base.access.roles import SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.base.people.models import Identifier, Person, Relation
from yumiao.base.people.service import add_state, merge
from yumiao.lib.identity import check_sign

from .conftest import MENGZI, YUANYANG

pytestmark = pytest.mark.django_db
HANZI = re.compile("[\u4e00-\u9fff]")
ALL = ("name", "other_names", "sex", "birth_date", "dead", "death_date", "residence_area", "hukou_area", "hukou_kind", "hukou_since",
       "identifiers", "multiple_birth", "mother", "father", "spouses", "children")  # fmt: skip


def stated(person, group, facts, department, **more):
    """A department says something of a person."""
    add_state(by=SYSTEM, person=person, group=group, facts=facts, department=department, reference="t", **more)


def alone(one):
    """Whether name, birth date and sex describe nobody else."""
    return one.birth_date and Person.objects.filter(name=one.name, birth_date=one.birth_date, sex=one.sex).count() == 1


def somebody(area=MENGZI, **more):
    """Somebody who lives and is registered there, and whom name, birth date and sex describe alone."""
    here = Person.objects.filter(residence_area__startswith=area, hukou_area__startswith=area, listed=True, dead=False, **more)
    return next(filter(alone, here))


def described(one):
    return {"name": one.name, "birth_date": one.birth_date.isoformat(), "sex": one.sex}


def question(kind, one, **more):
    return {"kind": kind, "person": one if isinstance(one, dict) else described(one), **more}


def batch(*questions, purpose="matter", area=MENGZI, **more):
    return {"purpose": purpose, "area": area, "questions": list(questions), **more}


def numbered(person, tail="0011"):
    """Gives the person a valid resident number."""
    body = f"532503{person.birth_date:%Y%m%d}{tail[:3]}"
    number = body + check_sign(body)
    stated(person.pk, "identifier", {"kind": "resident", "number": number}, "police")
    return number


def test_yes_no_and_not_known(ask):
    here, there = somebody(), somebody(YUANYANG)
    nobody = {"name": "查无此人", "birth_date": "1990-01-01", "sex": "F"}
    asked = [question(kind, one) for one in (here, there, nobody) for kind in ("registered_here", "lives_here", "alive")]
    status, said = ask("/api/registry/questions", batch(*asked))
    assert status == 200 and set(said) == {"purpose", "area", "on", "answers"}
    assert said["answers"] == ["yes", "yes", "yes", "no", "no", "not_known", "not_known", "not_known", "not_known"]
    row = Entry.objects.filter(object_kind="question").get()
    assert (row.who, row.role, row.verb, row.outcome, row.purpose, row.count) == (
        "client:welfare", "other_system", "access.read", "read", "matter", 9,
    )  # fmt: skip


def test_by_number_which_is_never_repeated(ask):
    one = somebody()
    number = numbered(one)
    assert ask("/api/registry/questions", batch(question("registered_here", {"number": number})))[1]["answers"] == ["yes"]
    other = {"number": number, "name": "别的名字"}
    assert ask("/api/registry/questions", batch(question("registered_here", other)))[1]["answers"] == ["not_known"]
    wrong = number[:17] + ("1" if number[17] != "1" else "2")
    status, said = ask("/api/registry/questions", batch(question("alive", {"number": wrong})))
    assert (status, said["errors"][0]["code"]) == (422, "id_check_digit") and wrong not in json.dumps(said)
    assert Entry.objects.filter(object_kind="question", object_id=str(one.pk)).count() == 1


def test_a_person_whom_two_rows_describe_is_not_known_until_they_are_merged(ask):
    one = somebody()
    twin = Person.objects.create()
    for group, facts in (("name", {"kind": "full", "text": one.name}), ("birth", {"sex": one.sex, "birth_date": one.birth_date})):
        stated(twin.pk, group, facts, "health")
    asked = batch(question("registered_here", one))
    assert ask("/api/registry/questions", asked)[1]["answers"] == ["not_known"]
    merge(by=SYSTEM, kept=one.pk, absorbed=twin.pk, reference="t")
    assert ask("/api/registry/questions", asked)[1]["answers"] == ["yes"]


def test_on_a_day(ask):
    one = somebody()
    moved = ON - dt.timedelta(days=30)
    for group in ("hukou", "residence"):
        stated(one.pk, group, {"area": "532528101"}, "police", valid_from=moved)

    def on(day):
        return ask("/api/registry/questions", batch(question("registered_here", one), on=day.isoformat()))[1]["answers"]

    assert on(ON) == ["no"]
    assert on(moved - dt.timedelta(days=1)) in (["yes"], ["not_known"])  # not known where nobody said since when
    assert on(dt.date(1900, 1, 1)) == ["not_known"]
    assert ask("/api/registry/questions", batch(question("alive", one), on="2090-01-01"))[0] == 422


def test_what_was_told_in_the_night_was_told_on_the_day_that_it_was_here(ask, monkeypatch):
    one = somebody()
    night = dt.datetime(2025, 10, 19, 17, 30, tzinfo=dt.UTC)  # half past one of the next day in Honghe
    monkeypatch.setattr(timezone, "now", lambda: night)
    for group in ("hukou", "residence"):
        stated(one.pk, group, {"area": one.hukou_area[:6]}, "police")  # nobody says since when
    monkeypatch.undo()

    def on(day):
        return ask("/api/registry/questions", batch(question("registered_here", one), on=day.isoformat()))[1]["answers"]

    assert on(ON) == ["yes"] and on(ON - dt.timedelta(days=1)) == ["not_known"]


def test_a_death_is_no_and_one_of_unknown_day_is_not_known(ask):
    dead, lost = somebody(), somebody(birth_date__lt=dt.date(1980, 1, 1))
    stated(dead.pk, "event", {"kind": "death", "on": ON - dt.timedelta(days=3)}, "health")
    stated(lost.pk, "event", {"kind": "death", "unknown": True}, "health")
    assert ask("/api/registry/questions", batch(question("alive", dead), question("alive", lost)))[1]["answers"] == ["no", "not_known"]
    before = (ON - dt.timedelta(days=4)).isoformat()
    assert ask("/api/registry/questions", batch(question("alive", dead), on=before))[1]["answers"] == ["yes"]


def test_child_of(ask):
    here = Relation.objects.filter(kind="mother", person__residence_area__startswith=MENGZI, person__hukou_area__startswith=MENGZI)
    row = next(one for one in here.select_related("person", "other") if one.other.listed and alone(one.person) and alone(one.other))
    other = somebody(sex="F", birth_date__lt=dt.date(1980, 1, 1))
    asked = [question("child_of", row.person, parent=described(p)) for p in (row.other, other)]
    asked.append(question("child_of", row.person, parent={"name": "查无此人", "birth_date": "1990-01-01", "sex": "F"}))
    assert ask("/api/registry/questions", batch(*asked))[1]["answers"] == ["yes", "no", "not_known"]


@pytest.mark.parametrize("purpose", sorted(DECOUPLED))
def test_births_never_reach_a_decoupled_purpose(ask, opened, purpose):
    """Whatever is asked, by whichever address; no client can be let in for such a purpose either."""
    one = somebody()
    before = Person.objects.count()
    asked = {
        "/api/registry/questions": batch(question("child_of", one, parent=described(one)), purpose=purpose),
        "/api/registry/search": {"purpose": purpose, "where": [{"attribute": "person", "value": one.pk}], "fields": list(ALL)},
        "/api/registry/subscriptions": {"purpose": purpose, "kinds": ["birth"], "callback": "https://example.org/x", "secret": "s" * 40},
        f"/api/fhir/Patient/{one.pk}?purpose={purpose}": None,
    }
    for address, body in asked.items():
        status, said = ask(address, body)
        assert status == 403 and said["code"] in ("decoupled", "purpose"), (address, said)
        assert one.name not in json.dumps(said, ensure_ascii=False)
    refused = Entry.objects.filter(who="client:welfare", purpose=purpose, outcome__startswith="refused")
    assert refused.count() == len(asked) and refused.filter(outcome="refused:decoupled").count() >= 2
    with pytest.raises(Exception, match="purposes"):
        opened(name="another", purposes=[purpose])
    assert Person.objects.count() == before


def envelope(action, items, one, why, area):
    """An SPDCI envelope with one request that says the same as ours."""
    from yumiao.calc.formats import spdci
    from yumiao.calc.formats.declare import Condition, Search, Wanted

    at = dt.datetime(2025, 10, 20, tzinfo=dt.UTC)
    if action == "search":
        asked = Search(purpose=why, where=(Condition("person", "eq", one.pk),), fields=("sex",), area=area)
        said = [spdci.search(asked, reference="r", at=at)]
    else:
        wanted = Wanted(kinds=("death",), purpose=why, callback="https://example.org/", area=area, shape="spdci")
        said = spdci.subscribe(wanted, reference="r", at=at)
    meta = {"sender_uri": "https://example.org/", "meta": {"yumiao_secret": "s" * 32}}
    return {"header": spdci.header(action, "m", at, "sp", 1, **meta), "message": {"transaction_id": "t", items: said}}


FORM = "application/x-www-form-urlencoded"
ADDRESSES = {
    "POST /api/registry/questions": lambda one, why, area: batch(question("alive", one), purpose=why, area=area),
    "POST /api/registry/search": lambda one, why, area: {
        "purpose": why, "area": area, "where": [{"attribute": "person", "value": one.pk}], "fields": ["sex"]},
    "POST /api/registry/subscriptions": lambda one, why, area: {
        "purpose": why, "area": area, "kinds": ["death"], "callback": "https://example.org/", "secret": "s" * 32},
    "POST /api/spdci/registry/search": lambda *cell: envelope("search", "search_request", *cell),
    "POST /api/spdci/registry/sync/search": lambda *cell: envelope("search", "search_request", *cell),
    "POST /api/spdci/registry/subscribe": lambda *cell: envelope("subscribe", "subscribe_request", *cell),
    "POST /api/fhir/Patient/_search": lambda one, why, area: f"purpose={why}&area={area}&identifier=urn:yumiao:person|{one.pk}",
    "GET /api/fhir/Patient/{number}": lambda one, why, area: None,
    "POST /api/fhir/RelatedPerson/_search": lambda one, why, area: f"purpose={why}&patient={one.pk}",
    "GET /api/fhir/RelatedPerson/{id}": lambda one, why, area: None,
}  # fmt: skip
"""Each address that reads or subscribes, with a body that asks about somebody, for a purpose, in an area."""
OWN = {"GET /api/registry/subscriptions", "DELETE /api/registry/subscriptions/{code}", "GET /api/registry/subscriptions/{code}/notices",
       "POST /api/registry/notices/{message}/again", "POST /api/spdci/registry/unsubscribe"}  # fmt: skip
"""Addresses that show or end what is the client's own."""
ROLES = {"other_system": ("care", "matter"), "county_approver": ("matter",), "village_worker": ("care",), "finance": ("payment",)}


def passed(status, said):
    """Whether an answer gives what was asked for; SPDCI says so of each request."""
    items = [one for key, held in (said or {}).get("message", {}).items() if key.endswith("_response") for one in held]
    return status in (200, 201) and all(one["status"] == "succ" for one in items)


@pytest.mark.parametrize("role", ROLES)
def test_role_by_address_by_area_by_purpose(ask, opened, role):
    """Every cell: it passes where role and purpose of the client and the area agree; each refusal is on record."""
    by = opened(name="matrix", role=role, purposes=ROLES[role])
    for area, address in itertools.product((MENGZI, YUANYANG), ADDRESSES):
        row = Relation.objects.filter(person__residence_area__startswith=area, person__hukou_area__startswith=area).first()
        one = row.person
        method, path = address.split()
        for purpose in ("care", "matter", "payment", "statistics", "hiring", "nothing"):
            body = ADDRESSES[address](one, purpose, area)
            where = path.format(number=one.pk, id=row.pk) + (f"?purpose={purpose}" if method == "GET" else "")
            before = Entry.objects.filter(outcome__startswith="refused").count()
            status, said = ask(where, body, method=method, by=by, content=FORM if isinstance(body, str) else "application/json")
            may = purpose in ROLES[role] and purpose != "payment"  # ages and kin are not kept for payment
            allowed = may and area == MENGZI and (role == "other_system" or "subscri" not in path)
            assert passed(status, said) == allowed, (address, area, purpose, status, said)
            assert one.name not in json.dumps(said, ensure_ascii=False) or allowed
            if status != 404:  # somebody elsewhere and nobody look the same
                assert (Entry.objects.filter(outcome__startswith="refused").count() > before) is not allowed, (address, area, purpose)
            else:
                assert may and area == YUANYANG and "fhir" in path


def test_every_address_for_clients_has_its_place_in_the_matrix(client):
    """A new one without is a failure."""
    paths = client.get("/api/openapi.json").json()["paths"]
    held = {f"{method.upper()} {path}" for path, methods in paths.items() for method, one in methods.items() if one.get("security")}
    assert held == ADDRESSES.keys() | OWN


def test_without_a_token_nothing(ask, client):
    for path in ("/api/registry/questions", "/api/registry/search", "/api/registry/subscriptions", "/api/spdci/registry/search",
                 "/api/fhir/Patient/_search"):  # fmt: skip
        for by in (None, "ymt_nothing", "", "\x00"):
            status, said = ask(path, {}, by=by)
            assert (status, said["code"]) == (401, "no_token")
    assert client.get("/api/registry/subscriptions").headers["WWW-Authenticate"] == "Bearer"


def test_an_ended_client_opens_nothing(ask, token):
    from yumiao.base.access.clients import end_client
    from yumiao.base.people.service import actor

    assert ask("/api/registry/subscriptions")[0] == 200
    end_client(by=actor("demo-operator"), name="welfare")
    assert ask("/api/registry/subscriptions")[0] == 401


def test_search_gives_what_the_role_sees_and_names_the_rest(ask, opened):
    one = somebody()
    number = numbered(one)
    asked = {"purpose": "matter", "where": [{"attribute": "resident", "value": number}], "fields": list(ALL)}
    status, said = ask("/api/registry/search", asked)
    [found] = said["people"]
    assert status == 200 and said["total"] == 1 and (found["person"], found["name"]) == (one.pk, one.name)
    assert said["hidden"] == ["identifiers"] and "identifiers" not in found and number not in json.dumps(said)
    more = opened(name="approvals", role="county_approver", purposes=["matter"])
    [found] = ask("/api/registry/search", asked, by=more)[1]["people"]
    assert number in [each["number"] for each in found["identifiers"]]


def test_a_name_is_masked_for_a_purpose_that_names_are_not_kept_for(ask, opened, monkeypatch):
    from dataclasses import replace

    from yumiao.base.access.roles import ROLES as known

    counted = replace(known["other_system"], purposes=known["other_system"].purposes | {Purpose.STATISTICS})
    monkeypatch.setitem(known, "other_system", counted)
    by = opened(name="figures", purposes=["statistics"])
    one = somebody()
    asked = {"purpose": "statistics", "where": [{"attribute": "person", "value": one.pk}], "fields": ["name", "sex"]}
    said = ask("/api/registry/search", asked, by=by)[1]
    assert said["hidden"] == ["name"] and said["people"][0]["name"] == one.name[0] + "＊＊" and said["people"][0]["sex"] == one.sex
    by_name = {**asked, "where": [{"attribute": "name", "value": one.name}]}
    assert ask("/api/registry/search", by_name, by=by)[0] == 403  # what is not seen is not searched by


def test_search_pages_and_refuses_what_is_too_wide(ask, monkeypatch):
    asked = {"purpose": "matter", "where": [{"attribute": "birth_date", "operator": "ge", "value": "2015-01-01"}], "fields": ["birth_date"]}
    first, second = (ask("/api/registry/search", {**asked, "size": 7, "page": page})[1] for page in (1, 2))
    assert first["total"] > 7 and len(first["people"]) == 7
    assert not {p["person"] for p in first["people"]} & {p["person"] for p in second["people"]}
    assert all(p["birth_date"] >= "2015-01-01" and set(p) == {"person", "birth_date"} for p in first["people"])
    for where in ([{"attribute": "sex", "value": "F"}], [{"attribute": "birth_date", "value": "yesterday"}],
                  [{"attribute": "name", "operator": "ge", "value": "李"}], [{"attribute": "person", "value": "7"}]):  # fmt: skip
        assert ask("/api/registry/search", {**asked, "where": where})[0] == 422
    assert ask("/api/registry/search", {**asked, "where": [{"attribute": "person", "value": somebody(YUANYANG).pk}]})[1]["total"] == 0
    before = Entry.objects.filter(outcome="read").count()
    monkeypatch.setattr("yumiao.base.people.giving.MOST", 3)
    status, said = ask("/api/registry/search", {**asked, "size": 2})
    assert (status, said["code"]) == (422, "too_many") and str(first["total"]) not in said["detail"]
    assert Entry.objects.filter(outcome="read").count() == before + 1  # that so many were looked for is on record


def test_questions_are_limited_by_client_and_day(ask, settings, opened):
    settings.QUESTIONS_PER_DAY = 5
    asked = batch(*[question("alive", somebody())] * 3)
    assert [ask("/api/registry/questions", asked)[0] for _ in range(2)] == [200, 429]
    assert ask("/api/registry/questions", asked, by=opened(name="another"))[0] == 200


def test_the_limit_of_requests_comes_before_the_token(ask, settings):
    settings.API_PER_MINUTE = 3
    answers = [ask("/api/registry/subscriptions", by="ymt_guess", REMOTE_ADDR="127.0.0.7")[0] for _ in range(8)]
    assert 429 in answers and set(answers) == {401, 429}


def test_no_number_reaches_the_record_or_an_address(ask):
    one = somebody()
    number = numbered(one)
    ask("/api/registry/questions", batch(question("alive", {"number": number})))
    ask("/api/registry/search", {"purpose": "matter", "where": [{"attribute": "resident", "value": number}], "fields": ["name"]})
    dump = json.dumps([list(row) for row in Entry.objects.values_list("verb", "object_id", "digest", "who")])
    assert number not in dump and one.name not in dump
    assert not Identifier.objects.filter(value=number).exists()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_does_not_fit_is_said_in_the_language_asked_for(ask, language):
    wrong = {"purpose": 5, "area": "x", "where": [], "fields": ["wage"], "size": 0, "page": "1", "more": 1}
    status, answer = ask(f"/api/registry/search?lang={language}", wrong)
    found = {one["where"]: one["expected"] for one in answer["errors"]}
    assert status == 422 and set(found) == {"purpose", "area", "where", "fields.0", "size", "page", "more"}
    for where, expected in found.items():
        assert bool(HANZI.search(expected)) is (language == "zh") and "Input should" not in expected, (where, expected)
    for day in ("2025-02-30", 20251020, "99999-01-01"):
        [said] = ask(f"/api/registry/questions?lang={language}", batch(question("alive", {"number": "1"}), on=day))[1]["errors"]
        assert said["where"] == "on" and "2025-10-20" in said["expected"] and bool(HANZI.search(said["expected"])) is (language == "zh")


def test_a_search_that_is_too_wide_or_elsewhere_says_where(ask):
    wide = {"purpose": "matter", "where": [{"attribute": "sex", "value": "F"}], "fields": ["sex"]}
    [said] = ask("/api/registry/search", wide)[1]["errors"]
    assert said["where"] == "where" and "birth_date" in said["expected"] and "宽" in said["found"]
    day = wide | {"where": [{"attribute": "birth_date", "value": "2024-02-30"}]}
    [said] = ask("/api/registry/search", day)[1]["errors"]
    assert said["found"] == "不是日期" and "2025-10-20" in said["expected"]
    status, answer = ask("/api/registry/search", day | {"where": [{"attribute": "name", "value": "李"}], "area": YUANYANG})
    assert (status, answer["errors"][0]["where"], answer["code"]) == (403, "area", "area")
