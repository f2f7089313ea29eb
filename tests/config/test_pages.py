"""What every page has: strict headers, both languages, large text, an actor; and errors that help."""

import json

import pytest
from django.conf import settings as product
from django.core import signing
from django.test import Client

from yumiao.config import characters
from yumiao.config.characters import CAST, SWITCH

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.addresses")]


@pytest.fixture
def quiet() -> Client:
    """A visitor; faults of the server come as pages."""
    return Client(raise_request_exception=False)


@pytest.fixture
def demo(settings):
    settings.DEMO = True


def test_every_page_forbids_what_it_does_not_need(client):
    for address in ("/", "/health/", "/nowhere/", "/api/nowhere"):
        headers = client.get(address).headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'" and policy["script-src"] == policy["style-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == "'none'" and policy["form-action"] == "'self'"
        assert "unsafe" not in headers["Content-Security-Policy"] and "http" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin" and headers["Cache-Control"] == "no-store" and "Permissions-Policy" in headers


def test_health(client):
    answer = client.get("/health/")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert client.post("/health/").status_code == 405


def test_chinese_first_english_by_address_then_by_cookie(client):
    assert client.get("/who/").json()["language"] == "zh"
    assert client.get("/who/").headers["Content-Language"] == "zh-CN"
    assert client.get("/who/?lang=en").json()["language"] == "en"
    assert client.get("/who/").json()["language"] == "en" and client.get("/who/").headers["Content-Language"] == "en"
    assert client.get("/who/?lang=xx").json()["language"] == "en"
    assert client.get("/who/?lang=zh").json()["language"] == "zh"
    assert "Accept-Language" not in client.get("/who/").headers.get("Vary", "")


def test_the_browsers_own_language_decides_nothing(client):
    assert client.get("/who/", headers={"accept-language": "en-GB"}).json()["language"] == "zh"


def test_large_text(client):
    assert client.get("/who/").json()["text"] == "normal"
    assert client.get("/who/?text=large").json()["text"] == "large"
    assert client.get("/who/").json()["text"] == "large"
    assert client.get("/who/?text=huge").json()["text"] == "large"


@pytest.mark.parametrize(("switch", "to", "key"), [("language", "en", "language"), ("text", "large", "text")])
def test_switches(client, switch, to, key):
    answer = client.post(f"/switch/{switch}/", {"to": to, "next": "/who/?a=1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/who/?a=1")
    assert client.get("/who/").json()[key] == to
    cookie = answer.cookies["ym_lang" if switch == "language" else "ym_text"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert client.get(f"/switch/{switch}/").status_code == 405
    assert client.post(f"/switch/{switch}/", {"to": "nonsense"}).status_code == 400
    assert client.post(f"/switch/{switch}/").status_code == 400


@pytest.mark.parametrize(
    "away", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:alert(1)", "who/", "///x", ""]
)
def test_switches_lead_nowhere_else(client, away):
    assert client.post("/switch/language/", {"to": "en", "next": away}).headers["Location"] == "/"


def test_switches_need_the_forms_token():
    strict = Client(enforce_csrf_checks=True)
    for switch in ("language", "text", "role"):
        answer = strict.post(f"/switch/{switch}/", {"to": "en"})
        assert answer.status_code == 403 and "不能这样做" in answer.content.decode()


def test_without_the_demonstration_everybody_is_the_public(client):
    client.cookies[characters.COOKIE] = characters.signed("county")
    assert client.get("/who/").json()["who"] == "public"
    assert client.post("/switch/role/", {"to": "county"}).status_code == 404


@pytest.mark.parametrize("code", SWITCH)
def test_the_demonstrations_cast(client, demo, code):
    assert client.get("/who/").json()["who"] == "public"
    client.post("/switch/role/", {"to": code, "next": "/who/"})
    found = client.get("/who/").json()
    assert (found["role"], found["area"]) == (CAST[code].role, CAST[code].area)


def test_the_cast_is_invented_and_the_operator_is_nobodys_to_be(client, demo):
    assert {"mother", "village", "county", "review", "prefecture", "finance", "leader", "public"} == set(SWITCH)
    assert client.post("/switch/role/", {"to": "operator"}).status_code == 400
    client.cookies[characters.COOKIE] = characters.signed("operator")
    assert client.get("/who/").json()["who"] == "public"


# names of their own: a signature holds the second, and each worker has to collect the same names
@pytest.mark.parametrize(
    "cookie",
    [
        "county",
        "",
        "x:y:z",
        signing.dumps("county"),
        signing.dumps("county", salt="other"),
        signing.dumps(["county"], salt=characters.SALT),
    ],
    ids=["bare", "empty", "parted", "unsalted", "other-salt", "list"],
)
def test_a_role_that_was_not_signed_here_is_nobody(client, demo, cookie):
    client.cookies[characters.COOKIE] = cookie
    assert client.get("/who/").json()["who"] == "public"


@pytest.mark.parametrize(
    ("kind", "status", "zh", "en"),
    [
        ("bad-input", 400, "孩子比母亲大", "older than the mother"),
        ("bad-definition", 500, "系统出错", "Something broke"),
        ("not-there", 404, "没有找到", "Not found"),
        ("not-allowed", 403, "不能这样做", "Not allowed"),
        ("forbidden", 403, "不能这样做", "Not allowed"),
        ("suspicious", 400, "请求读不懂", "cannot be taken"),
        ("fault", 500, "系统出错", "Something broke"),
    ],
)
def test_errors_are_pages_in_both_languages_and_problems_for_machines(quiet, kind, status, zh, en):
    for language, words in (("zh", zh), ("en", en)):
        page = quiet.get(f"/fail/{kind}/?lang={language}")
        text = page.content.decode()
        assert page.status_code == status and page.headers["Content-Type"].startswith("text/html")
        assert words in text or kind == "bad-input", text
        assert "Traceback" not in text and "a secret" not in text and "ZeroDivision" not in text
        answer = quiet.get(f"/api/fail/{kind}/")
        body = answer.json()
        assert answer.status_code == status == body["status"] and answer.headers["Content-Type"] == "application/problem+json"
        assert {"type", "title", "status", "detail", "instance", "code", "errors"} <= body.keys() and body[
            "instance"
        ] == f"/api/fail/{kind}/"
        if kind == "bad-input":
            assert body["code"] == "too_old" and len(body["errors"]) == 2
            assert body["errors"][0].keys() == {"code", "where", "found", "expected", "remedy"} and words in body["errors"][0]["found"]
        else:
            assert words in body["title"]
        assert "a secret" not in json.dumps(body)


def test_absent_and_not_yours_look_the_same(quiet):
    absent, not_yours = (quiet.get(address).content.decode().replace(address, "…") for address in ("/nowhere/", "/fail/not-there/"))
    assert absent == not_yours


def test_an_error_page_says_where_and_how_to_mend(quiet):
    text = quiet.get("/fail/bad-input/").content.decode()
    assert "孩子比母亲大" in text and "persons[2].birth_date" in text and "改正其中一个日期" in text


@pytest.mark.parametrize(
    ("method", "address", "body", "status", "code"),
    [
        ("post", "/api/tests/size", '{"size": "many"}', 422, "int_parsing"),
        ("post", "/api/tests/size", "{}", 422, "missing"),
        ("post", "/api/tests/size", "{", 400, "bad_request"),
        ("get", "/api/tests/size", None, 405, "method"),
        ("get", "/api/tests/raise/bad-input", None, 422, "too_old"),
        ("get", "/api/tests/raise/often", None, 429, "too_many"),
        ("get", "/api/tests/raise/not-there", None, 404, "not_found"),
        ("get", "/api/tests/raise/fault", None, 500, "fault"),
        ("get", "/api/nowhere", None, 404, "not_found"),
        ("post", "/api/tests/size", '{"size": 1' + " " * 2_100_000 + "}", 413, "too_large"),
    ],
)
def test_the_api_answers_every_error_as_a_problem(quiet, method, address, body, status, code):
    more = {"data": body, "content_type": "application/json"} if body is not None else {}
    answer = getattr(quiet, method)(address, **more)
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content[:200]
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_what_the_settings_promise():
    assert product.DEBUG is False and product.AUTH_USER_MODEL == "people.Account"
    assert product.SESSION_COOKIE_HTTPONLY and product.CSRF_COOKIE_HTTPONLY and "Argon2" in product.PASSWORD_HASHERS[0]
