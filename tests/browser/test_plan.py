"""The plan walked in Chromium: index, clause, rule, readings; wide and on a phone, in both languages, by keyboard, with no script too."""

import datetime as dt

import pytest
from django.test import override_settings

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = [(1440, 900), (390, 844)]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(autouse=True)
def demonstration():
    with override_settings(DEMO=True, TODAY=dt.date(2025, 10, 20), API_PER_MINUTE=0):
        yield


def look(page, axe):
    """Nothing is wider than the screen, and axe finds nothing."""
    assert page.evaluate(WIDER) <= 0, page.url
    assert axe(page) == [], page.url


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_from_the_index_to_the_readings(live_server, open_page, axe, size, lang):
    page = open_page(*size)
    page.goto(f"{live_server.url}/plan/?lang={lang}")
    look(page, axe)
    page.locator("a.ym-cl[href$='/clauses/5/']").click()
    assert page.locator("h1").inner_text().endswith({"zh": "生育补贴", "en": "Birth grants"}[lang])
    look(page, axe)
    page.locator(".ym-measures a[href$='/rules/birth_grant/']").first.click()
    assert page.locator(".ym-conds > li").count() >= 4
    look(page, axe)
    page.locator("a[href='/plan/readings/']").first.click()
    assert page.locator(".ym-readings > li").count() >= 5
    look(page, axe)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "address",
    ["/plan/clauses/O/", "/plan/clauses/S/", "/plan/clauses/A/", "/counter/", "/cockpit/", "/help/plan/", "/privacy/", "/api/docs/"],
)
def test_other_pages(live_server, open_page, axe, address, size, lang):
    page = open_page(*size)
    page.goto(f"{live_server.url}{address}?lang={lang}")
    look(page, axe)


def test_every_clause_fits_a_phone(live_server, phone):
    for id in range(1, 21):
        phone.goto(f"{live_server.url}/plan/clauses/{id}/?lang={'en' if id % 2 else 'zh'}&text=large")
        assert phone.evaluate(WIDER) <= 0, id


def test_finding_while_typing(live_server, page):
    page.goto(f"{live_server.url}/plan/")
    page.locator("#q").press_sequentially("公积金", delay=20)
    page.locator("#found [role=status]").wait_for()
    assert page.locator(".ym-cl[href$='/clauses/7/']").is_visible() and not page.locator(".ym-cl[href$='/clauses/10/']").count()
    assert page.locator("#q").input_value() == "公积金" and "q=" in page.url


def test_finding_without_script(live_server, open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{live_server.url}/plan/")
    page.locator("#q").fill("公积金")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.locator(".ym-cl[href$='/clauses/7/']").count() and not page.locator(".ym-cl[href$='/clauses/10/']").count()
    page.locator(".ym-pick a").nth(1).click()
    page.wait_for_url("**for=family**")
    assert "for=family" in page.url and "q=" in page.url


def test_by_keyboard_alone(live_server, page):
    page.goto(f"{live_server.url}/plan/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "ym-skip"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('a.ym-cl')"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).boxShadow") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/plan/clauses/1/")
    page.goto(f"{live_server.url}/plan/clauses/5/")
    fold = page.locator("details.ym-fold > summary").nth(1)
    fold.focus()
    page.keyboard.press("Enter")
    assert page.locator("details.ym-fold").nth(1).get_attribute("open") is not None


def test_large_text_stays_on_the_page_and_is_kept(live_server, page):
    page.goto(f"{live_server.url}/plan/clauses/5/")
    size = "getComputedStyle(document.documentElement).fontSize"
    assert page.evaluate(size) == "16px"
    with page.expect_response("**text=large*"):
        page.locator("[data-text-switch]").click()
    assert page.evaluate(size) == "20px" and page.url.endswith("/plan/clauses/5/")
    page.goto(f"{live_server.url}/plan/")
    assert page.evaluate(size) == "20px"


def test_the_role_switch_lands_where_there_is_something_to_do(live_server, page):
    page.goto(f"{live_server.url}/plan/")
    page.locator(".ym-cast summary").click()
    page.locator(".ym-cast button[value=leader]").click()
    page.wait_for_url("**/cockpit/")
    assert page.locator(".ym-who").inner_text().strip() == "州领导"


@pytest.mark.pictures
def test_pictures(live_server, open_page, picture):
    page = open_page(1440, 900)
    page.goto(f"{live_server.url}/plan/clauses/5/")
    picture(page, "clause")
