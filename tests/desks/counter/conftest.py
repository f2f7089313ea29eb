"""A county official with a few small files of departments, real ones, and a worker that takes them in."""

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.calc.feeds.files import number, text
from tests.desks.conftest import ON

POLICE = ["公民身份号码", "姓名", "性别", "出生日期", "民族", "户籍地址"]
INSURED = ["姓名", "身份证号", "性别", "出生日期", "险种"]
PLACE = "云南省红河哈尼族彝族自治州蒙自市文澜街道{}组1号"
WOMAN = [number("19900101", 2), "李梅", "女", "1990-01-01", "哈尼族", PLACE.format(1)]
MAN = [number("19880203", 3), "王强", "男", "1988-02-03", "彝族", PLACE.format(2)]
WRONG = [number("19910405", 4)[:-1] + "?", "=张兰", "女", "1991-13-05", "汉族", PLACE.format(3)]


def words(answer) -> str:
    """What a page says, without its markup."""
    raw = re.sub(r"<(script|style|svg|select)\b.*?</\1>", "", answer.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", raw)))


@pytest.fixture
def as_role(client, db, settings) -> Callable[[str], Client]:
    """as_role("county"): the client as one of the cast."""
    settings.DEMO, settings.TODAY = True, ON

    def become(code: str) -> Client:
        client.post("/switch/role/", {"to": code})
        return client

    return become


@pytest.fixture
def sent(tmp_path: Path) -> Callable[..., SimpleUploadedFile]:
    """sent(name, rows): a text file as it is handed in."""

    def made(name: str, rows: list[list[str]]) -> SimpleUploadedFile:
        return SimpleUploadedFile(name, text(tmp_path / name, rows).read_bytes())

    return made


@pytest.fixture
def worker() -> Callable[[], bool]:
    """Does one job that waits."""
    from yumiao.base.jobs.workers import Hands

    return lambda: Hands().work_one()
