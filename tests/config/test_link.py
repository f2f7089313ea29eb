"""`yumiao link` as people run it: its files, and what it says of folders that cannot be read."""

import csv
import json
import os
import subprocess
import sys

import pytest

from tests.calc.feeds.files import PEOPLE_HEAD, number, text
from tests.config.running import process, yumiao

FULL = """
import resource, sys
sys.dont_write_bytecode = True  # a file of it cut short by the limit would be found by every later import
resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))
from yumiao.config.cli import main
sys.exit(main())
"""
HEAD = ["参保人姓名", "证件号码", "性别", "生日", "手机", "住址"]


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "feeds"
    made.mkdir()
    woman = [number(), "李梅", "女", "1990-01-01", "哈尼族", "蒙自市文澜街道红星社区1组2号"]
    text(made / "户籍人口.csv", [PEOPLE_HEAD, woman, [number("19850215", 31), "王强", "男", "19850215", "汉族", ""]], "gb18030")
    text(
        made / "医保参保.csv",
        [HEAD, ["李 梅", "", "女", "1990.1.1", "", "文澜街道 红星社区１小组２号"], ["赵一", "", "男", "1970-01-01", "", ""]],
    )
    (made / "README.md").write_text("不读", "utf-8")
    return made


def lines(path) -> list[dict]:
    return list(csv.DictReader(path.open(encoding="utf-8")))


def test_the_format(folder, tmp_path):
    done = process("link", folder, "--out", tmp_path / "c.csv", "--review", tmp_path / "r.csv", "--json", "--rules-only")
    assert done.returncode == 0 and done.stderr == b""
    found = lines(tmp_path / "c.csv")
    assert list(found[0]) == ["file", "sheet", "row", "role", "person", "probability", "decided_by"]
    person = {(one["file"], one["row"]): one["person"] for one in found}
    assert len(found) == 4 and len(set(person.values())) == 3 and person["户籍人口.csv", "2"] == person["医保参保.csv", "2"]
    assert all(one["role"] == "self" and one["sheet"] == "" and 0 < float(one["probability"]) <= 1 for one in found)
    head = ["pair", *(f"{name}_{side}" for side in "ab" for name in ("file", "sheet", "row", "role")), "weight", "reason"]
    assert (tmp_path / "r.csv").read_text("utf-8").splitlines()[0].split(",") == head
    assert json.loads(done.stdout)["persons"] == 3


@pytest.mark.parametrize("arguments", [("none", "--out", "c.csv"), (".", "--out", "c.csv"), (".",)])
def test_what_cannot_be_done_exits_2(tmp_path, arguments):
    done = yumiao("link", *(str(tmp_path / one) if not one.startswith("--") else one for one in arguments))
    assert done.returncode == 2 and done.stderr and b"Traceback" not in done.stderr and not list(tmp_path.glob("*.csv"))


def test_a_bad_file_leaves_nothing_behind(folder, tmp_path):
    (folder / "社保参保.xlsx").write_bytes(b"PK\x03\x04 broken")
    done = yumiao("link", folder, "--out", tmp_path / "c.csv")
    assert done.returncode == 2 and b"Traceback" not in done.stderr and not (tmp_path / "c.csv").exists()


def test_no_file_of_the_folder_is_written_over(folder, tmp_path):
    before = {one.name: one.read_bytes() for one in folder.iterdir()}
    out = tmp_path / "c.csv"
    for more in (["--out", folder / "户籍人口.csv"], ["--out", out, "--review", folder / "医保参保.csv"], ["--out", out, "--review", out]):
        done = yumiao("link", folder, "--rules-only", *more)
        assert done.returncode == 2 and "同一个文件" in done.stderr.decode() and not out.exists()
    for odd in ("/dev/null", folder, tmp_path / "none" / "c.csv"):
        assert yumiao("link", folder, "--rules-only", "--out", odd).returncode == 2
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == before


def test_where_no_room_is_left_nothing_is_left(folder, tmp_path):
    command = [sys.executable, "-c", FULL, "link", folder, "--rules-only", "--out", tmp_path / "c.csv"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, "YUMIAO_LANG": "zh"})
    assert done.returncode == 2 and "写不了（文件大得写不下）" in done.stderr and "Traceback" not in done.stderr, done.stderr
    assert [one.name for one in tmp_path.iterdir()] == [folder.name]
