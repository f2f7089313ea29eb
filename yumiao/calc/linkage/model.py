"""The model that proposes: Splink on DuckDB, with weights learnt once from invented people and packaged. The only module that knows Splink.

Where the group of packages is not installed, nothing is proposed and the rules work alone.
"""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import polars as pl

from .evidence import Evidence, spelled
from .prepared import Prepared

FILE = Path(__file__).with_name("model.json")
COLUMNS = ["id", "number", "written", "key", "sound", "born", "sexed", "phone", "certificate", "homes", "kin", "elders", "home", "parent"]

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
    """These mentions as the model compares them; a newborn without a name has none."""
    return spelled(known, evidence, ids).select(
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
            compare("key", ("equal", "key_l = key_r"), ("sound", "sound_l = sound_r"), ("one off", "levenshtein(key_l, key_r) <= 1")),
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


def scored(rows: pl.DataFrame, chosen: Any, least: float) -> pl.DataFrame:
    """Pairs `a`, `b` (a below b) of a table as `table` gives it, with their `weight` of at least `least`."""
    found = _linker(rows, chosen).inference.predict(threshold_match_weight=least)
    pairs = pl.from_arrow(found.as_duckdbpyrelation().select("id_l, id_r, match_weight").to_arrow_table())
    assert isinstance(pairs, pl.DataFrame)
    return pairs.select(
        a=pl.min_horizontal("id_l", "id_r").cast(pl.UInt32), b=pl.max_horizontal("id_l", "id_r").cast(pl.UInt32), weight="match_weight"
    ).sort("a", "b")


def propose(known: Prepared, evidence: Evidence, pairs: pl.DataFrame, least: float, weights: dict[str, Any] | None = None) -> pl.DataFrame:
    """Pairs of the mentions that `pairs` speaks of (`a`, `b`: what the rules left open) that the model holds likely; `weights` others than
    the packaged ones."""
    if not available() or (weights is None and not FILE.exists()) or pairs.is_empty():
        return pl.DataFrame(schema={"a": pl.UInt32, "b": pl.UInt32, "weight": pl.Float64})
    chosen = {**(weights or packaged()["model"]), "retain_matching_columns": False}
    return scored(table(known, evidence, pl.concat([pairs["a"], pairs["b"]]).unique().sort()), chosen, least)


def learn(rows: pl.DataFrame, truth: pl.Series, seed: int) -> dict[str, Any]:
    """Weights from rows as `table` gives them, whose persons are known."""
    linker = _linker(rows.with_columns(truth=truth), settings(numbers=True))
    linker.training.estimate_probability_two_random_records_match(["l.number = r.number"], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=seed)
    linker.training.estimate_m_from_label_column("truth")
    return linker.misc.save_model_to_json()
