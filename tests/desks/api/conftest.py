"""A client of the county of Mengzi, and how it asks."""

import json

import polars as pl
import pytest

from yumiao.base.access.clients import open_client
from yumiao.base.people.service import actor

MENGZI, YUANYANG = "532503", "532528"


@pytest.fixture(scope="session")
def people_tables(people_tables):
    """The people of two counties out of the small prefecture, so that loading them is quick."""
    near = pl.col("residence_area").str.slice(0, 6).is_in([MENGZI, YUANYANG])
    twins = people_tables["deliveries"].filter(pl.col("babies") == 2)["mother"].implode()
    families = people_tables["persons"].filter(near | pl.col("id").is_in(twins))["family"].unique()
    persons = people_tables["persons"].filter(pl.col("family").is_in(families.implode()))
    whose = {"persons": "id", "marriages": "a", "deliveries": "mother"}
    held = persons["id"].implode()
    return {name: t.filter(pl.col(whose.get(name, "person")).is_in(held)) for name, t in people_tables.items()}


@pytest.fixture
def opened(registry):
    """Lets a client in: its token."""

    def open_(name="welfare", role="other_system", area=MENGZI, purposes=("care", "matter")):
        return open_client(by=actor("demo-operator"), name=name, role=role, area=area, purposes=purposes)

    return open_


@pytest.fixture
def token(opened):
    """The token of a client that may care and handle matters in Mengzi."""
    return opened()


@pytest.fixture
def ask(client, token):
    """Asks an address: the status and the body."""

    def send(address, body=None, *, method=None, by=token, content="application/json", **more):
        raw = body if isinstance(body, (str, bytes)) else json.dumps(body) if body is not None else ""
        headers = {"HTTP_AUTHORIZATION": f"Bearer {by}"} if by else {}
        answer = client.generic(method or ("GET" if body is None else "POST"), address, raw, content_type=content, **headers, **more)
        return answer.status_code, json.loads(answer.content) if answer.content else None

    return send


@pytest.fixture(autouse=True)
def no_limit(settings):
    """The limit of requests is tried where it is meant."""
    settings.API_PER_MINUTE = 0
