"""Pages of what changed, before any runs were compared."""

import pytest
from django.test import override_settings

from yumiao.base.access.roles import SYSTEM
from yumiao.base.jobs.models import Job
from yumiao.desks.plan import compared
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
