"""One family over HTTP: POST /api/explain of the program as it is served, and the family page; one client that keeps its connection.

    benchmarks/served.py      with DATABASE_URL on that database too; prints one JSON document

Every answer must be the one that `explain` gives in process, every page must be the family's.
"""

import contextlib
import io
import json
import os
import tempfile
import time
from collections.abc import Callable
from typing import Any

from benchmarks.measuring import FAMILY, PROGRAM, ROOT, profiled, rounds, script, series, wrong
from benchmarks.serving import Client, serving
from yumiao.calc.provisions import explain, load_plan

STORY = ROOT / "yumiao/desks/portal/stories/newborn.json"
REQUESTS, PAGES, WARM = 300, 100, 40
LIMITED = "1000000"  # a limit that is counted and never reached


def milliseconds(ask: Callable[[], None], many: int) -> list[float]:
    """Duration of each of `many` requests, after some that do not count, so that every process has loaded what it needs."""
    for _ in range(rounds(WARM)):
        ask()
    taken = []
    for _ in range(many):
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def explaining(port: int, many: int) -> list[float]:
    """POST /api/explain, each answer compared."""
    raw, client = FAMILY.read_bytes(), Client(port)
    expected = json.loads(json.dumps(explain(load_plan("honghe"), json.loads(raw))))
    first: list[bytes] = []

    def ask() -> None:
        status, text = client.ask("POST", "/api/explain", raw, "application/json")
        if status != 200 or (text != first[0] if first else json.loads(text) != expected):
            raise wrong(f"POST /api/explain: status {status}, not the answer of explain in process: {text[:300].decode(errors='replace')}")
        first[:] = [text]

    return kept(client, milliseconds(ask, many))


def visiting(port: int, many: int) -> list[float]:
    """GET / with the story of the newborn in the session; its children must be on every page."""
    client = Client(port)
    client.ask("GET", "/family/start/")
    status = client.submit("/family/begin/", story="newborn")
    if status != 302:
        raise wrong(f"POST /family/begin/: status {status}")
    held = json.loads(client.ask("GET", "/family/facts.json")[1])
    if held["persons"] != json.loads(STORY.read_text())["persons"]:
        raise wrong("GET /family/facts.json: not the story that was begun")

    def ask() -> None:
        status, text = client.ask("GET", "/")
        if status != 200 or not all(one["id"] in text.decode() for one in held["persons"]):
            raise wrong(f"GET /: status {status}, not the family's page")

    return kept(client, milliseconds(ask, many))


def kept(client: Client, taken: list[float]) -> list[float]:
    """What was measured; SystemExit if the connection did not last."""
    if client.opened != 1:
        raise wrong(f"the connection was opened {client.opened} times instead of once")
    return taken


def measure() -> dict[str, Any]:
    """On each database: without the limit, then the API with the limit counted."""
    url = os.environ.get("DATABASE_URL", "")
    figures: dict[str, list[float]] = {}
    aims = {}
    nobody = {"YUMIAO_PREFECTURE": "0", "YUMIAO_REGISTRY": "0"}
    many, pages = max(rounds(REQUESTS), 30), rounds(PAGES)
    for name, variables in {"SQLite": {}, **({"PostgreSQL": {"DATABASE_URL": url}} if url.startswith("postgres") else {})}.items():
        with tempfile.TemporaryDirectory() as folder:
            command = [str(PROGRAM), "demo", "--dir", folder, "--port", "PORT"]
            with serving(command, ROOT, YUMIAO_API_PER_MINUTE="0", **nobody, **variables) as (port, _):
                what = f"POST /api/explain, {name}, ms"
                figures[what], aims[what] = series(explaining(port, many)), 60
                figures[f"GET / with a family, {name}, ms"] = series(visiting(port, pages))
            with serving(command, ROOT, YUMIAO_API_PER_MINUTE=LIMITED, **nobody, **variables) as (port, _):
                figures[f"POST /api/explain with requests counted towards a limit, {name}, ms"] = series(explaining(port, many))
    people = len(json.loads(FAMILY.read_text())["persons"])
    return {
        "title": "One family explained, over HTTP",
        "size": f"{people} persons as in process, {many} requests on one connection after {rounds(WARM)} that do not count, gunicorn as "
        "`yumiao demo` runs it without the snapshot, YUMIAO_API_PER_MINUTE=0 where nothing else is said; the page of the newborn story "
        f"{pages} times; every answer compared",
        "figures": figures,
        "aims": aims,
    }


def costs() -> list[str]:
    """Where the time of one POST goes, in this process by the program's own WSGI entry; it needs no database."""
    raw = FAMILY.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        ours = {"YUMIAO_VAR": folder, "YUMIAO_DEMO": "1", "YUMIAO_API_PER_MINUTE": "0"}
        for name in [name for name in os.environ if name.startswith(("YUMIAO_", "DATABASE_URL"))]:
            del os.environ[name]
        os.environ |= ours | {"DJANGO_SETTINGS_MODULE": "yumiao.config.settings"}
        from yumiao.config.wsgi import application

        def ask() -> None:
            request = {
                "REQUEST_METHOD": "POST", "PATH_INFO": "/api/explain", "QUERY_STRING": "", "CONTENT_TYPE": "application/json",
                "CONTENT_LENGTH": str(len(raw)), "wsgi.input": io.BytesIO(raw), "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http",
                "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "127.0.0.1",
            }  # fmt: skip
            said: list[str] = []
            with contextlib.closing(application(request, lambda status, headers, *_: said.append(status))) as answer:
                b"".join(answer)
            if said != ["200 OK"]:
                raise wrong(f"POST /api/explain: {said}")

        return profiled(ask, rounds(100))


if __name__ == "__main__":
    script(measure, costs)
