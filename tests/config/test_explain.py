# ruff: noqa: E501
"""`yumiao explain` as people run it: what it prints, in which language, with which exit code, and what it says of bad input."""

import json
import subprocess
import sys

import pytest

from tests.config.running import process, yumiao

FACTS = {
    "on": "2025-06-30",
    "persons": [
        {"id": "ma", "sex": "F", "birth_date": "1991-04-02", "employment": "employee"},
        {
            "id": "kid",
            "sex": "F",
            "birth_date": "2024-03-09",
            "mother": "ma",
            "birth_order": 2,
            "hukou_area": "532503",
            "hukou_since": "2024-03-20",
        },
    ],
}


@pytest.fixture
def facts(tmp_path):
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(FACTS), encoding="utf-8")
    return file


def test_json_has_every_key_of_the_format(facts):
    done = process("explain", facts, "--json")
    assert done.returncode == 0 and done.stderr == b""
    out = json.loads(done.stdout)
    assert out["on"] == "2025-06-30" and out["plan"] == "honghe"
    keys = {"measure", "provision", "title", "for", "answer", "amount", "unit", "per", "period", "conditions", "missing"}
    assert all(keys <= set(r) for r in out["results"])
    grant = next(r for r in out["results"] if r["provision"] == "birth_grant" and r["for"] == "kid")
    assert (grant["answer"], grant["amount"], grant["unit"], grant["per"], grant["period"]) == (
        "yes",
        2000,
        "CNY",
        "once",
        ["2024-03-09", None],
    )
    assert all({"text", "value", "cites"} <= set(c) for r in out["results"] for c in r["conditions"])
    assert len({(r["provision"], r["for"], r.get("delivery")) for r in out["results"]}) == len(out["results"])
    for result in out["results"]:
        assert result["answer"] in ("yes", "no", "unknown")
        if result["answer"] == "no":
            assert any(c["value"] is False for c in result["conditions"])


def test_people_read_chinese_first_and_english_when_asked(facts):
    assert "一次性生育补贴" in yumiao("explain", facts).stdout.decode()
    assert "One-off birth grant" in yumiao("explain", facts, language="en").stdout.decode()


def test_json_keys_and_codes_never_change_with_language(facts):
    zh, en = (json.loads(yumiao("explain", facts, "--json", language=x).stdout) for x in ("zh", "en"))
    pairs = list(zip(zh["results"], en["results"], strict=True))
    assert all(a.keys() == b.keys() and a["provision"] == b["provision"] and a["title"] == b["title"] for a, b in pairs)
    assert any(a["conditions"][1]["text"] != b["conditions"][1]["text"] for a, b in pairs)


def test_another_day_and_standard_input():
    done = process("explain", "-", "--json", "--on", "2026-01-01", text=json.dumps(FACTS).encode())
    assert json.loads(done.stdout)["on"] == "2026-01-01"


def test_another_reading(facts):
    done = yumiao("explain", facts, "--json", "--reading", "one_off_after_merger=no", "--reading", "year_of_the_800=year_of_age")
    assert done.returncode == 0


def test_a_reader_that_stops_early_is_no_fault(facts):
    with subprocess.Popen(
        [sys.executable, "-m", "yumiao", "explain", str(facts), "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.read(1)
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


BAD = [
    (["explain"], b""),
    (["explain", "/nowhere/facts.json"], b"/nowhere/facts.json"),
    (["explain", "-", "--on", "tomorrow"], b"--on"),
    (["explain", "-", "--plan", "atlantis"], b"atlantis"),
    (["explain", "-", "--reading", "nothing=yes"], b"nothing"),
    (["explain", "-", "--reading", "year_of_the_800=leap"], b"leap"),
    (["explain", "-", "--colour"], b"--colour"),
    (["exlain"], b"exlain"),
    ([], b""),
]


@pytest.mark.parametrize(("arguments", "named"), BAD, ids=[" ".join(a) or "nothing" for a, _ in BAD])
def test_bad_usage_is_exit_2_without_a_traceback(arguments, named):
    done = yumiao(*arguments, text=json.dumps(FACTS).encode())
    assert done.returncode == 2
    assert named in done.stderr and b"Traceback" not in done.stderr


def test_bad_usage_and_bad_facts_end_a_process_without_a_traceback():
    for arguments, text in (([*BAD[3][0]], json.dumps(FACTS).encode()), (["explain", "-"], b"{")):
        done = process(*arguments, text=text)
        assert done.returncode == 2 and done.stdout == b"" and done.stderr and b"Traceback" not in done.stderr


@pytest.mark.parametrize("raw", [b"{", "李".encode("gbk"), b'{"persons": [{"id": "\\ud800"}]}', b"", b"[1]", b'{"persons": NaN}'])
def test_bad_facts_are_exit_2_in_both_languages(raw):
    for language in ("zh", "en"):
        done = yumiao("explain", "-", language=language, text=raw)
        assert done.returncode == 2 and done.stdout == b""
        assert done.stderr and b"Traceback" not in done.stderr
