"""A room's page copy (`texts.zh.md`, `texts.en.md`) with its figures filled in, each marked if it was not read from its source."""

import datetime as dt
import html
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from yumiao.calc.provisions.load import Plan
from yumiao.calc.provisions.parameters import Parameter
from yumiao.calc.provisions.rooms import Room
from yumiao.desks.house import words
from yumiao.lib.language import language, say

MARK = re.compile(r"\{([^{}\[\]]+)(?:\[([^\[\]]+)\])?\}")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph; `system` ones are about what this system does, so they are shown with the state of the measure."""

    text: SafeString
    system: bool


@dataclass
class Copy:
    """The words of a room's page: title, lede, and sections by heading (a measure's id, or a heading of its own)."""

    title: str = ""
    lede: list[Paragraph] = field(default_factory=list)
    sections: dict[str, list[Paragraph]] = field(default_factory=dict)

    def others(self, measures: set[str]) -> dict[str, list[Paragraph]]:
        """The sections that are not about one measure: how to apply, whom to ask."""
        return {heading: found for heading, found in self.sections.items() if heading not in measures}


def copy_of(plan: Plan, room: Room, day: dt.date) -> Copy:
    """The page copy of a room in the language asked for, with the figures that hold on `day`; empty where the room has none."""
    out = Copy()
    here = out.lede
    for line in _lines(room.path, language()):
        if line.startswith("## "):
            here = out.sections.setdefault(line[3:].strip(), [])
        elif line.startswith("# "):
            out.title = line[2:].strip()
        else:
            here.append(Paragraph(fill(plan, room, line.removeprefix("> "), day), line.startswith("> ")))
    return out


@cache
def _lines(path: Path, code: str) -> tuple[str, ...]:
    file = path / f"texts.{code}.md"
    return tuple(line.strip() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()) if file.exists() else ()


def fill(plan: Plan, room: Room, text: str, day: dt.date) -> SafeString:
    """The text with every `{name}`, `{name[key]}`, `{plan/room.name}` in place."""
    parts: list[str] = []
    end = 0
    for found in MARK.finditer(text):
        parts += [conditional_escape(text[end : found.start()]), _figure(parameter_of(plan, room, found[1]), found[2], day)]
        end = found.end()
    return mark_safe("".join([*parts, conditional_escape(text[end:])]))  # noqa: S308 — every part was escaped above


def plain(text: str) -> str:
    """A filled text without its tags, for searching."""
    return html.unescape(re.sub(r"<span class=\"ym-sr\">.*?</span>|<[^>]+>", "", text))


def parameter_of(plan: Plan, room: Room, name: str) -> Parameter | None:
    """A parameter as a room names it: its own by name, others in full."""
    return room.figures.parameters.get(name) or plan.parameters.get(name)


def on_day(parameter: Parameter, day: dt.date) -> object:
    """The value that holds on `day`; before the first, the first, since the page speaks of what the plan says."""
    since, _ = parameter.span(day)
    return parameter.values[since or min(parameter.values)]


def _figure(parameter: Parameter | None, key: str | None, day: dt.date) -> str:
    value = None
    if parameter is not None:
        shown = parameter.shown(on_day(parameter, day))
        if key is None:
            value = shown
        elif isinstance(shown, dict):
            value = shown.get(key)
        elif isinstance(shown, list) and key.isdigit() and int(key) < len(shown):
            value = shown[int(key)]
    if parameter is None or value is None:
        return format_html('<b class="ym-warm" title="{}">?</b>', say("还没有这个数", "this figure is not known"))
    text = words.figure(value, parameter.unit)
    if parameter.trust != "unverified":
        return conditional_escape(text)
    return format_html(
        '{}<span class="ym-trust ym-trust--un ym-trust--dot"><span class="ym-sr">{}</span></span>', text, say("（未核实）", " (unverified)")
    )


def joined(paragraphs: list[Paragraph]) -> SafeString:
    """Paragraphs about the plan itself as one run of text, for a lede."""
    return format_html_join(say("", " "), "{}", ((one.text,) for one in paragraphs if not one.system))
