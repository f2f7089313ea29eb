"""The family page by its addresses: both languages, the eight stories, each answer as `explain` gives it."""

import json
import re

import pytest

from yumiao.calc.provisions import explain
from yumiao.desks.house import law
from yumiao.desks.portal import stories
from yumiao.lib.language import speaking

from .conftest import DAY, words

pytestmark = pytest.mark.django_db
PAGES = ["/", "/family/start/", "/family/edit/", "/family/what-if/"]
FILES = ["/family/facts.json", "/family/results.json", "/family/sheet.pdf"]
POSTS = ["/family/begin/", "/family/answer/", "/family/forget/", "/family/load/"]
HANZI = re.compile("[\u4e00-\u9fff]")


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
