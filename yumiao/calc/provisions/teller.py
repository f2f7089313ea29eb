"""From computed rows to results: who each right is for, the answer, how much, when, the conditions with values, what is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from yumiao.lib.language import language, say

from .check import needs
from .declare import Provision, Rule
from .expr import Expr, walk
from .facts import NEVER
from .load import Plan
from .missing import Leaf, Search, answers_to_try, outcome_of, that_matter
from .parameters import Era, Parameter, Reading, cite, yuan
from .values import ABOUT, SOURCE, Constants, layout, program
from .world import Row, World

LIST_NAMES = {"deliveries": "deliveries", "certificates": "certificates", "stays": "hospital_stays", "marriages": "marriages"}


class Teller:
    """Makes results from a world in which all rules have been computed."""

    def __init__(self, world: World, constants: Constants, if_then: bool = False):
        self.world, self.constants, self.plan, self.if_then = world, constants, world.plan, if_then
        self.slots, self.language = layout(world.plan), language()
        self.search = Search(world, constants)

    def results(self) -> list[dict[str, Any]]:
        """One entry for each right and row, in the plan's order."""
        out = []
        rows = {r: self.recipients(r) for r in ("child", "parent", "mother", "head", "anyone", "mother_of_delivery", "father_of_delivery")}
        for code, variants in self.plan.provisions.items():
            assert variants[0].to is not None
            for row in rows[variants[0].to.name]:
                out.append(self.one(code, variants, row))
        return out

    def recipients(self, name: str) -> list[Row]:
        """The rows that always exist for a kind of recipient."""
        world = self.world
        listed = [world.persons[w] for w in world.listed]
        if name == "anyone":
            return listed
        if name == "child":
            return [r for r in listed if r[SOURCE].get("mother") is not None or r[SOURCE].get("father") is not None]
        if name == "parent":
            return [world.persons[w] for w in {**world.mothers, **world.fathers}]
        if name == "mother":
            pregnant = self.slots.facts.get(("person", "pregnant_since"))
            more = [] if pregnant is None else [r for r in listed if r[pregnant] != NEVER]
            parents = [world.persons[w] for w in {**world.mothers, **world.fathers}]
            return parents + [r for r in more if all(r is not p for p in parents)]
        if name == "head":
            here = set(world.listed)
            died = self.slots.facts.get(("person", "death_date"))
            dead = set() if died is None else {w for w in here if world.persons[w][died] not in (None, NEVER)}
            heads = {w: None for w in world.mothers if w in here}
            for row in listed:
                given = row[SOURCE]
                if given.get("father") in here and given.get("mother") not in here - dead:
                    heads[given["father"]] = None
            for row in world.rows["delivery"]:
                if (
                    row[SOURCE]["_role"] == "father"
                    and not row[SOURCE].get("_bare")
                    and row[SOURCE]["mother"] not in here - dead
                    and row[SOURCE]["_holder"] in here
                ):
                    heads[row[SOURCE]["_holder"]] = None
            return [world.persons[w] for w in heads]
        role = name.split("_")[0]
        return [r for r in world.rows["delivery"] if r[SOURCE]["_role"] == role]

    def one(self, code: str, variants: list[Provision], row: Row) -> dict[str, Any]:
        """The result of one right for one row."""
        rule, era = self._era(code, variants, row)
        decided = self._decided(rule, row)
        in_force = self.constants.in_force(era, decided)
        values = [in_force, *(self._of(w, row) for w in rule.when)]
        amount = row[self.slots.rules[rule]]
        answer: bool | None = False if False in values else None if None in values else True
        nothing = answer is True and rule.gives.unit not in ("none", "kind") and amount == 0  # type: ignore[union-attr]
        gives = rule.gives
        assert gives is not None
        sized = gives.unit not in ("none", "kind")
        missing = self._waits(rule, era, row, values) if answer is None or (answer and sized and amount is None) else []
        conditions = self._conditions(rule, era, row, values, decided, nothing)
        if nothing:
            answer = False
        known = answer is True and sized and amount is not None
        person = row if row[ABOUT] is None else row[ABOUT]
        out: dict[str, Any] = {
            "measure": self.plan.measure_of[code],
            "provision": code,
            "title": rule.text[0],
            "title_en": rule.text[1],
            "for": person[SOURCE]["id"],
            "answer": "yes" if answer else "no" if answer is False else "unknown",
            "amount": (yuan(amount) if gives.unit == "CNY" else amount) if known else None,
            "unit": gives.unit,
            "per": gives.per,
            "kind_of_right": gives.kind,
            "period": self._period(rule, row, decided) if answer else None,
            "conditions": conditions,
            "failed": [c["text"] for c in conditions if c["value"] is False],
            "missing": [self._ask(leaf, rule, row, era) for leaf in missing],
            "parameters": self._figures(rule, decided),
            "version": self.plan.version,
        }
        if row[ABOUT] is not None and row[SOURCE].get("_role"):
            day = row[SOURCE].get("delivered_on")
            out["delivery"] = day.isoformat() if day else None
        if rule.kinds:
            out["kind"] = next((k for k, c in rule.kinds.items() if answer and self._of(c, row) is True), None)
        if rule.tells and answer:
            number = self._of(rule.tells[0], row)  # type: ignore[arg-type]
            out["text"] = say(rule.tells[1], rule.tells[2]).format("?" if number is None else number)
        if rule.then and era.until is not None:
            out["then"] = rule.then
        return out

    def waits(self, code: str, variants: list[Provision], row: Row) -> list[Leaf]:
        """What an open answer waits for: unknown, or yes of unknown size."""
        rule, era = self._era(code, variants, row)
        return self._waits(rule, era, row, [self.constants.in_force(era, self._decided(rule, row)), *(self._of(w, row) for w in rule.when)])

    def _waits(self, rule: Provision, era: Era, row: Row, values: list[Any]) -> list[Leaf]:
        decided, outcome = self._decided(rule, row), self._outcome(rule, era)
        if None not in values:
            return self._missing(rule, row, [rule], False, outcome)
        missing = self._missing(rule, row, [w for w in rule.when if self._of(w, row) is None], decided is None, outcome)
        if values[0] is None and decided is not None:
            missing.insert(0, Leaf(None, self.plan.readings[era.reading]))
        return missing

    def _era(self, code: str, variants: list[Provision], row: Row) -> tuple[Provision, Era]:
        spans = {e.name: e for e in self.plan.eras[code]}
        best = None
        for rule in sorted(variants, key=lambda v: spans[v.era].since):
            era = spans[rule.era]
            day = self._decided(rule, row)
            if best is None or (day is not None and day >= era.since):
                best = (rule, era)
        assert best is not None
        return best

    def _decided(self, rule: Provision, row: Row) -> dt.date | None:
        if rule.decided_on is None:
            return self.world.on
        scope = rule.of.name if (rule.of.name, rule.decided_on) in self.plan.facts else "person"
        there = row if scope == rule.of.name else row[ABOUT]
        value = there[self.slots.facts[scope, rule.decided_on]]
        return value if isinstance(value, dt.date) else None

    def _of(self, rule: Rule, row: Row) -> Any:
        there = row if rule.of.name != "person" or row[ABOUT] is None else row[ABOUT]
        return there[self.slots.rules[rule]]

    def _outcome(self, rule: Provision, era: Era) -> Any:
        def outcome(row: Row) -> Any:
            values = [self.constants.in_force(era, self._decided(rule, row)), *(self._of(w, row) for w in rule.when)]
            answer = False if False in values else None if None in values else True
            return answer, row[self.slots.rules[rule]] if answer else None

        return outcome

    def _missing(self, rule: Provision, row: Row, rules: list[Rule], date_too: bool, outcome: Any) -> list[Leaf]:
        found: dict[tuple[int, int], Leaf] = {}
        if date_too and rule.decided_on is not None:
            scope = rule.of.name if (rule.of.name, rule.decided_on) in self.plan.facts else "person"
            leaf = Leaf(row if scope == rule.of.name else row[ABOUT], self.plan.facts[scope, rule.decided_on])
            found[leaf.key] = leaf
        for one in rules:
            for leaf in self.search.leaves([one], row if one.of.name != "person" or row[ABOUT] is None else row[ABOUT]):
                if leaf.key in found:
                    found[leaf.key].paths += leaf.paths
                else:
                    found[leaf.key] = leaf
        return that_matter(self.world, self.constants, rule, row, list(found.values()), outcome)

    def _ask(self, leaf: Leaf, rule: Provision, row: Row, era: Era) -> dict[str, Any]:
        what = leaf.what
        if isinstance(what, Reading):
            out: dict[str, Any] = {
                "reading": what.id,
                "who": say(what.who["zh"], what.who.get("en", what.who["zh"])),
                "ask": _both(what.question),
            }
        elif isinstance(what, Parameter):
            out = {
                "parameter": what.key,
                "ask": _both(what.ask) or say(f"{what.title['zh']}是多少？", f"What is the figure for: {_both(what.title)}?"),
            }
            if what.who:
                out["who"] = _both(what.who)
        elif isinstance(what, str):
            assert leaf.row is not None
            out = {"fact": LIST_NAMES[what], "of": leaf.row[SOURCE]["id"], "ask": say("有没有这方面的记录？", "Is there such a record?")}
        else:
            assert leaf.row is not None
            source = leaf.row[SOURCE]
            out = {"fact": what.key, "of": source.get("_holder") or source.get("id"), "ask": _both(what.ask)}
            if what.scope.name == "delivery" and source.get("delivered_on"):
                out["delivery"] = source["delivered_on"].isoformat()
        if self.if_then:
            out["if"] = self._then(leaf, rule, row, era)
        return out

    def _then(self, leaf: Leaf, rule: Provision, row: Row, era: Era) -> list[dict[str, Any]]:
        """What each answer to one missing thing would bring, everything else staying as it is; answers that bring the same are joined."""
        run = program(self.plan, rule)
        outcome = self._outcome(rule, era)
        joined: dict[Any, list[Any]] = {}
        for answer in answers_to_try(leaf, self.world):
            joined.setdefault(outcome_of(self.world, self.constants, run, row, [(leaf, answer)], outcome), []).append(answer)
        run(self.world.rows, run.bind(self.constants))
        gives = rule.gives
        assert gives is not None
        out = []
        for (answer, amount), answers in joined.items():
            sized = answer is True and gives.unit not in ("none", "kind")
            out.append(
                {
                    "answers": [_shown(a) for a in answers],
                    "answer": "yes" if answer else "no" if answer is False else "unknown",
                    "amount": (yuan(amount) if gives.unit == "CNY" else amount) if sized and amount is not None else None,
                }
            )
        return out

    def _period(self, rule: Provision, row: Row, decided: dt.date | None) -> list[str | None] | None:
        assert rule.gives is not None
        if rule.begins is not None or rule.ends is not None:
            ends = [self._of(r, row) if r is not None else None for r in (rule.begins, rule.ends)]
        elif rule.gives.per == "year":
            ends = [dt.date(self.world.on.year, 1, 1), dt.date(self.world.on.year, 12, 31)]
        elif rule.gives.per in ("once", "delivery") and rule.decided_on is not None:
            ends = [decided, None]
        else:
            return None
        shown = [e.isoformat() if isinstance(e, dt.date) and e != NEVER else None for e in ends]
        return shown if any(shown) else None

    def _conditions(
        self, rule: Provision, era: Era, row: Row, values: list[Any], decided: dt.date | None, nothing: bool
    ) -> list[dict[str, Any]]:
        out = [{**self._in_force_words(era, decided), "value": values[0]}]
        for (one, words, silent), value in zip(self._words(rule, era), values[1:], strict=True):
            if value is False and silent and self._silent(one, row):
                out.append({**words, "text": words["text"] + silent, "value": value})
            else:
                out.append({**words, "value": value})
        if nothing:
            out.append({"text": say("算出来的数大于零", "the amount is above zero"), "value": False, "cites": cite(era.source)})
        return out

    def _in_force_words(self, era: Era, decided: dt.date | None) -> dict[str, Any]:
        key = ("in force", id(era), decided, self.language)
        if key not in self.plan.cache:
            when = decided.isoformat() if decided else "?"
            if era.until is None:
                text = say(f"{when} 时已施行（{era.since} 起）", f"in force on {when} (since {era.since})")
            else:
                text = say(f"{when} 在施行期内（{era.since} — {era.until}）", f"in force on {when} ({era.since} — {era.until})")
            words: dict[str, Any] = {"text": text, "value": None, "cites": cite(era.source)}
            self.plan.cache[key] = {**words, "readings": [era.reading]} if era.reading else words
        return self.plan.cache[key]

    def _words(self, rule: Provision, era: Era) -> list[tuple[Rule, dict[str, Any], str]]:
        """The conditions of a right in words: for each its rule, the entry without its value, and what is said of silence."""
        key = ("words", id(rule), id(era), self.language)
        if key not in self.plan.cache:
            out = []
            for one in rule.when:
                words: dict[str, Any] = {"text": say(*one.text), "value": None, "cites": self._cite(one, era)}
                readings = [r.id for r in foundations(self.plan, one)[1]]
                silent = say(f"（{one.silent[0]}）", f" ({one.silent[1]})") if one.silent else ""
                out.append((one, {**words, "readings": readings} if readings else words, silent))
            self.plan.cache[key] = out
        return self.plan.cache[key]

    def _silent(self, rule: Rule, row: Row) -> bool:
        """Whether a "no" rests on nothing being on record."""
        person = row if row[ABOUT] is None else row[ABOUT]
        for one in [rule, *needs(rule)]:
            if one.what == "aggregate":
                return not person[self.slots.relations[one.over]]
        return True

    def _cite(self, rule: Rule, era: Era) -> str:
        if rule.cites:
            return rule.cites
        figures, readings = foundations(self.plan, rule)
        if figures:
            return cite(figures[0][0].source)
        return cite(readings[0].source) if readings else cite(era.source)

    def _figures(self, rule: Provision, decided: dt.date | None) -> list[dict[str, Any]]:
        if self.constants.figures:
            return self._rests_on(rule, decided)
        key = ("figures", id(rule), decided if rule.decided_on else None, self.world.on)
        cache = self.plan.cache
        if key not in cache:
            cache[key] = self._rests_on(rule, decided)
        return cache[key]

    def _rests_on(self, rule: Provision, decided: dt.date | None) -> list[dict[str, Any]]:
        return [self._figure(p, (decided or self.world.on) if dated else self.world.on) for p, dated in foundations(self.plan, rule)[0]]

    def _figure(self, parameter: Parameter, day: dt.date) -> dict[str, Any]:
        since, until = replace(parameter, values=self.constants.series(parameter)).span(day)
        return {
            "parameter": parameter.key,
            "title": parameter.title.get("zh", ""),
            "title_en": parameter.title.get("en", ""),
            "value": parameter.shown(self.constants.value(parameter, day)),
            "unit": parameter.unit,
            "from": since.isoformat() if since and since != dt.date.min else None,
            "until": until.isoformat() if until else None,
            "source": cite(parameter.source),
            "trust": parameter.trust,
        }


def foundations(plan: Plan, rule: Rule) -> tuple[list[tuple[Parameter, bool]], list[Reading]]:
    """The parameters (and whether each is looked up on a date of the row) and readings that a rule rests on, its own first."""
    key = ("static", id(rule))
    if key not in plan.cache:
        figures: dict[int, tuple[Parameter, bool]] = {}
        readings: dict[int, Reading] = {}
        seen: set[int] = set()
        todo = [rule]
        while todo:
            one = todo.pop(0)
            if id(one) in seen:
                continue
            seen.add(id(one))
            for node in walk(one.expr) if one.expr is not None else []:
                if node.op in ("param", "row", "names"):
                    figures.setdefault(id(node.args[0]), (node.args[0], not (isinstance(node.args[1], Expr) and node.args[1].op == "on")))
                elif node.op == "reading":
                    readings.setdefault(id(node.args[0]), node.args[0])
            todo += needs(one)
        plan.cache[key] = (list(figures.values()), list(readings.values()))
    return plan.cache[key]


def _both(text: dict[str, str]) -> str:
    return say(text.get("zh", ""), text.get("en") or text.get("zh", ""))


def _shown(value: Any) -> Any:
    if isinstance(value, dt.date):
        return None if value == NEVER else value.isoformat()
    return value
