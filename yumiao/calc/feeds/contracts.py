"""Contracts of a plan: what each department sends, with basis, sharing attribute, cycle and owner; data in the plan's folders `feeds/`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yumiao.calc.places import stack
from yumiao.lib.errors import BadDefinition, BadInput, Trouble
from yumiao.lib.yamlfile import read

from .statements import Statement, statement

DEPARTMENTS = ("police", "health", "civil", "education", "insurance", "social", "statistics")
SHARING = ("open", "conditional", "closed")
CYCLES = ("day", "week", "month", "quarter", "term", "year")
PEOPLE = ("self", "child", "husband", "wife", "mother", "father", "guardian")
KINDS = (
    "number",
    "name",
    "sex",
    "birth_date",
    "date",
    "phone",
    "address",
    "certificate",
    "nationality",
    "order",
    "text",
    "count",
    "amount",
    "area",
    "month",
    "credit_code",
)
HEADERLESS = re.compile(r"[\s:：*＊·.。,，、;；\[\]【】\"'“”‘’_/\\-]+")
BRACKETS = re.compile(r"[(（][^()（）]*[)）]")


def label(text: object) -> str:
    """A header in the form in which it is compared: half width, without spaces, marks and what stands in brackets.

    >>> label("身份证号（必填）*:"), label("姓 名")
    ('身份证号', '姓名')
    """
    plain = unicodedata.normalize("NFKC", "" if text is None else str(text))
    return HEADERLESS.sub("", BRACKETS.sub("", plain))


@dataclass(frozen=True)
class Column:
    """One field of a contract: canonical name, Table Schema type, title, kind of value, of whom, other names, whether it must be there."""

    name: str
    type: str
    title: str
    kind: str
    of: str | None
    names: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Contract:
    """数据契约 · contract: what one kind of file of a department holds, and on what footing it may be sent."""

    name: str
    department: str
    titles: dict[str, str] = field(hash=False)
    owner: dict[str, str] = field(hash=False)
    basis: dict[str, str] = field(hash=False)
    sharing: str
    cycle: str
    trust: str
    files: tuple[str, ...]
    about: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]
    unique: tuple[str, ...]
    columns: tuple[Column, ...]
    says: tuple[Statement, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that canonical name."""
        return next(one for one in self.columns if one.name == name)

    def of_kind(self, *kinds: str) -> list[Column]:
        """The columns that hold a value of one of these kinds."""
        return [one for one in self.columns if one.kind in kinds]

    def table_schema(self, missing: Sequence[str]) -> dict[str, Any]:
        """The contract as a Frictionless Table Schema, with what the schema has no words for under keys of its own. `missing`: cells that
        say nothing (`Words.missing`)."""
        fields = []
        for one in self.columns:
            entry: dict[str, Any] = {"name": one.name, "type": one.type, "title": one.title, "kind": one.kind}
            if one.of:
                entry["of"] = one.of
            if one.names:
                entry["names"] = list(one.names)
            if one.required:
                entry["constraints"] = {"required": True}
            fields.append(entry)
        about = {"basis": self.basis, "sharing": self.sharing, "cycle": self.cycle, "owner": self.owner, "trust": self.trust}
        return {"fields": fields, "missingValues": list(missing), "name": self.name, "title": self.titles, **about}


@dataclass(frozen=True)
class Words:
    """What offices call things, from `words.yaml`."""

    values: dict[str, tuple[str, ...]]
    people: dict[str, tuple[str, ...]]
    ignored: frozenset[str]
    totals: frozenset[str]
    signatures: tuple[str, ...]
    titles: tuple[str, ...]
    missing: tuple[str, ...]
    sex: dict[str, str]
    means: dict[str, dict[str, Any]] = field(default_factory=dict, hash=False)


class Feeds:
    """The contracts and words of a plan."""

    def __init__(self, contracts: list[Contract], words: Words):
        self.contracts, self.words = contracts, words
        self._labels: dict[str, dict[str, str]] = {}

    def of(self, department: str) -> list[Contract]:
        """The contracts of a department, in the order of its file. Raises BadInput for an unknown one."""
        found = [one for one in self.contracts if one.department == department]
        if not found:
            known = " ".join(dict.fromkeys(one.department for one in self.contracts))
            raise BadInput(Trouble("department", "DEPARTMENT", (f"没有部门 {department}", f"no department {department}"), (known, known)))
        return found

    def named(self, name: str, department: str | None = None) -> Contract:
        """The contract of that name. Raises BadInput."""
        known = self.of(department) if department else self.contracts
        for one in known:
            if one.name == name:
                return one
        names = " ".join(one.name for one in known)
        raise BadInput(Trouble("contract", "--contract", (f"没有契约 {name}", f"no contract {name}"), (names, names)))

    def labels(self, contract: Contract) -> dict[str, str]:
        """Header (as `label` writes it) → canonical column: own names first, then person + value, then the value alone for whom it is
        about."""
        if contract.name not in self._labels:
            out: dict[str, str] = {}
            for one in contract.columns:
                for text in (one.title, *one.names):
                    out.setdefault(label(text), one.name)
            for one in contract.columns:
                values = self.words.values.get(one.kind, ())
                for person in self.words.people.get(one.of or "", ()):
                    for value in values:
                        out.setdefault(person + value, one.name)
            for one in contract.columns:
                if one.of == "self" or (one.of == "child" and one.kind == "certificate"):
                    for value in self.words.values.get(one.kind, ()):
                        out.setdefault(value, one.name)
            for one in contract.of_kind("phone"):
                for value in self.words.values["phone"]:
                    out.setdefault(value, one.name)
            self._labels[contract.name] = out
        return self._labels[contract.name]


def load_feeds(plan: str | Path) -> Feeds:
    """The contracts of a plan and of those it stands on; a contract of an upper plan takes the place of one of the same name below.
    Raises BadInput for an unknown plan, BadDefinition for a contract that does not hold."""
    found: dict[str, Contract] = {}
    words: Words | None = None
    for folder in reversed(stack(plan)):
        place = folder / "feeds"
        if (place / "words.yaml").exists():
            words = _words(place / "words.yaml")
        for department in DEPARTMENTS:
            file = place / f"{department}.yaml"
            if file.exists():
                for one in _contracts(file, department, words.means if words else {}):
                    found[one.name] = one
    if words is None or not found:
        raise BadDefinition(Trouble("no_feeds", str(plan), ("方案没有数据契约", "the plan has no contracts"), ("feeds/*.yaml",) * 2))
    return Feeds(list(found.values()), words)


def _words(file: Path) -> Words:
    raw = read(file)
    try:
        return Words(
            {key: tuple(map(label, names)) for key, names in raw["values"].items()},
            {key: tuple(names) for key, names in raw["people"].items()},
            frozenset(map(label, raw["ignored"])),
            frozenset(map(label, raw["totals"])),
            tuple(raw["signatures"]),
            tuple(raw["titles"]),
            tuple("" if one is None else str(one) for one in raw["missing"]),
            {str(word).upper(): sex for sex, words in raw["sex"].items() for word in words},
            {
                column: {label(word): value for value, words in values.items() for word in words}
                for column, values in raw.get("means", {}).items()
            },
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise BadDefinition(Trouble("words", str(file), (f"缺少或写错：{error}", f"missing or wrong: {error}"))) from None


def _contracts(file: Path, department: str, means: dict[str, dict[str, Any]]) -> list[Contract]:
    raw = read(file)
    out = []
    for entry in raw.get("contracts") or []:
        where = f"{file}:{entry.line}"
        try:
            columns = tuple(_column(one, f"{file}:{one.line}") for one in entry["schema"]["fields"])
            names = {one.name for one in columns}
            roles = {*entry["about"], *(one.of for one in columns if one.of)}
            made = Contract(
                entry["name"],
                department,
                entry["title"],
                entry["owner"],
                entry["basis"],
                entry["sharing"],
                entry["cycle"],
                str(raw.get("trust")),
                tuple(entry["files"]),
                tuple(entry["about"]),
                tuple(map(tuple, entry["needs"])),
                tuple(entry["unique"]),
                columns,
                tuple(statement(one, f"{file}:{one.line}", names, roles, means) for one in entry.get("says", ())),
            )
        except (KeyError, TypeError) as error:
            raise BadDefinition(Trouble("contract", where, (f"缺少 {error}", f"{error} is missing"))) from None
        used = {name for need in made.needs for name in need} | set(made.unique)
        if made.sharing not in SHARING or made.cycle not in CYCLES or not used <= names or not set(made.about) <= set(PEOPLE):
            raise BadDefinition(
                Trouble("contract", where, ("共享属性、周期、对象或列名不成立", "sharing, cycle, people or a column's name does not hold"))
            )
        out.append(made)
    return out


def _column(one: Any, where: str) -> Column:
    column = Column(
        one["name"],
        one["type"],
        one["title"],
        one["kind"],
        one.get("of"),
        tuple(one.get("names", ())),
        bool((one.get("constraints") or {}).get("required")),
    )
    if column.kind not in KINDS or (column.of is not None and column.of not in PEOPLE):
        raise BadDefinition(Trouble("contract_column", where, (f"{column.name} 的 kind 或 of 不成立", f"kind or of of {column.name}")))
    return column
