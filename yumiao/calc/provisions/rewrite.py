"""A reform as text: one way of writing for each question, so that the same question is known again; and a link that carries it."""

from __future__ import annotations

import base64
import binascii
import zlib
from pathlib import Path
from typing import Any

from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.yamlfile import Mapping, parse, write

from .answer import chosen_readings
from .load import Plan
from .whatif.reform import KEYS, Reform, make_reform

NAME = "reform.yaml"
LONGEST = 60_000  # characters of a reform


def read_text(plan: Plan, text: str | bytes) -> tuple[Reform, str]:
    """The reform, and its text as it is always written. Raises BadInput with the line."""
    body = body_of(text)
    reform = make_reform(plan, body, Path(NAME))
    return reform, write(canonical(plan, body))


def body_of(text: str | bytes) -> Mapping:
    """What a reform's text says, as mappings that know their lines; an empty text is an empty reform. Raises BadInput."""
    if len(text) > LONGEST:
        raise BadInput(
            Trouble(
                "too_large", NAME, (f"有 {len(text)} 个字符", f"{len(text)} characters"), (f"不超过 {LONGEST}", f"at most {LONGEST}")
            )
        )
    body = parse(text, NAME)
    if body is None:
        return Mapping()
    if not isinstance(body, Mapping):
        raise BadInput(Trouble("shape", f"{NAME}:1", ("最外层不是键和值", "the outermost value is not a mapping")))
    return body


def canonical(plan: Plan, body: dict[str, Any]) -> dict[str, Any]:
    """The same reform with its parts, figures, days and readings in order, and every figure by its full name."""
    out: dict[str, Any] = {}
    for key in KEYS:
        part = body.get(key)
        if part is None or part == {} or part == "":
            continue
        if key == "parameters":
            full: dict[str, dict[Any, Any]] = {}
            for name, series in part.items():
                full.setdefault(_full(plan, str(name)), {}).update(series)
            part = {name: dict(sorted(full[name].items())) for name in sorted(full)}
        elif key == "dates":
            part = dict(sorted(part.items()))
        elif key == "readings":
            part = dict(sorted(chosen_readings(plan, part).items()))
        out[key] = part
    return out


def _full(plan: Plan, name: str) -> str:
    found = [key for key, one in plan.parameters.items() if name in (key, one.name)]
    return name if name in plan.parameters or len(found) != 1 else found[0]


def packed(text: str) -> str:
    """The text as a link carries it."""
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpacked(link: str) -> str:
    """The text that a link carries. Raises BadInput for what is no such link, or unfolds beyond measure."""
    try:
        raw = base64.b64decode(link + "=" * (-len(link) % 4), altchars=b"-_", validate=True)
        opener = zlib.decompressobj()
        text = opener.decompress(raw, LONGEST * 4)
        if opener.unconsumed_tail or not opener.eof:
            raise zlib.error
        return text.decode("utf-8")
    except (binascii.Error, zlib.error, ValueError):
        raise BadInput(
            Trouble(
                "bad_link", "reform", ("链接里的改动读不出来", "the reform in the link cannot be read"),
                remedy=("整个复制链接，不要少了后面", "copy the whole link to its end"),
            )
        ) from None  # fmt: skip
