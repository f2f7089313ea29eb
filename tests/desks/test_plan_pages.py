"""The plan's pages as visitors meet them: both languages, what stands on them, wrong methods, what does not exist, downloads."""

import io
import json
import re
import zipfile

import pytest

from tests.law import honghe

pytestmark = pytest.mark.django_db

PLAN = honghe()
CLAUSES = sorted(str(c) for chapter in PLAN.about["chapters"] for c in chapter["clauses"])
PAGES = ["/plan/", "/plan/readings/"]


def get(client, address, language="zh"):
    answer = client.get(address, {"lang": language}, follow=True)
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("clause", CLAUSES)
def test_every_clause_has_its_page_with_its_measures(client, clause, language):
    status, text = get(client, f"/plan/clauses/{clause}/", language)
    assert status == 200 and ('<html lang="en' if language == "en" else '<html lang="zh') in text
    for room in PLAN.stack[-1].rooms.values():
        if str(room.measure.get("clause")) == clause:
            assert all(m["title"][language] in text.replace("&#x27;", "'").replace("&amp;", "&") for m in room.measure["measures"])


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", sorted(PLAN.provisions))
def test_every_right_has_its_page_with_its_conditions_and_figures(client, code, language):
    status, text = get(client, f"/plan/rules/{code}/", language)
    assert status == 200
    text = text.replace("&#x27;", "'").replace("&amp;", "&")
    for rule in PLAN.provisions[code]:
        assert all(w.text[0 if language == "zh" else 1] in text for w in rule.when)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", PAGES)
def test_pages_in_both_languages(client, address, language):
    assert get(client, address, language)[0] == 200


def test_the_index_counts_what_the_coverage_counts(client):
    text = get(client, "/plan/")[1]
    assert "91" in text
    for clause in CLAUSES:
        assert f"/plan/clauses/{clause}/" in text


def test_every_reading_is_listed_with_who_can_settle_it(client):
    text = get(client, "/plan/readings/")[1]
    for reading in PLAN.readings.values():
        assert reading.question["zh"] in text and reading.who["zh"] in text


def test_the_wording_of_the_official_text_is_absent_unless_imported(client):
    assert "参保补贴。持续落实" not in get(client, "/plan/clauses/5/")[1]


@pytest.mark.parametrize("address", ["/plan/clauses/99/", "/plan/rules/nothing/", "/plan/nowhere/"])
def test_what_does_not_exist_is_404(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/plan/", "/plan/clauses/5/", "/plan/rules/birth_grant/", "/plan/readings/"])
def test_pages_take_no_posts(client, address):
    assert client.post(address).status_code in (403, 405)


def test_a_rule_can_be_downloaded(client):
    answer = client.get("/plan/rules/birth_grant/data.json")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200 and json.loads(body)


@pytest.mark.parametrize("address", ["/plan/rules/birth_grant/data.xlsx", "/plan/readings/data.xlsx", "/plan/clauses/5/data.xlsx"])
def test_workbooks_open_and_hold_no_formulas(client, address):
    answer = client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        sheets = [book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        strings = book.read("xl/sharedStrings.xml").decode()
    assert sheets and not any(b"<f>" in sheet for sheet in sheets)
    assert not re.findall(r"<t[^>]*>[=+@-]", strings)
