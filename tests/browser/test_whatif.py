"""测算 in Chromium: a question is composed, asked, watched and answered, cancelled, and worked by keyboard; both sizes, both languages."""

import datetime as dt

import pytest
from django.test import override_settings

from tests.desks.plan.conftest import REFORM, readings_found
from yumiao.base.access.roles import SYSTEM
from yumiao.config import characters
from yumiao.desks.house import law
from yumiao.engines.rights import service

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
ON = dt.date(2025, 10, 20)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    from yumiao.calc.synthetic import generate, read_marginals

    folder = tmp_path_factory.mktemp("tiny")
    generate(read_marginals("honghe").scaled(0.002), seed=5, on=ON).write(folder)
    return folder


@pytest.fixture
def demonstration(tiny):
    """A snapshot that a run was made over, on the demonstration's day."""
    with override_settings(DEMO=True, TODAY=ON):
        service.run_batch(by=SYSTEM, folder=tiny, plan="honghe", on=ON)
        yield tiny


def as_leader(page, server) -> None:
    page.context.add_cookies([{"name": characters.COOKIE, "value": characters.signed("leader"), "url": server.url}])


def good(page, axe, within: str | None = "main") -> None:
    assert page.evaluate(WIDER) <= 0, page.url
    assert axe(page, within) == [], page.url


@pytest.mark.parametrize(("size", "years"), [((1440, 900), "2023-2026"), ((390, 844), "2023-2024")])
def test_a_question_from_the_first_figure_to_the_answer(live_server, open_page, axe, demonstration, worker, size, years):
    page = open_page(*size)
    as_leader(page, live_server)
    page.goto(f"{live_server.url}/plan/whatif/")
    good(page, axe)
    page.fill("#q", "第5条")
    page.locator("#offers li", has_text="一次性生育补贴").first.wait_for()
    page.locator("#offers li", has_text="二孩 2,000 元").get_by_role("link", name="改").click()
    page.fill("[name=since]", "2023-01-01")
    page.fill("[name=value-2]", "minus one")
    page.get_by_role("button", name="放进改动").first.click()
    page.locator("#e-value-2").wait_for()
    page.troubles.clear()  # the browser tells of a 422 in its console
    good(page, axe)
    page.fill("[name=value-2]", "3000")
    page.fill("[name=value-3]", "8000")
    page.get_by_role("button", name="放进改动").first.click()
    page.locator(".wi-changes li").wait_for()
    assert "reform=" in page.url
    for lang in ("en", "zh"):
        page.goto(f"{page.url.partition('#')[0]}&lang={lang}")
        page.locator("#text summary").click()
        page.locator("#right summary").click()
        good(page, axe)
    page.fill("#years", years)
    page.get_by_role("button", name="开始测算").click()
    page.locator("#progress").wait_for()
    assert page.locator("#progress progress").count() == 1
    good(page, axe)
    worker()
    page.locator("#years").wait_for(timeout=60_000)  # the page comes by itself when the answer is there
    address = page.url.partition("#")[0]
    for lang in ("en", "zh"):
        page.goto(f"{address}?lang={lang}")
        assert page.locator("html").get_attribute("lang") == ("en" if lang == "en" else "zh-CN")
        assert page.locator("#years .wi-chart rect.wi-will").count() >= 2
        assert page.locator("#years .wi-chart rect[fill*=h-will][height]").count() >= ("6" in years)
        assert page.locator("#counties tbody tr").count() >= 1 and page.locator("#groups table").count() == 3
        good(page, axe)
    page.get_by_role("link", name="2023", exact=True).click()
    assert "year=2023" in page.url
    with page.expect_download() as download:
        page.get_by_role("link", name="xlsx").click()
    assert download.value.suggested_filename.endswith(".xlsx")


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_readings_say_what_they_cost(live_server, open_page, axe, demonstration, size):
    number = service.ask_reckoning(by=SYSTEM, law=law.plan(), reform="", years=[2024], kind="readings")
    readings_found(number)
    page = open_page(*size)
    as_leader(page, live_server)
    for lang in ("zh", "en"):
        page.goto(f"{live_server.url}/plan/readings/?lang={lang}")
        assert page.locator(".ym-readings table tbody tr").count() == 3
        good(page, axe)


def test_cancelled_before_it_begins(live_server, page, axe, demonstration):
    as_leader(page, live_server)
    page.goto(f"{live_server.url}/plan/whatif/")
    page.locator("#text summary").click()
    page.fill("#yaml", REFORM)
    page.get_by_role("button", name="照文本改").click()
    page.locator(".wi-changes li").first.wait_for()
    page.get_by_role("button", name="开始测算").click()
    page.get_by_role("button", name="取消").click()
    page.get_by_text("什么也没有留下").wait_for()
    good(page, axe)
    page.get_by_role("button", name="再算一次").click()
    page.get_by_role("button", name="取消").wait_for()


def test_by_keyboard_alone(live_server, page, demonstration):
    as_leader(page, live_server)
    page.goto(f"{live_server.url}/plan/whatif/?q=birth_grants.yearly")

    def tab_to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not reached by Tab")

    tab_to("#offers a.ym-btn")
    page.keyboard.press("Enter")
    page.locator("#card").wait_for()
    tab_to("#value")
    page.keyboard.press("Control+A")
    page.keyboard.type("1000")
    page.keyboard.press("Enter")
    page.locator(".wi-changes li").wait_for()
    tab_to("button[value=reckon]")
    page.keyboard.press("Enter")
    page.locator("#progress").wait_for()
    tab_to("#progress button")
    page.keyboard.press("Enter")
    page.get_by_text("什么也没有留下").wait_for()


def test_without_script(live_server, open_page, demonstration, worker):
    page = open_page(java_script_enabled=False)
    as_leader(page, live_server)
    page.goto(f"{live_server.url}/plan/whatif/?reading=one_off_after_merger")
    page.get_by_label("随 800 元一起并入").check()
    page.get_by_role("button", name="放进改动").first.click()
    page.fill("#years", "2024")
    page.get_by_role("button", name="开始测算").click()
    worker()
    for _ in range(200):
        if page.locator("#years").count():
            break
        page.wait_for_timeout(200)
        page.get_by_role("link", name="刷新").click()
    assert page.locator("#years tbody tr").count() == 1
