"""`{% load house %}`: both languages, dates, numbers, and the small components of the mock, each said and drawn in one place."""

import datetime as dt
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from yumiao.desks.house import words
from yumiao.lib import language

register = template.Library()
register.filter("both", language.pick)
register.filter("number", words.number)
register.filter("per", words.per)
register.filter("unit", words.unit)
CHECK = mark_safe('<svg viewBox="0 0 24 24" aria-hidden="true"><path d="m5 12.5 4.5 4.5L19 7"/></svg>')
CROSS = mark_safe('<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6 6 18"/></svg>')
LANDINGS = {
    "parent": "/", "village_worker": "/counter/", "county_approver": "/counter/", "prefecture_reviewer": "/counter/",
    "finance": "/counter/", "leader": "/cockpit/",
}  # fmt: skip


@register.simple_tag
def say(zh: Any, en: Any, **more: Any) -> str:
    """`{% say "共 {n} 项" "{n} in all" n=count %}`: the text in the reader's language; what is filled in is escaped."""
    text = conditional_escape(language.say(zh, en))
    return format_html(text, **more) if more else text


@register.filter
def sized(value: Any, unit: str) -> str:
    """A figure with its unit."""
    return words.sized(value, unit)


@register.filter
def figure(value: Any, unit: str) -> str:
    """A figure without its unit."""
    return words.figure(value, unit)


@register.simple_tag
def day(value: Any, today: dt.date | None = None) -> str:
    """A date in `<time>`; with `today`, how far away: 2024年3月9日（还有 5 天）. Nothing for no date."""
    found = words.as_day(value)
    if found is None:
        return ""
    stamp = format_html('<time datetime="{}">{}</time>', found.isoformat(), words.day(found))
    if today is None:
        return stamp
    return format_html(language.say("{}（{}）", "{} ({})"), stamp, words.away(found, today))


@register.simple_tag
def noted(value: Any) -> str:
    """The day on which something was put on record, in `<time>`. Where pages stand on a fixed day, none is shown after it."""
    found = words.as_day(value)
    return day(min(found, settings.TODAY) if found and settings.TODAY else found)


@register.simple_tag
def weekday(value: dt.date) -> str:
    """The day of the week."""
    return words.weekday(value)


@register.simple_tag
def icon(name: str) -> str:
    """A drawing of the sprite; words stand beside it, so it is hidden from readers."""
    return format_html('<svg class="ym-i" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def mark(value: Any) -> str:
    """✓ ✗ ? for true, false, unknown, or a number in a ring; shape first, words for readers."""
    if value is True:
        return format_html('<span class="ym-mark ym-mark--yes">{}<span class="ym-sr">{}</span></span>', CHECK, language.say("符合", "met"))
    if value is False:
        return format_html(
            '<span class="ym-mark ym-mark--no">{}<span class="ym-sr">{}</span></span>', CROSS, language.say("不符合", "not met")
        )
    if value is None or value == "":
        return format_html(
            '<span class="ym-mark ym-mark--un"><span aria-hidden="true">?</span><span class="ym-sr">{}</span></span>',
            language.say("还不知道", "not known yet"),
        )
    return format_html('<span class="ym-mark ym-mark--no-of">{}</span>', value)


@register.simple_tag
def people(which: Any) -> str:
    """Which people the figures are about (`house.people.described`): the prefecture or the registry, all or a sample, invented or not."""
    return mark_safe(render_to_string("house/people.html", {"people": which}).strip()) if which else ""  # noqa: S308 — escaped there


@register.simple_tag
def trust(code: str) -> str:
    """● read in the source, ◐ quoted by others, ○ unverified."""
    style, zh, en = words.TRUSTS.get(code, words.TRUSTS["unverified"])
    return format_html('<span class="ym-trust{}">{}</span>', f" ym-trust--{style}" if style else "", language.say(zh, en))


@register.simple_tag
def chip(state: str) -> str:
    """The state of a measure or clause: works, partly, owed, merged."""
    style, zh, en = words.STATES[state]
    return format_html('<span class="ym-chip ym-chip--{}">{}</span>', style, language.say(zh, en))


@register.simple_tag
def state_word(state: str) -> str:
    """The word of a state."""
    return language.say(*words.STATES[state][1:])


@register.simple_tag
def state_style(state: str) -> str:
    """The ending of the class of a state."""
    return words.STATES[state][0]


@register.simple_tag
def audience_word(code: str) -> str:
    """The word of an audience: a family, an employer …"""
    return language.say(*words.AUDIENCES[code])


@register.simple_tag
def kind(code: str) -> str:
    """The kind of a right with its drawing: cash, deduction, leave, service, priority."""
    drawing, zh, en = words.RIGHTS[code]
    return format_html('<span class="ym-kind">{}{}</span>', icon(drawing), language.say(zh, en))


@register.simple_tag
def clause(number: Any) -> str:
    """A link from a number, form or decision back to its clause; a measure such as 5.a leads to its place on the page."""
    text = str(number)
    head, _, letter = text.partition(".")
    name = f"{head}.{letter}" if letter else head
    title = language.say(f"方案第{name}条" if head.isdigit() else f"方案 {name}", f"clause {name}")
    return format_html('<a class="ym-clause" href="/plan/clauses/{}/{}">{}</a>', head, f"#m-{letter}" if letter else "", title)


@register.simple_tag(takes_context=True)
def same_page(context: template.Context, **changes: str) -> str:
    """The address of this page with some of its query changed: `{% same_page lang="en" %}`; an empty value takes the key away."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return "/"
    query = request.GET.copy()
    for key in ("lang", "text"):  # kept in cookies, so they need not travel on
        query.pop(key, None)
    for key, value in changes.items():
        query[key] = value
        if not value:
            query.pop(key)
    path = request.path if request.method in ("GET", "HEAD") else "/"
    return f"{path}?{query.urlencode()}" if query else path


@register.simple_tag(takes_context=True)
def doors(context: template.Context) -> list[dict[str, Any]]:
    """The four doors; `here` marks the one this page is behind, `page` that it is its first page."""
    request: HttpRequest | None = context.get("request")
    path = request.path if request else ""
    named = (("/", "首页", "Home"), ("/counter/", "工作台", "Counter"), ("/cockpit/", "驾驶舱", "Cockpit"), ("/plan/", "方案", "Plan"))
    elsewhere = ("/counter/", "/cockpit/", "/plan/", "/api/", "/help/", "/privacy/")
    return [
        {
            "href": href,
            "title": language.say(zh, en),
            "here": path.startswith(href) if href != "/" else bool(path) and not path.startswith(elsewhere),
            "page": path == href,
        }
        for href, zh, en in named
    ]


@register.simple_tag
def landing(role: str) -> str:
    """Where a role of the demonstration has something to do."""
    return LANDINGS.get(role, "/plan/")
