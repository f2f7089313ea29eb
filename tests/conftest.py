"""What all tests share: loopback only, the bounds of Hypothesis, and which tests touch the database."""

import gc
import ipaddress
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
PROVE = os.environ.get("YUMIAO_PROVE") == "1"
DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}

# every change: the same examples each time, so that a red build is about the change; `make prove`: many more, from a new seed
settings.register_profile("test", max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("prove", max_examples=3000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("prove" if PROVE else "test")


class NetworkReached(RuntimeError):
    """A test tried to leave this machine."""


def _local(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode()
    if host is None or str(host) in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).split("%")[0]).is_loopback or str(host) in ("0.0.0.0", "::")
    except ValueError:
        return False


def _guard() -> None:
    """Refuse every connection and look-up that is not loopback or a unix socket, for the whole process."""
    really_connect, really_connect_ex, really_look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(address: object) -> None:
        if isinstance(address, tuple) and not _local(address[0]):
            raise NetworkReached(f"a test tried to reach {address[0]!r}: tests use loopback only")

    def connect(self: socket.socket, address):
        check(address)
        return really_connect(self, address)

    def connect_ex(self: socket.socket, address):
        check(address)
        return really_connect_ex(self, address)

    def look_up(host, *arguments, **more):
        check((host,))
        return really_look_up(host, *arguments, **more)

    socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo = connect, connect_ex, look_up  # type: ignore[method-assign]


_guard()


def _touches_database(item: pytest.Item) -> bool:
    return item.get_closest_marker("django_db") is not None or bool(DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`database` marks what runs on PostgreSQL too; `browser` marks what needs Chromium."""
    for item in items:
        if _touches_database(item) and item.get_closest_marker("session_only") is None:
            item.add_marker(pytest.mark.database)
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


def pytest_collection_finish() -> None:
    """What was collected lives to the end: the collector of garbage need not go through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(autouse=True)
def _session_only(request: pytest.FixtureRequest) -> Iterator[None]:
    """What is marked as touching nothing but the session in the database is held to it."""
    if request.node.get_closest_marker("session_only") is None:
        yield
        return
    request.getfixturevalue("db")
    from django.db import connection

    def refuse(execute, sql, params, many, context):
        others = set(re.findall(r"(?:FROM|INTO|UPDATE|JOIN)\s+[\"`]?(\w+)", sql)) - {"django_session"}
        assert not others, f"marked session_only, but reads or writes {sorted(others)}"
        return execute(sql, params, many, context)

    with connection.execute_wrapper(refuse):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix) -> None:
    """A database for each worker; and before the tests' database is made: tests that commit may empty the append-only tables afterwards."""
    from .append_only import lift_for_emptying

    lift_for_emptying()


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the brief beside the checkout: official text, data, examples. Tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("YUMIAO_SHARED") or ROOT.parent / "shared")
    if not folder.is_dir():
        pytest.skip("the folder with the official text and data is not at hand (YUMIAO_SHARED)")
    return folder
