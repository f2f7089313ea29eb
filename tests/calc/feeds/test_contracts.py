"""The contracts: portable, complete, and refused where they do not hold."""

import shutil

import pytest

from yumiao.calc.feeds import load_feeds
from yumiao.calc.feeds.contracts import CYCLES, DEPARTMENTS, SHARING, label
from yumiao.lib.errors import BadDefinition, BadInput

FEEDS = load_feeds("honghe")
TYPES = {"string", "date", "integer", "number"}


def test_every_department_has_its_kinds():
    kinds = {department: {one.name for one in FEEDS.of(department)} for department in DEPARTMENTS}
    assert {name.removeprefix("police_") for name in kinds["police"]} == {"people", "households", "moves", "cancellations"}
    assert {name.removeprefix("health_") for name in kinds["health"]} == {"births", "deliveries", "vaccinations", "deaths"}
    assert {name.removeprefix("civil_") for name in kinds["civil"]} == {"marriages", "divorces", "adoptions", "low_income"}
    assert all(kinds[one] for one in ("education", "insurance", "social", "statistics"))


@pytest.mark.parametrize("contract", FEEDS.contracts, ids=lambda one: one.name)
def test_a_contract_says_all_that_it_must(contract):
    schema = contract.table_schema(("", "无"))
    assert contract.sharing in SHARING and contract.cycle in CYCLES and contract.trust
    assert all(contract.titles[code] and contract.owner[code] and contract.basis[code] for code in ("zh", "en"))
    assert all({"name", "type", "title"} <= set(one) and one["type"] in TYPES for one in schema["fields"])
    assert len({one["name"] for one in schema["fields"]}) == len(schema["fields"])
    labels = FEEDS.labels(contract)
    assert {labels[label(column.title)] for column in contract.columns} == {column.name for column in contract.columns}


@pytest.mark.parametrize(("header", "plain"), [("姓 名", "姓名"), ("身份证号（必填）*：", "身份证号"), ("手机", "手机"), (None, "")])
def test_headers_are_compared_in_a_plain_form(header, plain):
    assert label(header) == plain


def test_unknown_names_are_refused():
    for ask in (lambda: FEEDS.of("weather"), lambda: FEEDS.named("police_cats"), lambda: load_feeds("atlantis")):
        with pytest.raises(BadInput):
            ask()


@pytest.mark.parametrize(
    ("old", "new"), [("sharing: conditional", "sharing: secret"), ("kind: number", "kind: digits"), ("needs:", "wants:")]
)
def test_a_contract_that_does_not_hold_is_refused(tmp_path, root, old, new):
    shutil.copytree(root / "yumiao_plans/china", tmp_path / "china")
    file = tmp_path / "china/feeds/police.yaml"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(BadDefinition) as refused:
        load_feeds(tmp_path / "china")
    assert "police.yaml:" in refused.value.troubles[0].where
