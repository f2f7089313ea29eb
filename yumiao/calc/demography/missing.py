"""Which facts are not known of whom: each fact is asked only of those to whom it applies."""

from __future__ import annotations

import polars as pl

ADULT, OLD = 18, 60
AGE = pl.col("age").cast(pl.Int16)
WHOM = {
    "everybody": pl.col("alive"), "minors": (AGE < ADULT).fill_null(False), "adults": (AGE >= ADULT).fill_null(False),
    "older": (AGE >= OLD).fill_null(False), "employees": pl.col("employed"),
}  # fmt: skip
FACTS = {
    "birth_date": "everybody", "hukou_area": "everybody", "hukou_since": "everybody", "hukou_kind": "everybody",
    "first_hukou_area": "everybody", "insurance": "everybody", "low_income": "everybody", "birth_order": "minors",
    "mother": "minors", "father": "minors", "employment": "adults", "provident_fund": "adults", "owns_home": "adults",
    "housing_hardship": "adults", "monthly_wage": "employees", "self_caring": "older",
}  # fmt: skip


def silence(part: pl.LazyFrame) -> pl.DataFrame:
    """For each fact that the rows have, whether it is not known, as `no FACT`; and whether somebody is `employed`."""
    schema = part.collect_schema()
    employed = pl.col("employment").cast(pl.String) == "employee" if "employment" in schema else pl.lit(False)
    unknown = (pl.col(fact).is_null().alias(f"no {fact}") for fact in FACTS if fact in schema)
    return part.select(*unknown, employed.fill_null(False).alias("employed")).collect()


def asked(columns: list[str]) -> dict[str, pl.Expr]:
    """`asked FACT` and `missing FACT` for each fact of which `columns` say whether it is known, true or false."""
    out = {}
    for fact, whom in FACTS.items():
        if f"no {fact}" in columns:
            out[f"asked {fact}"] = WHOM[whom]
            out[f"missing {fact}"] = WHOM[whom] & pl.col(f"no {fact}")
    return out
