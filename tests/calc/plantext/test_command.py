"""`yumiao plan check`: its JSON, its words in both languages, its exit codes."""

import json
import subprocess
import sys

import pytest

from tests.calc.plantext.held import BROOKVALE
from yumiao.config.cli import main

TEXT = BROOKVALE / "text.txt"
SHAPE = {"text", "line", "clause", "value", "unit", "status", "parameter", "expected"}


@pytest.fixture
def altered(tmp_path):
    file = tmp_path / "altered.txt"
    text = TEXT.read_text(encoding="utf-8").replace("1500元、4500元", "4500元、1500元").replace("每年各有 8 天育儿假", "每年各有育儿假")
    file.write_text(text, encoding="utf-8")
    return file


def run(*arguments) -> int:
    return main(["plan", "check", *map(str, arguments)])


def test_json_has_the_promised_shape(capsys):
    assert run(TEXT, "--plan", BROOKVALE, "--json") == 0
    out, err = capsys.readouterr()
    result = json.loads(out)
    assert err == ""
    assert result["document"] == str(TEXT)
    assert all(set(f) >= SHAPE for f in result["figures"])
    assert all({"parameter", "status", "line"} <= set(p) for p in result["parameters"])
    assert result["summary"]["passes"] is True
    first = next(f for f in result["figures"] if f["text"] == "1500元")
    assert first["clause"] == "1" and first["value"] == first["expected"] == 1500 and first["unit"] == "CNY"
    assert first["parameter"] == "brookvale/aid/c01_grants.amount.2"


def test_exchanged_and_lost_figures_are_named(altered, capsys):
    assert run(altered, "--plan", BROOKVALE, "--json") == 1
    result = json.loads(capsys.readouterr().out)
    wrong = {(f["text"], f["expected"], f["status"]) for f in result["figures"] if f["status"] not in ("agrees", "structure", "word")}
    assert wrong == {("4500元", 1500, "differs"), ("1500元", 4500, "differs")}
    assert [p["parameter"] for p in result["parameters"] if p["status"] == "missing"] == ["brookvale/aid/c02_leave.yearly"]
    assert all(p["line"] is None for p in result["parameters"] if p["status"] == "missing")


def test_words_for_people_in_both_languages(altered, capsys, monkeypatch):
    assert run(altered, "--plan", BROOKVALE) == 1
    assert "原文与方案不一致" in capsys.readouterr().out
    monkeypatch.setenv("YUMIAO_LANG", "en")
    assert run(altered, "--plan", BROOKVALE) == 1
    out = capsys.readouterr().out
    assert "does not agree" in out and "4500元" in out and "c02_leave.yearly" in out
    assert run(TEXT, "--plan", BROOKVALE) == 0


@pytest.mark.parametrize("arguments", [["none.txt"], [TEXT, "--plan", "atlantis"], [BROOKVALE]])
def test_bad_input_is_exit_2_with_a_sentence(arguments, capsys):
    assert run(*arguments, "--json") == 2
    out, err = capsys.readouterr()
    assert out == "" and err.strip() and "Traceback" not in err


def test_usage_is_exit_2(capsys):
    assert main(["plan", "check"]) == 2
    assert main(["plan"]) == 2
    assert capsys.readouterr().out == ""


def test_it_needs_no_web_framework_no_database_and_no_reader_it_does_not_use():
    code = "import sys; from yumiao.config.cli import main; main(['plan', 'check', *sys.argv[1:]]); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code, str(TEXT), "--plan", str(BROOKVALE)], capture_output=True, text=True, check=True)
    loaded = done.stdout.splitlines()[-1]
    for name in ("'django'", "'polars'", "'docx'", "'pypdf'", "'sqlite3'"):
        assert name not in loaded, name
