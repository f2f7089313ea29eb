"""A village of families in the files of three departments, small enough to read."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.calc.feeds.files import number, text
from yumiao.base.access.roles import SYSTEM
from yumiao.base.calendar.queries import today
from yumiao.engines.exchange import service

POLICE = ["公民身份号码", "姓名", "性别", "出生日期", "民族", "户籍地址"]
BIRTHS = ["出生医学证明编号", "新生儿姓名", "新生儿性别", "新生儿出生日期", "母亲姓名", "母亲公民身份号码", "父亲姓名", "父亲公民身份号码"]
INSURED = ["姓名", "身份证号", "性别", "出生日期", "险种"]
PLACE = "云南省红河哈尼族彝族自治州个旧市宝华街道青杉里社区{}组1号"
NAMES = ["李梅", "王强", "张兰", "赵刚", "陈静", "杨波", "刘芳", "周勇"]


def woman(n: int) -> list[str]:
    return [number("19900101", 2 + 2 * n), NAMES[2 * n % 8], "女", "1990-01-01", "哈尼族", PLACE.format(n + 1)]


def man(n: int) -> list[str]:
    return [number("19880203", 3 + 2 * n), NAMES[(2 * n + 1) % 8], "男", "1988-02-03", "彝族", PLACE.format(n + 1)]


def born(n: int, day: str = "2024-03-05") -> list[str]:
    return [f"R53{n:07}", f"{NAMES[(2 * n + 1) % 8][0]}小苗", "女", day, woman(n)[1], woman(n)[0], man(n)[1], man(n)[0]]


@pytest.fixture
def day() -> dt.date:
    return today()


@pytest.fixture
def load(db, tmp_path, day):
    """load(department, rows) takes in one file; the batch's number."""
    return loading(tmp_path, day)


def loading(folder: Path, day: dt.date) -> Callable[..., int]:
    """What `load` gives: files are written into the folder and come on that day."""
    made = iter(range(1000))

    def _load(department: str, head: list[str], rows: list[list[str]], name: str = "") -> int:
        file = text(folder / f"{name or f'f{next(made)}'}.csv", [head, *rows])
        return service.load(by=SYSTEM, department=department, files=[file], plan="honghe", today=day)[0].batch

    return _load
