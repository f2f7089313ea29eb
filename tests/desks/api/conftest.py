"""A client of the county of Mengzi, and how it asks."""

import json

import pytest

from yumiao.base.access.clients import open_client
from yumiao.base.people.service import actor

MENGZI, YUANYANG = "532503", "532528"


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
