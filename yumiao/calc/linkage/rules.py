"""The rules, from the surest down. Each joins pairs that nothing forbids; the words are those of docs/linkage.md."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from .names import EQUAL, NEAR, SOUND


@dataclass(frozen=True)
class Rule:
    """`name`, what it says in both languages, and `when`: the condition over the columns that `compare.compared` gives of a pair.
    `unnamed`: it joins a newborn who has no name yet, and cannot tell twins apart."""

    name: str
    zh: str
    en: str
    when: pl.Expr
    unnamed: bool = False


def yes(column: str) -> pl.Expr:
    """Known and true."""
    return pl.col(column).fill_null(False)


def not_no(column: str) -> pl.Expr:
    """True or not known."""
    return pl.col(column).fill_null(True)


def close(edits: int) -> pl.Expr:
    """Numbers as written that differ by at most so many edits."""
    return (pl.col("near") <= edits).fill_null(False)


SAME = pl.col("name") >= EQUAL
LIKELY = (pl.col("name") >= NEAR) & (SAME | ~pl.col("apart"))
SOUNDS, LIKE = ((pl.col("name") >= most) & (SAME | ~(pl.col("apart") | pl.col("beside"))) for most in (SOUND, NEAR))
ALIKE = pl.col("name") >= NEAR
BORN, SEX = yes("born"), yes("sex")
WITNESS = yes("phone") | yes("kin") | close(2) | yes("place") | yes("elder")
TWO = pl.sum_horizontal(one.cast(pl.Int8) for one in (yes("phone"), yes("kin"), close(2), yes("place"), yes("elder"))) >= 2

RULES = (
    Rule(
        "number",
        "号码相同，姓名相近，或出生日期和性别相同",
        "the same valid number, and a like name or birth date and sex",
        yes("number") & (ALIKE | (BORN & not_no("sex")) | yes("certificate")),
    ),
    Rule(
        "certificate",
        "出生证号相同，性别不冲突，出生日期相差不大",
        "the same birth certificate, sex not against it, birth dates close",
        yes("certificate") & not_no("sex") & (BORN | (not_no("born_near") & (ALIKE | pl.col("unnamed")))),
    ),
    Rule(
        "name_birth_witness",
        "姓名、出生日期、性别相同，并有电话、父母、住址或相近号码佐证",
        "name, birth date and sex, with a telephone, a parent, an address or a near number",
        SAME & BORN & not_no("sex") & WITNESS,
    ),
    Rule(
        "sound_birth_witness",
        "姓名读音相同，出生日期、性别相同，并有佐证",
        "the name's sound, birth date and sex, with a witness",
        SOUNDS & BORN & not_no("sex") & WITNESS,
    ),
    Rule(
        "near_number",
        "号码只差一两位，姓名相近，出生日期或性别不冲突",
        "numbers one or two digits apart, a like name, birth date not far",
        close(2) & LIKE & not_no("sex") & (BORN | (yes("born_near") & close(1))),
    ),
    Rule(
        "like_birth_kin",
        "姓名差一字，出生日期、性别相同，父母相同",
        "one character off, birth date and sex, the same parent",
        LIKE & BORN & SEX & (yes("kin") | close(2)),
    ),
    Rule(
        "newborn",
        "未取名的新生儿：母亲、出生日期、性别相同",
        "a newborn without a name: mother, birth date and sex",
        pl.col("unnamed") & yes("kin") & BORN & SEX,
        unnamed=True,
    ),
    Rule(
        "newborn_elder",
        "未取名的新生儿：母亲姓名、出生日期、性别、县相同",
        "a newborn without a name: the mother's name, birth date, sex and county",
        pl.col("unnamed") & yes("elder") & BORN & SEX & yes("county"),
        unnamed=True,
    ),
    Rule(
        "like_birth_place",
        "姓名差一字，出生日期、性别相同，住址或电话相同",
        "one character off, birth date and sex, address or telephone",
        LIKE & BORN & SEX & (yes("place") | yes("phone")),
    ),
    Rule(
        "name_slip_witness",
        "姓名、性别相同，出生日期有笔误，住址或父母相同，或电话、相近号码有两样相同",
        "name and sex, a slip in the birth date, the address, a parent, or two of telephone and near number",
        SAME & SEX & yes("born_near") & (TWO | yes("kin") | yes("place")),
    ),
    Rule(
        "near_number_place",
        "号码只差一位，出生日期、性别相同，住址或电话相同，姓名不同（曾用名）",
        "numbers one digit apart, birth date and sex, address or telephone, another name (a former one)",
        close(1) & BORN & SEX & (yes("place") | yes("phone")) & ~(pl.col("apart") | pl.col("beside")),
    ),
    Rule(
        "newborn_slip",
        "未取名的新生儿：母亲、性别相同，出生日期有笔误",
        "a newborn without a name: mother and sex, a slip in the birth date",
        pl.col("unnamed") & yes("kin") & yes("born_near") & SEX,
        unnamed=True,
    ),
    Rule(
        "name_birth_county",
        "姓名、出生日期、性别相同，一方没有可用的号码，同县",
        "name, birth date and sex, one number unusable, the same county",
        SAME & BORN & SEX & yes("county"),
    ),
)

TWIN = (yes("apart") | yes("beside")) & BORN & yes("kin") & close(2)
"""A number that is almost that of a child of the same parent and day, whose name is another one or may be: theirs, or a twin's."""

TWO_NUMBERS = yes("born") & SAME & not_no("sex") & (yes("phone") | yes("place") | yes("kin"))
"""Two valid numbers for what looks like one person: never joined, and shown to people."""


def doubtful() -> pl.Expr:
    """Alike enough that somebody should look: a like name with birth date and sex, and the county or a witness; or the same name with a
    slip in the birth date, and a telephone, a parent or an address. Of one name born ten days apart there are many in a county, and
    their numbers are near too."""
    return (LIKELY & BORN & SEX & (yes("county") | WITNESS)) | (
        SAME & SEX & yes("born_near") & (yes("phone") | yes("kin") | yes("place") | yes("elder"))
    )
