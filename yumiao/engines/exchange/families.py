"""After facts were written: whose rights are judged together, and where departments differ, for everybody whom it may concern."""

import datetime as dt
from collections.abc import Collection

import polars as pl
from django.db.models import QuerySet
from django.utils import timezone

from yumiao.base.access.declare import Actor
from yumiao.base.access.service import deed
from yumiao.base.calendar.queries import today
from yumiao.base.people import bulk, recording
from yumiao.base.people.declare import GROUPS, OFFICIAL, REGISTER, TRUST
from yumiao.base.people.history import History
from yumiao.calc.records import disagreements, families_of

from .declare import REGROUP
from .doubts import stamp
from .happened import FamiliesRegrouped
from .models import Batch, Disagreement, Mention

PRECEDENCE = {name: group.precedence for name, group in GROUPS.items()}
CLEAR = ("name", "birth", "event", "hukou", "residence", "relation", "work")
"""Groups that are compared in the clear; of the others no fact is said by two."""
SEALED = ("need", "certificate")
"""Groups that are compared and have sealed facts."""


def settle(*, by: Actor, persons: Collection[int], on: dt.date, reference: str, trust: str = OFFICIAL) -> int:
    """Writes the family of these persons and of their relatives where it is another than before: of how many. It is trusted as far as the
    weakest of what is said of its members, and of what shows it now (`trust`). A family that came with a load stands as it came."""
    if not persons:
        return 0
    concerned = None if recording.are_most(persons) else _beside(set(persons), on)
    some = None if concerned is None else _with_mates(_beside(concerned, on))  # a family is known only with those around it
    relations = recording.rows_between("relation", some, on)
    now = recording.shown(some).filter("listed")
    everybody = now.select("person", "sex")
    roofs = _roofs(some)
    found = families_of({"relation": relations, "birth": everybody}, roofs, PRECEDENCE)
    changed = found.join(now, on="person").filter(pl.col("family") != pl.col("family_right").fill_null(-1)).select("person", "family")
    if concerned is not None:
        changed = changed.filter(pl.col("person").is_in(list(concerned)))
    said = recording.rows_between("membership", changed["person"].to_list(), on).filter(pl.col("department") != REGISTER)
    changed = changed.join(said, on="person", how="anti")
    if changed.height:
        members = found.join(changed.select("family").unique(), on="family")
        weakest = members.join(recording.of_persons(members["person"].to_list()), on="person").group_by("family").agg(pl.max("rank"))
        rows = changed.join(weakest, on="family", how="left").with_columns(pl.max_horizontal("rank", pl.lit(TRUST.index(trust))))
        for (rank,), part in sorted(rows.partition_by("rank", as_dict=True, include_key=False).items()):
            recording.record(by=by, facts={"membership": part}, department=REGISTER, reference=reference, trust=TRUST[int(rank)])
        recording.lay_families(changed)
    return changed.height


def regroup(*, by: Actor, persons: Collection[int], reference: str) -> int:
    """The families of these persons and of their relatives anew, after somebody changed by hand what the registry says of them: how many
    persons belong to another one. Raises NotAllowed."""
    with deed(by=by, verb=REGROUP) as doing:
        roots = recording.counted(pl.Series("person", sorted(persons), dtype=pl.Int64)).unique().to_list()
        moved = settle(by=by, persons=set(roots), on=today(), reference=reference)
        doing.about("person", roots[0] if roots else "", count=moved)
        if moved:
            doing.tell(FamiliesRegrouped(persons=moved))
    return moved


def roofed(mentions: "QuerySet[Mention]") -> set[int]:
    """The persons of those mentions that name a household, also of a batch that was taken back."""
    rows = bulk.frame_of(Mention, mentions.filter(household__isnull=False), ["person"])
    return set(recording.counted(rows["person"]).to_list())


def other(before: pl.DataFrame, after: pl.DataFrame) -> set[int]:
    """Of whom the registry shows another sex than before, or whom it did not list: `before` and `after` as `recording.shown` gives them."""
    same = ["person", "listed", "sex"]
    return set(after.select(same).join(before.select(same), on=same, how="anti", nulls_equal=True)["person"].to_list())


def _beside(persons: set[int], on: dt.date) -> set[int]:
    """These persons, who shares a household with them, the relatives of all of those, and theirs."""
    found = _with_mates(persons)
    for _ in range(2):
        relations = recording.rows_between("relation", found, on)
        found |= set(relations["person"].to_list()) | set(relations["other"].to_list())
    return found


def _with_mates(persons: set[int]) -> set[int]:
    """These persons, and who shares a household with them."""
    homes = bulk.in_chunks(_live(), "person", sorted(persons), ["household"])["household"].unique().to_list()
    mates = bulk.in_chunks(_live(), "household", homes, ["person"])["person"]
    return persons | set(recording.counted(mates).to_list())


def _live() -> "QuerySet[Mention]":
    return Mention.objects.filter(part__batch__state=Batch.TAKEN, household__isnull=False)


def _roofs(some: set[int] | None) -> pl.DataFrame:
    """`person`, `household` and `place` in it as it was said last, a place before none; of everybody or of these."""
    kinds = ["id", "person", "household", "place"]
    rows = bulk.frame_of(Mention, _live(), kinds) if some is None else bulk.in_chunks(_live(), "person", sorted(some), kinds)
    rows = rows.with_columns(person=recording.counted(rows["person"])).sort(pl.col("place").is_not_null(), "id")
    return rows.unique("person", keep="last").select("person", "place", household=pl.col("household").cast(pl.String))


def spoken(known: History) -> dict[str, pl.DataFrame]:
    """What departments say of the facts that are compared, by group; of sealed groups what is in the cell too."""
    return {group: known.rows(group, sealed=group in SEALED) for group in (*CLEAR, *SEALED)}


def differing(*, batch: int, persons: Collection[int], on: dt.date) -> dict[str, pl.DataFrame]:
    """Notes where departments differ about these persons, and which of the old notes are settled; of sealed facts too, of which the note
    says who differs and nothing else. Gives what departments say of them, by group."""
    some = None if recording.are_most(persons) else set(persons)
    rows = {**spoken(History(on, persons=some)), "relation": recording.rows_between("relation", some, on)}  # also of who names them
    found = disagreements(rows, PRECEDENCE).with_columns(
        kind=pl.col("kind").fill_null(""),
        departments=pl.col("values").list.eval(pl.element().struct.field("department")).list.join(" "),
    ).drop("values")  # fmt: skip
    key = ["person", "group", "kind", "column", "departments"]
    old = _standing(some, rows["relation"]["person"])
    gone = old.join(found, on=key, how="anti")["id"].to_list()
    for low in range(0, len(gone), bulk.FEW):
        Disagreement.objects.filter(pk__in=gone[low : low + bulk.FEW]).update(state=Disagreement.GONE, gone_at=timezone.now())
    fresh = found.join(old, on=key, how="anti")
    if fresh.height:
        county = pl.coalesce("residence_area", "hukou_area").str.slice(0, 6)
        place = recording.shown(fresh["person"].to_list()).select("person", county=county)
        noted = fresh.join(place, on="person", how="left").with_columns(batch_id=pl.lit(batch), at=pl.lit(stamp()))
        bulk.write(Disagreement, noted)
    return rows


def _standing(some: set[int] | None, naming: pl.Series) -> pl.DataFrame:
    """The open notes about these persons, and about relatives of those who name them; about everybody where `some` is None."""
    columns = ["id", "person", "group", "kind", "column", "departments"]
    rows = Disagreement.objects.filter(state=Disagreement.OPEN)
    if some is None:
        return bulk.frame_of(Disagreement, rows, columns)
    others = sorted(set(naming.to_list()) - some)
    about = bulk.in_chunks(rows, "person", sorted(some), columns)
    return pl.concat([about, bulk.in_chunks(rows.filter(group="relation"), "person", others, columns)])
