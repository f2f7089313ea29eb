"""What answers wait for, in Chromium: things, counties and townships fit the screen in both languages, and axe finds nothing."""

import datetime as dt

import polars as pl
import pytest
from django.test import override_settings

from yumiao.base.access.roles import SYSTEM
from yumiao.base.areas import queries as areas
from yumiao.engines.rights import service

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def counted(tmp_path):
    """Children in every township of whom the birth order is not known."""
    born = dt.date(2024, 3, 9)
    townships = [t.code for county in areas.counties() for t in areas.below(county.code)]
    rows = [
        {"id": at, "family": at, "mother": -1 - at, "birth_date": born, "hukou_since": born, "hukou_area": code}
        for at, code in enumerate(code for n, code in enumerate(townships) for _ in range(1 + n % 9))
    ]
    pl.from_dicts(rows).write_parquet(tmp_path / "persons.parquet")
    service.run_batch(by=SYSTEM, folder=tmp_path, plan="honghe", on=dt.date(2025, 10, 20), waiting=True)


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_from_a_right_to_what_it_waits_for(live_server, open_page, axe, counted, size):
    page = open_page(*size)
    with override_settings(DEMO=True, TODAY=dt.date(2025, 10, 20)):
        for lang in ("zh", "en"):
            page.goto(f"{live_server.url}/plan/rules/birth_grant/?lang={lang}")
            page.locator("#sums tfoot a").first.click()
            assert page.url.endswith("rule=birth_grant")
            page.locator("#things thead a").nth(1).click()
            assert page.locator("#things th[aria-sort]").count() == 1
            page.locator("#things tbody a").first.click()
            page.locator("#places a[href*='county=532503']").click()
            page.locator("#townships").wait_for()
            assert page.evaluate(WIDER) <= 0, lang
            assert axe(page, "main") == [], lang
