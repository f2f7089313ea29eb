"""The cascade: each rule in its turn joins what it may; then the model may join what it is sure of; the rest is left to people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from . import model
from .coded import Coded
from .compare import compared
from .evidence import Evidence
from .pairs import PAIR, Ways, candidates, doubles
from .persons import Persons
from .prepared import Prepared
from .rules import RULES, TWIN, TWO_NUMBERS, doubtful

PROPOSED = {"a": pl.UInt32, "b": pl.UInt32, "weight": pl.Float64, "never": pl.Boolean, "apart": pl.Boolean}
OPEN = {"a": pl.UInt32, "b": pl.UInt32, "weight": pl.Float64, "reason": pl.String}
REASONS = {
    "rivals": ("两人都像，两人又不是同一人", "two persons fit who exclude each other"),
    "two_numbers": (
        "姓名、出生日期和佐证相同，号码却是两个有效号码",
        "name, birth date and a witness agree, but both numbers are valid and differ",
    ),
    "alike": ("相像，规则不足以认定", "alike, and no rule suffices"),
    "model": ("模型认为可能是同一人", "the model holds them likely to be one"),
}
"""Why a pair is left to people, as (zh, en)."""
MODEL = len(RULES)
NAMES = [one.name for one in RULES] + ["model"]


@dataclass
class Linked:
    """`persons`: for each mention, in its order, the first mention of its person. `review`: pairs `a`, `b` of mentions left to people, with
    `weight` (null without the model) and `reason`. `by_model`: whether the model was at hand."""

    coded: Coded
    persons: pl.Series
    rule: pl.Series
    weighed: dict[int, float]
    review: pl.DataFrame
    by_model: bool

    @cached_property
    def people(self) -> pl.DataFrame:
        """A row for each mention in its order: `id`, file, sheet, row, role, `person`, `rule` (that brought it to others, null where it
        stands alone), `probability` and `decided_by` (rule, model or review)."""
        return self.some(pl.int_range(self.coded.height, dtype=pl.UInt32, eager=True))

    def in_blocks(self, size: int) -> Iterator[pl.Series]:
        """The ids of all mentions in blocks of that size, at least one."""
        for low in range(0, max(self.coded.height, 1), size):
            yield pl.int_range(low, min(low + size, self.coded.height), dtype=pl.UInt32, eager=True)

    def some(self, ids: pl.Series) -> pl.DataFrame:
        """As `people`, of these mentions."""
        sources, rows = self.coded.sources, self.coded.rows
        source, rule = rows["source"].gather(ids), self.rule.gather(ids)
        tested = model.tested_rules()
        likely = pl.Series([tested.get(name, 0.5) for name in NAMES]).gather(rule).fill_null(1.0)
        if self.weighed:
            likely = pl.select(
                pl.lit(ids).replace_strict(list(self.weighed), list(self.weighed.values()), default=pl.lit(likely), return_dtype=pl.Float64)
            ).to_series()
        alone = rule.is_null() & ids.is_in(self.left.implode())
        by = pl.when(pl.lit(rule) == MODEL).then(pl.lit("model")).when(pl.lit(alone)).then(pl.lit("review")).otherwise(pl.lit("rule"))
        return pl.DataFrame(
            {
                "id": ids,
                **{name: sources[name].gather(source) for name in ("file", "sheet")},
                "row": rows["row"].gather(ids).cast(pl.Int64),
                "role": sources["role"].gather(source),
                "person": self.persons.gather(ids).cast(pl.Int64),
                "rule": pl.Series(NAMES, dtype=pl.String).gather(rule),
                "probability": likely,
            }
        ).with_columns(decided_by=by)

    @cached_property
    def left(self) -> pl.Series:
        """The mentions of which a pair is left to people."""
        return pl.concat([self.review["a"], self.review["b"]]).unique()

    @property
    def rules(self) -> dict[str, int]:
        """How many mentions each rule brought to others."""
        many = dict(self.rule.drop_nulls().value_counts().iter_rows())
        return {NAMES[at]: many[at] for at in sorted(many, key=NAMES.__getitem__)}

    @property
    def decided(self) -> dict[str, int]:
        """How many mentions are decided by model, review or rule."""
        by_model = int((self.rule == MODEL).sum())
        review = int(self.rule.gather(self.left).is_null().sum())
        found = {"model": by_model, "review": review, "rule": self.coded.height - by_model - review}
        return {name: many for name, many in found.items() if many}


def link(mentions: pl.DataFrame, use_model: bool = True, apart: Iterable[tuple[int, int]] = ()) -> Linked:
    """Persons for mentions as `mentions_of` gives them. With a column `held`, mentions of the same person there stay one, and may be joined
    by others, and the model only proposes: of pairs with a new mention, and for people to decide. Pairs of rows in `apart`, which people
    judged to be two persons, are never joined."""
    coded = Coded()
    coded.add(mentions)
    return link_coded(coded, use_model, apart, mentions["held"] if "held" in mentions.columns else None)


def link_coded(
    coded: Coded,
    use_model: bool = True,
    apart: Iterable[tuple[int, int]] = (),
    held: pl.Series | None = None,
    engine: str = model.DUCKDB,
) -> Linked:
    """As `link`, of mentions that were coded as they were read: those of a whole prefecture. `engine` says where the model works."""
    known, apart = Prepared(coded), list(apart)
    evidence, ways = Evidence(known), Ways(known, apart, held)
    pairs = compared(known, evidence, pl.concat([ways.pairs, candidates(known, evidence)]).unique())
    persons = Persons(known, ways, pairs, held, apart)
    pairs = pairs.with_columns(persons.nodes(pairs["a"]).alias("x"), persons.nodes(pairs["b"]).alias("y"))
    allowed = pairs.filter(~pl.col("never"))
    rivals = []
    for at, rule in enumerate(RULES):
        may = allowed.filter(rule.when).select(*PAIR, "x", "y")
        if rule.unnamed:
            torn = persons.torn(may, allowed.filter(TWIN))
            rivals.append(may.filter(torn).select(PAIR))
            may = may.filter(~torn)
        rivals.append(persons.join(may, at))
        if at == 0 or held is None:  # who is one by now need not be looked at again
            allowed = allowed.filter(~persons.same(allowed))
    by_model = use_model and model.available() and model.FILE.exists()
    weighed: dict[int, float] = {}
    open_ = allowed.filter(~persons.same(allowed)).select(PAIR)
    if held is not None:
        open_ = open_.filter(held.gather(open_["a"]).is_null() | held.gather(open_["b"]).is_null())
    proposed = _proposed(known, evidence, persons, open_, engine) if by_model else pl.DataFrame(schema=PROPOSED)
    if held is None:  # a registry follows nobody's weights: money may hang on it
        _trust(persons, proposed, weighed)
    labels = persons.labels()
    review = _review(known, evidence, pairs, labels, pl.concat(rivals), proposed)
    return Linked(coded, labels, persons.rule, weighed, review, by_model)


def _proposed(known: Prepared, evidence: Evidence, persons: Persons, pairs: pl.DataFrame, engine: str) -> pl.DataFrame:
    """What the model proposes of these pairs, with `never` where the two exclude each other, and `apart`."""
    proposed = model.propose(known, evidence, pairs, model.LEAST, engine=engine)
    labels = persons.labels()
    proposed = proposed.filter(labels.gather(proposed["a"]) != labels.gather(proposed["b"]))
    checked = compared(known, evidence, proposed.select(PAIR)).join(proposed, on=PAIR, maintain_order="left")
    return checked.select(*PROPOSED)


def _trust(persons: Persons, proposed: pl.DataFrame, weighed: dict[int, float]) -> None:
    """Joins what the model is sure of and nothing forbids; notes in `weighed` how likely it holds each mention that was alone."""
    sure = model.packaged().get("sure") if proposed.height else None
    if sure is None:
        return
    may = proposed.filter(~pl.col("never") & ~pl.col("apart") & (pl.col("weight") >= sure)).select(*PAIR, "weight")
    before = persons.rule
    persons.join(may.with_columns(x=persons.nodes(may["a"]), y=persons.nodes(may["b"])), MODEL)
    for a, b, weight in may.iter_rows():
        for one in (a, b):
            if before[one] is None and persons.rule[one] == MODEL:
                weighed.setdefault(one, 1 - 1 / (1 + 2.0**weight))


def _review(
    known: Prepared, evidence: Evidence, pairs: pl.DataFrame, labels: pl.Series, rivals: pl.DataFrame, proposed: pl.DataFrame
) -> pl.DataFrame:
    """Pairs of different persons that people should see, one for each two persons, the weightiest reason first."""
    twice = compared(known, evidence, doubles(known))
    found = [
        rivals.with_columns(reason=pl.lit("rivals")),
        twice.filter(TWO_NUMBERS).select(*PAIR, reason=pl.lit("two_numbers")),
        pairs.filter(~pl.col("never") & doubtful()).select(*PAIR, reason=pl.lit("alike")),
        proposed.filter(~pl.col("never")).select(*PAIR, reason=pl.lit("model")),
    ]
    out = pl.concat(found).join(proposed.select(*PAIR, "weight"), on=PAIR, how="left", maintain_order="left")
    out = out.with_columns(person=labels.gather(out["a"]), person_b=labels.gather(out["b"]))
    out = out.filter(pl.col("person") != pl.col("person_b")).with_columns(
        low=pl.min_horizontal("person", "person_b"), high=pl.max_horizontal("person", "person_b")
    )
    out = out.unique(["low", "high"], keep="first", maintain_order=True)
    return out.select("a", "b", "weight", "reason").cast(OPEN)  # type: ignore[arg-type]
