"""What a row of a contract states: facts of the registry's groups, column by column; read from the contract's `says`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from yumiao.lib.errors import BadDefinition, Trouble

TEXT, DAY, YES, WHOLE, AMOUNT, PERSON = pl.String(), pl.Date(), pl.Boolean(), pl.Int64(), pl.Float64(), pl.Int64()
GROUPS: dict[str, dict[str, pl.DataType]] = {
    "identifier": {"kind": TEXT, "issuer": TEXT, "number": TEXT},
    "name": {"kind": TEXT, "text": TEXT, "pinyin": TEXT},
    "birth": {"sex": TEXT, "birth_date": DAY, "birth_order": WHOLE, "only_child": YES, "children_complete": YES},
    "event": {"kind": TEXT, "on": DAY, "unknown": YES},
    "hukou": {"area": TEXT, "kind": TEXT, "first_area": TEXT},
    "residence": {"area": TEXT, "address": TEXT},
    "membership": {"family": WHOLE},
    "relation": {"kind": TEXT, "other": PERSON, "end_unknown": YES},
    "work": {"employment": TEXT, "insurance": TEXT, "provident_fund": YES, "monthly_wage": AMOUNT, "employer_average_wage": AMOUNT},
    "home": {"owns_home": YES, "rents_home": YES, "monthly_rent": AMOUNT},
    "need": {
        "recognised_edge": YES, "housing_hardship": YES, "low_income": YES, "self_caring": YES, "hospital_burden_heavy": YES,
        "pregnant_since": DAY, "pregnant_since_unknown": YES,
    },
    "delivery": {
        "father": PERSON, "on": DAY, "babies": WHOLE, "children": pl.List(PERSON), "leave_from": DAY, "leave_from_unknown": YES,
        "difficult": YES, "weeks": WHOLE, "outcome": TEXT,
    },
    "stay": {"from": DAY, "to": DAY, "to_unknown": YES},
    "certificate": {"kind": TEXT, "issued": DAY, "level": WHOLE},
    "contact": {"phone": TEXT},
}  # fmt: skip
"""The groups of the registry that files can say something of, with their columns, clear and sealed."""

PERSONS = ("other", "father", "children")
AREAS = ("area", "first_area")
SPAN = ("valid_from", "valid_to")
CONSTANT = "="


@dataclass(frozen=True)
class Statement:
    """陈述 · statement: a fact of `group` about the row's person `of`.

    `values` gives for each column of the group, and for `valid_from` and `valid_to`, where it comes from: a column of the contract, `a|b`
    (the first that is known), `=text`, or a person's role where the group's column holds a person. `when`: only rows in which a column
    says one of these words. `means`: for columns whose words the register has its own for, word → value.
    """

    group: str
    of: str
    values: dict[str, str] = field(hash=False)
    when: dict[str, frozenset[str]] = field(hash=False)
    means: dict[str, dict[str, Any]] = field(hash=False)

    def columns(self, name: str) -> list[str]:
        """The contract's columns from which `name` comes, in order; none for a constant."""
        said = self.values.get(name, CONSTANT)
        return [] if said.startswith(CONSTANT) else said.split("|")


def statement(entry: Mapping[str, Any], where: str, columns: set[str], roles: set[str], means: Mapping[str, dict[str, Any]]) -> Statement:
    """One entry of `says`. Raises BadDefinition for a group, column or role that is not there."""
    body = dict(entry)
    group, of, when = str(body.pop("group", "")), str(body.pop("of", "self")), body.pop("when", {})
    said = {str(name): str(value) for name, value in body.items()}
    known = GROUPS.get(group)
    if known is None or of not in roles:
        raise _wrong(where, f"{group} {of}")
    for name, value in said.items():
        if name not in known and name not in SPAN:
            raise _wrong(where, f"{group}.{name}")
        if not value.startswith(CONSTANT):
            owed = set(value.split("|")) - (roles if name in PERSONS else columns)
            if owed:
                raise _wrong(where, " ".join(sorted(owed)))
    words = {name: means[f"{group}.{name}"] for name in said if f"{group}.{name}" in means}
    if not set(when) <= columns:
        raise _wrong(where, " ".join(when))
    return Statement(group, of, said, {str(name): frozenset(map(str, texts)) for name, texts in when.items()}, words)


def _wrong(where: str, what: str) -> BadDefinition:
    return BadDefinition(
        Trouble("contract_says", where, (f"says 里的“{what}”不成立", f"{what!r} in says does not hold"), ("docs/feeds.md",) * 2)
    )
