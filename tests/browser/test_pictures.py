"""The pictures of the READMEs and the guides are taken from the running pages: `make docs` keeps them."""

import pytest

pytestmark = [pytest.mark.pictures, pytest.mark.django_db(transaction=True)]


def test_the_plan(live_server, page, picture):
    page.goto(f"{live_server.url}/plan/")
    assert page.locator("h1").is_visible()
    assert page.locator("a[href*='/plan/clauses/']").count() >= 20
    picture(page, "plan")
