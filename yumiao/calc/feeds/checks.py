"""A contract compiled to checks over whole columns: what is mended, unknown or refused in each row of people."""

from __future__ import annotations

from datetime import date

import polars as pl

from yumiao.lib.identity import social_credit

from .contracts import Column, Contract, Words
from .findings import OF_REASON
from .header import Header

FOUND = {"row": pl.Int64, "column": pl.String, "code": pl.String, "value": pl.String, "zh": pl.String, "en": pl.String}
WHOM = {
    "self": ("本人", "the person"),
    "child": ("孩子", "the child"),
    "husband": ("男方", "the husband"),
    "wife": ("女方", "the wife"),
    "mother": ("母亲", "the mother"),
    "father": ("父亲", "the father"),
    "guardian": ("监护人", "the guardian"),
}


class Checks:
    """Collects what is found in the rows of one sheet."""

    def __init__(self, header: Header, rows: pl.DataFrame, words: Words):
        self.header, self.contract, self.rows, self.words = header, header.contract, rows, words
        self.found: list[pl.DataFrame] = []

    def add(self, code: str, column: str, where: pl.Expr, value: str | None = None, zh: pl.Expr | str = "", en: pl.Expr | str = "") -> None:
        """A finding of `code` under `column` in every row where `where` holds."""
        raw = value or f"raw:{column}"
        shown = pl.col(raw).cast(pl.String) if raw in self.rows.columns else pl.lit(None, dtype=pl.String)
        texts = [pl.lit(one) if isinstance(one, str) else one for one in (zh, en)]
        self.found.append(
            self.rows.filter(where.fill_null(False)).select(
                "row", column=pl.lit(column), code=pl.lit(code), value=shown, zh=texts[0].cast(pl.String), en=texts[1].cast(pl.String)
            )
        )

    def all(self) -> pl.DataFrame:
        """Everything found, in the order of rows."""
        return pl.concat([pl.DataFrame(schema=FOUND), *self.found]).sort("row", maintain_order=True)

    def has(self, name: str) -> bool:
        """Whether the sheet has that column of the contract."""
        return name in self.header.places

    def said_missing(self, name: str) -> pl.Expr:
        """Where a cell says in words that nothing is known: it is read as empty and needs no finding."""
        return pl.col(f"raw:{name}").str.strip_chars().is_in(self.words.missing)


def check_rows(header: Header, rows: pl.DataFrame, words: Words, today: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with what is unknown set to null and `rejected` added, and what was found. `rows` are those of `values_of` that are about
    somebody."""
    rows = _couples(header.contract, rows)
    checks = Checks(header, rows, words)
    people = {column.of for column in header.contract.of_kind("number") if column.of}
    for column in header.contract.columns:
        if checks.has(column.name):
            _one(checks, column, today)
    for whom in sorted(people):
        _agree(checks, whom)
    nulls = [
        pl.when(pl.col(column.name) <= today).then(pl.col(column.name)).alias(column.name)
        for column in header.contract.of_kind("date", "birth_date")
    ]
    rows = _what_numbers_say(header.contract, rows.with_columns(nulls))
    checks.rows = rows = rows.with_columns(_rejected(checks, rows))
    return rows, pl.concat([checks.all(), _duplicates(header.contract, rows)])


def _one(checks: Checks, column: Column, today: date) -> None:
    name, filled = column.name, pl.col(f"raw:{column.name}").str.strip_chars().fill_null("") != ""
    empty = pl.col(name).is_null()
    if column.kind == "number":
        for reason, code in OF_REASON.items():
            if reason != "missing" or column.required:
                checks.add(code, name, pl.col(f"reason:{name}") == reason)
        checks.add("id_number_cell", name, pl.col(f"stored:{name}"))
        checks.add("id_mended", name, pl.col(f"mended:{name}"))
        checks.add("id_old", name, pl.col(f"written:{name}").str.contains(r"^\d{15}$") & ~empty)
        if _swaps(checks, name):
            zh, en = "姓名和号码", "name and number"
            checks.add("columns_swapped", name, pl.col(f"swapped:{name}"), zh=zh, en=en)
    elif column.kind in ("date", "birth_date"):
        checks.add("date_unreadable", name, filled & empty & ~checks.said_missing(name))
        checks.add("date_short_year", name, pl.col(f"short:{name}"), zh=pl.col(name).dt.to_string(), en=pl.col(name).dt.to_string())
        checks.add("date_future", name, pl.col(name) > today)
    elif column.kind == "name":
        if column.required:
            checks.add("name_missing", name, empty & ~pl.col(f"unreadable:{name}").fill_null(False))
        checks.add("name_unreadable", name, pl.col(f"unreadable:{name}"))
        checks.add("name_character_lost", name, pl.col(f"lost:{name}") & ~empty)
        checks.add("name_note", name, pl.col(f"note:{name}") & ~empty)
        checks.add("name_mended", name, pl.col(f"untidy:{name}") & ~pl.col(f"note:{name}") & ~empty)
    elif column.kind in ("sex", "phone", "certificate"):
        code = {"sex": "sex_unreadable", "phone": "phone_unreadable", "certificate": "certificate_form"}[column.kind]
        checks.add(code, name, filled & empty & ~checks.said_missing(name))
    elif column.type in ("integer", "number"):
        number = pl.col(name).str.replace_all(",", "").cast(pl.Float64, strict=False)
        checks.add("number_unreadable", name, pl.col(name).is_not_null() & number.is_null())
    elif column.kind == "credit_code":
        good = [text for text in checks.rows[name].unique().drop_nulls().to_list() if social_credit(text)]
        checks.add("credit_code", name, ~empty & ~pl.col(name).is_in(good))


def _swaps(checks: Checks, name: str) -> bool:
    return f"swapped:{name}" in checks.rows.columns


def _of(contract: Contract, whom: str, kind: str) -> str | None:
    return next((one.name for one in contract.of_kind(kind) if one.of == whom), None)


def _agree(checks: Checks, whom: str) -> None:
    """A valid number that says another birth date or sex than the row does."""
    number = _of(checks.contract, whom, "number")
    if number is None or not checks.has(number):
        return
    differs, zh, en = [], [], []
    for kind, said, words in (("birth_date", "born", ("出生日期", "the birth date")), ("sex", "sexed", ("性别", "the sex"))):
        name = _of(checks.contract, whom, kind)
        if name is not None and checks.has(name):
            one = (pl.col(f"{said}:{number}") != pl.col(name)).fill_null(False)
            differs.append(one)
            zh.append(pl.when(one).then(pl.lit(words[0])))
            en.append(pl.when(one).then(pl.lit(words[1])))
    if differs:
        both = pl.concat_str(zh, separator="和", ignore_nulls=True), pl.concat_str(en, separator=" and ", ignore_nulls=True)
        checks.add("id_not_this_person", number, pl.any_horizontal(differs), zh=both[0], en=both[1])


def _couples(contract: Contract, rows: pl.DataFrame) -> pl.DataFrame:
    """Husband and wife put back where the numbers say that they stand in each other's columns; `crossed` tells where."""
    him, her = _of(contract, "husband", "number"), _of(contract, "wife", "number")
    if him is None or her is None or f"sexed:{him}" not in rows.columns or f"sexed:{her}" not in rows.columns:
        return rows
    # fifteen digits have no check, so their sex is heard only where no full number speaks
    full = {side: pl.when(pl.col(f"written:{side}").str.len_chars() == 18).then(f"sexed:{side}") for side in (him, her)}
    against, for_it = (full[him] == "M") | (full[her] == "F"), (full[him] == "F") | (full[her] == "M")
    weak = pl.all_horizontal((pl.col(f"sexed:{side}") == sex).fill_null(True) for side, sex in ((him, "F"), (her, "M")))
    none = full[him].is_null() & full[her].is_null() & (pl.col(him).is_not_null() | pl.col(her).is_not_null())
    rows = rows.with_columns(crossed=(for_it.fill_null(False) & ~against.fill_null(False)) | (none & weak))
    pairs = [(one, one.replace("husband_", "wife_", 1)) for one in rows.columns if "husband_" in one and not one.startswith("raw:")]
    pairs = [(a, b) for a, b in pairs if b in rows.columns]
    switched = [pl.when("crossed").then(pl.col(b)).otherwise(pl.col(a)).alias(a) for a, b in pairs]
    return rows.with_columns(*switched, *(pl.when("crossed").then(pl.col(a)).otherwise(pl.col(b)).alias(b) for a, b in pairs))


def _what_numbers_say(contract: Contract, rows: pl.DataFrame) -> pl.DataFrame:
    """Birth date and sex that the row does not tell, from a valid number."""
    fill = []
    for number in contract.of_kind("number"):
        if f"born:{number.name}" not in rows.columns or number.of is None:
            continue
        for kind, said in (("birth_date", "born"), ("sex", "sexed")):
            name = _of(contract, number.of, kind)
            if name is not None:
                fill.append(pl.coalesce(name, f"{said}:{number.name}").alias(name))
    return rows.with_columns(fill)


def _rejected(checks: Checks, rows: pl.DataFrame) -> pl.Series:
    """Rows that name nobody, or where a contract about nobody lacks what it needs; each is a finding."""
    contract = checks.contract
    named = pl.any_horizontal(pl.all_horizontal(pl.col(name).is_not_null() for name in need) for need in contract.needs)
    rejected = rows.select(rejected=~named)["rejected"]
    checks.rows = rows.with_columns(rejected=rejected)
    titles = {one.name: one.title for one in contract.columns}
    zh = "；".join("、".join(titles[name] for name in need) for need in contract.needs)
    en = "; ".join(" and ".join(need) for need in contract.needs)
    first = next(name for need in contract.needs for name in need if checks.has(name))
    checks.add("nobody" if contract.about else "incomplete", first, pl.col("rejected"), zh=zh, en=en)
    if "crossed" in rows.columns:
        column = next(one.name for one in contract.of_kind("name") if one.of == "husband")
        checks.add("columns_swapped", column, pl.col("crossed"), zh="男方和女方", en="husband and wife")
    return rejected


def _duplicates(contract: Contract, rows: pl.DataFrame) -> pl.DataFrame:
    """Accepted rows of a sheet that say the same: each names the first other one."""
    if not contract.unique:
        return pl.DataFrame(schema=FOUND)
    key = list(contract.unique)
    kept = rows.filter(~pl.col("rejected")).with_columns(
        strong=pl.any_horizontal(
            pl.all_horizontal(pl.col(name).is_not_null() for name in need if name in key)
            for need in contract.needs
            if any(name in key for name in need)
        )
        if contract.about
        else pl.lit(True)
    )
    groups = kept.filter("strong").with_columns(
        n=pl.len().over(key), first=pl.col("row").min().over(key), last=pl.col("row").max().over(key)
    )
    other = pl.when(pl.col("row") == pl.col("first")).then("last").otherwise("first").cast(pl.String)
    column = next(one.name for one in contract.columns if one.name in key)
    return groups.filter(pl.col("n") > 1).select(
        "row", column=pl.lit(column), code=pl.lit("duplicate_row"), value=pl.lit(None, dtype=pl.String), zh=other, en=other
    )
