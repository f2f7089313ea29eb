"""The quality board before any file was taken in."""

import re

import pytest

from .conftest import words


@pytest.mark.django_db
def test_before_anything_came(as_role):
    page = as_role("leader").get("/counter/quality/")
    assert page.context["months"] == [] and "还没有一批入库" in words(page) and not re.search(r">0<", page.content.decode())
    assert as_role("leader").get("/counter/quality/data.xlsx").status_code == 200
