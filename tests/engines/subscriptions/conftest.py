"""A client that subscribes, a receiver that keeps what it is sent, and a worker's round."""

import ipaddress
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from yumiao.base.access.clients import open_client
from yumiao.base.access.queries import client_named
from yumiao.base.access.roles import SYSTEM
from yumiao.base.jobs.models import Job
from yumiao.base.jobs.workers import Hands
from yumiao.base.people.models import Person
from yumiao.base.people.service import add_state
from yumiao.calc.formats.declare import Wanted
from yumiao.engines.subscriptions.declare import SEND
from yumiao.engines.subscriptions.service import subscribe
from yumiao.wiring.rounds import once

SECRET, MENGZI, YUANYANG = "a secret of forty signs for our two alone", "532503", "532528"


class Receiver(HTTPServer):
    """Keeps each request; answers with `statuses` in turn, then 200."""

    def __init__(self):
        self.got: list[tuple[dict, bytes]] = []
        self.statuses: list[int] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}/notices"

    def bodies(self):
        return [json.loads(body) for _, body in self.got]


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.server.got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver(settings):
    settings.CALLBACK_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    server = Receiver()
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def client_(db):
    open_client(by=SYSTEM, name="welfare", role="other_system", area=MENGZI, purposes=["care", "matter"])
    return client_named("client:welfare")


@pytest.fixture
def subscribed(client_, receiver):
    """Subscribes: the code."""

    def do(*kinds, shape="yumiao", digest="sha256", area=MENGZI, purpose="care"):
        wanted = Wanted(kinds=kinds, purpose=purpose, callback=receiver.url, area=area, shape=shape)
        return subscribe(by=client_, wanted=wanted, secret=SECRET, digest=digest)

    return do


def somebody(area=MENGZI, **more):
    """A person who lives and is registered there."""
    one = Person.objects.create()
    say(one.pk, "birth", {"sex": "F", "birth_date": more.get("birth_date")})
    say(one.pk, "name", {"kind": "full", "text": "白小云", "pinyin": "bai xiaoyun"})
    for group in ("hukou", "residence"):
        say(one.pk, group, {"area": area})
    return one.pk


def say(person, group, facts, **more):
    """A department says something of a person."""
    return add_state(by=SYSTEM, person=person, group=group, facts=facts, department="police", reference="t", **more)


def rounds(many=1):
    """What `yumiao work` does: letters are delivered, jobs are done."""
    for _ in range(many):
        once()
        Job.objects.exclude(kind=SEND).delete()  # new runs over the registry are none of ours
        hands = Hands()
        while hands.work_one():
            pass
