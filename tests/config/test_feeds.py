"""`yumiao feeds` as people run it: its format, its exit codes, and what it says of files that cannot be read."""

import json
import os

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


def test_a_place_for_the_findings_is_looked_at_before_anything_is_read(tmp_path):
    file = text(tmp_path / "a.csv", [PEOPLE_HEAD, ["无", *WOMAN[1:]]])
    (tmp_path / "folder").mkdir()
    before = file.read_bytes()
    for out, word in ((tmp_path / "none" / "x.xlsx", "文件夹不存在"), (tmp_path / "folder", "不是普通文件"), (file, "同一个文件")):
        done = yumiao("feeds", "load", "police", file, "--dry-run", "--errors", out)
        assert done.returncode == 2 and word in done.stderr.decode() and not done.stdout
    assert file.read_bytes() == before and sorted(one.name for one in tmp_path.iterdir()) == ["a.csv", "folder"]
    assert yumiao("feeds", "load", "police", file, "--dry-run", "--errors", tmp_path / "x.xlsx").returncode == 1
    assert (tmp_path / "x.xlsx").is_file()


@pytest.fixture
def keeper(db, monkeypatch):
    """Commands act as an operator."""
    from yumiao.base.access.roles import SYSTEM
    from yumiao.base.access.service import give_role
    from yumiao.base.people.service import open_account

    monkeypatch.setattr("yumiao.config.startup.start_on_tables", lambda: None)
    give_role(by=SYSTEM, account=open_account(by=SYSTEM, username="keeper", display_name="k"), role="operator")
    monkeypatch.setenv("YUMIAO_AS", "keeper")


@pytest.mark.usefixtures("keeper")
def test_what_cannot_be_written_or_named_takes_nothing_in(tmp_path):
    from yumiao.engines.exchange.models import Batch

    file = text(tmp_path / "a.csv", [PEOPLE_HEAD, WOMAN])
    for more in (["--errors", tmp_path / "none" / "x.xlsx"], ["--errors", file], [file]):
        done = yumiao("feeds", "load", "police", file, *more)
        assert done.returncode == 2 and not done.stdout, done.stderr.decode()
    assert not Batch.objects.exists()
    assert yumiao("feeds", "load", "police", file, "--errors", tmp_path / "x.xlsx").returncode == 0
    assert Batch.objects.count() == 1 and (tmp_path / "x.xlsx").is_file()


@pytest.mark.usefixtures("keeper")
@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["revoke", "x"], "BATCH"), (["revoke", "0"], "BATCH"), (["revoke", "7"], "批次 7"), (["revoke", "9" * 30], "BATCH"),
        (["status", "--plan", "nope"], "nope"), (["poll", ".", "--plan", "nope"], "nope"), (["poll", "nothing"], "nothing"),
        (["quality", "--month", "2025-13"], "--month"), (["quality", "--month", "1999-01"], "没有收到过"),
        (["quality", "--month", "1999-01", "--close"], "没有入库的批次"), (["quality", "--close"], "--month"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_refused_in_a_sentence(arguments, word):
    done = yumiao("feeds", *arguments)
    assert done.returncode == 2 and word in done.stderr.decode() and not done.stdout


@pytest.mark.usefixtures("keeper")
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_told_in_a_sentence_and_nothing_is_half_there(tmp_path):
    from django.db import connection

    from yumiao.engines.exchange.models import Batch, Mention

    if connection.vendor != "sqlite":
        pytest.skip("how full the disk is can only be set for SQLite")
    file = text(tmp_path / "a.csv", [PEOPLE_HEAD, *([[number(sequence=n), *WOMAN[1:]] for n in range(0, 400, 2)])])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # other tests left free pages in it
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
        try:
            done = yumiao("feeds", "load", "police", file)
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert done.returncode == 2 and "磁盘满了" in done.stderr.decode() and not done.stdout, done.stderr.decode()
    assert not Batch.objects.exclude(state=Batch.RECEIVED).exists() and not Mention.objects.exists()
    yumiao("feeds", "load", "police", file)
    assert Batch.objects.get().state == Batch.TAKEN


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_whoever_stops_reading_is_no_fault(unbuffered):
    import subprocess
    import sys

    command = f"{sys.executable} -m yumiao feeds list --json | head -1"
    more = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, timeout=60, env=more)
    assert done.stdout == "{\n" and not done.stderr, done.stderr
