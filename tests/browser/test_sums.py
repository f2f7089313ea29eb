"""Who gets how much, in Chromium: table, map, townships and days fit the screen in both languages, and axe finds nothing."""

import datetime as dt

import polars as pl
import pytest
from django.test import override_settings

from yumiao.base.access.roles import SYSTEM
from yumiao.base.areas import queries as areas
from yumiao.calc.synthetic import generate, read_marginals
from yumiao.engines.population import service as population
from yumiao.engines.rights import service

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def look(page, axe):
    """Nothing is wider than the screen, and axe finds nothing."""
    assert page.evaluate(WIDER) <= 0, page.url
    assert axe(page) == [], page.url


@pytest.fixture
def counted(tmp_path):
    """Two days over a child or more in every township."""
    born = dt.date(2024, 3, 9)
    townships = [t.code for county in areas.counties() for t in areas.below(county.code)]
    rows = [
        {"id": at, "family": at, "mother": -1 - at, "birth_order": 2 + at % 2, "birth_date": born, "hukou_since": born, "hukou_area": code}
        for at, code in enumerate(code for n, code in enumerate(townships) for _ in range(1 + n % 9))
    ]
    pl.from_dicts(rows).write_parquet(tmp_path / "persons.parquet")
    for day in (dt.date(2024, 12, 31), dt.date(2025, 10, 20)):
        service.run_batch(by=SYSTEM, folder=tmp_path, plan="honghe", on=day)


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_sums_of_a_right(live_server, open_page, axe, counted, size):
    page = open_page(*size)
    with override_settings(DEMO=True, TODAY=dt.date(2025, 10, 20)):
        for lang in ("zh", "en"):
            page.goto(f"{live_server.url}/plan/rules/birth_grant/?lang={lang}")
            assert page.locator("#sums tbody").first.locator("tr").count() == 13
            page.locator("#sums a[href*='county=532503']").click()
            page.locator("#townships").wait_for()
            assert page.locator("#sums .ym-map path").count() == 13 and page.locator("#sums .ym-spark circle").count() >= 26
            assert page.evaluate(WIDER) <= 0, lang
            assert axe(page, "#sums") == [], lang


@pytest.fixture
def prefecture(tmp_path):
    """A small prefecture counted, and its rights decided for three years."""
    on = dt.date(2025, 10, 20)
    folder = generate(read_marginals("honghe").scaled(0.002), seed=4, on=on).write(tmp_path / "snapshot")
    population.count_people(by=SYSTEM, folder=folder, plan="honghe")
    for day in (dt.date(2023, 12, 31), dt.date(2024, 12, 31), on):
        service.run_batch(by=SYSTEM, folder=folder, plan="honghe", on=day)


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_from_the_index_to_the_people_and_through_the_years(live_server, open_page, axe, prefecture, size):
    page = open_page(*size)
    with override_settings(DEMO=True, TODAY=dt.date(2025, 10, 20)):
        for lang in ("zh", "en"):
            page.goto(f"{live_server.url}/plan/?lang={lang}")
            look(page, axe)
            page.locator(".ym-quietly a[href*='birth_grant']").click()
            page.locator("#sums .ym-pick a", has_text="2024").click()
            page.wait_for_url("**year=2024**")
            assert page.locator("#sums .ym-pick a[aria-current]").inner_text() == "2024"
            assert page.locator(".ym-through tbody tr").count() >= 13 and page.locator(".ym-through .ym-spark").count() >= 13
            look(page, axe)
            page.locator("#sums header a[href$='/plan/prefecture/']").click()
            page.wait_for_url("**/plan/prefecture/")
            assert page.locator(".ym-pyr rect").count() == 42 and page.locator(".ym-pyr .ym-register").count() == 2
            look(page, axe)
            page.locator("#ages .ym-pick a").nth(1).click()
            page.wait_for_url("**by=1**")
            assert page.locator(".ym-pyr rect").count() == 202
            page.locator("#counties a[href*='532528']").click()
            page.wait_for_url("**county=532528")
            assert page.locator("h1").inner_text().startswith({"zh": "元阳县", "en": "Yuanyang"}[lang])
            look(page, axe)
            page.goto(f"{live_server.url}/plan/clauses/5/")
            assert page.locator(".ym-latest .ym-spark").count() >= 4
            look(page, axe)


def test_large_text_fits_a_phone(live_server, phone, prefecture):
    with override_settings(DEMO=True, TODAY=dt.date(2025, 10, 20)):
        for address in ("/plan/prefecture/?text=large", "/plan/rules/birth_grant/?lang=en", "/plan/?lang=zh"):
            phone.goto(f"{live_server.url}{address}")
            assert phone.evaluate(WIDER) <= 0, address
