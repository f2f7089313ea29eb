"""Who gets how much, in Chromium: table, map, townships and days fit the screen in both languages, and axe finds nothing."""

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
            assert page.locator("#sums .ym-map path").count() == 13 and page.locator("#sums figure rect").count() >= 2
            assert page.evaluate(WIDER) <= 0, lang
            assert axe(page, "#sums") == [], lang
