"""The pictures of the READMEs and the guides are taken from the running pages: `make docs` keeps them."""

import datetime as dt

import pytest
from django.test import override_settings

pytestmark = [pytest.mark.pictures, pytest.mark.django_db(transaction=True)]


def test_the_plan(live_server, page, picture):
    page.goto(f"{live_server.url}/plan/")
    assert page.locator("h1").is_visible()
    assert page.locator("a[href*='/plan/clauses/']").count() >= 20
    picture(page, "plan")


def test_the_family(live_server, open_page, picture):
    with override_settings(DEMO=True, TODAY=dt.date(2025, 10, 20)):
        page = open_page(1280, 1000)
        page.goto(f"{live_server.url}/family/start/")
        page.locator("button[name=story][value=newborn]").click()
        page.wait_for_url(live_server.url + "/")
        assert page.locator("form.pt-ask").count() and page.locator("#sums li").count() == 5
        picture(page, "family")
