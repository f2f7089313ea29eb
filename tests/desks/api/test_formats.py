"""SPDCI envelopes and FHIR resources as other systems get them: from the registry, through the same gate."""

import datetime as dt
import json

import pytest
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.relatedperson import RelatedPerson

from yumiao.base.access.roles import SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.base.calendar.queries import today
from yumiao.base.people.models import Person, Relation
from yumiao.base.people.records import relatives
from yumiao.base.people.service import merge
from yumiao.calc.formats import fhir, spdci
from yumiao.calc.formats.declare import ATTRIBUTES, Condition, Search

from .conftest import MENGZI, YUANYANG
from .test_registry import FORM, numbered, somebody, stated

pytestmark = pytest.mark.django_db
AT = dt.datetime(2025, 10, 20, tzinfo=dt.UTC)


def envelope(*requests, action="search", items="search_request", **head):
    """An SPDCI envelope."""
    header = spdci.header(action, "m-1", AT, "sp-system", len(requests), **head)
    return {"header": header, "message": {"transaction_id": "t-1", items: requests}}


@pytest.mark.parametrize("address", ["sync/search", "search"])
def test_an_spdci_search_is_answered_at_once_with_what_our_own_gives(ask, address):
    one = somebody()
    ours = {"purpose": "matter", "area": MENGZI, "where": [{"attribute": "name", "value": one.name}], "fields": list(ATTRIBUTES)}
    asked = Search(purpose="matter", area=MENGZI, where=(Condition("name", "eq", one.name),), fields=ATTRIBUTES)
    status, said = ask(f"/api/spdci/registry/{address}", envelope(spdci.search(asked, reference="r-1", at=AT)))
    head, message = said["header"], said["message"]
    assert status == 200 and (head["action"], head["status"], head["receiver_id"]) == ("on-search", "succ", "sp-system")
    assert (head["total_count"], message["transaction_id"], message["correlation_id"]) == (1, "t-1", "m-1")
    [answer] = message["search_response"]
    page, own = spdci.paged(answer), ask("/api/registry/search", ours)[1]
    assert answer["reference_id"] == "r-1" and [p.number for p in page.people] == [p["person"] for p in own["people"]]
    mine = next(p for p in page.people if p.number == one.pk)
    assert (mine.name, mine.sex, mine.birth_date, mine.residence_area) == (one.name, one.sex, one.birth_date, one.residence_area)
    assert list(page.hidden) == own["hidden"] == ["identifiers"]
    assert Entry.objects.filter(who="client:welfare", outcome="read", purpose="matter").count() == 2


def test_an_spdci_search_by_number_as_others_write_it(ask):
    one = somebody()
    criteria = {"version": "1.0.0", "query_type": "idtype-value", "query": {"type": "UIN", "value": numbered(one)},
                "pagination": {"page_size": 10, "page_number": 1}, "authorize": {"purpose": {"code": "matter"}}}  # fmt: skip
    bad = {**criteria, "authorize": {"purpose": {"code": "hiring"}}}
    wide = {**criteria, "query_type": "predicate",
            "query": [{"expression1": {"attribute_name": "sex", "operator": "eq", "attribute_value": "female"}}]}  # fmt: skip
    cases = enumerate((criteria, bad, wide, 3))
    requests = [{"reference_id": str(at), "timestamp": AT.isoformat(), "search_criteria": c} for at, c in cases]
    answers = ask("/api/spdci/registry/search", envelope(*requests))[1]["message"]["search_response"]
    assert [a["status"] for a in answers] == ["succ", "rjct", "rjct", "rjct"]
    [record] = answers[0]["data"]["reg_records"]
    assert record["name"]["given_name"] == one.name and record["sex"] == spdci.SEX[one.sex]
    assert answers[0]["pagination"]["total_count"] == 1
    assert all(a["status_reason_code"] == "rjct.search_criteria.invalid" for a in answers[1:])
    assert Entry.objects.filter(outcome="refused:purpose", purpose="hiring").count() == 1


def test_an_spdci_subscription_begins_and_ends(ask):
    wanted = spdci.Wanted(kinds=("birth", "death"), purpose="care", area=MENGZI, callback="", shape="spdci")
    asked = spdci.subscribe(wanted, reference="r", at=AT)
    more = {"sender_uri": "https://example.org/notify", "meta": {"yumiao_secret": "s" * 40}}
    said = ask("/api/spdci/registry/subscribe", envelope(*asked, action="subscribe", items="subscribe_request", **more))[1]
    codes = {one["subscriptions"][0]["code"] for one in said["message"]["subscribe_response"]}
    [held] = ask("/api/registry/subscriptions")[1]["subscriptions"]
    assert codes == {held["code"]} and (held["kinds"], held["shape"]) == (["birth", "death"], "spdci") and "secret" not in held
    ended = envelope(*codes, "nothing", action="unsubscribe", items="subscription_codes")
    states = ask("/api/spdci/registry/unsubscribe", ended)[1]["message"]["subscription_status"]
    assert [one["status"] for one in states] == ["unsubscribe", "not_found"]
    assert ask("/api/registry/subscriptions")[1]["subscriptions"][0]["until"]
    private = {**more, "sender_uri": "https://10.0.0.1/"}
    said = ask("/api/spdci/registry/subscribe", envelope(*asked, action="subscribe", items="subscribe_request", **private))[1]
    assert {one["status"] for one in said["message"]["subscribe_response"]} == {"rjct"}


def test_what_is_no_envelope(ask):
    encrypted = envelope(1, is_msg_encrypted=True)
    for body in ({}, [], {"header": {}, "message": {}}, envelope(), envelope(*range(11)), encrypted, envelope(1, action="pay")):
        assert ask("/api/spdci/registry/search", body)[0] == 422


def test_a_patient_is_the_person_of_the_registry(ask):
    one = somebody()
    stated(one.pk, "name", {"kind": "former", "text": "旧名", "pinyin": "jiuming"}, "police")
    stated(one.pk, "name", {"kind": "transliterated", "text": "阿木·拉"}, "police")
    status, said = ask(f"/api/fhir/Patient/{one.pk}?purpose=matter")
    Patient.model_validate(said)
    back = fhir.person(said)
    assert status == 200 and (back.number, back.name, back.sex, back.birth_date) == (one.pk, one.name, one.sex, one.birth_date)
    assert (back.residence_area, back.hukou_area, back.dead) == (one.residence_area, one.hukou_area, False)
    assert {n.kind for n in back.other_names} == {"former", "transliterated"} and back.hidden == {"identifiers"}
    for nobody in (somebody(YUANYANG).pk, 999_999_999):
        assert ask(f"/api/fhir/Patient/{nobody}?purpose=matter")[0] == 404
        row = Entry.objects.order_by("pk").last()
        assert (row.outcome, row.object_id, row.count) == ("read", str(nobody), 0)
    assert ask(f"/api/fhir/Patient/{one.pk}?purpose=credit")[0] == 403 and ask(f"/api/fhir/Patient/{one.pk}")[0] == 422


def test_twins_know_their_place(ask):
    from yumiao.base.people.models import DeliveryOfMother

    row = next(d for d in DeliveryOfMother.objects.filter(babies=2, person__residence_area__startswith="5325") if len(d.children) == 2)
    area = Person.objects.get(pk=row.children[1]).residence_area
    from yumiao.base.people.given import facts

    found = facts(list(Person.objects.filter(pk__in=row.children)), {"multiple_birth"}, area, dt.date(2025, 10, 20))
    assert {(p.number, p.babies, p.place_in_birth) for p in found} == {(row.children[0], 2, 1), (row.children[1], 2, 2)}


def test_a_search_for_patients(ask):
    one = somebody()
    number = numbered(one)
    gender = fhir.GENDER[one.sex]
    for form in (f"identifier=urn:yumiao:identifier:resident|{number}", f"name={one.name}&birthdate={one.birth_date}&gender={gender}",
                 f"birthdate=ge{one.birth_date}&birthdate=le{one.birth_date}&name={one.name}"):  # fmt: skip
        status, said = ask("/api/fhir/Patient/_search", f"purpose=matter&{form}", content=FORM)
        Bundle.model_validate(said)
        assert status == 200 and one.pk in [fhir.person(e["resource"]).number for e in said["entry"]]
        assert number not in json.dumps(said)
    for form, expected in (("name=x", 422), ("purpose=matter", 422), ("purpose=matter&gender=male", 422),
                           ("purpose=matter&identifier=x|1", 422),
                           ("purpose=matter&birthdate=soon", 422), ("purpose=hukou&name=x", 403)):  # fmt: skip
        assert ask("/api/fhir/Patient/_search", form, content=FORM)[0] == expected, form
    assert ask("/api/fhir/Patient/_search", {"purpose": "matter"})[0] == 415


def test_kin_of_the_own_area_by_number_and_elsewhere_masked(ask):
    here = Relation.objects.filter(kind="mother", person__residence_area__startswith=MENGZI, person__hukou_area__startswith=MENGZI)
    row = here.filter(other__listed=True, other__residence_area__startswith=MENGZI).select_related("person", "other").first()
    status, said = ask("/api/fhir/RelatedPerson/_search", f"purpose=care&patient=Patient/{row.person_id}", content=FORM)
    Bundle.model_validate(said)
    kin = {one.kind: one for one in (fhir.kin(e["resource"]) for e in said["entry"])}
    assert status == 200 and (kin["mother"].other, kin["mother"].name) == (row.other_id, row.other.name)
    seen = ask(f"/api/fhir/RelatedPerson/{row.pk}-b?purpose=care")[1]
    RelatedPerson.model_validate(seen)
    assert (fhir.kin(seen).kind, fhir.kin(seen).person, fhir.kin(seen).other) == ("child", row.other_id, row.person_id)
    for group in ("residence", "hukou"):
        stated(row.other_id, group, {"area": "532528101"}, "police")
    far = fhir.kin(ask(f"/api/fhir/RelatedPerson/{row.pk}?purpose=care")[1])
    assert (far.other, far.masked, far.birth_date, far.name) == (None, True, None, row.other.name[0] + "＊＊")
    assert ask(f"/api/fhir/RelatedPerson/{row.pk}-b?purpose=care")[0] == 404  # who is elsewhere is nobody here
    for nothing in ("0", "99999999999", "x", "1-c", "-b"):
        assert ask(f"/api/fhir/RelatedPerson/{nothing}?purpose=care")[0] == 404


def test_kin_are_found_however_often_somebody_was_merged(ask):
    here = Relation.objects.filter(kind="mother", person__residence_area__startswith=MENGZI, person__hukou_area__startswith=MENGZI)
    row = here.filter(other__listed=True, other__residence_area__startswith=MENGZI).select_related("person", "other").first()
    last = row.other_id
    for _ in range(2):  # the mother of the row counts as another one, who counts as a third
        kept = Person.objects.create().pk
        for group, facts in (("birth", {"sex": "F"}), ("residence", {"area": MENGZI})):
            stated(kept, group, facts, "police")
        merge(by=SYSTEM, kept=kept, absorbed=last, reference="t")
        last = kept
    kin = fhir.kin(ask(f"/api/fhir/RelatedPerson/{row.pk}?purpose=care")[1])
    assert (kin.kind, kin.other) == ("mother", last)
    back = ask("/api/fhir/RelatedPerson/_search", f"purpose=care&patient=Patient/{last}", content=FORM)[1]
    assert row.person_id in {fhir.kin(e["resource"]).other for e in back["entry"]}
    assert fhir.kin(ask(f"/api/fhir/RelatedPerson/{row.pk}-b?purpose=care")[1]).person == last
    assert ("child", row.person_id) in {(one.kind, one.number) for one in relatives(last, MENGZI, today())}
