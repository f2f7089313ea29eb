# ruff: noqa: E501
"""Definitions that break a law are refused at load, with file and line. Each starts from a small plan that loads."""

import textwrap

import pytest

from yumiao.calc.provisions import explain, load_plan
from yumiao.lib.errors import BadDefinition, BadInput

FILES = {
    "plan.yaml": """
        name: smallplan
        stands_on: null
        answers: {from: 2016-01-01, until: 2040-12-31}
    """,
    "common/facts.yaml": """
        person:
          birth_date: {type: date, title: 出生日期, ask: 哪天出生？}
          adopted_on: {type: event, title: 收养日期, ask: 收养了吗？}
          work: {type: choice, choices: {yes_: 有, none: 没有}, title: 工作, ask: 有工作吗？}
          rent: {type: money, title: 房租, ask: 房租多少？}
    """,
    "common/provisions.py": """
        from yumiao.calc.provisions import condition


        @condition("有工作", "works")
        def works(work):
            return work == "yes_"
    """,
    "help/room/measure.yaml": """
        clause: "1"
        measures:
          - {id: 1.a, title: {zh: 补贴, en: grant}, asks: {zh: 给钱, en: money}, kinds: [E], audience: [family], figures: []}
    """,
    "help/room/parameters.yaml": """
        amount: {title: 补贴, unit: CNY, value: {2020-01-01: 100}, source: 小方案, trust: read}
        eras:
          grant: {from: 2020-01-01, source: 小方案, trust: read}
    """,
    "help/room/provisions.py": """
        from yumiao.calc.provisions import Child, cash, condition, provision


        @condition("出生过", "was born")
        def born(birth_date, on):
            return birth_date <= on


        @provision("补贴", "grant", measure="1.a", to=Child, gives=cash(per="once"), when=[born])
        def grant(p):
            return p.amount
    """,
    "help/room/cases/plain.yaml": """
        story: {zh: 一个孩子, en: One child}
        kind: ordinary
        because: 小方案 1
        on: 2022-01-01
        persons:
          kid: {birth_date: 2021-01-01, mother: ma}
        expect:
          grant: {kid: 100}
    """,
    "other/room/provisions.py": """
        from yumiao.calc.provisions import condition


        @condition("隔壁", "next door")
        def next_door(birth_date, on):
            return birth_date <= on
    """,
}


def write(root, **changes):
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
    for name, (old, new) in changes.items():
        file = (
            root
            / {
                "rules": "help/room/provisions.py",
                "figures": "help/room/parameters.yaml",
                "common": "common/provisions.py",
                "facts": "common/facts.yaml",
            }[name]
        )
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
    return root


def test_the_small_plan_loads_and_answers(tmp_path):
    plan = load_plan(write(tmp_path))
    facts = {"on": "2022-01-01", "persons": [{"id": "kid", "birth_date": "2021-01-01", "mother": "ma"}]}
    assert [(r["provision"], r["for"], r["answer"], r["amount"]) for r in explain(plan, facts)["results"]] == [("grant", "kid", "yes", 100)]


REFUSED = {
    "unknown wire": (
        "wire_unknown",
        {"rules": ("def born(birth_date, on):\n    return birth_date <= on", "def born(birthdate, on):\n    return birthdate <= on")},
    ),
    "wire through the wall": ("wire_forbidden", {"rules": ("when=[born]", 'when=["next_door"]')}),
    "cycle": (
        "wire_cycle",
        {
            "rules": (
                "def born(birth_date, on):\n    return birth_date <= on",
                'def born(older):\n    return older\n\n\n@condition("甲", "a")\ndef older(born):\n    return born',
            )
        },
    ),
    "itself": ("wire_cycle", {"rules": ("def born(birth_date, on):\n    return birth_date <= on", "def born(born):\n    return born")}),
    "figure in code": ("figure_in_code", {"rules": ("return p.amount", "return p.amount * 12")}),
    "date in code": (
        "figure_in_code",
        {"rules": ("return birth_date <= on", "import datetime\n    return birth_date <= datetime.date(2020, 1, 1)")},
    ),
    "truth value": ("truth_value", {"rules": ("return birth_date <= on", "return birth_date <= on and True")}),
    "difference of dates": ("not_portable", {"rules": ("return birth_date <= on", "return (on - birth_date) >= 1")}),
    "true division": ("not_portable", {"rules": ("return p.amount", "return p.amount / 1")}),
    "a charge": ("charge", {"rules": ("return p.amount", "return 0 - p.amount")}),
    "a charge below what is due": (
        "charge",
        {"rules": ("def grant(p):\n    return p.amount", "def grant(p, rent):\n    return p.amount - rent")},
    ),
    "a charge as a type": (
        "charge",
        {"rules": ('gives=cash(per="once")', 'gives=__import__("dataclasses").replace(cash(per="once"), kind="charge")')},
    ),
    "a negative figure": ("charge", {"figures": ("2020-01-01: 100", "2020-01-01: -100")}),
    "no source": ("no_source", {"figures": ("source: 小方案, trust: read}\neras", "trust: read}\neras")}),
    "no trust": ("no_trust", {"figures": ("source: 小方案, trust: read}\neras", "source: 小方案}\neras")}),
    "no unit": ("no_unit", {"figures": ("unit: CNY, ", "")}),
    "no date": ("no_date", {"figures": ("value: {2020-01-01: 100}", "value: 100")}),
    "finer than a fen": ("too_fine", {"figures": ("2020-01-01: 100", "2020-01-01: 100.001")}),
    "the same day twice": ("key_twice", {"figures": ("{2020-01-01: 100}", "{2020-01-01: 100, 2020-01-01: 200}")}),
    "overlapping eras": (
        "era_overlap",
        {
            "figures": (
                "grant: {from: 2020-01-01, source: 小方案, trust: read}",
                "grant:\n    a: {from: 2020-01-01, until: 2021-05-01, source: x, trust: read}\n    b: {from: 2021-05-01, source: x, trust: read}",
            )
        },
    ),
    "gap between eras": (
        "era_gap",
        {
            "figures": (
                "grant: {from: 2020-01-01, source: 小方案, trust: read}",
                "grant:\n    a: {from: 2020-01-01, until: 2021-05-01, source: x, trust: read}\n    b: {from: 2021-05-03, source: x, trust: read}",
            )
        },
    ),
    "era without a provision": (
        "era_unused",
        {"figures": ("  grant:", "  grant: {from: 2020-01-01, source: 小方案, trust: read}\n  other:")},
    ),
    "provision without an era": ("era_missing", {"figures": ("eras:\n  grant: {from: 2020-01-01, source: 小方案, trust: read}", "")}),
    "never used": (
        "never_used",
        {"figures": ("amount:", "spare: {title: 闲置, unit: CNY, value: {2020-01-01: 1}, source: 小方案, trust: read}\namount:")},
    ),
    "unknown parameter": ("unknown_parameter", {"rules": ("return p.amount", "return p.sum")}),
    "text compared with a number": ("kinds", {"common": ('work == "yes_"', "work == 1")}),
    "a choice that is none": ("no_choice", {"common": ('work == "yes_"', 'work == "maybe"')}),
    "an anchor in figures": ("alias", {"figures": ("title: 补贴", "title: &a 补贴")}),
    "a rule that fails": ("rule_file", {"rules": ("return birth_date <= on", "return nothing")}),
    "a file that fails": (
        "rule_file",
        {"rules": ("from yumiao.calc.provisions import Child", "from yumiao.calc.provisions import charge, Child")},
    ),
    "an unknown type of fact": ("fact_type", {"facts": ("{type: money,", "{type: gold,")}),
    "measure missing": ("no_measure", {"rules": ('measure="1.a", ', "")}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_file_and_line(tmp_path, name):
    code, changes = REFUSED[name]
    with pytest.raises((BadDefinition, BadInput)) as error:
        load_plan(write(tmp_path, **changes))
    found = [t for t in error.value.troubles if t.code == code]
    assert found, [t.code for t in error.value.troubles]
    place, _, line = found[0].where.rpartition(":")
    assert line.isdigit() and place.startswith(str(tmp_path)), found[0].where


def test_a_provision_without_stories_is_refused(tmp_path):
    write(tmp_path)
    (tmp_path / "help/room/cases/plain.yaml").unlink()
    with pytest.raises(BadDefinition) as error:
        load_plan(tmp_path)
    assert [t.code for t in error.value.troubles] == ["no_cases"]


def test_a_measure_that_takes_what_does_not_exist(tmp_path):
    write(tmp_path)
    file = tmp_path / "help/room/measure.yaml"
    file.write_text(file.read_text("utf-8").replace("figures: []", "figures: [], takes: [china/nothing.grant]"), "utf-8")
    with pytest.raises(BadDefinition) as error:
        load_plan(tmp_path)
    assert [t.code for t in error.value.troubles] == ["takes_unknown"]
    assert error.value.troubles[0].where == f"{file}:3"


def test_an_era_chooses_the_definition(tmp_path):
    write(
        tmp_path,
        figures=(
            "grant: {from: 2020-01-01, source: 小方案, trust: read}",
            "grant:\n    first: {from: 2020-01-01, until: 2021-12-31, source: x, trust: read}\n    second: {from: 2022-01-01, source: x, trust: read}",
        ),
        rules=(
            '@provision("补贴", "grant", measure="1.a", to=Child, gives=cash(per="once"), when=[born])\ndef grant(p):\n    return p.amount',
            '@provision("补贴", "grant", measure="1.a", to=Child, gives=cash(per="once"), when=[born], era="first")\ndef grant(p):\n    return p.amount\n\n\n'
            '@provision("补贴", "grant", measure="1.a", code="grant", to=Child, gives=cash(per="once"), when=[born], era="second")\ndef grant_later(p):\n    return p.amount + p.amount',
        ),
    )
    plan = load_plan(tmp_path)
    facts = {"persons": [{"id": "kid", "birth_date": "2018-01-01", "mother": "ma"}]}
    found = [explain(plan, facts, day)["results"][0] for day in ("2019-12-31", "2020-01-01", "2021-12-31", "2022-01-01")]
    assert [(r["answer"], r["amount"]) for r in found] == [("no", None), ("yes", 100), ("yes", 100), ("yes", 200)]
    assert found[0]["conditions"][0]["value"] is False
