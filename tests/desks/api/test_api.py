"""The API as machines meet it: the same answers as the command, every refusal as problem+json, and no server error whatever comes."""

import datetime as dt
import json

import pytest
import schemathesis
from django.core import signals
from django.db import close_old_connections
from django.test import override_settings
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.law import honghe
from yumiao.base.access.clients import open_client
from yumiao.base.access.roles import SYSTEM
from yumiao.base.people.models import Person
from yumiao.base.people.service import add_state
from yumiao.calc.provisions import explain
from yumiao.calc.provisions.family import MOST_BYTES
from yumiao.config.wsgi import application
from yumiao.desks.house import law

FACTS = {
    "on": "2025-06-30",
    "persons": [
        {"id": "ma", "sex": "F", "birth_date": "1991-04-02"},
        {
            "id": "kid",
            "sex": "F",
            "birth_date": "2024-03-09",
            "mother": "ma",
            "birth_order": 2,
            "hukou_area": "532503",
            "hukou_since": "2024-03-20",
        },
    ],
}
GETS = ["/api/plan", "/api/plan/clauses/5", "/api/parameters", "/api/readings", "/api/coverage"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limit():
    with override_settings(API_PER_MINUTE=0):
        yield


def post(client, body, content_type="application/json", query=""):
    raw = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.generic("POST", f"/api/explain{query}", raw, content_type=content_type)


def problem(answer, status):
    body = json.loads(answer.content)
    assert (answer.status_code, answer.headers["Content-Type"], body["status"]) == (status, "application/problem+json", status)
    return body


def test_explain_is_what_the_engine_says(client):
    assert post(client, FACTS).json() == json.loads(json.dumps(explain(honghe(), FACTS)))
    assert post(client, FACTS, query="?on=2024-12-31").json()["on"] == "2024-12-31"


def test_explain_takes_a_reading_and_if_then(client):
    adopted = json.loads(json.dumps(FACTS))
    adopted["persons"][1]["adopted_on"] = "2024-05-01"

    def grant(query):
        return next(one for one in post(client, adopted, query=query).json()["results"] if one["provision"] == "birth_grant")

    assert [grant(query)["answer"] for query in ("", "?readings=adopted_counts_as_birth=yes", "?readings=adopted_counts_as_birth=no")] == [
        "unknown",
        "yes",
        "no",
    ]
    assert "if" in grant("?if_then=true")["missing"][0]


@pytest.mark.parametrize(
    "body",
    [
        " ",
        "{",
        "{'a': 1}",
        '{"persons": NaN}',
        '{"persons": [], "persons": []}',
        "[" * 100_000,
        '{"on": "持"}'.encode("gbk"),
        b"\xff\xfe",
        '{"n": 1e}',
    ],
)
def test_what_is_not_json(client, body):
    said = problem(post(client, body), 400)
    assert said["errors"] and said["errors"][0]["where"].startswith("body")


@pytest.mark.parametrize(
    "body",
    [
        [], "null", 3, {}, {"persons": []}, {"persons": [{"id": "a", "colour": 1}]}, {"on": "2025-02-30", "persons": [{"id": "a"}]},
        {"persons": [{"id": "\ud800"}]}, {"persons": [{"id": "a", "mother": "a"}]}, {"on": "1900-01-01", "persons": [{"id": "a"}]},
        {"persons": [{"id": str(at)} for at in range(5000)]},
    ],
)  # fmt: skip
def test_bad_facts_say_where_and_what(client, body):
    for one in problem(post(client, body), 422)["errors"]:
        assert one["where"] and one["found"] and one["code"]


@pytest.mark.parametrize(
    "query",
    [
        "?on=tomorrow",
        "?plan=../../etc",
        "?plan=/tmp",
        "?readings=x",
        "?readings=nothing=1",
        "?if_then=perhaps",
        "?readings=" + "&readings=".join(["a=b"] * 60),
    ],
)
def test_bad_queries(client, query):
    assert problem(post(client, FACTS, query=query), 422)["errors"]


def test_type_and_size(client):
    problem(post(client, "a=1", content_type="application/x-www-form-urlencoded"), 415)
    problem(post(client, json.dumps(FACTS), content_type="text/plain"), 415)
    problem(post(client, b" " * (MOST_BYTES + 1)), 413)


@pytest.mark.parametrize("address", GETS)
def test_gets(client, address):
    assert client.get(address).headers["Content-Type"] == "application/json"
    answer = client.post(address)
    assert problem(answer, 405) and answer.headers["Allow"] == "GET"


def test_absent(client):
    problem(client.get("/api/plan/clauses/99"), 404)
    problem(client.get("/api/nothing"), 404)
    problem(client.get("/api/explain"), 405)


def test_parameters_by_filter(client):
    found = client.get("/api/parameters", {"trust": "unverified", "unit": "years"}).json()["parameters"]
    assert found and {(one["trust"], one["unit"]) for one in found} == {("unverified", "years")}
    assert len(client.get("/api/parameters").json()["parameters"]) == len(law.plan().parameters)
    problem(client.get("/api/parameters", {"trust": "blind"}), 422)


def test_language_changes_words_and_no_keys(client):
    zh, en = (client.get("/api/coverage", {"lang": lang}).json()["measures"] for lang in ("zh", "en"))
    assert [one["id"] for one in zh] == [one["id"] for one in en] and zh[0]["title"] != en[0]["title"]


def test_the_limit_counts_by_sender(client):
    with override_settings(API_PER_MINUTE=3):
        answers = [client.get("/api/coverage", REMOTE_ADDR="127.0.0.9") for _ in range(8)]  # a minute may end among them
        refused = [one for one in answers if one.status_code == 429]
        assert refused and all(1 <= int(one.headers["Retry-After"]) <= 61 for one in refused)
        problem(refused[0], 429)
        assert client.get("/api/coverage", REMOTE_ADDR="127.0.0.8").status_code == 200


def test_behind_a_proxy_the_sender_is_whom_the_proxy_saw(client):
    with override_settings(API_PER_MINUTE=1, BEHIND_PROXY=True):
        seen = [client.get("/api/coverage", HTTP_X_FORWARDED_FOR=f"1.2.3.4, 10.0.0.{at}").status_code for at in range(3)]
    assert seen == [200, 200, 200]


def test_docs_name_every_operation(client):
    text = client.get("/api/docs/").content.decode()
    assert all(path in text for path in client.get("/api/openapi.json").json()["paths"])
    assert client.get("/api/").headers["Location"] == "/api/docs/"


# which facts belong together no schema can say, so that a well-formed family may still be refused; all else is checked
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance, unsupported_method]
MACHINES = r"^/api/(registry|fhir|spdci)/"
"""Addresses that take a token; tried with one below."""
schema = schemathesis.openapi.from_wsgi("/api/openapi.json", application).exclude(path_regex=MACHINES)
machines = schemathesis.openapi.from_wsgi("/api/openapi.json", application).include(path_regex=MACHINES)


@schema.parametrize()
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_server_error_and_only_documented_answers(case, db):
    case.call_and_validate(checks=CHECKS)


@pytest.fixture
def bearer(db, settings):
    """The token of a client, in a registry of one person."""
    person = Person.objects.create().pk
    for group, facts in (("birth", {"sex": "F", "birth_date": dt.date(2020, 3, 9)}), ("hukou", {"area": "532503101"})):
        add_state(by=SYSTEM, person=person, group=group, facts=facts, department="police", reference="t")
    ends = (signals.request_started, signals.request_finished)  # the whole test is one transaction: requests leave the connection open
    for one in ends:
        one.disconnect(close_old_connections)
    yield open_client(by=SYSTEM, name="welfare", role="other_system", area="532503", purposes=["care", "matter"])
    for one in ends:
        one.connect(close_old_connections)


@machines.parametrize()
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_same_for_other_systems_with_a_token(case, bearer):
    """For a purpose that they have, so that more than refusals is tried."""
    if isinstance(case.body, dict) and "purpose" in case.body:
        case.body["purpose"] = "matter"
    if case.query and "purpose" in case.query:
        case.query["purpose"] = "matter"
    case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {bearer}"})
