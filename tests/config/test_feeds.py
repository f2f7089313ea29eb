"""`yumiao feeds` as people run it: its format, its exit codes, and what it says of files that cannot be read."""

import json

import pytest

from tests.calc.feeds.files import PEOPLE_HEAD, number, text
from tests.config.running import process, yumiao

WOMAN = [number(), "李梅", "女", "1990-01-01", "哈尼族", "蒙自市"]
FINDING = {"level", "file", "sheet", "row", "column", "cell", "code", "message", "value"}
COUNTS = {"rows", "accepted", "rejected", "ignored"}


def test_a_clean_file_exits_0(tmp_path):
    done = yumiao("feeds", "load", "police", text(tmp_path / "户籍.csv", [PEOPLE_HEAD, WOMAN], "gb18030"), "--dry-run", "--json")
    out = json.loads(done.stdout)
    assert (
        done.returncode == 0
        and out["findings"] == []
        and {key: out[key] for key in COUNTS} == {"rows": 2, "accepted": 1, "rejected": 0, "ignored": 1}
    )


def test_the_format(tmp_path):
    spoilt = [WOMAN[0][:-1] + ("1" if WOMAN[0][-1] != "1" else "2"), *WOMAN[1:]]
    files = [text(tmp_path / "a.csv", [PEOPLE_HEAD, WOMAN]), text(tmp_path / "b.csv", [PEOPLE_HEAD, spoilt, []])]
    done = process("feeds", "load", "police", *files, "--dry-run", "--json")
    out = json.loads(done.stdout)
    assert done.returncode == 1 and out["batch"] is None
    assert {"batch", "files", "findings"} | COUNTS <= set(out) and [set(one) >= COUNTS | {"file", "sheet"} for one in out["files"]] == [
        True,
        True,
    ]
    assert out["rows"] == out["accepted"] + out["rejected"] + out["ignored"] == sum(one["rows"] for one in out["files"]) == 5
    (one,) = out["findings"]
    assert set(one) == FINDING and (one["code"], one["file"], one["row"], one["column"], one["cell"], one["level"]) == (
        "id_check_digit",
        "b.csv",
        2,
        "公民身份号码",
        None,
        "warning",
    )
    assert spoilt[0] not in done.stdout.decode() and one["value"].startswith("5325*")


def test_messages_change_with_the_language_and_codes_do_not(tmp_path):
    file = text(tmp_path / "a.csv", [PEOPLE_HEAD, ["无", *WOMAN[1:]]])
    said = [
        json.loads(yumiao("feeds", "load", "police", file, "--dry-run", "--json", language=one).stdout)["findings"] for one in ("zh", "en")
    ]
    assert said[0][0]["message"] != said[1][0]["message"] and said[0][0]["code"] == said[1][0]["code"] == "id_missing"


@pytest.mark.parametrize(
    "arguments",
    [
        ("load", "weather", "{}", "--dry-run"),
        ("load", "police", "{}", "--dry-run", "--contract", "police_cats"),
        ("load", "police", "none.csv", "--dry-run"),
        ("load", "police", "{}", "--dry-run", "--today", "soon"),
        ("load", "health", "{}", "--dry-run"),
        ("load",),
        (),
    ],
)
def test_what_cannot_be_done_exits_2(tmp_path, arguments):
    file = text(tmp_path / "a.csv", [["姓名", "年龄"], ["李梅", "35"]])
    done = yumiao("feeds", *(one.format(file) for one in arguments))
    assert done.returncode == 2 and done.stderr and b"Traceback" not in done.stderr and not done.stdout


def test_every_contract_is_listed():
    out = json.loads(yumiao("feeds", "list", "--json").stdout)["contracts"]
    assert len(out) >= 17 and all(
        {"department", "name", "title", "fields", "basis", "sharing", "cycle", "owner"} <= set(one) for one in out
    )
    assert "police_people" in yumiao("feeds", "list").stdout.decode()
