"""A text held against a plan: every figure with its status, every parameter found or missing, and the sum of it.

Status: agrees · differs (value, unit or surroundings) · untraced (no parameter stands here) · structure (numbering, page numbers) · word
(only looks like a numeral). A text passes when nothing differs, is untraced or is missing.
"""

import re
from bisect import bisect_left
from decimal import Decimal
from typing import Any

from yumiao.lib.numerals import NUMERALS

from .anchors import Anchors, Part, Slot
from .figures import UNITS, Figure, figures
from .match import align, beside, compare, number_of
from .outline import ANNEX, TAIL, Cut, Found, Region, cut
from .readers import Document
from .stream import Stream, stream
from .table import hold


def check(document: Document, anchors: Anchors) -> dict[str, Any]:
    """The JSON of `yumiao plan check`: document, figures (in the order of the text), parameters, summary."""
    source = stream(document)
    parts = cut(source, anchors.outline, annex=anchors.table is not None)
    words = list(_words(source.text, anchors.words))
    out: list[tuple[float, Figure]] = []
    parameters: list[dict[str, Any]] = []
    regions = list(parts.regions)
    if anchors.table:
        _annex(source, parts, regions, anchors, out, parameters)
    for figure in _numbering(source, parts, parameters):
        out.append((figure.start, figure))
    by_clause: dict[str, list[Region]] = {}
    for region in regions:
        by_clause.setdefault(region.clause, []).append(region)
    for clause in [*by_clause, *(c for c in anchors.slots if c not in by_clause)]:
        for figure in _clause(source, clause, by_clause.get(clause, []), anchors.slots.get(clause, []), words, parameters):
            out.append((figure.start, figure))
    for start, end, word in words:
        of = next((r.clause for r in regions if r.start <= start < r.end), None)
        out.append((start, _placed(source, Figure(start, end, word, "word", None, status="word", clause=of))))
    found = [figure for _, figure in sorted(out, key=lambda pair: pair[0])]
    for line in document.lines:
        if line.furniture:
            found.append(Figure(-1, -1, line.text.strip(), "furniture", None, None, "", line.number, line.page, None, "structure"))
    return {
        "document": document.name,
        "kind": document.kind,
        "encoding": document.encoding,
        "plan": anchors.name,
        "number": anchors.document,
        "figures": [_json(f) for f in found],
        "parameters": parameters,
        "summary": _summary(found, parameters),
    }


def _words(text: str, words: dict[str, str]) -> list[tuple[int, int, str]]:
    """Where words stand that only look like numerals; 十分 in 二十分钟 is none."""
    if not words:
        return []
    signs = f"0-9{NUMERALS}"
    longest = sorted(words, key=len, reverse=True)
    each = "|".join(rf"(?<![{signs}]){re.escape(word)}" if re.match(f"[{signs}]", word) else re.escape(word) for word in longest)
    either = f"(?=[{re.escape(''.join({word[0] for word in words}))}])(?:{each})"
    return [(m.start(), m.end(), m[0]) for m in re.finditer(either, text)]


def _placed(source: Stream, figure: Figure) -> Figure:
    line = source.line(figure.start)
    figure.line, figure.page = line.number, line.page
    return figure


def _clause(
    source: Stream,
    clause: str,
    regions: list[Region],
    slots: list[Slot],
    words: list[tuple[int, int, str]],
    parameters: list[dict[str, Any]],
) -> list[Figure]:
    """The figures of one clause (the text may have it in several pieces) against its slots."""
    found: list[Figure] = []
    around: list[tuple[str, str]] = []
    for region in regions:
        taken = [(max(a, region.start), min(b, region.end)) for a, b, _ in words if a < region.end and b > region.start]
        here = []
        for figure in figures(source.text[region.start : region.end], [(a - region.start, b - region.start) for a, b in taken]):
            figure.start, figure.end, figure.clause = figure.start + region.start, figure.end + region.start, clause
            here.append(_placed(source, figure))
        around += beside(source.text, region.start, region.end, here)
        found += here
    met: dict[int, int] = {}
    for i, j, sure in align(found, around, slots):
        figure, slot = found[i], slots[j]
        met[j] = figure.line
        results = [compare(figure, part, slot.unit) for part in slot.parts]
        figure.parameter = ", ".join(part.parameter for part in slot.parts)
        figure.expected = results[0][1] if len(results) == 1 else [r[1] for r in results]
        figure.status = "agrees" if sure and all(r[0] for r in results) else "differs"
        if not sure:
            figure.why = (f"旁边的字应为“{slot.before}…{slot.after}”", f"the words beside it should be {slot.before}…{slot.after}")
        elif figure.counter != slot.unit:
            figure.why = (f"单位应为“{slot.unit}”", f"the unit should be {slot.unit}")
    near = source.line(regions[0].start).number if regions and source.lines else None
    for j, slot in enumerate(slots):
        near = met.get(j, near)
        parameters.extend(_held(part, clause, met.get(j), near) for part in slot.parts)
    return found


def _held(part: Part, clause: str, line: int | None, near: int | None) -> dict[str, Any]:
    """A parameter found on a line, or missing; `near` is then the line after which it should stand."""
    out = {"parameter": part.parameter, "status": "missing" if line is None else "found", "line": line, "clause": clause}
    return {**out, "expected": _plain(part.value), **({"near": near} if line is None else {})}


def _annex(
    source: Stream, parts: Cut, regions: list[Region], anchors: Anchors, out: list[tuple[float, Figure]], parameters: list[dict[str, Any]]
) -> None:
    """The table's figures; what stands before it and after it in the annex is text again."""
    assert anchors.table
    if parts.annex is None:
        parameters += [_held(part, ANNEX, None, None) for part in anchors.table.cells.values()]
        return
    held = hold(source, parts.annex, anchors.table)
    for figure in held.figures:
        out.append((bisect_left(source.at, figure.start), figure))
    parameters += [_held(part, ANNEX, line, near) for part, line, near in held.parts]
    regions[:] = [r for r in regions if r.clause != ANNEX]
    first = min((bisect_left(source.at, f.start) for f in held.figures), default=held.end)
    regions.append(Region(ANNEX, parts.annex, min(first, held.end)))
    regions.append(Region(TAIL, held.end, len(source.text)))


def _numbering(source: Stream, parts: Cut, parameters: list[dict[str, Any]]) -> list[Figure]:
    """The numbers of parts, sections and clauses; those that are missing stand among the parameters."""
    out = []
    for one in parts.found:
        out.append(_placed(source, _heading(one)))
    for heading, position in parts.missing:
        lost = Part(f"numbering {heading.label}", heading.label, "", None, "")
        parameters.append(_held(lost, heading.clause, None, source.line(position).number if source.lines else None))
    return out


def _heading(one: Found) -> Figure:
    figure = Figure(one.start, one.end, one.text, "heading", one.rank)
    if one.expected is None:
        figure.why = ("方案里没有这个编号", "the plan has no such number here")
        return figure
    figure.clause, figure.expected = one.expected.clause, one.expected.rank
    figure.status = "structure" if one.agrees else "differs"
    if not one.agrees:
        figure.parameter = "numbering"
        figure.why = (f"编号应为 {one.expected.label}", f"the number should be {one.expected.label}")
    return figure


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, Decimal):
        short = number_of(value)
        return short if isinstance(short, int) else float(short)
    return value if isinstance(value, (int, float, str, type(None))) else str(value)


def _json(figure: Figure) -> dict[str, Any]:
    out = {
        "text": figure.text,
        "line": figure.line,
        "clause": figure.clause,
        "value": _plain(figure.value),
        "unit": figure.unit or UNITS.get(figure.counter),
        "status": figure.status,
        "parameter": figure.parameter,
        "expected": _plain(figure.expected),
        "kind": figure.kind,
    }
    if figure.page is not None:
        out["page"] = figure.page
    if figure.why:
        out["why"] = {"zh": figure.why[0], "en": figure.why[1]}
    return out


def _summary(found: list[Figure], parameters: list[dict[str, Any]]) -> dict[str, Any]:
    count = {s: sum(f.status == s for f in found) for s in ("agrees", "differs", "untraced", "structure", "word")}
    missing = sum(p["status"] == "missing" for p in parameters)
    return {
        "figures": len(found),
        **count,
        "parameters": len(parameters),
        "found": len(parameters) - missing,
        "missing": missing,
        "passes": not (count["differs"] or count["untraced"] or missing),
    }
