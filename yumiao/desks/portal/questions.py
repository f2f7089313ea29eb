"""What is missing, as questions that can be answered on the spot: which fact of whom, how to ask, and what each answer would bring."""

import copy
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any

from yumiao.base.areas import queries as areas
from yumiao.calc.provisions.facts import Fact
from yumiao.calc.provisions.missing import ELSEWHERE
from yumiao.desks.house import law, words
from yumiao.lib.errors import BadInput, Trouble
from yumiao.lib.language import pick, say

from . import fields, places
from .family import Facts, labels, rows
from .fields import Field

TABLE_OF = {"person": "persons", "marriage": "marriages", "delivery": "deliveries", "stay": "hospital_stays", "certificate": "certificates"}
LISTS = ("deliveries", "certificates", "hospital_stays", "marriages")
TOGETHER = {"hukou_area": "hukou_since"}  # asked in one go where both are missing: where, and since when


@dataclass
class Choice:
    """One answer: its value, words, and what it would bring."""

    value: str
    label: str
    then: str = ""


@dataclass
class Question:
    """One missing fact: `table` and `of` say whose, `ask` how; `field` is its form field, `choices` its radio buttons."""

    table: str
    of: str
    key: str
    delivery: str
    ask: str
    who: str
    field: Field
    choices: list[Choice] = made(default_factory=list)
    thens: list[tuple[str, str]] = made(default_factory=list)
    also: Field | None = None

    @property
    def id(self) -> str:
        """Its name among the questions of the page."""
        return "~".join((self.table, self.of, self.key, self.delivery))


def fact_of(missing: dict[str, Any]) -> Fact | None:
    """The fact that an entry of `missing` names; the question tells two facts of the same key apart."""
    same = [f for f in law.plan().facts.values() if f.key == missing["fact"] and f.type != "given"]
    return next((f for f in same if pick(f.ask) == missing["ask"]), same[0] if same else None)


def question(facts: Facts, result: dict[str, Any], missing: dict[str, Any], others: set[str]) -> Question | None:
    """The question for one entry of `missing` of a result; None where no fact is asked for. `others` are the facts missing beside it."""
    if "fact" not in missing:
        return None
    of, key = missing["of"], missing["fact"]
    called = labels(facts)
    who = called.get(of, of)
    if key in LISTS:
        words_ = ("没有", "没有这样的记录", "none"), ("有", "有，要去添上", "yes, to be added")
        made = Field(key, "list", missing["ask"], options=[("none", say(*words_[0][1:])), ("some", say(*words_[1][1:]))])
        out = Question(key, of, key, "", missing["ask"], who, made)
        out.choices = [Choice(value, label) for value, label in made.options]
        return out
    fact = fact_of(missing)
    if fact is None:
        return None
    out = Question(TABLE_OF[fact.scope.name], of, key, missing.get("delivery", ""), missing["ask"], who, fields.from_fact(fact, None))
    tried = missing.get("if", [])
    if fact.type in ("yes_no", "choice"):
        out.choices = [
            Choice(code, label, _then(_hit(tried, {"true": True, "false": False}.get(code, code)), result))
            for code, label in out.field.options
        ]
    elif fact.type == "area":
        _areas(facts, out, result, tried)
    elif fact.type in ("number", "date", "event"):
        out.thens = _spans(fact, result, tried)
    then = TOGETHER.get(key)
    if then and then in others and out.table == "persons":
        out.also = fields.from_fact(law.plan().facts["person", then], None)
    return out


def _hit(tried: list[dict[str, Any]], answer: Any) -> dict[str, Any] | None:
    return next((one for one in tried if any(a is answer or (a == answer and type(a) is type(answer)) for a in one["answers"])), None)


def _then(hit: dict[str, Any] | None, result: dict[str, Any]) -> str:
    """What an answer would bring, in words; nothing where it was not tried."""
    if hit is None:
        return ""
    if hit["answer"] == "no":
        return say("如果是，则没有这一项", "if so, this is not due")
    if hit["answer"] == "unknown":
        return say("如果是，还要看别的事", "if so, it still depends on other things")
    if result["unit"] in ("none", "kind", "priority"):
        return say("如果是，则有", "if so, it is due")
    if hit["amount"] is not None:
        size, per = words.sized(hit["amount"], result["unit"]), words.per(result["per"])
        return say(f"如果是，则有 {size}，{per}", f"if so, {size} {per}")
    return say("如果是，则有；多少还要看别的事", "if so, it is due; how much depends on other things")


def _areas(facts: Facts, out: Question, result: dict[str, Any], tried: list[dict[str, Any]]) -> None:
    """The counties that the family already names as buttons, every other place in a list."""
    own: dict[str, None] = {}
    for person in rows(facts, "persons"):
        for key in ("hukou_area", "residence_area", "first_hukou_area"):
            code = person.get(key)
            if isinstance(code, str) and places.stands_for(code) == code[:6]:
                own[code[:6]] = None
    for code in list(own)[:3]:
        out.choices.append(Choice(code, places.name(code), _then(_hit(tried, places.stands_for(code)), result)))
    out.choices.append(Choice("other", say("别的地方", "Somewhere else"), ""))
    for wider in areas.around():
        then = _then(_hit(tried, wider.code if wider.code.strip("0") else ELSEWHERE), result)
        if then:
            out.thens.append((places.elsewhere_in(wider), then))


def _spans(fact: Fact, result: dict[str, Any], tried: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Answers on a line, such as weeks or dates, as stretches that bring the same; none where that takes more than four."""
    if len(tried) < 2:
        return []
    line = sorted((a, i) for i, one in enumerate(tried) for a in one["answers"] if a is not None)
    out: list[tuple[Any, Any, int]] = []
    for answer, at in line:
        if out and out[-1][2] == at:
            out[-1] = (out[-1][0], answer, at)
        else:
            out.append((answer, answer, at))
    made = []
    for n, (first, last, at) in enumerate(out):
        a, b = (words.day(dt.date.fromisoformat(x)) if fact.type in ("date", "event") else words.number(x) for x in (first, last))
        if n == 0 and len(out) > 1:
            span = say(f"{b} 或以前", f"{b} or earlier") if fact.type != "number" else say(f"{b} 以内", f"up to {b}")
        elif n == len(out) - 1:
            span = say(f"{a} 或以后", f"{a} or later") if fact.type != "number" else say(f"{a} 以上", f"{a} and more")
        else:
            span = a if a == b else say(f"{a} 至 {b}", f"{a} to {b}")
        made.append((span, _then(tried[at], result)))
    never = next((one for one in tried if None in one["answers"]), None)
    if never:
        made.insert(0, (say("没有", "not at all"), _then(never, result)))
    return made if len(made) <= 4 else []


def answer(facts: Facts, sent: Mapping[str, str]) -> Facts:
    """The facts with one question answered, as a form of `question` sends it. Raises BadInput for no question or no answer."""
    table, of, key, delivery = (str(sent.get(name, "")) for name in ("table", "of", "key", "delivery"))
    new = copy.deepcopy(facts)
    if table == key and key in LISTS:
        if sent.get("value") == "none":
            new.pop(key, None)
            return new
        raise _empty()
    known = fields.facts_of(table) if table in fields.SCOPE_OF else {}
    if key not in known:
        raise BadInput(
            Trouble(
                "no_such_question", "key", ("没有这个问题", "there is no such question"), remedy=("请重新打开这一页", "open the page again")
            )
        )
    row = _row(new, table, of, delivery, key)
    value = _sent(known[key], sent)
    if known[key].type == "event" and sent.get(f"f-{key}") == "":
        row.pop(key, None)
        return new
    if value == fields.HAPPENED and known[key].type == "event":
        raise BadInput(fields.undated(known[key], f"facts: {table}"))
    if value is None:
        raise _empty()
    row[key] = value
    also = TOGETHER.get(key, "")
    if also and sent.get(f"f-{also}"):
        row[also] = sent[f"f-{also}"].strip()
    return new


def _empty() -> BadInput:
    return BadInput(
        Trouble(
            "empty",
            "value",
            ("没有选", "nothing was chosen"),
            remedy=("选一个答案；不知道就先放着", "choose an answer; leave it for later if you do not know"),
        )
    )


def _sent(fact: Fact, sent: Mapping[str, str]) -> Any:
    if fact.type in ("yes_no", "choice", "area"):
        text = str(sent.get("value", "")).strip()
        if text == "other" or (not text and fact.type == "area"):
            text = str(sent.get(f"f-{fact.key}", "")).strip()
        return fields._value(fact.type, text, "")
    return fields.one(fact, sent)


def _row(facts: Facts, table: str, of: str, delivery: str, key: str) -> dict[str, Any]:
    """The row that a question is about; a person referred to but not listed is added. Raises BadInput."""
    gone = BadInput(Trouble("no_such_row", "of", ("这一行已经不在", "the row is gone"), remedy=("请重新打开这一页", "open the page again")))
    if table == "persons":
        found = next((p for p in rows(facts, table) if p["id"] == of), None)
        if found is None:
            if of not in labels(facts):
                raise gone
            found = {"id": of}
            facts["persons"].append(found)
        return found
    if table == "deliveries":
        fathers = {p["id"]: p.get("father") for p in rows(facts, "persons")}
        own = [
            d for d in rows(facts, table) if of in (d.get("mother"), d.get("father"), *(fathers.get(c) for c in d.get("children") or []))
        ]
        own = [d for d in own if (d.get("date") or "") == delivery] or own
    else:
        own = [r for r in rows(facts, table) if of in (r.get("a"), r.get("b"), r.get("person"))]
    found = next((r for r in own if r.get(key) is None), own[0] if own else None)
    if found is None:
        raise gone
    return found
