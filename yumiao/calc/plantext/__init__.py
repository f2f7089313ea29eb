"""The official text of a plan, held figure by figure against what the plan computes.

A text comes in as a file (`read`): lines with their numbers. It is joined into one stream in which breaks, spaces and
widths do not matter, cut by its numbering into clauses (`clauses`), and every figure in it is found: digits, Chinese
numerals with a counter, rates, ratios, dates, document numbers, spans, cells of the annex. The plan's parameters say
where they stand in the text by a clause and a few words on either side (`text:` in a room's parameters.yaml). `check`
aligns the two, clause by clause and in order. A figure is known by where it stands and never by its value, so an
exchanged, added, moved or deleted figure is named.

No database, no web, no clock. Nothing here keeps the text: only the words next to a figure are in a plan, eight
characters a side at most.
"""

from .check import check
from .outline import clauses
from .readers import Document, read

__all__ = ["Document", "check", "clauses", "read"]
