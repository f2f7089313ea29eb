"""The facts of persons, drawn row by row: hukou, work, insurance, homes, need, health. Of those who have died only birth, death and hukou.

Takes rows of the skeleton with what hangs on relatives (`skeleton.kin_facts`); gives columns of the facts' vocabulary.
"""

from __future__ import annotations

import polars as pl

from .couples import DEAD, MARRIED
from .draws import Draws, by_age, table
from .marginals import Marginals
from .people import AWAY, YEAR, Clock

SEX = pl.Enum(["F", "M"])
KIND = pl.Enum(["rural", "urban"])
WORK = pl.Enum(["employee", "flexible", "none"])
INSURANCE = pl.Enum(["employee", "resident", "flexible", "none"])
KEY, HEAD, AGE = pl.col("id"), pl.col("family"), pl.col("age")


class Facts:
    """Draws facts for rows of the skeleton."""

    def __init__(self, m: Marginals, draws: Draws, clock: Clock, villages: pl.DataFrame, families: int):
        self.m, self.draws, self.clock = m, draws, clock
        self.rates = m.rates
        self.codes = pl.Series([*villages["code"], *m.rates["outside_places"]])
        self.counties = pl.Series([c.code for c in m.counties])
        self.families = families  # numbers below it are households of families, those above collective ones
        self.urban = villages["urban"]
        self.employers = Employers(m, draws)

    def hide(self, name: str, value: pl.Expr, key: pl.Expr = KEY) -> pl.Expr:
        """The fact, but null where it is not known."""
        return pl.when(self.draws.share(f"unknown {name}", key) >= self.rates["unknown"].get(name, 0)).then(value)

    def draw(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Persons in the layout of a snapshot, and what is no fact of the vocabulary: household, nationality, employer."""
        rows = rows.with_columns(alive=pl.col("status") != DEAD, town=table(self.urban, pl.col("village")))
        rows = rows.with_columns(grown=pl.col("alive") & (AGE > self.rates["boys_until"]))
        rows = rows.with_columns(*self._hukou())
        rows = rows.with_columns(work=self._work(), employer=self.employers.of(pl.col("pool"), KEY))
        rows = rows.with_columns(employer=pl.when(pl.col("work") == "employee").then("employer"))
        rows = rows.with_columns(*self._homes())
        persons = rows.select(*self._who(), *self._places(), *self._jobs(), *self._needs(), *self._women())
        return persons, self._beside(rows)

    def _who(self) -> list[pl.Expr]:
        m, here = self.rates, pl.col
        unknown_death = self.draws.happens("unknown death_date", KEY, m["unknown"]["death_date"]) & ~here("alive")
        adopted = here("adopted")
        unknown_adoption = adopted & self.draws.happens("unknown adopted_on", KEY, m["unknown"]["adopted_on"])
        after = (self.draws.amount("adopted age", KEY, m["adopted_age"]) * YEAR).cast(pl.Int32)
        adopted_on = pl.min_horizontal(here("born") + after, pl.lit(self.clock.day, pl.Int32))
        no_mother = self.draws.happens("no mother", pl.coalesce(here("bearing"), KEY), m["mother_not_named"])
        no_father = self.draws.happens("no father", pl.coalesce(here("bearing"), KEY), m["father_not_named"])
        return [
            KEY,
            HEAD,
            pl.when("female").then(pl.lit("F")).otherwise(pl.lit("M")).cast(SEX).alias("sex"),
            self.hide("birth_date", here("born").cast(pl.Date)).alias("birth_date"),
            pl.when(~unknown_death).then(here("died").cast(pl.Date)).alias("death_date"),
            unknown_death.alias("death_date_unknown"),
            pl.when(~no_mother).then("mother").alias("mother"),
            pl.when(~no_father).then("father").alias("father"),
            self.hide("birth_order", here("order")).alias("birth_order"),
            pl.when(adopted & ~unknown_adoption).then(adopted_on.cast(pl.Date)).alias("adopted_on"),
            unknown_adoption.alias("adopted_on_unknown"),
            self.hide("only_child", pl.when(~adopted & here("alive")).then(here("siblings") == 1)).alias("only_child"),
            self.hide("children_complete", pl.when((here("children") > 0) & (here("children") == here("own"))).then(True)).alias(
                "children_complete"
            ),
        ]

    def _hukou(self) -> list[pl.Expr]:
        """`since` and `before` (the place of the first hukou, as text)."""
        m, day = self.rates, self.clock.day
        delay = self.draws.amount("registration delay", KEY, m["registration_delay"])
        native = (pl.col("born") + delay).cast(pl.Int32)
        coming = pl.col("born") + int((m["boys_until"] + 1) * YEAR)
        moved = (coming + (day - coming) * self.draws.share("moved on", KEY)).cast(pl.Int32)
        wife = pl.col("wed").is_not_null() & self.draws.happens("married in", KEY, m["married_in"]) & (pl.col("home") == pl.col("pool"))
        later = (AGE <= m["boys_until"]) & self.draws.happens("child moved", KEY, m["child_moved_later"])
        at_age = (pl.col("born") + self.draws.amount("child moved age", KEY, m["child_moved_age"]) * YEAR).cast(pl.Int32)
        since = pl.when("moved").then(moved).when(wife).then("wed").when(later).then(at_age).otherwise(native)
        own = table(self.codes, pl.col("hukou"))
        other = table(self.counties, self.draws.pick("other county", KEY, [c.registered for c in self.m.counties]).cast(pl.UInt32))
        outside = self.draws.pick("came from", KEY, m["outside_places"])
        native_county = table(self.counties, pl.col("home").clip(0, len(self.counties) - 1).cast(pl.UInt32))
        elsewhere = self.draws.happens("wife of another county", KEY, m["married_in_other_county"])
        before = (
            pl.when(pl.col("moved") & (pl.col("home") < len(self.counties))).then(native_county)
            .when("moved").then(outside)
            .when(wife & elsewhere).then(other)
            .when(wife).then(own.str.head(6))
            .when(later & self.draws.happens("child came from outside", KEY, 0.5)).then(outside)
            .when(later).then(other)
            .otherwise(own.str.head(6))
        )  # fmt: skip
        return [pl.min_horizontal(since, pl.lit(day, pl.Int32)).alias("since"), before.alias("before"), own.alias("hukou_code")]

    def _places(self) -> list[pl.Expr]:
        m = self.rates
        town = self.draws.share("hukou kind", HEAD) < pl.when("town").then(m["urban_hukou_in_town"]).otherwise(m["urban_hukou_in_country"])
        away = self.draws.pick("away place", HEAD, m["away_places"])
        lives = pl.when("alive").then(pl.when(pl.col("county") == AWAY).then(away).otherwise(table(self.codes, pl.col("village"))))
        return [
            self.hide("hukou_area", pl.col("hukou_code")).alias("hukou_area"),
            self.hide("hukou_since", pl.col("since").cast(pl.Date)).alias("hukou_since"),
            self.hide("first_hukou_area", pl.col("before")).alias("first_hukou_area"),
            self.hide("hukou_kind", pl.when(town).then(pl.lit("urban")).otherwise(pl.lit("rural")).cast(KIND)).alias("hukou_kind"),
            lives.alias("residence_area"),
        ]

    def _work(self) -> pl.Expr:
        m = self.rates
        in_town = pl.col("town") | (pl.col("county") == AWAY)  # people go away to towns
        employed = pl.when(in_town).then(by_age(m["employee_town"], AGE)).otherwise(by_age(m["employee_country"], AGE))
        u = self.draws.share("work", KEY)
        otherwise = employed + (1 - employed) * by_age(m["works_otherwise"], AGE)
        drawn = pl.when(u < employed).then(pl.lit("employee")).when(u < otherwise).then(pl.lit("flexible")).otherwise(pl.lit("none"))
        return pl.when("grown").then(drawn.cast(WORK))

    def _jobs(self) -> list[pl.Expr]:
        m, work = self.rates, pl.col("work")
        average = self.employers.average(pl.col("employer"))
        wage = pl.max_horizontal(average * (self.draws.spread("wage", KEY) * m["wage_spread"]).exp(), pl.lit(float(m["least_wage"])))
        old = AGE >= m["retired_from"]
        scheme: pl.Expr = pl.lit(None, INSURANCE)
        kinds = m["insurance"]
        for kind, who in (
            ("child", pl.col("alive") & ~pl.col("grown")), ("employee", work == "employee"), ("flexible", work == "flexible"),
            ("retired", (work == "none") & old), ("none", (work == "none") & ~old),
        ):  # fmt: skip
            scheme = pl.when(who).then(self.draws.pick("insurance", KEY, kinds[kind], INSURANCE)).otherwise(scheme)
        fund = self.draws.happens("provident fund", KEY, m["provident_fund"]) & (work == "employee")
        return [
            self.hide("employment", work).alias("employment"),
            self.hide("monthly_wage", pl.when(work == "employee").then(wage.round(0).cast(pl.Int32))).alias("monthly_wage"),
            self.hide("employer_average_wage", average.round(0).cast(pl.Int32)).alias("employer_average_wage"),
            self.hide("insurance", scheme).alias("insurance"),
            self.hide("provident_fund", pl.when("grown").then(fund)).alias("provident_fund"),
        ]

    def _homes(self) -> list[pl.Expr]:
        """What a family shares."""
        m, town = self.rates, pl.col("town")
        owns = self.draws.share("owns", HEAD) < pl.when(town).then(m["owns_home_town"]).otherwise(m["owns_home_country"])
        rents = ~owns & self.draws.happens("rents", HEAD, m["rents_without_home"])
        poor = self.draws.share("poor", HEAD) < pl.when(town).then(m["low_income_town"]).otherwise(m["low_income_country"])
        return [owns.alias("owns"), rents.alias("rents"), poor.alias("poor")]

    def _needs(self) -> list[pl.Expr]:
        m, grown, alive = self.rates, pl.col("grown"), pl.col("alive")
        rent = (self.draws.amount("rent", HEAD, m["rent"]) / 10).round(0).cast(pl.Int32) * 10
        edge = ~pl.col("poor") & self.draws.happens("edge", HEAD, m["recognised_edge"])
        hardship = pl.col("rents") & self.draws.happens("hardship", HEAD, m["housing_hardship"])
        helpless = self.draws.happens("helpless", KEY, by_age(m["cannot_care"], AGE))
        badly = self.level().is_in([1, 2]).fill_null(False) & self.draws.happens("badly", KEY, m["disabled_cannot_care"])
        old = AGE >= m["retired_from"]
        cares = pl.when((old & helpless) | badly).then(False).when(grown).then(True)
        return [
            self.hide("owns_home", pl.when(grown).then("owns")).alias("owns_home"),
            self.hide("rents_home", pl.when(grown).then("rents")).alias("rents_home"),
            self.hide("monthly_rent", pl.when(grown & pl.col("rents")).then(rent), HEAD).alias("monthly_rent"),
            self.hide("low_income", pl.when(alive).then("poor"), HEAD).alias("low_income"),
            self.hide("self_caring", pl.when(alive).then(cares)).alias("self_caring"),
            self.hide("housing_hardship", pl.when(grown).then(hardship), HEAD).alias("housing_hardship"),
            self.hide("hospital_burden_heavy", pl.when(grown).then(self.draws.happens("burden", KEY, m["burden_heavy"]))).alias(
                "hospital_burden_heavy"
            ),
            self.hide("recognised_edge", pl.when(alive).then(edge), HEAD).alias("recognised_edge"),
        ]

    def level(self) -> pl.Expr:
        """The level of disability that a person is certified to have, else null."""
        m = self.rates
        has = (pl.col("status") != DEAD) & self.draws.happens("disabled", KEY, by_age(m["disabled"], AGE))
        levels = [w for _, w in sorted(m["disability_levels"].items())]
        return pl.when(has).then(self.draws.pick("level", KEY, levels) + 1)

    def _women(self) -> list[pl.Expr]:
        m = self.rates
        least, most = m["pregnant_days"]
        begun = (self.clock.day - least - (most - least) * self.draws.share("pregnant since", KEY)).floor().cast(pl.Int32)
        may = pl.col("female") & (pl.col("status") == MARRIED) & ~(pl.col("last") + m["pregnant_after"] > begun).fill_null(False)
        is_so = may & self.draws.happens("pregnant", KEY, by_age(m["pregnant"], AGE))
        unknown = is_so & self.draws.happens("unknown pregnant_since", KEY, m["unknown"]["pregnant_since"])
        return [
            pl.when(is_so & ~unknown).then(begun.cast(pl.Date)).alias("pregnant_since"),
            unknown.fill_null(False).alias("pregnant_since_unknown"),
        ]

    def _beside(self, rows: pl.DataFrame) -> pl.DataFrame:
        names = list(self.m.nationalities)
        lives = pl.col("alive") & (pl.col("county") < AWAY)
        number = pl.when(pl.col("dormitory").is_not_null()).then(pl.col("dormitory") + self.families).otherwise("household")
        return rows.select(
            person="id",
            household=pl.when(lives).then(number),
            collective=pl.when(lives).then(pl.col("dormitory").is_not_null()),
            nationality=table(pl.Series(names, dtype=pl.Enum(names)), pl.col("nationality").cast(pl.UInt32)),
            employer="employer",
        )


class Employers:
    """Employers of each county, a few of them big; each with an average wage."""

    def __init__(self, m: Marginals, draws: Draws):
        self.m, self.draws = m, draws
        self.many = pl.Series([max(1, c.residents // m.rates["residents_per_employer"]) for c in m.counties], dtype=pl.UInt32)
        self.first = self.many.cum_sum() - self.many
        key = pl.col("employer")
        made = pl.DataFrame({"employer": pl.int_range(int(self.many.sum()), dtype=pl.UInt32, eager=True)})
        county = [at for at, n in enumerate(self.many) for _ in range(n)]
        factor = pl.Series([c.wage_factor for c in m.counties]).gather(county)
        drawn = (draws.spread("employer", key) * m.rates["employer_spread"]).exp() * m.rates["average_wage"]
        self.table = made.select(
            key,
            county=pl.Series([c.code for c in m.counties]).gather(county),
            average_wage=pl.max_horizontal(drawn * factor, pl.lit(float(m.rates["least_wage"]))).round(0).cast(pl.Int32),
        )

    def of(self, county: pl.Expr, key: pl.Expr) -> pl.Expr:
        """An employer in the county: the first ones are drawn most often."""
        at = county.cast(pl.UInt32)
        share = self.draws.share("employer of", key) ** self.m.rates["employer_skew"]
        return (pl.lit(self.first).gather(at) + (pl.lit(self.many).gather(at) * share).floor()).cast(pl.UInt32)

    def average(self, employer: pl.Expr) -> pl.Expr:
        """The employer's average wage of a month in yuan."""
        return table(self.table["average_wage"], employer).cast(pl.Float64)
