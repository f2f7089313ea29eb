"""Pairs left to people: whose they are, both rows side by side, what differs, the verdict, and two people where money hangs on it."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from tests.calc.feeds.files import number, text
from tests.desks.conftest import ON
from tests.laid import laid
from yumiao.base.access.roles import SYSTEM
from yumiao.base.audit.models import Entry
from yumiao.base.people.models import Person
from yumiao.config.characters import SWITCH
from yumiao.desks.counter.differing import compared, pieces
from yumiao.engines.exchange import service
from yumiao.engines.exchange.models import Judgment, Mention, Pair

from .conftest import PLACE, POLICE, words

pytestmark = pytest.mark.django_db
HANZI = re.compile("[\u4e00-\u9fff]")
TWICE = [[number("19900101", n, "532503"), "李梅", "女", "1990-01-01", "哈尼族", PLACE.format(1)] for n in (2, 204)]
AGAIN = [[number("19850505", n, "532503"), "陈静", "女", "1985-05-05", "汉族", PLACE.format(7)] for n in (6, 208)]
QUERIES = {"list": 9, "pair": 10 if connection.vendor == "sqlite" else 9}
BIRTH = {"sqlite": 22, "postgresql": 8}  # queries; what PostgreSQL gives by COPY is not counted


@pytest.fixture(scope="module")
def twice(tmp_path_factory, django_db_setup, django_db_blocker):
    """A file in which two women stand twice: with the same name, birth date and home, and two valid numbers."""
    path = text(tmp_path_factory.mktemp("twice") / "户籍人口.csv", [POLICE, *TWICE, *AGAIN])
    with laid(django_db_blocker), override_settings(TODAY=ON):
        service.load(by=SYSTEM, department="police", files=[path], plan="honghe", today=ON)
        Pair.objects.update(money=False)
        yield


@pytest.fixture
def pairs(twice, as_role):
    """The two pairs of Mengzi."""
    found = list(Pair.objects.order_by("pk"))
    assert [p.reason for p in found] == ["two_numbers", "two_numbers"] and {p.county for p in found} == {"532503"}
    return found


def test_both_rows_side_by_side_with_what_differs(as_role, pairs):
    client = as_role("county")
    page = client.get(f"/counter/linking/{pairs[0].pk}/", {"for": "matter"})
    raw, said = page.content.decode(), words(page)
    assert "李梅" in said and "1990-01-01" in said and "户籍人口.csv" in said and "第 2 行" in said and "第 3 行" in said
    assert "号码却是两个有效号码" in said and "≠ 不同" in said and "= 相同" in said
    assert TWICE[0][0] not in raw and TWICE[0][0][6:14] not in raw and "5325**********" in raw.replace("<mark>", "").replace("</mark>", "")
    assert "<mark>*" in raw and " style=" not in raw and "onclick" not in raw
    row = Entry.objects.filter(verb="access.read", object_kind="pair").order_by("pk").last()
    assert (row.object_id, row.purpose, row.who) == (str(pairs[0].pk), "matter", "demo-county")


def test_a_verdict_settles_it_and_leads_to_the_next(as_role, pairs):
    client = as_role("county")
    listed = client.get("/counter/linking/", {"for": "matter"})
    assert [row["one"].number for row in listed.context["rows"]] == [p.pk for p in pairs] and listed.context["waiting"] == 2
    answer = client.post(f"/counter/linking/{pairs[0].pk}/", {"for": "matter", "verdict": "different"})
    assert answer.headers["Location"] == f"/counter/linking/{pairs[1].pk}/?for=matter&said={pairs[0].pk}"
    assert f"第 {pairs[0].pk} 对记下了" in words(client.get(answer.headers["Location"]))
    answer = client.post(f"/counter/linking/{pairs[1].pk}/", {"for": "matter", "verdict": "same"})
    assert answer.headers["Location"].startswith("/counter/linking/?for=matter")
    assert [p.state for p in Pair.objects.order_by("pk")] == ["different", "same"]
    assert Person.objects.filter(merged_into__isnull=False).count() == 1
    listed = client.get("/counter/linking/", {"for": "matter"})
    assert listed.context["waiting"] == 0 and len(listed.context["judged"]) == 2 and "您：是同一人" in words(listed).replace(" ", "")
    assert listed.context["tally"] == [(listed.context["judged"][0]["reason"], 1, 1)]
    assert client.post(f"/counter/linking/{pairs[1].pk}/", {"for": "matter", "verdict": "different"}).status_code == 422


def test_not_knowing_leaves_it_open_for_somebody_else(as_role, pairs):
    client = as_role("county")
    answer = client.post(f"/counter/linking/{pairs[0].pk}/", {"for": "matter", "verdict": "unsure"})
    assert answer.status_code == 302 and Pair.objects.get(pk=pairs[0].pk).state == "open"
    assert client.get("/counter/linking/", {"for": "matter"}).context["waiting"] == 1
    assert client.post(f"/counter/linking/{pairs[0].pk}/", {"for": "matter", "verdict": "no such"}).status_code == 422


def test_two_people_where_money_hangs_on_it(as_role, pairs):
    Pair.objects.filter(pk=pairs[0].pk).update(money=True)
    client = as_role("county")
    at = f"/counter/linking/{pairs[0].pk}/"
    assert "要两个人说的一样才算数" in words(client.get(at, {"for": "matter"}))
    client.post(at, {"for": "matter", "verdict": "same"})
    again = client.post(at, {"for": "matter", "verdict": "same"})
    assert again.status_code == 422 and Pair.objects.get(pk=pairs[0].pk).state == "open"
    assert "等另一位来判" in words(client.get(at, {"for": "matter"})) and client.get("/counter/").status_code == 200
    as_role("review")
    assert client.get("/counter/linking/").context["waiting"] == 2
    for page in (at, "/counter/linking/"):
        said = client.get(page, {"for": "matter"})
        assert "判过了，您判完才看得到" in words(said) and "另一位：是同一人" not in words(said).replace(" ", "")
    client.post(at, {"for": "matter", "verdict": "same"})
    assert Pair.objects.get(pk=pairs[0].pk).state == "same"
    assert "另一位：是同一人" in words(client.get("/counter/linking/", {"for": "matter"})).replace(" ", "")


def test_two_people_who_differ_are_told_so(as_role, pairs):
    Pair.objects.filter(pk=pairs[0].pk).update(money=True)
    at = f"/counter/linking/{pairs[0].pk}/"
    for role, verdict in (("county", "same"), ("review", "different")):
        client = as_role(role)
        client.post(at, {"for": "matter", "verdict": verdict})
    for role in ("review", "county"):
        said = words(as_role(role).get(at, {"for": "matter"}))
        assert "两位说的不一样" in said and "等另一位来判" not in said
    assert Pair.objects.get(pk=pairs[0].pk).state == "open"


def test_whom_a_row_may_be_instead_stands_beside_it(as_role, pairs):
    client, at = as_role("county"), f"/counter/linking/{pairs[0].pk}/"
    assert "像别人" not in words(client.get(at, {"for": "matter"}))
    other = Pair.objects.create(batch=pairs[0].batch, a=pairs[0].b, b=pairs[1].a, reason="rivals", county="532503", at=timezone.now())
    page = client.get(at, {"for": "matter"})
    assert page.context["also"] == [other.pk] and f'href="/counter/linking/{other.pk}/?for=matter"' in page.content.decode()
    assert client.get(f"/counter/linking/{other.pk}/", {"for": "matter"}).context["also"] == [one.pk for one in pairs]
    Pair.objects.filter(pk=other.pk).update(county="532528")
    assert client.get(at, {"for": "matter"}).context["also"] == [], "of another county"


def test_role_by_address_by_area_by_purpose(as_role, pairs):
    Pair.objects.filter(pk=pairs[1].pk).update(county="532528")
    for code in SWITCH:
        client, judge, everywhere = as_role(code), code in ("county", "review", "prefecture"), code == "prefecture"
        assert client.get("/counter/linking/").status_code == (200 if judge else 404)
        for purpose in ("matter", "entitlement", "care", "payment", "hiring", ""):
            may = judge and purpose in ("matter", "entitlement")
            unstated = judge and purpose in ("payment", "hiring", "")  # no purposes of this desk: they are asked for again
            assert client.get("/counter/linking/", {"for": purpose}).status_code == (200 if may or unstated else 404)
            for one, here in zip(pairs, (True, False), strict=True):
                before = Entry.objects.filter(outcome__startswith="refused").count()
                answer = client.get(f"/counter/linking/{one.pk}/", {"for": purpose})
                may_here = may and (here or everywhere)
                assert answer.status_code == (200 if may_here else 404), (code, purpose, here)
                assert (Entry.objects.filter(outcome__startswith="refused").count() > before) is not may_here
                if not may_here:
                    posted = client.post(f"/counter/linking/{one.pk}/", {"for": purpose, "verdict": "same"})
                    assert posted.status_code == 404 and "李梅" not in posted.content.decode()
        assert client.get("/counter/linking/999999999/", {"for": "matter"}).status_code == 404
        assert ("/counter/linking/" in client.get("/counter/").content.decode()) is judge
    assert not Judgment.objects.exists()


def test_english_pages_speak_english(as_role, pairs):
    client = as_role("county")
    for address in ("/counter/linking/", f"/counter/linking/{pairs[0].pk}/"):
        raw = re.sub(r'<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>', "", client.get(address, {"for": "matter", "lang": "en"}).content.decode())
        raw = re.sub(rf"红发〔2023〕5号|户籍人口\.csv|李梅|{PLACE.format(1)}", "", raw)
        assert HANZI.findall(raw) == [], raw[max(0, HANZI.search(raw).start() - 80) :][:160]


def test_how_many_queries_a_page_takes(as_role, pairs):
    """The baseline: a page that takes another number of queries says so here."""
    client, took = as_role("county"), {}
    for name, address in (("list", "/counter/linking/"), ("pair", f"/counter/linking/{pairs[0].pk}/")):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address, {"for": "matter"}).status_code == 200
        took[name] = len([q for q in queries if not q["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE"))])
    assert took == QUERIES


@pytest.mark.parametrize(
    ("one", "other"), [("李小梅", "李晓梅"), ("", "王强"), ("欧阳", "欧阳"), ("19900101", "19910101"), ("阿普·依诺", "阿普依诺")]
)
def test_pieces_put_together_are_the_texts(one, other):
    left, right = pieces(one, other)
    assert "".join(t for t, _ in left) == one and "".join(t for t, _ in right) == other
    assert [t for t, differs in left if not differs] == [t for t, differs in right if not differs]
    assert any(differs for _, differs in left + right) is (one != other)


def test_numbers_are_hidden_but_for_their_ends_and_unknown_is_no_difference():
    a = {"name": "李梅", "written": TWICE[0][0], "phone": None, "sex": "F", "certificate": "A123456789"}
    found = {row.name: row for row in compared(a, {**a, "written": TWICE[1][0], "phone": "13900000000", "sex": None})}
    number_ = found["written"]
    assert number_.state == "differs" and "".join(t for t, _ in number_.a) == "5325" + "*" * 12 + TWICE[0][0][-2:]
    for side in (number_.a, number_.b):
        marked = [d for t, d in side for _ in t]
        assert marked == [x != y for x, y in zip(TWICE[0][0], TWICE[1][0], strict=True)]
    assert (found["phone"].state, found["phone"].a) == ("unknown", []) and found["sex"].state == "unknown"
    assert found["name"].state == "same" and "".join(t for t, _ in found["certificate"].a) == "A123****89"


def test_a_drawn_pair_that_is_two_persons_is_named_with_its_batch(as_role, pairs, tmp_path):
    path = text(
        tmp_path / "医保.csv", [["姓名", "身份证号", "性别", "出生日期", "险种"], ["李梅", TWICE[0][0], "女", "1990-01-01", "职工医保"]]
    )
    batch = service.load(by=SYSTEM, department="insurance", files=[path], plan="honghe", today=ON)[0].batch
    service.sample(by=SYSTEM)
    drawn = Pair.objects.get(reason="audit")
    client = as_role("county")
    assert "随机抽出来请人核对" in words(client.get("/counter/linking/", {"for": "matter"}))
    client.post(f"/counter/linking/{drawn.pk}/", {"for": "matter", "verdict": "different"})
    page = client.get("/counter/linking/", {"for": "matter"})
    assert page.context["wrong"] == [(drawn.pk, batch)] and "要分开就撤回那一批" in words(page)
    service.revoke(by=SYSTEM, batch=batch)
    assert client.get("/counter/linking/", {"for": "matter"}).context["wrong"] == []


@pytest.fixture
def births(pairs, tmp_path):
    """Two births: the mother of one is registered in Mengzi, of the other nobody knows."""
    head = ["出生医学证明编号", "新生儿姓名", "新生儿性别", "新生儿出生日期", "母亲姓名", "母亲公民身份号码"]
    rows = [["R530000001", "李小苗", "女", "2024-03-05", "李梅", TWICE[0][0]], ["R530000002", "何小谷", "男", "2024-03-06", "何燕", ""]]
    path = text(tmp_path / "出生.csv", [head, *rows])
    service.load(by=SYSTEM, department="health", files=[path], plan="honghe", today=ON)
    return {name: Person.objects.get(name=name).pk for name in ("李小苗", "何小谷")}


def listed(client, **more) -> dict:
    return client.get("/counter/linking/births/", {"for": "matter", **more}).context


def test_births_without_a_person_are_a_list_to_work_off(as_role, births):
    client = as_role("county")
    page = client.get("/counter/linking/births/", {"for": "matter"})
    [row] = page.context["rows"]
    assert row["one"].person == births["李小苗"], "of the county of its mother"
    assert client.get(f"/counter/people/{row['one'].parent}/", {"for": "matter"}).status_code == 200
    assert "李小苗" not in page.content.decode() and "出生.csv" in words(page) and "2025年10月20日" in words(page), "a Monday"
    sent = {"for": "matter", "mention": row["one"].mention, "note": "已打电话，下周上户"}
    assert client.post("/counter/linking/births/", {**sent, "note": "  "}).status_code == 422
    assert client.post("/counter/linking/births/", {**sent, "mention": row["one"].mention + 1}).status_code == 422, "of no county of theirs"
    assert client.post("/counter/linking/births/", sent).status_code == 302
    context = listed(client)
    assert context["rows"] == [] and [one["notes"][0][:2] for one in context["done"]] == [("您", "已打电话，下周上户")]
    assert "这周都看过了" in words(client.get("/counter/linking/births/", {"for": "matter"}))
    assert Entry.objects.filter(verb="exchange.work_off", outcome="done", object_id=str(row["one"].mention)).count() == 1


def test_what_the_row_of_a_birth_says_is_opened_one_at_a_time(as_role, births):
    client = as_role("county")
    [row] = listed(client)["rows"]
    mention = row["one"].mention
    other = Mention.objects.get(person=births["何小谷"], role="child").pk
    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/counter/linking/births/{mention}/", {"for": "matter"})
    assert len([q for q in queries if not q["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]) == BIRTH[connection.vendor]
    said = words(page)
    assert all(one in said for one in ("李小苗", "2024-03-05", "李梅")) and TWICE[0][0] not in page.content.decode()
    read = Entry.objects.filter(verb="access.read").order_by("pk").last()
    assert (read.outcome, read.purpose, read.object_kind, read.object_id) == ("read", "matter", "mention", str(mention))
    for address in (f"{mention}/?for=", f"{mention}/?for=care", f"{other}/?for=matter", "999999999/?for=matter", f"{1 << 70}/?for=matter"):
        assert client.get(f"/counter/linking/births/{address}").status_code == 404, address
    for code in SWITCH:
        sees = code in ("county", "review")
        assert as_role(code).get(f"/counter/linking/births/{mention}/", {"for": "matter"}).status_code == (200 if sees else 404), code


def test_a_pair_leads_to_the_persons_of_the_judges_own_area(as_role, pairs):
    number = Pair.objects.order_by("pk").first().pk
    sides = as_role("county").get(f"/counter/linking/{number}/", {"for": "matter"}).context["sides"]
    links = [one["person"] for one in sides]
    assert all(links) and as_role("county").get(f"/counter/people/{links[0]}/", {"for": "matter"}).status_code == 200
    Person.objects.filter(pk=links[1]).update(residence_area="532528", hukou_area="532528")
    again = as_role("county").get(f"/counter/linking/{number}/", {"for": "matter"}).context["sides"]
    assert [one["person"] for one in again] == [links[0], None]


def test_next_week_they_stand_on_the_list_again_with_what_was_noted(as_role, births, settings):
    client = as_role("county")
    [row] = listed(client)["rows"]
    settings.TODAY = None
    client.post("/counter/linking/births/", {"for": "matter", "mention": row["one"].mention, "note": "等上户"})
    assert listed(client)["rows"] == []
    settings.TODAY = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=8)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("yumiao.engines.exchange.births.day_of", timezone.localdate)
        [again] = listed(client)["rows"]
    assert again["notes"][0][1] == "等上户"


def test_births_for_whom(as_role, births):
    for code in SWITCH:
        for sent in ({"for": "matter"}, {}):
            sees = bool(sent) and code in ("county", "review", "prefecture")
            assert as_role(code).get("/counter/linking/births/", sent).status_code == (200 if sees else 404), code
            if not sees:
                assert as_role(code).post("/counter/linking/births/", {**sent, "mention": 1, "note": "x"}).status_code == 404
    assert client_put(as_role("county")) == 405


def client_put(client) -> int:
    return client.put("/counter/linking/births/?for=matter").status_code


def test_what_no_county_owns_is_for_the_reviewer_of_the_prefecture(births):
    from yumiao.base.access.declare import Actor, NotThere, Purpose
    from yumiao.base.access.roles import ROLES
    from yumiao.engines.exchange import desk_births, desk_pairs

    reviewer = Actor(who="reviewer", roles=(ROLES["prefecture_reviewer"],))
    week = desk_births.week(reviewer, Purpose.MATTER)
    assert [one.person for one in week.owed] == [births["何小谷"]] and week.many == 1
    one = Pair.objects.order_by("pk").first()
    assert desk_pairs.waiting(reviewer) == 0
    Pair.objects.filter(pk=one.pk).update(county=None)
    assert [line.number for line in desk_pairs.pairs(reviewer, Purpose.MATTER)[0]] == [one.pk] and desk_pairs.next_of(reviewer, 0) == one.pk
    second = Actor(who="second", roles=(ROLES["prefecture_reviewer"],))
    said = [service.judge(by=who, pair=one.pk, verdict="different") for who in (reviewer, second)]
    assert said == ["open", "different"], "she is somebody's mother: two judge"
    for role in ("operator", "leader", "public"):
        with pytest.raises(NotThere):
            desk_births.week(Actor(who="x", roles=(ROLES[role],)), Purpose.MATTER)
