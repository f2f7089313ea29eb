"""How many queries each page of the plan makes: a committed baseline. A page must not query for each provision, county or year."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.desks.conftest import ON
from yumiao.base.access.roles import SYSTEM
from yumiao.base.jobs.workers import Hands
from yumiao.engines.population import service as population
from yumiao.engines.rights import service as rights

pytestmark = pytest.mark.django_db
COUNTS = {
    "/plan/": 4,
    "/plan/?q=假": 4,
    "/plan/clauses/5/": 5,
    "/plan/clauses/A/": 1,
    "/plan/rules/birth_grant/": 8,
    "/plan/rules/birth_grant/?year=2024": 8,
    "/plan/rules/birth_grant/?county=532503": 9,
    "/plan/prefecture/": 4,
    "/plan/prefecture/?county=532503&by=1": 4,
    "/plan/changes/": 4,
    "/plan/changes/?rule=birth_grant": 4,
    "/plan/readings/": 1,
}


def test_queries_of_each_page(client, prefecture):
    population.count_people(by=SYSTEM, folder=prefecture, plan="honghe")
    days = (ON.replace(year=2023, month=12, day=31), ON.replace(year=2024, month=12, day=31), ON)
    made = [rights.run_batch(by=SYSTEM, folder=prefecture, plan="honghe", on=day) for day in days]
    rights.compare_runs(by=SYSTEM, before=made[1], after=made[2])
    assert Hands().work_one()
    found = {}
    for address in COUNTS:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(address).status_code == 200
        found[address] = len(asked)
    assert found == COUNTS
