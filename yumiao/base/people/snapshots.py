"""The facts of everybody in the registry as tables, and as a folder of Parquet files that `yumiao batch` reads."""

import datetime as dt
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.base.access.declare import Actor, Purpose
from yumiao.base.access.fields import declared
from yumiao.base.access.service import deed
from yumiao.base.calendar.queries import today
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.paths import not_writable, told_by
from yumiao.lib.telling import Tell, silent

from .declare import GROUPS
from .history import History
from .models import STATES

SNAPSHOT = "people.snapshot"
STEPS = 3
READ = ("birth", "event", "hukou", "residence", "membership", "relation", "work", "home", "need", "delivery", "stay", "certificate")
ROWS_A_GROUP = 200_000
PERSONS = (
    "id", "family", "sex", "birth_date", "death_date", "death_date_unknown", "mother", "father", "birth_order", "adopted_on",
    "adopted_on_unknown", "only_child", "children_complete", "hukou_area", "hukou_since", "first_hukou_area", "hukou_kind",
    "residence_area", "employment", "monthly_wage", "employer_average_wage", "insurance", "provident_fund", "owns_home", "rents_home",
    "monthly_rent", "low_income", "self_caring", "housing_hardship", "hospital_burden_heavy", "recognised_edge", "pregnant_since",
    "pregnant_since_unknown",
)  # fmt: skip
MARKS = ("death_date_unknown", "adopted_on_unknown", "pregnant_since_unknown")


def snapshot(
    *, by: Actor, out: Path, as_of: dt.date | None = None, known_on: dt.date | None = None, purpose: Purpose = Purpose.ENTITLEMENT,
    tell: Tell = silent,
) -> dict[str, Any]:  # fmt: skip
    """Writes the folder `out`, which must not exist; what its `about.json` says. It appears only when it is whole, for its owner alone.
    `tell` hears of each step.

    Raises BadInput where it is there or nobody is to be written, NotAllowed for the actor, ValueError for a purpose that a fact is not
    kept for."""
    _kept_for(purpose)
    as_of = as_of or today()
    with deed(by=by, verb=SNAPSHOT, purpose=purpose) as doing:
        with _draft(out) as draft:  # a place that cannot be written is refused before everybody is read
            tables = facts(History(as_of, known_on), tell=tell)
            if not tables["persons"].height:
                raise _nobody()
            tell(2, STEPS, ("写文件", "writing the files"))
            about = _write(tables, draft, as_of, known_on)
        doing.about("snapshot", about["hash"][:32], count=tables["persons"].height, digest=about["hash"])
    return about


def _nobody() -> BadInput:
    found, wanted = ("登记库里那时没有人", "nobody was in the registry then"), ("至少一人", "at least one person")
    remedy = ("先收下部门的文件，或换一个日子", "take departments' files in first, or choose another day")
    return BadInput(Trouble("nobody", "registry", found, wanted, remedy))


@contextmanager
def _draft(out: Path) -> Iterator[Path]:
    """A folder beside `out` that takes its name at the end, and is gone where there is no such end. Raises BadInput where it cannot be
    written."""
    draft = out.parent / f".{out.name}.{secrets.token_hex(4)}"
    try:
        if out.exists():
            found, wanted = ("已经存在", "exists already"), ("一个新的文件夹", "a new folder")
            raise BadInput(Trouble("exists", str(out), found, wanted, ("换一个名字", "choose another name")))
        draft.mkdir(mode=0o700, parents=True)
        yield draft
        os.rename(draft, out)
    except OSError as error:
        raise not_writable(out, error) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _kept_for(purpose: Purpose) -> None:
    on_file = declared()
    for group in READ:
        table = STATES[group]._meta.model_name
        for column in (*GROUPS[group].clear, *(("cell",) if GROUPS[group].sealed else ())):
            if purpose not in on_file[f"people.{table}.{column}"].purposes:
                raise ValueError(f"people.{table}.{column} is not kept for {purpose}")


def facts(known: History, persons: Collection[int] | None = None, tell: Tell = silent) -> dict[str, pl.DataFrame]:
    """The tables of a snapshot; `persons` cuts the rows to those people where `known` holds more (their relatives)."""
    tell(0, STEPS, ("读每个人的事实", "reading everybody's facts"))
    people = _persons(known)
    if persons is not None:
        people = people.filter(pl.col("id").is_in(list(persons)))
    tell(1, STEPS, ("读婚姻、分娩、住院和证件", "reading marriages, deliveries, stays and certificates"))
    rows = {
        "persons": people.drop("mother_from", "mother_to", "father_from", "father_to"),
        "marriages": known.marriages().sort("person", "valid_from", "id").select(
            pl.col("person").alias("a"), pl.col("other").alias("b"), pl.col("valid_from").alias("from"), pl.col("valid_to").alias("to"),
            to_unknown=pl.col("end_unknown") & pl.col("valid_to").is_null(),
        ),
        "deliveries": known.things("delivery").sort("person", "on", "id").select(
            "father", "babies", "difficult", "weeks", "outcome", "children", "leave_from", "leave_from_unknown", mother="person", date="on"
        ),
        "hospital_stays": known.things("stay").sort("person", "from", "id").select("person", "from", "to", "to_unknown"),
        "certificates": known.things("certificate").sort("person", "kind").select("person", "kind", "issued", "level"),
        "kin": _kin(people),
    }  # fmt: skip
    return rows


def _persons(known: History) -> pl.DataFrame:
    birth = known.states("birth").filter((pl.col("birth_date") <= known.as_of).fill_null(True))
    member = known.states("membership").select("person", "family")
    out = birth.drop("valid_from", "source", "id").join(member, on="person", how="left", maintain_order="left")
    events = known.states("event").filter((pl.col("on") <= known.as_of).fill_null(True))
    for kind, day in (("death", "death_date"), ("adoption", "adopted_on")):
        mark = (pl.col("unknown") & pl.col("on").is_null()).alias(f"{day}_unknown")
        out = _beside(out, events.filter(pl.col("kind") == kind).select("person", pl.col("on").alias(day), mark))
    for role in ("mother", "father"):
        rows = known.parent(role)
        out = _beside(out, rows.select("person", **{role: "other", f"{role}_from": "valid_from", f"{role}_to": "valid_to"}))
    hukou = known.states("hukou")
    out = _beside(
        out, hukou.select("person", hukou_area="area", hukou_kind="kind", first_hukou_area="first_area", hukou_since="valid_from")
    )
    out = _beside(out, known.states("residence", sealed=False).select("person", residence_area="area"))
    for group in ("work", "home", "need"):
        out = _beside(out, known.states(group).drop("valid_from", "source", "id"))
    out = out.rename({"person": "id"}).sort("id").with_columns(
        pl.col("family").fill_null(-pl.col("id")),  # whoever is in no family is one alone
        pl.when((pl.col("pregnant_since") <= known.as_of).fill_null(True)).then("pregnant_since"),
        *(pl.col(m).fill_null(False) for m in MARKS),
    )  # fmt: skip
    return out.select(*PERSONS, "mother_from", "mother_to", "father_from", "father_to")


def _beside(out: pl.DataFrame, more: pl.DataFrame) -> pl.DataFrame:
    return out.join(more, on="person", how="left", maintain_order="left")


def _kin(people: pl.DataFrame) -> pl.DataFrame:
    """Parents who stand in another family, or in none."""
    families = people.select(relative="id", theirs="family")
    parts = [
        people.select("family", pl.lit(role).alias("relation"), pl.col(f"{role}_from").alias("from"), pl.col(f"{role}_to").alias("to"),
                      person="id", relative=role)
        .drop_nulls("relative")
        .join(families, on="relative", how="left", maintain_order="left")
        .filter((pl.col("family") != pl.col("theirs")).fill_null(True))
        for role in ("mother", "father")
    ]  # fmt: skip
    return pl.concat(parts).sort("person", "relation").select("person", "relative", "relation", "from", "to")


def _write(tables: dict[str, pl.DataFrame], draft: Path, as_of: dt.date, known_on: dt.date | None) -> dict[str, Any]:
    hashes, rows = {}, {}
    for name, frame in tables.items():
        file = draft / f"{name}.parquet"
        try:
            frame.write_parquet(file, compression="zstd", row_group_size=ROWS_A_GROUP, statistics=True)
        except pl.exceptions.PolarsError as error:
            raise told_by(error) or error from None
        file.chmod(0o600)
        rows[name] = frame.height
        with file.open("rb") as raw:
            hashes[file.name] = hashlib.file_digest(raw, "sha256").hexdigest()
    about: dict[str, Any] = {
        "date": as_of.isoformat(), "known_on": known_on.isoformat() if known_on else None, "source": "registry", "version": 1,
        "rows": rows,
        "hash": hashlib.sha256(json.dumps(hashes, sort_keys=True).encode()).hexdigest(), "files": hashes,
    }  # fmt: skip
    (draft / "about.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return about
