# ruff: noqa: E501
"""Facts that cannot be taken: a clear error with place and remedy, never a guess and never a traceback."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law import honghe
from yumiao.calc.provisions import explain
from yumiao.calc.provisions.family import read_json
from yumiao.lib.errors import BadInput
from yumiao.lib.language import speaking

PLAN = honghe()
MA = {"id": "ma", "sex": "F", "birth_date": "1990-01-01"}
KID = {"id": "kid", "birth_date": "2024-03-09", "mother": "ma"}
ON = {"on": "2025-06-30"}


def persons(*rows, **more):
    return {**ON, "persons": list(rows), **more}


BAD = {
    "nothing": (None, "shape", "facts"),
    "a list": ([], "shape", "facts"),
    "no persons": (ON, "no_persons", "persons"),
    "unknown key": ({**persons(MA), "people": []}, "unknown_key", "people"),
    "unknown key of a person": (persons({**MA, "birthdate": "1990-01-01"}), "unknown_key", "persons[0].birthdate"),
    "impossible date": (persons({**MA, "birth_date": "2023-02-30"}), "not_a_date", "persons[0].birth_date"),
    "date in another habit": (persons({**MA, "birth_date": "2023.2.3"}), "not_a_date", "persons[0].birth_date"),
    "date as a number": (persons({**MA, "birth_date": 20230203}), "not_a_date", "persons[0].birth_date"),
    "no day": ({"persons": [MA]}, "no_day", "on"),
    "text for a boolean": (persons({**MA, "only_child": "yes"}), "wrong_type", "persons[0].only_child"),
    "number for an area": (persons({**MA, "hukou_area": 532503}), "not_an_area", "persons[0].hukou_area"),
    "area of seven digits": (persons({**MA, "hukou_area": "5325031"}), "not_an_area", "persons[0].hukou_area"),
    "a choice that is none": (persons({**MA, "employment": "retired"}), "no_choice", "persons[0].employment"),
    "negative money": (persons({**MA, "monthly_wage": -1}), "not_money", "persons[0].monthly_wage"),
    "money finer than a fen": (persons({**MA, "monthly_wage": 10.001}), "not_money", "persons[0].monthly_wage"),
    "no id": (persons({"sex": "F"}), "missing_key", "persons[0].id"),
    "id twice": (persons(MA, MA), "id_twice", "persons[1].id"),
    "child older than mother": (persons(MA, {**KID, "birth_date": "1989-01-01"}), "older_than_parent", "persons[1].mother"),
    "own mother": (persons({**MA, "mother": "ma"}), "circle", "persons[0].mother"),
    "circle": (persons({"id": "a", "mother": "b"}, {"id": "b", "mother": "c"}, {"id": "c", "mother": "a"}), "circle", "persons["),
    "two mothers in a list": (persons(MA, {**KID, "mother": ["ma", "mb"]}), "wrong_type", "persons[1].mother"),
    "two mothers by delivery": (
        persons(MA, KID, deliveries=[{"mother": "mb", "date": "2024-03-09", "children": ["kid"]}]), "two_mothers", "deliveries[0].children",
    ),
    "a man as mother": (persons({**MA, "sex": "M"}, KID), "sex", "persons[1].mother"),
    "mother and father at once": (persons(MA, {**KID, "father": "ma"}), "two_roles", "persons[1]"),
    "death before birth": (persons({**MA, "death_date": "1980-01-01"}), "dates_backwards", "persons[0]"),
    "married to herself": (persons(MA, marriages=[{"a": "ma", "b": "ma"}]), "self", "marriages[0]"),
    "the same delivery twice": (persons(MA, deliveries=[{"mother": "ma", "date": "2024-03-09"}] * 2), "delivery_twice", "deliveries[1]"),
    "more children than babies": (
        persons(MA, KID, {**KID, "id": "k2"}, deliveries=[{"mother": "ma", "date": "2024-03-09", "babies": 1, "children": ["kid", "k2"]}]),
        "too_many", "deliveries[0].children",
    ),
    "too many persons": (persons(*({"id": f"p{i}"} for i in range(100_000))), "too_many", "persons"),
    "a lone surrogate": (persons({**MA, "id": "\ud800"}), "wrong_type", "persons[0].id"),
    "an id of spaces": (persons({**MA, "id": "  "}), "wrong_type", "persons[0].id"),
    "a certificate of no kind": (persons(MA, certificates=[{"person": "ma"}]), "missing_key", "certificates[0].kind"),
    "a row that is text": (persons(MA, deliveries=["ma"]), "wrong_type", "deliveries[0]"),
    "weeks as text": (persons(MA, deliveries=[{"mother": "ma", "weeks": "39"}]), "wrong_number", "deliveries[0].weeks"),
    "endless": (persons(MA, deliveries=[{"mother": "ma", "weeks": float("inf")}]), "wrong_number", "deliveries[0].weeks"),
    "endless money": (persons({**MA, "monthly_wage": float("inf")}), "not_money", "persons[0].monthly_wage"),
    "a huge number": (persons(MA, deliveries=[{"mother": "ma", "weeks": 10**30}]), "wrong_number", "deliveries[0].weeks"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_refused_with_place(name):
    facts, code, place = BAD[name]
    with pytest.raises(BadInput) as error:
        explain(PLAN, facts)
    found = [t for t in error.value.troubles if t.code == code]
    assert found, [(t.code, t.where) for t in error.value.troubles]
    assert place in found[0].where
    for language in ("zh", "en"):
        with speaking(language):
            text = str(error.value)
        assert text and text.encode("utf-8")


TEXTS = {
    "not JSON": (b"{", "not_json"),
    "GBK": ('{"persons": [{"id": "李"}]}'.encode("gbk"), "not_utf8"),
    "a key twice": (b'{"on": "2025-01-01", "on": "2025-01-02"}', "key_twice"),
    "NaN": (b'{"persons": [{"monthly_wage": NaN}]}', "not_a_number"),
    "deep": (b"[" * 100_000, "not_json"),
    "a number of ten thousand digits": (b'{"a": ' + b"9" * 10_000 + b"}", "not_json"),
    "three megabytes": (b" " * 3_000_000, "too_large"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text_refused(name):
    raw, code = TEXTS[name]
    with pytest.raises(BadInput) as error:
        read_json(raw)
    assert error.value.troubles[0].code == code


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["2024-02-29", "ma", "unknown"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "mother", "birth_date", "persons", "to", "kind", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["persons", "marriages", "deliveries", "hospital_stays", "certificates", "on"]), VALUES))
def test_any_json_is_answered_or_refused(facts):
    try:
        out = explain(PLAN, json.loads(json.dumps(facts)))
    except BadInput as error:
        assert error.troubles and all(t.where and t.code for t in error.troubles)
    else:
        assert json.dumps(out, allow_nan=False)
