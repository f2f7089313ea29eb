"""The registry walked in Chromium: the mother's own family, and staff finding somebody; two sizes, both languages, keyboard."""

import datetime as dt

import pytest
from django.test import override_settings

from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.queries import bound
from yumiao.base.people.service import load
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.config import demonstration

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ON = dt.date(2025, 10, 20)
SIZES = [(1440, 900), (390, 844)]
WIDTHS = (390, 768, 1280)
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def tables():
    made = generate(read_marginals("honghe").scaled(0.0005), seed=5, on=ON, identities=True, named=True)
    return {name: frame for name, frame in made.files().items() if name in {*made.tables, "identities", "names"}}


@pytest.fixture
def mother(tables):
    with override_settings(DEMO=True, TODAY=ON):
        demonstration.accounts()
        load(by=SYSTEM, tables=tables, department="synthetic", reference="test", trust="invented", share=0.01)
        demonstration.mother()
        yield bound("demo-mother")


def look(page, axe):
    """Nothing scrolls sideways at the page's own width and at others, and nothing is hard to reach."""
    own = page.viewport_size
    for width in (*(one for one in WIDTHS if one != own["width"]), own["width"]):
        page.set_viewport_size({**own, "width": width})
        assert page.evaluate(WIDER) <= 0, (page.url, width)
    assert axe(page) == [], page.url


def become(page, server, code, lang):
    page.goto(f"{server.url}/?lang={lang}")
    page.locator(".ym-cast summary").click()
    page.locator(f".ym-cast button[value={code}]").click()
    page.wait_for_load_state()


def test_a_family_and_a_search(live_server, open_page, axe, mother):
    for size, lang in zip(SIZES, ("zh", "en"), strict=True):
        page = open_page(*size)
        become(page, live_server, "mother", lang)
        assert {"zh": "1% 样本", "en": "a 1% sample"}[lang] in page.locator(".pt-source").inner_text()
        look(page, axe)
        page.goto(f"{live_server.url}/family/start/")
        look(page, axe)
        become(page, live_server, "county", lang)
        page.locator("a[href='/counter/people/']").click()
        look(page, axe)
        page.locator("input[value=matter]").focus()
        page.keyboard.press("Space")
        page.locator("#i-q").focus()
        page.keyboard.type("li")
        page.keyboard.press("Enter")
        page.wait_for_url("**for=matter**")
        look(page, axe)
        page.locator("table a").first.click()
        page.wait_for_url("**/counter/people/*/?for=matter")
        look(page, axe)
        page.goto(f"{live_server.url}/counter/people/{mother}/?for=entitlement")
        for fold in page.locator("details.ym-more summary").all():
            fold.click()
        look(page, axe)
        assert page.locator("#h-owed").count() == 1 and page.locator("a[href^='/plan/rules/']").count() >= 1
        become(page, live_server, "village", lang)
        assert page.goto(f"{live_server.url}/counter/people/{mother}/?for=matter").status == 404
        page.troubles.clear()  # the browser notes the 404 that was asked for
