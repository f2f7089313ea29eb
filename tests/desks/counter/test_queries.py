"""How many queries the counter's pages take that no other test counts; and that every page is counted somewhere."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.calc.feeds.files import text
from tests.desks.conftest import ON
from yumiao.base.access.declare import Actor
from yumiao.base.access.roles import ROLES
from yumiao.desks.counter.urls import urlpatterns
from yumiao.engines.exchange import service

from .conftest import MAN, POLICE, WOMAN, WRONG

QUERIES = {"door": 2, "births": 3, "batch-progress": 6, "batch-revoke": 6, "batch-findings": 3, "batch-mended": 13, "quality-data": 12,
           "quality-feed": 11, "quality-county": 11}  # fmt: skip
ELSEWHERE = {"people", "person", "feeds", "contracts", "batch", "quality", "linking", "pair", "birth"}
POSTED = {"batch-take", "batch-cancel", "quality-close"}
ADDRESS = {
    "door": "/counter/",
    "births": "/counter/linking/births/?for=matter",
    "batch-progress": "/counter/feeds/{}/progress/",
    "batch-revoke": "/counter/feeds/{}/revoke/",
    "batch-findings": "/counter/feeds/{}/findings.xlsx",
    "batch-mended": "/counter/feeds/{}/to-mend.xlsx",
    "quality-data": "/counter/quality/data.xlsx",
    "quality-feed": "/counter/quality/feeds/police_people/",
    "quality-county": "/counter/quality/counties/532503/",
}


@pytest.mark.django_db
def test_how_many_queries_a_page_takes(as_role, tmp_path):
    county = Actor(who="demo-county", roles=(ROLES["county_approver"],), area="532503")
    file = text(tmp_path / "户籍人口.csv", [POLICE, WOMAN, MAN, WRONG])
    came = service.receive(by=county, department="police", files=[file], plan="honghe", today=ON, purpose="matter")
    service.take(by=Actor(who="s", roles=(ROLES["system"],)), batches=[came.batch])
    client, took = as_role("county"), {}
    for name, address in ADDRESS.items():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address.format(came.batch)).status_code == 200, name
        took[name] = len([q for q in queries if not q["sql"].startswith(("BEGIN", "SAVEPOINT", "RELEASE"))])
    assert took == QUERIES


def test_every_page_is_counted():
    assert {one.name for one in urlpatterns} == {*QUERIES, *ELSEWHERE, *POSTED}
