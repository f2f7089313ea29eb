"""The annex: places that each county must reach, as a table and as a sketch of a map."""

import datetime as dt
from typing import Any

from yumiao.base.areas import queries as areas
from yumiao.calc.provisions.parameters import Parameter
from yumiao.desks.house import law

from . import maps


def table(day: dt.date) -> dict[str, Any] | None:
    """Years, rows by county in the printed order with places and inclusive places of each year, totals, and the map of the year of `day`.

    None where the plan has no such annex."""
    plan = law.plan()
    found = {
        one.name: one
        for room in plan.stack[-1].rooms.values()
        if str(room.measure.get("clause")) == "A"
        for one in room.figures.parameters.values()
    }
    places, inclusive = found.get("places"), found.get("inclusive_places")
    if places is None or inclusive is None:
        return None
    years = sorted(places.values)
    rows = [
        {
            "code": code,
            "name": areas.area(code).name,
            "cells": [(places.values[year].get(code), inclusive.values.get(year, {}).get(code)) for year in years],
        }
        for code in places.values[years[-1]]
    ]
    shown = max((year for year in years if year <= day), default=years[0])
    return {
        "years": [year.year for year in years], "rows": rows, "totals": [(_total(places, year), _total(inclusive, year)) for year in years],
        "map": maps.shaded(places.values[shown]), "year": shown.year, "source": places.source["document"], "trust": places.trust,
    }  # fmt: skip


def _total(parameter: Parameter, year: dt.date) -> int | None:
    """The sum of the counties; unknown where one of them is."""
    values = parameter.values.get(year, {}).values()
    return None if not values or any(value is None for value in values) else sum(values)
