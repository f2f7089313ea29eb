"""A batch goes into the registry: rows kept, persons linked, facts written, families and disagreements worked out. One transaction."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

import polars as pl
from django.db.models import Model
from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.base.calendar.queries import today
from yumiao.base.jobs.declare import Work
from yumiao.base.people import bulk, recording
from yumiao.base.people.filling import filling
from yumiao.base.people.models import STATES, Person
from yumiao.calc.feeds.batch import Part
from yumiao.calc.linkage import link, mentions_of
from yumiao.calc.linkage.mentions import SHAPE
from yumiao.calc.records import facts_of, holders, kin_of
from yumiao.calc.records.families import HOUSEHOLD, PLACES
from yumiao.lib.errors import BadInput, Trouble, in_both
from yumiao.lib.identity import masked
from yumiao.lib.telling import Tell, silent

from . import doubts, families, measuring, memory, months, persons, rulings, whereabouts
from .declare import TAKE, reference
from .happened import BatchTaken
from .models import Batch, Closing, Finding, Mention
from .models import Part as Sheet
from .plan import areas_of
from .reading import sheets_of
from .steps import COMPARE, DONE, KEEP, LINK, SETTLE, STATE, Steps

FILLED: tuple[type[Model], ...] = (Mention, Person, *STATES.values())


def take(
    *, by: Actor, batches: Sequence[int], read: Mapping[int, list[Part]] | None = None, tell: Tell = silent,
    complete: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> None:  # fmt: skip
    """Takes received batches into the registry, several together as one. `read` holds their sheets where they have been read already; else
    the stored originals are read. A batch that was taken stays as it is. Raises BadInput, NotAllowed; then nothing of any was taken."""
    waiting = list(Batch.objects.filter(pk__in=batches, state=Batch.RECEIVED).order_by("pk"))
    if len({one.plan for one in waiting}) > 1:
        raise BadInput(Trouble("plan", "batches", ("批次属于不同方案", "the batches are of different plans")))
    if not waiting:
        return
    steps = Steps(tell)
    given = sheets_of(waiting, read or {}, steps)
    with deed(by=by, verb=TAKE) as doing:
        mine = Batch.objects.filter(pk__in=given, state=Batch.RECEIVED).update(state=Batch.TAKEN, taken_at=timezone.now())
        if mine != len(given):
            raise BadInput(Trouble("batch_state", "batches", ("批次已被别人处理", "somebody else has taken or dropped a batch")))
        mentions = _Taking(by, waiting, given, steps).run()
        doing.about("batch", " ".join(map(str, given))[:100], count=mentions)
        for one in waiting:
            months.restate(by=by, batch=one, why=Closing.TAKEN)
            doing.tell(BatchTaken(batch=one.pk, mentions=one.mentions))
        with complete():  # last: a job that is done cannot tell how far it has come
            pass


def _home(part: Part) -> dict[str, pl.Expr]:
    """The register's household of a row, and the place in it."""
    none = pl.lit(None, pl.String)
    if HOUSEHOLD not in part.taken.columns:
        return {"household": none, "home": none}
    said = pl.col("relation").replace_strict(PLACES, default=None, return_dtype=pl.String) if "relation" in part.taken.columns else none
    return {"household": pl.col(HOUSEHOLD).cast(pl.String), "home": said}


def _of(parts: list[Part], at: int, whole: int) -> tuple[str, str]:
    """Which batch of how many, and which kinds of files it has."""
    titles = list({part.contract.name: part.contract.titles for part in parts}.values())
    zh, en = ("、".join(one["zh"] for one in titles), ", ".join(one["en"] for one in titles))
    return f"{at + 1}/{whole} · {zh}"[:120], f"{at + 1}/{whole} · {en}"[:120]


class _Taking:
    """One take."""

    def __init__(self, by: Actor, batches: list[Batch], given: dict[int, list[Part]], steps: Steps):
        self.by, self.batches, self.given, self.steps = by, batches, given, steps
        self.parts = [part for one in batches for part in given[one.pk]]
        self.areas = areas_of(batches[0].plan)
        self.kin: set[int] = set()  # whose relatives were stated, and who they are

    def run(self) -> int:
        """How many mentions there are."""
        sheets = self._sheets()
        self.steps.at(LINK)
        new = self._mentions(sheets)
        many = (f"{new.height:,} 处提到的人", f"{new.height:,} mentions")
        self.steps.at(LINK, 1, 3, many)
        first = bulk.numbers(Mention, new.height)  # holds off every other take until this one is done
        held = memory.near(new)
        new = new.with_columns(id=pl.int_range(first, first + new.height, dtype=pl.Int64))
        every = pl.concat([held.select(*SHAPE, "id", "held"), new.select(*SHAPE, "id", pl.lit(None, pl.Int64).alias("held"))])
        place = {one: at for at, one in enumerate(every["id"].to_list())}
        ruled = rulings.among(every)
        apart = [(place[a], place[b]) for a, b in memory.judged_apart(held["id"])] + ruled.apart + rulings.taken_apart(every)
        linked = link(every.select(*SHAPE, "held"), apart=apart)
        with filling(FILLED if new.height > memory.MANY else ()):  # a registry that is empty yet
            who = persons.chosen(linked.people.with_columns(number=every["id"], held=every["held"]), new)
            who = rulings.joined(who, ruled.same)
            new = new.with_columns(whereabouts.counties(new, held.with_columns(county=self._county(held)), who.people))
            self.steps.at(KEEP, more=many)
            people = self._keep(new, who.people)
            doubts.keep(linked.review, every, who, apart, batch=self.batches[-1])
            self.steps.at(STATE)
            trust = recording.weakest(one.trust for one in self.batches)
            recording.same(by=self.by, pairs=who.merges, reference=reference(self.batches[-1].pk), trust=trust)
            touched = self._facts(people) | {one for pair in who.merges for one in pair}
            self._counts(people, who)
            persons_ = (f"{len(touched):,} 人", f"{len(touched):,} persons")
            day = today()  # of the registry: a batch may have come for a former day
            self.steps.at(SETTLE, more=persons_)
            before = recording.shown(touched)
            recording.refresh_all(touched, day)
            mine = Mention.objects.filter(part__batch__in=list(self.given))
            stirred = self.kin | families.roofed(mine) | families.other(before, recording.shown(touched))
            stirred |= {one for pair in who.merges for one in pair}
            families.settle(by=self.by, persons=stirred, on=day, reference=reference(self.batches[-1].pk), trust=trust)
        self.steps.at(COMPARE, more=persons_)
        people = people.with_columns(recording.counted(people["person"]))
        said = families.differing(batch=self.batches[-1].pk, persons=touched | set(people["person"]), on=day)  # some rows state nothing
        measuring.note(self.batches, self.given, people, said)
        self.steps.at(DONE)
        return new.height

    def _sheets(self) -> pl.DataFrame:
        """Writes the sheets and their findings; `file`, `sheet` and the number of each."""
        rows = []
        for batch in self.batches:
            for part in self.given[batch.pk]:
                name = part.file.partition("/")[2]
                rows.append(Sheet(batch=batch, file=name, sheet=part.sheet, contract=part.contract.name, **part.counts))
        first = bulk.numbers(Sheet, len(rows))
        for number, row in enumerate(rows, first):
            row.pk = number
        Sheet.objects.bulk_create(rows)
        numbers = dict(zip([(p.file, p.sheet) for p in self.parts], range(first, first + len(rows)), strict=True))
        found = [
            (number, one.row, one.column[:200], one.cell, one.code, None if one.value is None else masked(one.value)[:200],
             one.more[0][:400], one.more[1][:400])
            for part, number in zip(self.parts, numbers.values(), strict=True) for one in part.findings
        ]  # fmt: skip
        names = ["part_id", "row", "column", "cell", "code", "value", "more_zh", "more_en"]
        kinds = dict(zip(names, [pl.Int64, pl.Int64, *[pl.String] * 6], strict=True))
        bulk.write(Finding, pl.DataFrame(found, schema=kinds, orient="row"))
        return pl.DataFrame(
            [(*place, number) for place, number in numbers.items()],
            schema={"file": pl.String, "sheet": pl.String, "part": pl.Int64}, orient="row",
        )  # fmt: skip

    def _mentions(self, sheets: pl.DataFrame) -> pl.DataFrame:
        """The mentions of accepted rows, with their keys, their sheet, county and household."""
        kept = [
            part.taken.filter(~pl.col("rejected")).select(
                pl.lit(part.file).alias("file"), pl.lit(part.sheet).alias("sheet"), "row",
                **_home(part),
            )
            for part in self.parts if part.contract.about and part.taken.height
        ]  # fmt: skip
        if not kept:
            return memory.with_keys(pl.DataFrame(schema=SHAPE)).with_columns(
                part=pl.lit(None, pl.Int64), county=pl.lit(None, pl.String), household=pl.lit(None, pl.Int64), home=pl.lit(None, pl.String)
            )
        found = mentions_of(self.parts).join(pl.concat(kept), on=["file", "sheet", "row"], maintain_order="left")
        found = memory.with_keys(found).join(sheets, on=["file", "sheet"], how="left", maintain_order="left")
        return found.with_columns(household=memory.short("household", found["household"]), county=self._county(found))

    def _county(self, rows: pl.DataFrame) -> pl.Series:
        """The county that each row names."""
        return self.areas.codes(rows["address"]).str.slice(0, 6)

    def _keep(self, new: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
        """Writes the mentions; file, sheet, row, role and person of each."""
        rows = new.join(people.select("number", "person", "rule", "probability", "decided_by"), left_on="id", right_on="number")
        columns = ["id", "row", "role", "person", "rule", "decided_by", "probability", "county", "household", *memory.COLUMNS]
        bulk.write(Mention, rows.select(*columns, part_id="part", place="home").with_columns(memory.sealed(rows)))
        return rows.select("file", "sheet", "row", "role", "person", "contract", "county", "id", "rule")

    def _facts(self, people: pl.DataFrame) -> set[int]:
        """Writes what the rows state of whom; everybody of whom something was stated."""
        asked = [
            part.taken.filter(~pl.col("rejected"))[one.name].drop_nulls()
            for part in self.parts for one in part.contract.of_kind("number") if part.taken.height and one.name in part.taken.columns
        ]  # fmt: skip
        known = recording.holders_of(pl.concat(asked).to_list() if asked else []).select("number", "person")
        named = kin_of(self.parts, people).join(known, on="number", how="left", maintain_order="left")
        bare = named.filter(pl.col("person").is_null())
        first = recording.new_persons(bare.height)
        made = bare.select("number", made=pl.int_range(first, first + bare.height, dtype=pl.Int64))
        kin = named.join(made, on="number", how="left", maintain_order="left").with_columns(person=pl.coalesce("person", "made"))
        known = holders(self.parts, people, pl.concat([known, made.select("number", person="made")]))  # of all batches of this take
        touched: set[int] = set()
        for at, batch in enumerate(self.batches):
            parts = self.given[batch.pk]
            files = [part.file for part in parts]
            self.steps.at(STATE, at, len(self.batches), _of(parts, at, len(self.batches)))
            mine = people.filter(pl.col("file").is_in(files))
            facts = facts_of(parts, mine, known, self.areas)
            facts |= persons.of_kin(facts, kin.filter(pl.col("file").is_in(files)))
            recording.record(by=self.by, facts=facts, department=batch.department, reference=reference(batch.pk), trust=batch.trust)
            for frame in facts.values():
                touched |= set(frame["person"].unique().to_list())
            if (kinship := facts.get("relation")) is not None:
                self.kin |= set(pl.concat([kinship["person"], kinship["other"]]).drop_nulls().to_list())
        return touched

    def _counts(self, people: pl.DataFrame, who: persons.Chosen) -> None:
        for batch in self.batches:
            parts = self.given[batch.pk]
            mine = people.filter(pl.col("file").is_in([part.file for part in parts]))
            for key in ("rows", "accepted", "rejected", "ignored"):
                setattr(batch, key, sum(part.counts[key] for part in parts))
            batch.findings = sum(len(part.findings) for part in parts)
            batch.contracts = " ".join(dict.fromkeys(part.contract.name for part in parts))[:400]
            batch.mentions = mine.height
            batch.persons_new = mine.filter(pl.col("person").is_in(who.made))["person"].n_unique()
            batch.state, batch.taken_at = Batch.TAKEN, timezone.now()
            batch.save()


def work(job: Work) -> None:
    """What a worker does: takes the batch, or writes down why it cannot be taken."""
    from yumiao.base.access.roles import SYSTEM

    number = int(job.about)
    try:
        take(by=SYSTEM, batches=[number], tell=job.aside, complete=job.complete)
    except BadInput as error:
        if Batch.objects.filter(pk=number, state=Batch.TAKEN).exists():  # by somebody who was quicker
            with job.complete():
                return
        zh, en = in_both(error)
        Batch.objects.filter(pk=number, state=Batch.RECEIVED).update(
            state=Batch.REFUSED, code=error.troubles[0].code[:60], fault_zh=zh[:1000], fault_en=en[:1000]
        )
        raise
