"""The environment, read once: what is taken and what is refused by name."""

import threading

import pytest

from yumiao.config import environment as env
from yumiao.lib.errors import BadInput


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://user:p%40ss@db.local:5433/name",
            {"NAME": "name", "USER": "user", "PASSWORD": "p@ss", "HOST": "db.local", "PORT": "5433", "OPTIONS": {}},
        ),
        (
            "postgres:///name?host=/var/run/pg",
            {"NAME": "name", "USER": "", "PASSWORD": "", "HOST": "/var/run/pg", "PORT": "", "OPTIONS": {}},
        ),
        ("postgresql://%2Fvar%2Frun/name?sslmode=require", {"NAME": "name", "HOST": "/var/run", "OPTIONS": {"sslmode": "require"}}),
        ("postgresql://[::1]:5432/name", {"HOST": "::1", "PORT": "5432"}),
    ],
)
def test_postgresql(monkeypatch, tmp_path, url, expected):
    monkeypatch.setenv("DATABASE_URL", url)
    found = env.database(tmp_path)
    assert {name: found[name] for name in expected} == expected and found["ENGINE"].endswith("postgresql")


def test_sqlite_is_the_default_and_can_be_placed(monkeypatch, tmp_path):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert env.database(tmp_path / "var")["NAME"] == str(tmp_path / "var" / "yumiao.sqlite3")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/other.db")
    found = env.database(tmp_path)
    assert found["NAME"] == str(tmp_path / "other.db") and found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.django_db
def test_the_embedded_database_is_as_promised():
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("this run is on PostgreSQL")
    with connection.cursor() as cursor:
        found = [cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 2, 1]


@pytest.mark.parametrize(
    ("raw", "expected"), [("1", True), ("TRUE", True), ("on", True), ("0", False), ("no", False), ("", None), ("  ", None)]
)
def test_switches(monkeypatch, raw, expected):
    monkeypatch.setenv("YUMIAO_X", raw)
    assert env.switch("YUMIAO_X", True) is (True if expected is None else expected)
    assert env.switch("YUMIAO_X", False) is bool(expected)


def test_the_first_of_many_processes_makes_the_key(monkeypatch, tmp_path):
    monkeypatch.delenv("YUMIAO_SECRET_KEY", raising=False)
    keys = []
    threads = [threading.Thread(target=lambda: keys.append(env.secret_key(tmp_path / "var"))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 12 and len(set(keys)) == 1 and len(keys[0]) >= 60
    assert [path.name for path in (tmp_path / "var").iterdir()] == ["secret_key"]


def test_half_a_key_is_refused(tmp_path, monkeypatch):
    monkeypatch.delenv("YUMIAO_SECRET_KEY", raising=False)
    (tmp_path / "secret_key").write_text("half")
    with pytest.raises(BadInput) as refused:
        env.secret_key(tmp_path)
    assert str(tmp_path) in refused.value.troubles[0].where


def test_cookies_and_redirects_are_for_https_unless_said(monkeypatch):
    import importlib

    from yumiao.config import settings

    monkeypatch.delenv("YUMIAO_HTTPS")
    for demo, https in (("0", True), ("1", False)):
        monkeypatch.setenv("YUMIAO_DEMO", demo)
        found = importlib.reload(settings)
        assert (found.SECURE_SSL_REDIRECT, found.SESSION_COOKIE_SECURE, found.CSRF_COOKIE_SECURE, bool(found.SECURE_HSTS_SECONDS)) == (
            https,
        ) * 4
    monkeypatch.undo()
    importlib.reload(settings)


@pytest.mark.parametrize(
    ("variable", "value", "take"),
    [
        ("YUMIAO_DEBUG", "perhaps", lambda var: env.switch("YUMIAO_DEBUG", False)),
        ("YUMIAO_TODAY", "2025-02-30", lambda var: env.day("YUMIAO_TODAY")),
        ("YUMIAO_SECRET_KEY", "short", env.secret_key),
        ("YUMIAO_PLAN", "atlantis", lambda var: env.plan()),
        ("YUMIAO_LOG", "loudly", lambda var: env.choice("YUMIAO_LOG", "WARNING", ("INFO", "WARNING"))),
        *(
            ("DATABASE_URL", url, env.database)
            for url in ("mysql://x/y", "postgresql://", "postgresql://h:port/x", "nonsense", "sqlite:", "sqlite:////proc/nowhere/x")
        ),
    ],
)
def test_what_cannot_be_taken_is_named(monkeypatch, tmp_path, variable, value, take):
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadInput) as refused:
        take(tmp_path)
    [trouble] = refused.value.troubles
    assert trouble.where in (variable, "YUMIAO_VAR") and trouble.expected and trouble.remedy
