"""The family page by its addresses: both languages, the eight stories, facts changed and answered, what is kept and what is not."""

import html
import json
import re

import pytest

from yumiao.base.access.declare import DECOUPLED, NotThere, Purpose
from yumiao.base.access.roles import PUBLIC
from yumiao.base.audit import queries as audit
from yumiao.calc.provisions import explain
from yumiao.desks.house import law
from yumiao.desks.portal import family, stories
from yumiao.lib.language import speaking

from .conftest import DAY

pytestmark = pytest.mark.django_db
PAGES = ["/", "/family/start/", "/family/edit/", "/family/what-if/"]
FILES = ["/family/facts.json", "/family/results.json", "/family/sheet.pdf"]
POSTS = ["/family/begin/", "/family/answer/", "/family/forget/", "/family/load/"]
HANZI = re.compile("[\u4e00-\u9fff]")


def words(answer):
    """The words of a page as people read them."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


def bare(results):
    """Results without what each answer to a missing fact would bring."""
    return [{**r, "missing": [{k: v for k, v in m.items() if k != "if"} for m in r["missing"]]} for r in results]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_with_and_without_a_family(visit, address, lang):
    visit.client.get("/family/start/", {"lang": lang})
    empty = visit.client.get(address, follow=True)
    assert empty.status_code == 200 and len(empty.context["stories"]) == 8
    visit.begin("newborn")
    answer = visit.client.get(address)
    text = answer.content.decode()
    assert answer.status_code == 200 and f'<html lang="{"zh-CN" if lang == "zh" else "en"}"' in text
    assert text.count("<h1") == (2 if address == "/" else 1), "one head on the screen, one on the printed sheet"
    assert "style=" not in text and "onclick=" not in text and "<script>" not in text
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids)), "an id stands once"


@pytest.mark.parametrize("story", stories.codes())
def test_english_pages_speak_english(visit, story):
    """Chinese stands on an English page only where it is marked as Chinese, in names as they were given, and in names of documents."""
    visit.client.get("/family/start/", {"lang": "en"})
    visit.begin(story)
    for address in ["/", "/family/edit/", "/family/what-if/"]:
        text = visit.client.get(address).content.decode()
        text = re.sub(r'<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>', "", text, flags=re.S)
        text = re.sub(r"红发〔2023〕5号|data-\w+=\"[^\"]*\"|<input[^>]*>", "", text)
        assert HANZI.findall(text) == [], HANZI.search(text) and text[max(0, HANZI.search(text).start() - 80) :][:160]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("address", FILES)
def test_every_file(visit, address, lang):
    visit.begin("newborn")
    answer = visit.client.get(address, {"lang": lang})
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    body = b"".join(answer) if answer.streaming else answer.content
    assert body.startswith(b"%PDF-") if address.endswith("pdf") else json.loads(body)


@pytest.mark.parametrize("address", [*PAGES, *FILES])
def test_addresses_that_are_only_read(visit, address):
    if address in ("/family/edit/", "/family/what-if/"):
        assert visit.client.put(address).status_code == 405
    else:
        assert visit.client.post(address).status_code == 405


@pytest.mark.parametrize("address", POSTS)
def test_addresses_that_are_only_sent_to(visit, address):
    assert visit.client.get(address).status_code == 405


@pytest.mark.parametrize("address", [*POSTS, "/family/edit/", "/family/what-if/"])
def test_no_form_is_taken_without_its_token(another, address):
    strict = another(enforce_csrf_checks=True)
    assert strict.client.post(address, {"story": "newborn", "do": "day", "f-on": "2025-01-01"}).status_code == 403
    assert strict.kept() is None


@pytest.mark.parametrize("address", ["/family/answer/", "/family/edit/", "/family/what-if/"])
def test_when_the_session_has_ended_it_is_back_to_the_start(visit, address):
    visit.begin("newborn")
    visit.client.cookies.clear()
    assert visit.client.post(address, {"do": "day"}).headers["Location"] == "/family/start/"
    part = visit.client.post(address, {"do": "day"}, headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (200, "/family/start/")
    for file in FILES:
        assert visit.client.get(file).headers["Location"] == "/family/start/"


# the eight stories


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("story", stories.codes())
def test_a_story_begins_and_its_page_says_what_explain_says(visit, story, lang):
    visit.client.get("/family/start/", {"lang": lang})
    answer = visit.begin(story).client.get("/")
    with speaking(lang):
        said = explain(law.plan(), stories.facts(story), DAY)
    assert bare(card.result for card in answer.context["cards"]) == said["results"]
    assert visit.results() == json.loads(json.dumps(said, default=str))
    text = answer.content.decode()
    shown = dict(re.findall(r'data-right="([^"]+)" data-state="([^"]+)"', text))
    for card in answer.context["cards"]:
        if card.state != "no" and not card.past:
            assert shown.pop(card.key) == card.state, card.title
            assert card.title in words(answer) and (card.amount == "?" or card.amount in words(answer))
    assert answer.context["place"] and f"· {answer.context['place']}" in words(answer)
    assert shown == {}, "nothing is shown as a card that is not due or open"
    for question in re.findall(r'href="#(c-[^"]+)"', text):
        assert f'id="{question}"' in text, "a question asked above stands above"


def test_a_question_stands_on_the_card_that_is_shown_first(visit):
    """The child shown first may be another than the one whose card the plan names first."""
    visit.begin("twins")
    for child in [life.who for life in visit.client.get("/").context["lives"]]:
        answer = visit.client.get("/", {"child": child})
        shown = [c.key for c in [*answer.context["first_needs"], *answer.context["more_needs"]]]
        for card in answer.context["needs"]:
            if card.same_as:
                assert shown.index(card.same_as) < shown.index(card.key)


def test_unknown_is_never_a_number(visit):
    visit.holds({"persons": [{"id": "ma", "sex": "F"}, {"id": "k", "mother": "ma", "birth_date": "2025-05-05"}]})
    answer = visit.client.get("/")
    open_cards = [c for c in answer.context["cards"] if c.state in ("unknown", "size")]
    assert open_cards and all(c.amount == "?" for c in open_cards)
    counted = {c.title for s in answer.context["sums"] for c in open_cards if c.title in s.names}
    assert not counted and all(c.title in [n for s in answer.context["sums"] for n in s.unknown] for c in open_cards if not c.past)


def test_what_changes_later_is_told_on_its_own_day(visit):
    """Each line of the days to come is true of its day and not of the day before."""
    visit.begin("newborn")
    ahead = visit.client.get("/").context["ahead"]
    assert sum(bool(m.lines) for m in ahead) >= 4 and [m.day for m in ahead] == sorted({m.day for m in ahead})
    facts = stories.facts("newborn")

    def outcomes(day):
        return {
            (r["provision"], r["for"], r.get("delivery")): (r["answer"], r["amount"]) for r in explain(law.plan(), facts, day)["results"]
        }

    one = type(DAY).resolution
    for moment in ahead:
        if moment.lines:
            assert outcomes(moment.day) != outcomes(moment.day - one), moment.day
    for before, after in zip(ahead, ahead[1:], strict=False):
        assert outcomes(before.day) == outcomes(after.day - one), "nothing changes between two days that are told"


# facts changed


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


# what if


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


# the wall of clause 1, and whose family it is


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
        table = next((t for t, s in family_scopes().items() if s == scope), None)
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


def family_scopes():
    from yumiao.calc.provisions.family import SCOPE_OF

    return SCOPE_OF


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
