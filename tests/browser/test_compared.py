"""Why sums changed, in Chromium: from a right to its counties and to all rights, both languages, and axe finds nothing."""

import datetime as dt

import polars as pl
import pytest
from django.test import override_settings

from yumiao.base.access.roles import SYSTEM
from yumiao.base.areas import queries as areas
from yumiao.base.jobs.workers import Hands
from yumiao.engines.rights import service

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def compared(tmp_path):
    """Children born between two days in every county; few in some, and of some the birth order is not known."""
    born = dt.date(2025, 3, 9)
    rows = [
        {"id": f"{county.code}-{at}", "family": at, "mother": f"ma of {county.code}-{at}", "birth_date": born, "hukou_since": born,
         "hukou_area": f"{county.code}001", "birth_order": None if at % 4 == 3 else 2}
        for n, county in enumerate(areas.counties()) for at in range(2 + 5 * n)
    ]  # fmt: skip
    pl.from_dicts(rows, infer_schema_length=None).write_parquet(tmp_path / "persons.parquet")
    days = dt.date(2024, 12, 31), dt.date(2025, 10, 20)
    before, after = (service.run_batch(by=SYSTEM, folder=tmp_path, plan="honghe", on=day) for day in days)
    service.compare_runs(by=SYSTEM, before=before, after=after)
    assert Hands().work_one()


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_from_a_right_to_why_it_changed(live_server, open_page, axe, compared, size):
    page = open_page(*size)
    with override_settings(DEMO=True, TODAY=dt.date(2025, 10, 20)):
        for lang in ("zh", "en"):
            page.goto(f"{live_server.url}/plan/rules/birth_grant/?lang={lang}")
            assert page.locator("#changes tbody tr").count() >= 2
            assert page.evaluate(WIDER) <= 0 and axe(page, "#changes") == [], lang
            page.locator("#changes header a").click()
            assert page.url.endswith("rule=birth_grant#counties") and page.locator("#counties tbody tr").count() > 5
            assert page.evaluate(WIDER) <= 0 and axe(page, "main") == [], lang
            page.locator(".ym-acts a[href='/plan/changes/']").click()
            page.locator("#changes tbody a[href*='birth_grant']").wait_for()
            assert page.evaluate(WIDER) <= 0 and axe(page, "main") == [], lang
