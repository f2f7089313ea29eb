"""The examples of docs/exchange.md do what it says."""

import json
import re
import shlex
from urllib.parse import quote, urlencode, urlsplit

import pytest

from .test_registry import somebody

pytestmark = pytest.mark.django_db


def examples(root):
    text = (root / "docs/exchange.md").read_text()
    return [block for block in re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S) if block.startswith("curl")]


def test_every_example_is_answered(client, token, root):
    known, seen = {"TOKEN": token, "PERSON": str(somebody().pk)}, []
    for block in examples(root):
        words = shlex.split(re.sub(r"\$([A-Z]+)", lambda m: known[m[1]], block).replace("\\\n", " "))[1:]
        headers, data, url = {}, None, None
        while words:
            word = words.pop(0)
            if word == "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            elif word == "-d":
                data = words.pop(0)
            else:
                url = urlsplit(word)
        form = data is not None and "Content-Type" not in headers
        raw = urlencode([tuple(part.split("=", 1)) for part in data.split("&")]) if form else data or ""
        kind = "application/x-www-form-urlencoded" if form else headers.get("Content-Type", "")
        answer = client.generic(
            "GET" if data is None else "POST", f"{quote(url.path)}?{url.query}", raw, content_type=kind,
            HTTP_AUTHORIZATION=headers["Authorization"],
        )  # fmt: skip
        assert answer.status_code in (200, 201), (block, answer.content)
        said = json.loads(answer.content)
        known["CODE"] = said.get("code", known.get("CODE", ""))
        seen.append(url.path)
        if url.path.endswith("questions"):
            assert said["answers"] == ["not_known", "not_known"]
        if url.path.endswith("/search") and "where" in (data or ""):
            assert said["total"] > 0 and said["hidden"] == ["identifiers"]
    assert len(seen) == 9 and any("spdci" in path for path in seen)
