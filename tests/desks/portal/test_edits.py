"""Random families under random commands: nothing breaks, what is kept can be explained, and a saved value is read back."""

import copy
import datetime as dt
import json

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from yumiao.calc.provisions import explain
from yumiao.calc.provisions.family import LISTS
from yumiao.config.urls import urlpatterns  # noqa: F401 — the addresses are loaded before time is counted
from yumiao.desks.house import law
from yumiao.desks.portal import edit, family, fields, stories
from yumiao.lib.errors import BadInput

from .conftest import Visit

pytestmark = [pytest.mark.django_db, pytest.mark.session_only]
DAYS = st.dates(dt.date(1955, 1, 1), dt.date(2026, 12, 31)).map(dt.date.isoformat)
IDS = st.sampled_from(["p1", "p2", "p3", "ma", "pa", "k1", "k2", "k3", "nobody"])
TEXTS = st.one_of(
    st.text(max_size=12), st.sampled_from(["", "on", "unknown", "true", "532503", "2024-02-30", "9e999", "-1", "０", "<b>", "\x00"])
)


def value_of(fact):
    """Values that a form may send for a fact, good ones mostly."""
    good = {
        "choice": st.sampled_from(list(fact.choices) or [""]),
        "yes_no": st.sampled_from(["true", "false"]),
        "number": st.integers(0, 45).map(str),
        "money": st.one_of(st.integers(0, 20_000).map(str), st.just("1,234.5")),
        "area": st.sampled_from(["532503", "532528", "532522", "530102", "110000", "532503001"]),
        "event": st.sampled_from(["", "on", "unknown"]),
    }.get(fact.type, DAYS)
    return st.one_of(good, good, good, st.just(""), TEXTS)


@st.composite
def sent(draw, table):
    """What a form of a list may send."""
    out = {}
    for key, fact in fields.facts_of(table).items():
        if draw(st.integers(0, 3)) == 0:
            out[f"f-{key}"] = draw(value_of(fact))
            if fact.type == "event":
                out[f"f-{key}-on"] = draw(st.one_of(DAYS, TEXTS))
    for key in edit.LINKS[table]:
        if draw(st.booleans()):
            out[f"f-{key}"] = draw(TEXTS if key in ("name", "children_complete") else IDS)
    if table == "persons" and draw(st.booleans()):
        out["with_delivery"] = "1"
    return out


@st.composite
def moves(draw):
    """A command with what is sent with it."""
    verb = draw(st.sampled_from(["save", "save", "save", "remove", "unknown", "known", "day", "open", "close", "nonsense"]))
    if verb in ("close", "nonsense"):
        return verb, {}
    if verb == "day":
        return verb, {"f-on": draw(st.one_of(DAYS, TEXTS))}
    table = draw(st.sampled_from(LISTS))
    if verb in ("unknown", "known"):
        return f"{verb}:{table}", {}
    at = draw(st.sampled_from(["new", "new", "child", "0", "1", "2", "3", "9"]))
    return f"{verb}:{table}:{at}", draw(sent(table)) if verb == "save" else {}


FAMILIES = st.one_of(
    st.sampled_from(stories.codes()).map(stories.facts),
    st.just({"persons": [{"id": "p1"}]}),
    st.just(
        {"persons": [{"id": "p1", "sex": "F"}, {"id": "k1", "mother": "p1"}, {"id": "k2", "mother": "nobody"}], "marriages": "unknown"}
    ),
)


def form(values):
    """The values as a request brings them."""
    made = QueryDict(mutable=True)
    for key, value in values.items():
        made[key] = value
    return made


@given(FAMILIES, st.lists(moves(), min_size=1, max_size=8))
def test_a_command_leaves_a_family_that_explain_takes_or_the_one_before(facts, commands):
    for command, values in commands:
        before = copy.deepcopy(facts)
        try:
            edited = edit.run(facts, command, form(values))
        except BadInput as error:
            assert error.troubles[0].remedy and facts == before
            continue
        assert facts == before, "a command does not change what it was given"
        if edited.wrong:
            assert edited.facts == before
            continue
        new = family.plain(edited.facts)
        explain(law.plan(), json.loads(json.dumps(new)), family.day_of(new))
        if command.startswith("save:"):
            _is_read_back(before, new, command, form(values))
        if command.startswith("remove:"):
            _, table, at = command.split(":")
            kept = [r for i, r in enumerate(family.rows(before, table)) if i != int(at)]
            ids = [r.get("id") for r in kept]
            assert family.rows(new, table) == kept if table != "persons" else [r["id"] for r in new["persons"]] == ids
        facts = new


def _is_read_back(before, after, command, values):
    """The saved row holds what the form said, and no other row of its list changed."""
    _, table, at = command.split(":")
    new = at in ("new", "child")
    spot = len(family.rows(before, table)) if new else int(at)
    saved, old = family.rows(after, table)[spot], {} if new else family.rows(before, table)[spot]
    for key, fact in fields.facts_of(table).items():
        assert saved.get(key) == family.plain(fields.one(fact, values)), key
    for key in edit.LINKS[table]:
        said = values.getlist(f"f-{key}") if key == "children" else values.get(f"f-{key}", "").strip()
        kept = saved.get(key)
        assert (kept or ([] if key == "children" else "")) == ([c for c in said if c] if key == "children" else said) or isinstance(
            kept, bool
        ), key
    assert saved.get("id") == old.get("id") or new
    rest = [r for i, r in enumerate(family.rows(after, table)) if i != spot]
    assert rest == [r for i, r in enumerate(family.rows(before, table)) if new or i != spot]


FACTS = [(table, key) for table in LISTS for key in fields.facts_of(table)]
NEW = {
    "persons": {},
    "marriages": {"f-a": "p1", "f-b": "p2"},
    "deliveries": {"f-mother": "p1"},
    "hospital_stays": {"f-person": "p1"},
    "certificates": {"f-person": "p1", "f-kind": "one_child"},
}
WIDE = str.maketrans("0123456789.,", "０１２３４５６７８９．，")


@st.composite
def good(draw, fact):
    """A value as people write it, and as facts hold it."""
    if fact.type == "choice":
        return (code := draw(st.sampled_from(list(fact.choices)))), code
    if fact.type == "yes_no":
        return draw(st.sampled_from([("true", True), ("false", False)]))
    if fact.type == "area":
        return (code := draw(st.sampled_from(["532503", "532503001", "110000"]))), code
    if fact.type in ("date", "event"):
        return (day := draw(st.dates(dt.date(2020, 1, 1), dt.date(2025, 1, 1)).map(dt.date.isoformat))), day
    number = draw(st.integers(fact.least or 0, fact.most if fact.most is not None else 99_999))
    cents = draw(st.sampled_from(["", ".5", ".25"])) if fact.type == "money" else ""
    text = draw(st.sampled_from([f"{number}{cents}", f"{number:,}{cents}", f" {number}{cents} ", f"{number}{cents}".translate(WIDE)]))
    return text + ("元" if cents else ""), number + float(cents or 0)


@pytest.mark.parametrize(("table", "key"), FACTS, ids=["-".join(one) for one in FACTS])
@settings(max_examples=6)
@given(st.data())
def test_a_good_value_is_read_back(table, key, data):
    fact = fields.facts_of(table)[key]
    text, value = data.draw(good(fact))
    sent = {**NEW[table], f"f-{key}": "on" if fact.type == "event" else text}
    if fact.type == "event":
        sent[f"f-{key}-on"] = text
    edited = edit.run({"persons": [{"id": "p1"}, {"id": "p2"}]}, f"save:{table}:new", form(sent))
    assert not edited.wrong, (edited.errors, edited.general)
    assert family.plain(edited.facts)[table][-1][key] == value


@settings(max_examples=30)
@given(st.sampled_from([*stories.codes(), "empty"]), st.lists(moves(), min_size=1, max_size=5), st.booleans())
def test_no_sequence_of_commands_breaks_a_page(story, commands, part):
    client = Client(headers={"HX-Request": "true"} if part else {})
    client.post("/family/begin/", {"story": story})
    for command, values in commands:
        kept = client.session["family"]["facts"]
        tried = client.post("/family/what-if/", {**values, "facts": json.dumps(kept), "do": command})
        assert tried.status_code in (200, 400, 422) and client.session["family"]["facts"] == kept
        answer = client.post("/family/edit/", {**values, "do": command})
        wrong = answer.context["edited"].wrong
        assert answer.status_code == (422 if wrong and not part else 200)
        assert not wrong or client.session["family"]["facts"] == kept
        assert (
            client.get("/").status_code == client.get("/family/edit/").status_code == client.get("/family/results.json").status_code == 200
        )


ANYTHING = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["id", "mother", "birth_date", "on", "kind", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(max_examples=50)
@given(st.sampled_from(stories.codes()), st.data())
def test_a_story_with_anything_anywhere_is_taken_or_refused(story, data):
    """One value of a good file replaced by anything: a page, or a refusal that names the place."""
    facts = stories.facts(story)
    table = data.draw(st.sampled_from([k for k in facts if k in LISTS]))
    where = data.draw(st.sampled_from(["file", "list", "row", "value"]))
    value = data.draw(ANYTHING)
    row = data.draw(st.integers(0, len(facts[table]) - 1))
    if where == "file":
        facts[data.draw(st.sampled_from([*LISTS, "on", "note", "title", "plan", "x"]))] = value
    elif where == "list":
        facts[table] = value
    elif where == "row":
        facts[table][row] = value
    else:
        facts[table][row][data.draw(st.sampled_from([*facts[table][row], *fields.facts_of(table)]))] = value
    client = Client()
    answer = Visit(client).load(facts)
    if answer.status_code == 422:
        assert all(one["where"] and one["found"] for one in answer.context["problem"]) and client.session.get("family") is None
        return
    assert answer.status_code == 302
    for address in ("/", "/family/edit/", "/family/what-if/", "/family/facts.json"):
        assert client.get(address).status_code == 200
