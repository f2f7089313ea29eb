"""A question being composed: every step of the form writes the reform that the command takes, a link carries it whole, and what cannot be
taken is said beside its field and changes nothing."""

import datetime as dt

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from tests.law import honghe
from yumiao.calc.provisions.rewrite import LONGEST, packed, read_text, unpacked
from yumiao.desks.plan import draft
from yumiao.desks.plan.draft import Draft
from yumiao.lib.errors import BadInput
from yumiao.lib.yamlfile import parse, write

PLAN = honghe()
AMOUNT, BORN_TO = "honghe/support/c05_birth_grants.amount", "honghe/support/c05_birth_grants.born_to"


def sent(**fields) -> QueryDict:
    out = QueryDict(mutable=True)
    for name, value in fields.items():
        out.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return out


def step(text: str, do: str, **fields) -> Draft:
    return draft.run(Draft(text), do, sent(**fields))


def test_a_figure_goes_in_with_its_day_and_comes_out_again():
    made = step("", "figure", key=AMOUNT, since="2024-01-01", value__2="3,000", value__3="8000")
    assert not made.wrong and made.body["parameters"] == {AMOUNT: {dt.date(2024, 1, 1): {2: 3000, 3: 8000}}}
    reform = made.reform()
    assert reform is not None and reform.figures[AMOUNT][dt.date(2024, 1, 1)] == {2: 300_000, 3: 800_000}
    more = step(made.text, "figure", key=BORN_TO, since="2023-01-01", value="2027-12-31")
    assert set(more.body["parameters"]) == {AMOUNT, BORN_TO}
    assert step(more.text, "drop-figure", key=AMOUNT).body["parameters"] == {BORN_TO: {dt.date(2023, 1, 1): dt.date(2027, 12, 31)}}
    assert step(step(more.text, "drop-figure", key=AMOUNT).text, "drop-figure", key=BORN_TO).text == ""


def test_readings_titles_and_rights_go_in():
    made = step("", "reading", id="adopted_counts_as_birth", choice="yes")
    assert made.body["readings"] == {"adopted_counts_as_birth": True}
    made = step(made.text, "title", title="收养也算")
    assert made.body["title"] == {"zh": "收养也算", "en": "收养也算"}
    fields = {"code": "extra", "title_zh": "三孩补助", "measure": "5.a", "to": "child", "per": "year", "since": "2024-01-01"}
    made = step(
        made.text,
        "provision",
        **fields,
        by="birth_order",
        amount__3="1200",
        least_order="3",
        born_from="2022-01-01",
        when="china/common.alive",
    )
    assert not made.wrong, made.wrong
    reform = made.reform()
    assert reform is not None and reform.added == ["extra"] and reform.title["zh"] == "收养也算"
    assert made.body["provisions"]["extra"]["when"] == [
        "china/common.alive", {"fact": "birth_order", "at_least": 3}, {"fact": "birth_date", "at_least": dt.date(2022, 1, 1)},
    ]  # fmt: skip
    assert step(made.text, "drop-provision", key="extra").body.get("provisions") is None


def test_the_days_of_a_right_and_the_births_of_projected_years():
    made = step("", "dates", code="childcare_grant", from__0="2023-01-01", until__0="2026-12-31")
    assert made.body["dates"] == {"childcare_grant": {"from": dt.date(2023, 1, 1), "until": dt.date(2026, 12, 31)}}, made.wrong
    reform = made.reform()
    assert reform is not None and reform.eras["childcare_grant"][-1].until == dt.date(2026, 12, 31)
    more = step(made.text, "title", title="", times="1.2")
    assert more.body["fertility"] == {"times": 1.2} and more.reform().fertility.times == 1.2
    assert "fertility" not in step(more.text, "title", title="", times="1").body
    assert step(more.text, "drop-dates", code="", key="childcare_grant").body.get("dates") is None
    from yumiao.desks.plan import offers

    told = offers.changes(more.body, dt.date(2025, 10, 20))
    assert [one["kind"] for one in told] == ["dates", "fertility"] and "2026" in told[0]["will"] and "1.2" in told[1]["will"]


@pytest.mark.parametrize(
    ("do", "fields", "field"),
    [
        ("figure", {"key": "nothing", "since": "2024-01-01"}, "q"),
        ("figure", {"key": AMOUNT, "since": "tomorrow", "value__2": "1", "value__3": "2"}, "since"),
        ("figure", {"key": AMOUNT, "since": "2024-02-30", "value__2": "1", "value__3": "2"}, "since"),
        ("figure", {"key": AMOUNT, "since": "2024-01-01", "value__2": "-5", "value__3": "2"}, "value-2"),
        ("figure", {"key": AMOUNT, "since": "2024-01-01", "value__2": "5"}, "value-3"),
        ("figure", {"key": AMOUNT, "since": "2024-01-01", "value__2": "nan", "value__3": "1"}, "value-2"),
        ("figure", {"key": AMOUNT, "since": "2024-01-01", "value__2": "0.001", "value__3": "1"}, "value"),
        ("figure", {"key": BORN_TO, "since": "2024-01-01", "value": "soon"}, "value"),
        ("figure", {"key": BORN_TO, "since": "2024-01-01"}, "value"),
        ("reading", {"id": "adopted_counts_as_birth", "choice": "perhaps"}, "choice"),
        ("reading", {"id": "nothing", "choice": "yes"}, "choice"),
        ("dates", {"code": "nothing"}, "q"),
        ("dates", {"code": "childcare_grant", "from__0": "x", "until__0": ""}, "from-0"),
        ("dates", {"code": "childcare_grant", "from__0": "2023-01-01", "until__0": "2022-01-01"}, "dates"),
        ("title", {"title": "x", "times": "many"}, "times"),
        ("provision", {"code": "Bad Code"}, "code"),
        ("provision", {"code": "birth_grant", "title_zh": "x"}, "code"),
        ("provision", {"code": "extra"}, "title_zh"),
        ("provision", {"code": "extra", "title_zh": "x", "measure": "5.a", "to": "everybody"}, "to"),
        ("provision", {"code": "extra", "title_zh": "x", "since": "2024-01-01", "until": "2023-01-01"}, "until"),
        ("yaml", {"yaml": "parameters: {nothing: {2024-01-01: 1}}"}, "yaml"),
        ("yaml", {"yaml": "- a list"}, "yaml"),
        ("yaml", {"yaml": "a: &b 1\nc: *b"}, "yaml"),
        ("yaml", {"yaml": "parameters: [1"}, "yaml"),
        ("yaml", {"yaml": "x" * (LONGEST + 1)}, "yaml"),
        ("yaml", {"yaml": "parameters: 5"}, "yaml"),
        ("yaml", {"yaml": "readings: [yes]"}, "yaml"),
        ("yaml", {"yaml": "provisions: {x: 1}"}, "yaml"),
    ],
)
def test_what_cannot_be_taken_stands_beside_its_field_and_changes_nothing(do, fields, field):
    before = step("", "reading", id="one_off_after_merger", choice="no").text
    made = step(before, do, **fields)
    assert made.wrong.get(field), made.wrong
    assert made.text == before and all(value for value in made.wrong.values())


def test_an_error_in_the_text_names_its_line():
    made = step("", "yaml", yaml="title: x\nreadings:\n  adopted_counts_as_birth: yes\nparameters:\n  nothing: {2024-01-01: 1}\n")
    assert "reform.yaml:5" in made.wrong["yaml"][0] and made.typed["yaml"].startswith("title: x")


def test_a_step_that_does_not_exist_is_refused():
    with pytest.raises(BadInput):
        step("", "rm -rf")


def test_the_same_question_is_written_in_one_way():
    one = "readings: {one_off_after_merger: 'no', adopted_counts_as_birth: yes}\nparameters: {born_to: {2023-01-01: 2027-12-31}}\n"
    two = f"parameters:\n  {BORN_TO}:\n    2023-01-01: 2027-12-31\nreadings:\n  adopted_counts_as_birth: true\n  one_off_after_merger: no\n"
    assert read_text(PLAN, one)[1] == read_text(PLAN, two)[1]


def test_the_links_of_samples_open():
    found = draft.samples()
    assert found and all(draft.of(sent(reform=link)).reform() is not None for _, link in found)


@pytest.mark.parametrize("link", ["x", "é", "====", packed("a: 1")[:-3], "A" * 5000, "eJw=", packed("x" * 1_000_000)])
def test_a_link_that_is_none_is_said(link):
    with pytest.raises(BadInput):
        unpacked(link)
    made = draft.of(sent(reform=link))
    assert made.wrong["yaml"] and made.text == ""


def test_years():
    assert draft.years("2023-2025") == [2023, 2024, 2025] and draft.years("2024") == [2024] and draft.years("2023–2024") == [2023, 2024]
    for wrong in ("", "2025-2023", "2015-2020", "2024-2041", "20-30", "2023-2024-2025", "二〇二四", "２０２４"):
        with pytest.raises(BadInput):
            draft.years(wrong)


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)
keys = st.text("abcdefghijklmnopqrstuvwxyz_中文", min_size=1, max_size=8) | st.integers(0, 9) | st.dates()
leaves = st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.dates() | texts
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=12)


@given(st.dictionaries(st.sampled_from(["title", "a", "on", "yes"]), values, min_size=1, max_size=4))
def test_what_is_written_reads_back_the_same(body):
    assert parse(write(body), "x") == body
    assert unpacked(packed(write(body))) == write(body)
