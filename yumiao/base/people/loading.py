"""A load: tables in the layout of a snapshot become persons and the first rows of their history. One transaction, one deed."""

import datetime as dt
from collections.abc import Callable, Mapping

import polars as pl
from django.utils import timezone

from yumiao.base.access.codec import blind
from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.identity import resident
from yumiao.lib.language import say

from . import bulk, cells
from .declare import GROUPS, RESIDENT, SYNTHETIC, TRUST
from .filling import filling
from .happened import PeopleLoaded
from .models import STATES, Person, Source

Tell = Callable[[str], None]
Tables = Mapping[str, pl.DataFrame]
LOAD = "people.load"


def _silent(_: str) -> None:
    return None


def load(
    *, by: Actor, tables: Tables, department: str, reference: str, trust: str, known_as: str = SYNTHETIC, issuer: str = "",
    recorded_at: dt.datetime | None = None, share: float | None = None, tell: Tell = _silent,
) -> int:  # fmt: skip
    """Adds the persons of `tables` with their history; how many. The same reference of the same department changes nothing and gives 0.

    `tables` are those of a snapshot (`persons`, `marriages`, `deliveries`, `hospital_stays`, `certificates`), and may have `identities`
    (person, number) and `names` (person, text, pinyin). Their ids become identifiers of the kind `known_as`; whoever is named but not
    listed becomes a person of whom nothing else is known. `share` is how much of everybody a sample holds. Raises BadInput, NotAllowed.
    """
    if trust not in TRUST:
        raise BadInput(Trouble("trust", "trust", (trust, trust), ("、".join(TRUST), ", ".join(TRUST))))
    if loaded(department, reference):
        return 0
    tables = _checked(tables)
    with deed(by=by, verb=LOAD) as doing:
        source = Source.objects.create(
            department=department, reference=reference, trust=trust, recorded_at=recorded_at or timezone.now(), who=by.who,
            share=share,
        )
        with filling([Person, *STATES.values()]):
            many = _Load(tables, source.pk, known_as, issuer, tell).run()
        doing.about("source", source.pk, count=many)
        doing.tell(PeopleLoaded(source=source.pk, persons=many))
    return many


def sampled(*, by: Actor, department: str, reference: str, trust: str, share: float) -> None:
    """Notes that the registry holds a sample, and how much of everybody; once for each reference. Raises NotAllowed."""
    if loaded(department, reference):
        return
    with deed(by=by, verb=LOAD) as doing:
        source = Source.objects.create(
            department=department, reference=reference, trust=trust, recorded_at=timezone.now(), who=by.who, share=share
        )
        doing.about("source", source.pk, count=0)


def loaded(department: str, reference: str) -> bool:
    """Whether that was loaded before."""
    return Source.objects.filter(department=department, reference=reference).exists()


def _checked(tables: Tables) -> dict[str, pl.DataFrame]:
    persons = tables["persons"]
    if persons["id"].null_count() or persons["id"].n_unique() != persons.height:
        raise BadInput(
            Trouble("duplicate_person", "persons: id", ("编号缺失或重复", "an id is missing or stands twice"), ("每人一个", "one for each"))
        )
    return {name: frame.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String)) for name, frame in tables.items()}


class _Load:
    """One load: numbers for everybody named, then each table of the history."""

    def __init__(self, tables: dict[str, pl.DataFrame], source: int, known_as: str, issuer: str, tell: Tell):
        self.tables, self.source, self.known_as, self.issuer, self.tell = tables, source, known_as, issuer, tell
        self.kind = tables["persons"].schema["id"]
        named = self._named()
        first = bulk.numbers(Person, len(named))
        self.places = pl.DataFrame({"id": named, "place": pl.int_range(first, first + len(named), dtype=pl.Int64, eager=True)})
        self.persons = self._placed(tables["persons"], "id", "mother", "father").rename({"id": "person_id"})
        self.names = self._of_listed("names")

    def _named(self) -> pl.Series:
        """Everybody who is listed, in order, then everybody else who is named."""
        t = self.tables
        wanted = [("persons", "mother"), ("persons", "father"), ("marriages", "a"), ("marriages", "b"), ("deliveries", "mother"),
                  ("deliveries", "father"), ("hospital_stays", "person"), ("certificates", "person")]  # fmt: skip
        parts = [t[name][column].cast(self.kind) for name, column in wanted if name in t and column in t[name].columns]
        if "deliveries" in t and "children" in t["deliveries"].columns:
            parts.append(t["deliveries"]["children"].explode().cast(self.kind))
        others = pl.concat(parts).drop_nulls().unique().sort() if parts else pl.Series([], dtype=self.kind)
        listed = t["persons"]["id"]
        return pl.concat([listed, others.filter(~others.is_in(listed.implode()))]).alias("id")

    def _placed(self, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
        """The frame with our numbers in those columns."""
        for column in columns:
            if column in frame.columns:
                places = self.places.rename({"id": column})
                frame = frame.with_columns(pl.col(column).cast(self.kind)).join(places, on=column, how="left", maintain_order="left")
                frame = frame.drop(column).rename({"place": column})
        return frame

    def _of_listed(self, name: str) -> pl.DataFrame | None:
        if name not in self.tables:
            return None
        return self._placed(self.tables[name], "person").rename({"person": "person_id"}).filter(pl.col("person_id").is_not_null())

    def run(self) -> int:
        """Writes everything; how many persons are listed."""
        self._people()
        self._identifiers()
        if self.names is not None:
            self._add("name", self.names.with_columns(kind=pl.lit("full")))
        p = self.persons
        self._add("birth", p)
        self._events()
        self._add("hukou", self._renamed(p, area="hukou_area", kind="hukou_kind", first_area="first_hukou_area", valid_from="hukou_since"))
        self._add("residence", self._renamed(p, area="residence_area"))
        self._add("membership", p)
        self._relations()
        for group in ("work", "home", "need"):
            self._add(group, p)
        self._rows()
        return p.height

    def _people(self) -> None:
        """Everybody, with the state of now beside the history."""
        p = self._renamed(self.persons, id="person_id")
        dead = pl.lit(False)
        if "death_date" in p.columns:
            unknown = pl.col("death_date_unknown") if "death_date_unknown" in p.columns else pl.lit(False)
            dead = pl.when(pl.col("death_date").is_not_null()).then(True).when(unknown.fill_null(False)).then(None).otherwise(False)
        p = p.with_columns(dead=dead, listed=pl.lit(True))
        if self.names is not None:
            p = p.join(self.names.select(id="person_id", name="text", pinyin="pinyin"), on="id", how="left", maintain_order="left")
            p = p.with_columns(pl.col("name", "pinyin").fill_null(""))
        bare = self.places.slice(p.height).select(id="place", listed=pl.lit(False))
        self._tell("persons", bulk.write(Person, pl.concat([p, bare], how="diagonal").with_columns(
            *(pl.col(c).fill_null("") for c in ("name", "pinyin") if c in p.columns),
        )))  # fmt: skip

    def _identifiers(self) -> None:
        known = self.places.select(person_id="place", value=pl.col("id").cast(pl.String), kind=pl.lit(self.known_as))
        self._add("identifier", known.with_columns(issuer=pl.lit(self.issuer)))
        rows = self._of_listed("identities")
        if rows is None:
            return
        read = [resident(n).number for n in rows["number"]]
        rows = rows.with_columns(number=pl.Series(read, dtype=pl.String)).filter(pl.col("number").is_not_null())
        index = pl.Series([blind(RESIDENT, n) for n in rows["number"]], dtype=pl.String)
        self._add("identifier", rows.with_columns(kind=pl.lit(RESIDENT), issuer=pl.lit("police"), index=index))

    def _events(self) -> None:
        for kind, day in (("death", "death_date"), ("adoption", "adopted_on")):
            if day not in self.persons.columns:
                continue
            mark = pl.col(f"{day}_unknown").fill_null(False) if f"{day}_unknown" in self.persons.columns else pl.lit(False)
            happened = self.persons.filter(pl.col(day).is_not_null() | mark)
            self._add("event", happened.select("person_id", pl.lit(kind).alias("kind"), pl.col(day).alias("on"), mark.alias("unknown")))

    def _relations(self) -> None:
        p = self.persons
        adopted = pl.lit(False)
        for name in ("adopted_on", "adopted_on_unknown"):
            if name in p.columns:
                adopted = adopted | (pl.col(name).is_not_null() if name == "adopted_on" else pl.col(name).fill_null(False))
        none = pl.lit(None, pl.Date)
        born = pl.col("birth_date") if "birth_date" in p.columns else none
        since = pl.when(adopted).then(pl.col("adopted_on") if "adopted_on" in p.columns else none).otherwise(born)
        for role in ("mother", "father"):
            if role in p.columns:
                rows = p.filter(pl.col(role).is_not_null())
                self._add(
                    "relation", rows.select("person_id", pl.lit(role).alias("kind"), pl.col(role).alias("other"), since.alias("valid_from"))
                )
        if "marriages" in self.tables:
            rows = self._placed(self.tables["marriages"], "a", "b").with_columns(kind=pl.lit("spouse"))
            self._add(
                "relation",
                self._renamed(rows, person_id="a", other="b", valid_from="from", valid_to="to", end_unknown="to_unknown"),
            )

    def _rows(self) -> None:
        if "deliveries" in self.tables:
            rows = self._placed(self.tables["deliveries"], "mother", "father")
            if "children" in rows.columns:
                rows = self._children(rows)
            self._add("delivery", self._renamed(rows, person_id="mother", on="date"))
        for name, group in (("hospital_stays", "stay"), ("certificates", "certificate")):
            if name in self.tables:
                self._add(group, self._renamed(self._placed(self.tables[name], "person"), person_id="person"))

    def _children(self, rows: pl.DataFrame) -> pl.DataFrame:
        at = rows.with_row_index("at")
        placed = self._placed(at.select("at", "children").explode("children", empty_as_null=False, keep_nulls=False), "children")
        back = placed.group_by("at", maintain_order=True).agg("children")
        return at.drop("children").join(back, on="at", how="left", maintain_order="left").with_columns(
            pl.col("children").fill_null(pl.lit([], pl.List(pl.Int64)))
        )  # fmt: skip

    def _renamed(self, frame: pl.DataFrame, **names: str) -> pl.DataFrame:
        """The frame with columns under other names, as far as they are there."""
        there = {new: old for new, old in names.items() if old in frame.columns}
        return frame.drop([new for new in there if new in frame.columns and new not in there.values()]).with_columns(
            pl.col(old).alias(new) for new, old in there.items()
        )

    def _add(self, group: str, frame: pl.DataFrame) -> None:
        """Rows of the group from the columns that the frame has; rows that say nothing are left out."""
        declared = GROUPS[group]
        columns = [c for c in (*declared.clear, *declared.sealed, "valid_from", "valid_to") if c in frame.columns]
        says = [c for c in columns if c not in ("valid_to", "kind") or not declared.keys]
        frame = frame.select("person_id", *columns).filter(
            pl.any_horizontal(
                (pl.col(c) if frame.schema[c] == pl.Boolean and c.endswith("_unknown") else pl.col(c).is_not_null()) for c in says
            ).fill_null(False)
        )
        if declared.sealed:
            frame = cells.put(group, frame)
        frame = frame.rename({c: f"{c}_id" for c in ("other", "father") if c in frame.columns})
        frame = frame.with_columns(pl.lit(self.source, pl.Int64).alias("source_id"))
        flags = [c for c in ("end_unknown", "leave_from_unknown", "unknown") if c in frame.columns]
        self._tell(group, bulk.write(STATES[group], frame.with_columns(pl.col(flags).fill_null(False))))

    def _tell(self, what: str, rows: int) -> None:
        self.tell(say(f"登记库：{what} {rows:,} 行", f"registry: {what} {rows:,} rows"))
