"""Chinese first, English beside it: the language of messages for people. Codes and JSON keys never change with it."""

import os
from contextlib import contextmanager
from contextvars import ContextVar

_chosen: ContextVar[str | None] = ContextVar("yumiao_language", default=None)


def language() -> str:
    """ "zh" or "en": what this request or command asked for, else `YUMIAO_LANG`, else Chinese."""
    chosen = _chosen.get()
    if chosen is not None:
        return chosen
    return "en" if os.environ.get("YUMIAO_LANG", "zh").lower().startswith("en") else "zh"


@contextmanager
def speaking(code: str):
    """Messages inside the block are in `code` ("zh" or "en")."""
    token = _chosen.set("en" if code.lower().startswith("en") else "zh")
    try:
        yield
    finally:
        _chosen.reset(token)


def say(zh: str, en: str) -> str:
    """The text in the language asked for."""
    return en if language() == "en" else zh


def pick(both: dict | str | None) -> str:
    """The text of a `{zh:, en:}` mapping in the language asked for; a bare string stands for both; None is empty."""
    if both is None:
        return ""
    if isinstance(both, str):
        return both
    code = language()
    return both.get(code) or both.get("zh") or both.get("en") or ""
