"""The family page on the demonstration's day, and the few moves that the tests share."""

import datetime as dt
import html
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

DAY = dt.date(2025, 10, 20)


@pytest.fixture(autouse=True)
def demonstration_day(settings):
    settings.DEMO, settings.TODAY = True, DAY


def words(answer):
    """The words of a page as people read them."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text)))


class Visit:
    """A visitor: the test client, with the moves of the page."""

    def __init__(self, client):
        self.client = client

    def begin(self, story):
        answer = self.client.post("/family/begin/", {"story": story})
        assert answer.status_code == 302, answer.status_code
        return self

    def load(self, facts, name="facts.json"):
        raw = facts if isinstance(facts, bytes) else json.dumps(facts).encode()
        return self.client.post("/family/load/", {"file": SimpleUploadedFile(name, raw)})

    def holds(self, facts):
        """A family of these facts, loaded as a file."""
        answer = self.load(facts)
        assert answer.status_code == 302, answer.context and answer.context.get("problem")
        return self

    def facts(self):
        """What is kept, as it is downloaded."""
        return json.loads(self.client.get("/family/facts.json").content)

    def results(self):
        return json.loads(self.client.get("/family/results.json").content)

    def kept(self):
        """What stands in the session; None where no family was begun."""
        return self.client.session.get("family")

    def do(self, command, **more):
        return self.client.post("/family/edit/", {"do": command, **more})

    def form(self, table, at):
        """The form of a row as the page sends it back when nothing in it is touched."""
        answer = self.do(f"open:{table}:{at}")
        sent = {}
        for section in answer.context["sections"]:
            opened = [section["new"]] if section["new"] else [row for row in section["rows"] if row.get("open")]
            for field in (f for row in opened for group in row["groups"] for f in group.fields):
                sent[field.name] = field.value
                if field.type == "event":
                    sent[field.name + "-on"] = field.day
        return sent

    def save(self, table, at, **changes):
        """A row saved with some of its fields changed, everything else as the form has it."""
        return self.do(f"save:{table}:{at}", **{**self.form(table, at), **{f"f-{k.replace('__', '-')}": v for k, v in changes.items()}})


@pytest.fixture
def visit(client):
    return Visit(client)


@pytest.fixture
def another():
    """More visitors: `another()`."""
    from django.test import Client

    return lambda **options: Visit(Client(**options))
