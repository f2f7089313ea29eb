"""All that stands on the page of one clause."""

import datetime as dt
from typing import Any

from django.http import Http404

from yumiao.base.documents import queries as documents
from yumiao.calc.provisions.parameters import Parameter, Reading
from yumiao.desks.house import law
from yumiao.lib.language import pick

from . import annex, figures, outline, rules, sums, texts, years
from .outline import Clause


def clause(id: str, day: dt.date) -> Clause:
    """The clause of that number or letter. Raises Http404."""
    found = next((one for one in outline.clauses(day) if one.id == id), None)
    if found is None:
        raise Http404
    return found


def page(id: str, day: dt.date) -> dict[str, Any]:
    """The page's context. Raises Http404."""
    one = clause(id, day)
    latest = years.latest(codes(one))
    copies = [texts.copy_of(law.plan(), room, day) for room in one.rooms]
    told = [rules.rule(code, day) for code in codes(one)]
    order = outline.clauses(day)
    at = order.index(one)
    return {
        "clause": one, "chapter": outline.chapter_of(one), "lede": [texts.joined(copy.lede) for copy in copies],
        "measures": _measures(one, copies, day, latest), "people": sums.about(years.last_run(latest)),
        "sections": _sections(one, copies), "wording": documents.clause_text(law.plan().name, one.id), "rules": told,
        "figures": figures.table([each for each in parameters(one) if each.by != "county"], day),
        "readings": [figures.reading(each) for each in readings(one)],
        "notes": [pick(note) for note in law.plan().about.get("notes", []) if str(note["clause"]) == one.id],
        "units": outline.unit_names(one.units), "for_family": any("family" in each.audience and each.codes for each in one.measures),
        "goals": goals(day) if one.id == "O" else [], "annex": annex.table(day) if one.id == "A" else None,
        "before": order[at - 1] if at else None, "after": order[at + 1] if at + 1 < len(order) else None,
    }  # fmt: skip


def codes(one: Clause) -> list[str]:
    """The provisions of a clause: those of its measures, then those beside it."""
    carried = [code for measure in one.measures for code in measure.codes]
    return carried + [code for code in rules.codes_of({one.id}) if code not in carried]


def _measures(one: Clause, copies: list[texts.Copy], day: dt.date, latest: dict[str, years.Latest]) -> list[dict[str, Any]]:
    sections = {heading: found for copy in copies for heading, found in copy.sections.items()}
    out = []
    for measure in one.measures:
        told = [{**rules.rule(code, day), "latest": latest.get(code)} for code in measure.codes]
        out.append(
            {
                "is": measure,
                "paragraphs": sections.get(measure.id, []),
                "rules": told,
                "eras": [each for each in told if each["after"] or len(each["eras"]) > 1],
            }
        )
    return out


def _sections(one: Clause, copies: list[texts.Copy]) -> list[dict[str, Any]]:
    """Sections with headings of their own; those of several rooms follow each other."""
    measures = {measure.id for measure in one.measures}
    return [{"title": heading, "paragraphs": found} for copy in copies for heading, found in copy.others(measures).items()]


def parameters(one: Clause) -> list[Parameter]:
    """Figures of the clause: those its measures show, those of its rooms, those its rules rest on; each once."""
    plan = law.plan()
    found: dict[str, Parameter] = {}
    for measure in one.measures:
        for name in measure.body.get("figures", []):
            parameter = texts.parameter_of(plan, measure.room, str(name))
            if parameter is not None:
                found.setdefault(parameter.key, parameter)
    for room in one.rooms:
        found.update({each.key: each for each in room.figures.parameters.values() if each.key not in found})
    for code in codes(one):
        found.update({each.key: each for each in rules.parameters_of(code) if each.key not in found})
    return list(found.values())


def readings(one: Clause) -> list[Reading]:
    """Readings of the clause's rooms and of its rules."""
    found = {each.id: each for room in one.rooms for each in room.figures.readings.values()}
    for code in codes(one):
        found.update({each.id: each for each in rules.readings_of(code) if each.id not in found})
    return list(found.values())


def goals(day: dt.date) -> list[dict[str, Any]]:
    """The goals by which the plan is judged, each with its target as a dated figure. Nothing is measured yet, so no value is shown."""
    plan = law.plan()
    out = []
    for body in plan.about.get("goals", []):
        parameter = plan.parameters.get(body["target"])
        row = next((each for each in figures.rows(parameter, day) if each["now"]), None) if parameter else None
        out.append(
            {
                "id": body["id"],
                "measure": body["measure"],
                "title": pick(body["title"]),
                "at_most": body["direction"] == "at_most",
                "target": row,
                "each": body.get("each", ""),
            }
        )
    return out
