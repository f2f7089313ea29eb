"""The registry for staff: role × address × area, what is masked and left out, what is on record, and how many queries a page takes."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desks.conftest import ON
from yumiao.base.access.roles import SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.base.people.families import family_facts
from yumiao.base.people.models import Person, Residence
from yumiao.base.people.service import add_state, correct, merge, withdraw
from yumiao.calc.provisions import explain
from yumiao.config.characters import SWITCH
from yumiao.desks.house import law

pytestmark = pytest.mark.django_db
HANZI = re.compile("[\u4e00-\u9fff]")
QUERIES = {  # what PostgreSQL gives by COPY is not in Django's count
    "sqlite": {"list": 4, "person": 58}, "postgresql": {"list": 4, "person": 31},
}  # fmt: skip
AREAS = {"village": "532528", "county": "532503", "review": "532503"}
PURPOSES = {"village": ("care", "matter"), **dict.fromkeys(("county", "review", "prefecture"), ("matter", "entitlement"))}
EVERYWHERE = {"prefecture"}  # opens persons by number, from a pair or a birth that no county owns; there is no search


def words(answer):
    text = re.sub(r"<(script|style|svg|select)\b.*?</\1>", "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


@pytest.fixture
def as_role(client, registry):
    def become(code):
        client.post("/switch/role/", {"to": code})
        return client

    return become


def somebody(area, **more):
    return Person.objects.filter(residence_area__startswith=area, hukou_area__startswith=area, listed=True, **more).order_by("pk").first()


@pytest.mark.parametrize("code", SWITCH)
def test_role_by_address_by_area(as_role, code):
    client = as_role(code)
    assert client.get("/counter/people/").status_code == (200 if code in AREAS else 404)
    for area in ("532528", "532503", "532501"):
        one = somebody(area)
        for purpose in ("care", "matter", "entitlement", "payment", "hiring", ""):
            mine = (AREAS.get(code) == area or code in EVERYWHERE) and purpose in PURPOSES[code]
            before = Entry.objects.filter(outcome__startswith="refused").count()
            answer = client.get(f"/counter/people/{one.pk}/", {"for": purpose})
            assert answer.status_code == (200 if mine else 404), (code, area, purpose)
            assert (Entry.objects.filter(outcome__startswith="refused").count() > before) is not mine
            if not mine:
                assert one.name not in answer.content.decode()


def test_absent_and_not_yours_look_the_same_and_both_are_recorded(as_role):
    client = as_role("county")
    other = somebody("532528").pk
    texts = []
    for number in (other, 999_999_999):
        answer = client.get(f"/counter/people/{number}/", {"for": "matter"})
        assert answer.status_code == 404
        texts.append(words(answer).replace(str(number), "…"))
        row = Entry.objects.order_by("pk").last()
        assert (row.outcome, row.object_id, row.who, row.purpose) == ("refused:area", str(number), "demo-county", "matter")
    assert texts[0] == texts[1]


def test_a_village_elsewhere_is_refused(as_role):
    client = as_role("county")
    for village in ("532528101", "000000", "x", "5325"):
        assert client.get("/counter/people/", {"for": "matter", "village": village}).status_code == 404


def test_search_by_name_by_pinyin_and_by_village_masked_and_on_record(as_role):
    client = as_role("county")
    one = somebody("532503", dead=False)
    page = client.get("/counter/people/")
    assert page.context["rows"] == [] and page.context["purposes"] and one.name not in page.content.decode()
    together, township = one.pinyin.replace(" ", "").upper(), one.residence_area[:9]
    for more in ({"q": one.name}, {"q": one.pinyin}, {"q": together}, {"village": township, "q": one.name}):
        found = client.get("/counter/people/", {"for": "matter", **more})
        assert one.pk in [row["one"].number for row in found.context["rows"]], more
        shown = re.sub(r"<input[^>]*>", "", found.content.decode())
        assert one.name not in shown and f"{one.name[0]}＊＊" in shown
    row = Entry.objects.filter(verb="access.read").order_by("pk").last()
    assert (row.outcome, row.purpose, row.object_kind, row.count) == ("read", "matter", "person", len(found.context["rows"]))
    unstated = client.get("/counter/people/", {"q": one.name})
    assert unstated.context["unstated"] and unstated.context["rows"] == []
    assert client.get("/counter/people/", {"for": "matter", "q": "\x00%_'\""}).context["rows"] == []


def test_a_former_name_finds_who_bears_another_now(as_role):
    client, former = as_role("county"), "寒露曾"
    one, other = somebody("532503", dead=False), somebody("532528", dead=False)

    def found() -> list[int]:
        return [row["one"].number for row in client.get("/counter/people/", {"for": "matter", "q": former}).context["rows"]]

    assert found() == []
    rows = [
        add_state(by=SYSTEM, person=who.pk, group="name", facts={"kind": "former", "text": former}, department="police", reference="t")
        for who in (one, other)
    ]
    assert found() == [one.pk], "and nobody of another county"
    kept = Person.objects.filter(residence_area__startswith="532503", listed=True).exclude(pk=one.pk).order_by("pk").last()
    merge(by=SYSTEM, kept=kept.pk, absorbed=one.pk, reference="t")
    assert found() == [kept.pk]
    withdraw(by=SYSTEM, group="name", row=rows[0], reference="t")
    assert found() == []


def test_only_the_area_is_searched(as_role):
    client = as_role("village")
    found = client.get("/counter/people/", {"for": "care", "q": "a"}).context["rows"]
    found += client.get("/counter/people/", {"for": "care", "q": "l"}).context["rows"]
    assert found
    people = Person.objects.in_bulk([row["one"].number for row in found])
    assert all("532528" in ((p.residence_area or "")[:6], (p.hukou_area or "")[:6]) for p in people.values())


def test_a_person_as_the_approver_sees_them(as_role, registry):
    client = as_role("county")
    answer = client.get(f"/counter/people/{registry}/", {"for": "matter"})
    text, person = words(answer), Person.objects.get(pk=registry)
    assert person.name in text and "登记库 （1% 样本，均为虚构）" in text and "演示（虚构） test" in text
    assert not answer.context["sealed"] and answer.context["file"].whole
    facts = [fact for rows in answer.context["file"].records.values() for record in rows for fact in record.facts]
    assert facts and not any(value is None or (name.endswith("unknown") and value is False) for name, value in facts)
    family = family_facts(registry, ON)
    wanted = [r for r in explain(law.plan(), family.facts, ON)["results"] if r["answer"] != "no"]
    shown = [one.result for one in answer.context["owed"]]
    assert shown and all(one in wanted for one in shown)
    left_out = [r for r in wanted if r not in shown]
    assert all(r["answer"] == "yes" and r["period"][1] < str(ON) for r in left_out)
    assert all(f"/plan/rules/{one['provision']}/" in answer.content.decode() for one in shown)
    children = {r.number for word, r in answer.context["relatives"] if r.kind == "child"}
    assert len(children) >= 2 and all(f"/counter/people/{number}/" in answer.content.decode() for number in children)
    days = [one.day for one in answer.context["line"]]
    assert days == sorted(days) and person.birth_date in days
    row = Entry.objects.filter(verb="access.read", outcome="read").order_by("pk").last()
    assert (row.who, row.object_id, row.purpose, row.object_kind) == ("demo-county", str(registry), "matter", "person")


def test_class_three_is_left_out_for_a_village_worker_and_said_so(as_role):
    one = somebody("532528", sex="F", birth_date__lt="1995-01-01", birth_date__gt="1980-01-01")
    wage, disabled = {"employment": "employee", "monthly_wage": 7654}, {"kind": "disability", "level": 1}
    add_state(by=SYSTEM, person=one.pk, group="work", facts=wage, department="social", reference="w")
    add_state(by=SYSTEM, person=one.pk, group="certificate", facts=disabled, department="civil", reference="c")
    client = as_role("village")
    answer = client.get(f"/counter/people/{one.pk}/", {"for": "matter"})
    text = words(answer)
    assert "7,654" not in text and "7654" not in answer.content.decode() and "三级事实您的角色看不到" in text
    assert {"就业与参保", "证件", "住院"} <= set(answer.context["sealed"]) and not answer.context["file"].whole
    care = client.get(f"/counter/people/{one.pk}/", {"for": "care"})
    assert "就业与参保" in care.context["hidden"] and "不供这个用途" in words(care)
    family = care.context["file"].owed_from.facts
    assert family["hospital_stays"] == family["certificates"] == family["marriages"] == "unknown"
    assert all("monthly_wage" not in p and p["pregnant_since"] == "unknown" for p in family["persons"])


def test_what_was_said_before_stays_readable(as_role, registry):
    row = Residence.objects.get(person=registry)
    correct(by=SYSTEM, group="residence", row=row.pk, facts={"area": "532503001", "address": "某路 1 号"}, reference="mended")
    answer = as_role("county").get(f"/counter/people/{registry}/", {"for": "matter"})
    [group] = [g for g in answer.context["groups"] if g["code"] == "residence"]
    assert [r.record.stands for r in (*group["now"], *group["history"])] == ["now", "corrected"]
    assert "已被更正" in words(answer) and "mended" in words(answer)


@pytest.mark.parametrize("code", AREAS)
def test_english_pages_speak_english(as_role, code):
    client = as_role(code)
    one = somebody(AREAS[code])
    for address in ("/counter/people/", f"/counter/people/{one.pk}/"):
        text = client.get(address, {"for": PURPOSES[code][0], "lang": "en"}).content.decode()
        text = re.sub(r'<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>', "", text, flags=re.S)
        known = {name for name in Person.objects.values_list("name", flat=True) if name}
        names = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
        text = re.sub(rf"红发〔2023〕5号|<select.*?</select>|{names}|.＊＊", "", text, flags=re.S)
        assert HANZI.findall(text) == [], text[max(0, HANZI.search(text).start() - 80) :][:160]


def test_how_many_queries_a_page_takes(as_role, registry):
    """The baseline: a page that takes another number of queries says so here."""
    client, took = as_role("county"), {}
    for page, address, more in (
        ("list", "/counter/people/", {"village": "532503"}), ("person", f"/counter/people/{registry}/", {}),
    ):  # fmt: skip
        with CaptureQueriesContext(connection) as queries:
            client.get(address, {"for": "matter", **more})
        took[page] = len([q for q in queries if not q["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE"))])
    assert took == QUERIES[connection.vendor]


def test_the_door_leads_there_for_whom_it_is(as_role):
    assert "/counter/people/" in as_role("village").get("/counter/").content.decode()
    assert "/counter/people/" not in as_role("public").get("/counter/").content.decode()
