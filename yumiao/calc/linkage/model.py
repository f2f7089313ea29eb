"""The model that proposes: Splink on DuckDB, or on Spark for more than a machine holds, with weights learnt once from invented people and
packaged. The only module that knows Splink.

Where the group of packages is not installed, nothing is proposed and the rules work alone.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.lib.spark import session

from .evidence import Evidence, spelled
from .prepared import Prepared

FILE = Path(__file__).with_name("model.json")

DUCKDB, SPARK = "duckdb", "spark"
ONE_OFF = "len(list_intersect(other_l, other_r)) > 0 OR list_contains(less_l, key_r) OR list_contains(less_r, key_l)"
LISTS = {"len": "size", "list_intersect": "array_intersect", "list_contains": "array_contains"}
LEAST = 0.0
"""Pairs below this weight are more likely two persons than one, and are not shown."""


def available() -> bool:
    """Whether the packages of the group `linkage` are installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("splink", "duckdb", "pyarrow"))


def packaged() -> dict[str, Any]:
    """The weights with what was measured of them: `model` (Splink's own form), `sure` (the weight above which, of the pairs
    that the rules leave open, the self-test finds at most one wrong in ten thousand, or null), `tested` (how that was found)."""
    return json.loads(FILE.read_text("utf-8"))


def tested_rules() -> dict[str, float]:
    """How likely a pair of each rule is right, by the packaged self-test: (right + 1) ÷ (joined + 2), so that no rule is held to be
    certain; empty where there is none."""
    rules = packaged().get("rules", {}) if FILE.exists() else {}
    return {name: (right + 1) / (joined + 2) for name, (right, joined) in rules.items()}


def table(known: Prepared, evidence: Evidence, ids: pl.Series) -> pl.DataFrame:
    """These mentions as the model compares them; a newborn without a name has none. `other` and `less` say how a name may look of which one
    character is another one (*), or is missing: DuckDB counts the edits of a name by its bytes, of which a Chinese character has three."""
    rows = _compared(spelled(known, evidence, ids))
    keys = rows["key"].unique().drop_nulls()
    places = [(key, range(len(key)) if len(key) > 1 else ()) for key in keys]
    slips = pl.DataFrame(
        [(key, [f"{key[:at]}*{key[at + 1 :]}" for at in each], [key[:at] + key[at + 1 :] for at in each]) for key, each in places],
        schema={"key": pl.String, "other": pl.List(pl.String), "less": pl.List(pl.String)}, orient="row",
    )  # fmt: skip
    return rows.join(slips, on="key", how="left", maintain_order="left")


def _compared(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "id",
        number="own",
        written=pl.when(pl.col("written").str.len_chars() >= 15).then("written"),
        key=pl.when(~pl.col("unnamed")).then("key"),
        sound=pl.when(~pl.col("unnamed")).then("sound"),
        born="born",
        sexed="sexed",
        phone="phone",
        certificate="certificate",
        homes="homes",
        kin="kin",
        elders="elders",
        home=pl.col("homes").list.first(),
        parent=pl.col("kin").list.first(),
    )


def settings(numbers: bool) -> Any:
    """What is compared, and by what rows are brought together; `numbers`: by the same number too."""
    import splink.comparison_level_library as level
    from splink import SettingsCreator, block_on
    from splink.comparison_library import CustomComparison

    def compare(name: str, *levels: tuple[str, str]) -> Any:
        given = [level.CustomLevel(sql, label) for label, sql in levels]
        null = level.CustomLevel(f"{name}_l IS NULL OR {name}_r IS NULL", "unknown")
        null.configure(is_null_level=True)
        return CustomComparison(output_column_name=name, comparison_levels=[null, *given, level.ElseLevel()])

    def meet(name: str) -> Any:
        null = level.CustomLevel(f"coalesce(len({name}_l), 0) = 0 OR coalesce(len({name}_r), 0) = 0", "unknown")
        null.configure(is_null_level=True)
        shared = level.CustomLevel(f"len(list_intersect({name}_l, {name}_r)) > 0", "shared")
        return CustomComparison(output_column_name=name, comparison_levels=[null, shared, level.ElseLevel()])

    blocks = [
        ("key", "born"),
        ("sound", "born"),
        ("born", "phone"),
        ("born", "home"),
        ("parent", "born"),
        ("key", "phone"),
        ("key", "home"),
        ("certificate",),
    ]
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        retain_matching_columns=False,
        probability_two_random_records_match=1e-5,
        comparisons=[
            compare(
                "written",
                ("equal", "written_l = written_r"),
                ("one off", "damerau_levenshtein(written_l, written_r) <= 1"),
                ("two off", "damerau_levenshtein(written_l, written_r) <= 2"),
            ),
            compare("key", ("equal", "key_l = key_r"), ("sound", "sound_l = sound_r"), ("one off", ONE_OFF)),
            compare("born", ("equal", "born_l = born_r"), ("near", "abs(date_diff('day', born_l, born_r)) IN (1, 30, 31, 365, 366)")),
            compare("sexed", ("equal", "sexed_l = sexed_r")),
            compare("phone", ("equal", "phone_l = phone_r")),
            compare("certificate", ("equal", "certificate_l = certificate_r")),
            meet("homes"),
            meet("kin"),
            meet("elders"),
        ],
        blocking_rules_to_generate_predictions=[block_on(*one) for one in ([("number",)] if numbers else []) + blocks],
    )


def _linker(rows: pl.DataFrame, chosen: Any) -> Any:
    import duckdb
    from splink import Linker
    from splink.internals.duckdb.database_api import DuckDBAPI

    connection = duckdb.connect(":memory:")
    api = DuckDBAPI(connection)
    return Linker(api.register(rows.to_arrow(), table_name="mentions"), chosen, log_level=None)


def scored(rows: pl.DataFrame, chosen: Any, least: float, engine: str = DUCKDB) -> pl.DataFrame:
    """Pairs `a`, `b` (a below b) of a table as `table` gives it, with their `weight` of at least `least`. `engine` says where the model
    works; the pairs are the same. Raises BadInput where there is no Spark and it is asked for."""
    if engine == SPARK:
        pairs = _on_spark(rows, chosen, least)
    else:
        found = _linker(rows, chosen).inference.predict(threshold_match_weight=least)
        pairs = pl.from_arrow(found.as_duckdbpyrelation().select("id_l, id_r, match_weight").to_arrow_table())
    assert isinstance(pairs, pl.DataFrame)
    return pairs.select(
        a=pl.min_horizontal("id_l", "id_r").cast(pl.UInt32), b=pl.max_horizontal("id_l", "id_r").cast(pl.UInt32), weight="match_weight"
    ).sort("a", "b")


def _on_spark(rows: pl.DataFrame, chosen: dict[str, Any], least: float) -> Any:
    """`scored`, as Splink names the columns, on the cluster that `YUMIAO_SPARK` names, or on this machine."""
    from splink import Linker
    from splink.internals.spark.database_api import SparkAPI
    from splink.internals.spark.jar_location import similarity_jar_location

    with session(spark_jars=similarity_jar_location()) as spark:
        frame = spark.createDataFrame(rows.with_columns(pl.col("id").cast(pl.Int64)).to_arrow())
        api = SparkAPI(spark_session=spark, break_lineage_method="persist")
        found = Linker(api.register(frame, table_name="mentions"), _for_spark(chosen), log_level=None).inference.predict(
            threshold_match_weight=least
        )
        return pl.from_arrow(found.as_spark_dataframe().select("id_l", "id_r", "match_weight").toArrow())


def _for_spark(chosen: dict[str, Any]) -> dict[str, Any]:
    """The packaged settings with their conditions in the words of Spark's SQL."""
    import sqlglot

    def said(condition: str) -> str:
        for here, there in LISTS.items():  # which the translator leaves as they are
            condition = condition.replace(f"{here}(", f"{there}(")
        return sqlglot.transpile(condition, read="duckdb", write="spark")[0]

    def level(one: dict[str, Any]) -> dict[str, Any]:
        return one if one["sql_condition"] == "ELSE" else one | {"sql_condition": said(one["sql_condition"])}

    comparisons = [one | {"comparison_levels": list(map(level, one["comparison_levels"]))} for one in chosen["comparisons"]]
    blocks = [
        {"blocking_rule": said(one["blocking_rule"]), "sql_dialect": SPARK} for one in chosen["blocking_rules_to_generate_predictions"]
    ]
    return chosen | {"sql_dialect": SPARK, "comparisons": comparisons, "blocking_rules_to_generate_predictions": blocks}


def propose(
    known: Prepared, evidence: Evidence, pairs: pl.DataFrame, least: float, weights: dict[str, Any] | None = None, engine: str = DUCKDB
) -> pl.DataFrame:
    """Pairs of the mentions that `pairs` speaks of (`a`, `b`: what the rules left open) that the model holds likely; `weights` others than
    the packaged ones; `engine` as for `scored`."""
    if not available() or (weights is None and not FILE.exists()) or pairs.is_empty():
        return pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32, "weight": pl.Float64})
    chosen = {**(weights or packaged()["model"]), "retain_matching_columns": False}
    return scored(table(known, evidence, pl.concat([pairs["a"], pairs["b"]]).unique().sort()), chosen, least, engine)


def learn(rows: pl.DataFrame, truth: pl.Series, seed: int) -> dict[str, Any]:
    """Weights from rows as `table` gives them, whose persons are known."""
    linker = _linker(rows.with_columns(truth=truth), settings(numbers=True))
    linker.training.estimate_probability_two_random_records_match(["l.number = r.number"], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=seed)
    linker.training.estimate_m_from_label_column("truth")
    return linker.misc.save_model_to_json()
