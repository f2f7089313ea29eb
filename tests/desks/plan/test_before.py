"""Pages of the plan before anything was run, counted or compared: nothing is shown, and nothing is nought."""

import pytest
from django.test import override_settings

from yumiao.base.access.roles import SYSTEM
from yumiao.base.jobs.models import Job
from yumiao.desks.plan import compared, sums, waiting
from yumiao.engines.rights.models import Comparison

from .test_compared import two_runs

pytestmark = pytest.mark.django_db


def test_nothing_is_shown_before_runs_are_compared(client, tmp_path):
    two_runs(tmp_path)
    assert compared.page() is None and compared.of_rule("birth_grant") is None
    page = client.get("/plan/changes/").content.decode()
    assert "还没有比较过" in page and "比较最近两次核算" not in page
    assert client.get("/plan/changes/data.json").status_code == 404
    assert 'id="changes"' not in client.get("/plan/rules/birth_grant/").content.decode()


def test_asked_for_on_the_page_by_who_may(client, tmp_path):
    runs = two_runs(tmp_path)
    with override_settings(DEMO=True):
        assert client.post("/plan/changes/ask/").status_code == 403 and not Job.objects.exists()
    Comparison.objects.create(before_id=runs[0], after_id=runs[1], asked_by="x", job=None)
    assert compared.asked() is None
    compared.ask(SYSTEM)
    assert "排上队" in client.get("/plan/changes/").content.decode()
    Job.objects.update(state=Job.FAILED, fault_zh="坏了", fault_en="broken")
    assert "坏了" in client.get("/plan/changes/").content.decode()


def test_nothing_before_anything_was_run(client):
    for address in ("/plan/", "/plan/clauses/5/"):
        page = client.get(address).content.decode()
        assert "ym-spark" not in page and "ym-people" not in page


def test_before_anybody_was_counted(client):
    page = client.get("/plan/prefecture/")
    assert page.status_code == 200 and "还没有清点过人口" in page.content.decode() and "ym-pyr" not in page.content.decode()
    assert client.get("/plan/prefecture/data.xlsx").status_code == 404


def test_no_sums_before_anything_was_run(client):
    assert sums.of_rule("birth_grant") is None
    assert 'id="sums"' not in client.get("/plan/rules/birth_grant/").content.decode()


def test_nothing_waits_before_a_run_says_it(client):
    assert waiting.page() is None
    answer = client.get("/plan/waiting/")
    assert answer.status_code == 200 and 'id="things"' not in answer.content.decode()
    assert client.get("/plan/waiting/data.json").status_code == 404
