"""SPDCI: our messages in its envelopes and back, without loss; and what an envelope may not say."""

import datetime as dt
import json

import pytest
from hypothesis import given

from yumiao.calc.formats import spdci
from yumiao.calc.formats.declare import ATTRIBUTES, CONDITIONS

from .strategies import families, notices, pages, searches, subscriptions

AT = dt.datetime(2025, 10, 20, 9, tzinfo=dt.UTC)
HEADER = {"message_id", "message_ts", "action", "sender_id", "total_count"}


def wire(message):
    """As it is sent."""
    return json.loads(json.dumps(message, ensure_ascii=False))


@given(searches())
def test_a_search_comes_back_the_same(asked):
    made = wire(spdci.search(asked, reference="r-1", at=AT))
    assert spdci.searched(made, ()) == asked
    assert {"reference_id", "timestamp", "search_criteria"} <= made.keys() and {"query_type", "query"} <= made["search_criteria"].keys()


@given(pages())
def test_an_answer_comes_back_the_same(found):
    made = wire(spdci.page(found, reference="r-1", at=AT))
    assert spdci.paged(made) == found and made["status"] == "succ"
    assert {"reg_record_type", "reg_records"} <= made["data"].keys()
    assert {"page_size", "page_number", "total_count"} == made["pagination"].keys()


@given(families())
def test_a_person_comes_back_the_same(one):
    made = wire(spdci.record(one))
    assert spdci.person(made) == one
    assert made["sex"] in ("male", "female", "unknown")


@given(subscriptions())
def test_a_subscription_comes_back_the_same(asked):
    made = wire(spdci.subscribe(asked, reference="r-1", at=AT))
    assert spdci.subscribed(made, asked.callback) == asked and len(made) == len(asked.kinds)
    assert all({"reg_event_type", "filter", "notify_record_type"} <= one["subscribe_criteria"].keys() for one in made)


@given(notices())
def test_a_notice_comes_back_the_same_and_holds_no_value(told):
    made = wire(spdci.notice(told, "yumiao"))
    assert spdci.noticed(made) == told
    [event] = made["message"]["notify_event"]
    assert event["data"]["reg_records"] == [{"@type": "Person", "yumiao_person": told.person}] and made["header"].keys() >= HEADER


def test_the_tables_name_everything_once():
    assert spdci.ATTRIBUTE.keys() == CONDITIONS.keys()
    for table in (spdci.ATTRIBUTE, spdci.KIND, spdci.SEX, spdci.NUMBER):
        assert len(set(table.values())) == len(table)


def test_a_lone_number_goes_as_the_standard_has_it():
    asked = spdci.Search(purpose="matter", where=(spdci.Condition("resident", "eq", "53250320200309001X"),), fields=("sex",))
    criteria = spdci.search(asked, reference="r", at=AT)["search_criteria"]
    assert (criteria["query_type"], criteria["query"]) == ("idtype-value", {"type": "UIN", "value": "53250320200309001X"})


def criteria(**more):
    return {"search_criteria": {"query_type": "idtype-value", "query": {"type": "UIN", "value": "1"},
                                "authorize": {"purpose": {"code": "care"}}, **more}}  # fmt: skip


def predicate(**one):
    said = {"attribute_name": "name", "operator": "eq", "attribute_value": "x"}
    return criteria(query_type="predicate", query=[{"expression1": said, **one}])


@pytest.mark.parametrize(
    ("request_", "where"),
    [
        ({}, "search_criteria"), (None, "search_criteria"), (criteria(query_type="GraphQl"), "query_type"),
        (criteria(query=[]), "query_type"),
        (criteria(authorize=None), "authorize.purpose.code"), (criteria(authorize={"purpose": "care"}), "authorize.purpose.code"),
        (criteria(query={"type": "DRN", "value": "1"}), "query.attribute_name"), (criteria(pagination={"page_size": "all"}), "pagination"),
        (criteria(yumiao_fields="all"), "yumiao_fields"), (predicate(condition="or"), "query.condition"),
        (predicate(expression1=3), "query.expression1"),
        (predicate(expression2={"attribute_name": "birth_date", "operator": "ge", "attribute_value": "never"}), "query.birth_date"),
        (predicate(expression2={"attribute_name": "area_code", "operator": "eq", "attribute_value": 5}), "query.area_code"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_says_where(request_, where):
    with pytest.raises(spdci.NoSuch) as caught:
        spdci.searched(request_, ATTRIBUTES)
    assert caught.value.where == where and caught.value.why.startswith("rjct.")


def test_subscriptions_of_two_purposes_are_not_one():
    one, other = (spdci.subscribe(spdci.Wanted(kinds=("birth",), purpose=why, callback="c", area="532503"), reference="r", at=AT)[0]
                  for why in ("care", "matter"))  # fmt: skip
    with pytest.raises(spdci.NoSuch):
        spdci.subscribed([one, other], "c")
