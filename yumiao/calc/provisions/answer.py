"""Explaining a family: for every right and everybody it could be for, the answer, how much, why, and what is still missing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from yumiao.lib.errors import BadInput, Trouble

from .family import Family, read_family
from .load import Plan
from .teller import Teller
from .values import Constants, program
from .world import build


def explain(
    plan: Plan,
    facts: Any,
    on: dt.date | str | None = None,
    *,
    readings: dict[str, Any] | None = None,
    figures: dict[str, dict[dt.date, Any]] | None = None,
    name: str = "facts",
    if_then: bool = False,
) -> dict[str, Any]:
    """What the plan owes to the family in `facts` (shape: `family`), on `on` or on the day the facts name.

    `readings` chooses other answers to open sentences ({id: choice}). `figures` lays dated values over those of the plan, by key of the
    parameter, as rules see them (fen, tables by key). `if_then` adds to each missing fact what each answer would bring. Raises BadInput.
    """
    family = facts if isinstance(facts, Family) else read_family(plan, facts, name)
    day = day_in_reach(plan, on if on is not None else family.on, name)
    world = build(plan, family, day)
    constants = Constants(plan, day, chosen_readings(plan, readings), figures)
    run = program(plan)
    run(world.rows, run.bind(constants))
    results = Teller(world, constants, if_then).results()
    return {"on": day.isoformat(), "plan": plan.name, "version": plan.version, "results": results}


def day_in_reach(plan: Plan, on: dt.date | str | None, name: str) -> dt.date:
    """The day asked about, as a date that the plan answers for. Raises BadInput."""
    if isinstance(on, str):
        try:
            on = dt.date.fromisoformat(on)
        except ValueError:
            raise BadInput(
                Trouble("not_a_date", "--on", (f"{on} 不是日期", f"{on} is not a date"), ("如 2025-06-30", "such as 2025-06-30"))
            ) from None
    if on is None:
        raise BadInput(
            Trouble(
                "no_day",
                f"{name}: on",
                ("没有说问的是哪一天", "the day asked about is missing"),
                remedy=("写 on，或用 --on", "write `on`, or use --on"),
            )
        )
    if not plan.answers_from <= on <= plan.answers_until:
        raise BadInput(
            Trouble(
                "day_outside",
                f"{name}: on",
                (f"{on} 不在能回答的范围里", f"there are no answers for {on}"),
                (f"{plan.answers_from} 至 {plan.answers_until}", f"{plan.answers_from} to {plan.answers_until}"),
            )
        )
    return on


def chosen_readings(plan: Plan, chosen: dict[str, Any] | None) -> dict[str, Any]:
    """Choices as rules see them, from {id: choice}. Raises BadInput for a reading or an option that does not exist."""
    known = plan.readings if chosen else {}
    out = {}
    for key, value in (chosen or {}).items():
        value = {"yes": True, "true": True, "no": False, "false": False}.get(value, value) if isinstance(value, str) else value
        if key not in known:
            raise BadInput(
                Trouble(
                    "unknown_reading", "--reading", (f"没有口径 {key}", f"there is no reading {key}"), ("、".join(known), ", ".join(known))
                )
            )
        if value is not None and value not in known[key].options:
            options = [_option(o) for o in known[key].options]
            raise BadInput(
                Trouble(
                    "no_option",
                    "--reading",
                    (f"{key} 没有 {value} 这个选项", f"{key} has no option {value}"),
                    ("、".join(options), ", ".join(options)),
                )
            )
        out[key] = value
    return out


def _option(option: Any) -> str:
    return {True: "yes", False: "no"}.get(option, str(option)) if isinstance(option, bool) else str(option)
