"""The six files, as their departments send them: titles, two-row headers, totals, signatures, sheets by county; and the truth."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from yumiao.calc import places
from yumiao.calc.synthetic.prefecture import Prefecture
from yumiao.lib.yamlfile import read

from .dirt import Hand
from .people import Person, people_of

SERIAL_ZERO = date(1899, 12, 30)


@dataclass
class Truth:
    """`links`: file, sheet, row, role, person, twin (the other twin's id, else null), newborn (a birth with another row about the child);
    `people` how many there are."""

    links: pl.DataFrame
    people: int


class _Desk:
    """Writes for one department and keeps what each row is about."""

    def __init__(self, folder: Path, file: str, department: str, words: dict[str, Any], rng: random.Random):
        self.folder, self.file, self.words, self.rng = folder, file, words, rng
        self.hand = Hand(department, words, rng)
        self.rate = words["coverage"][department]
        self.links: list[tuple[str, str, int, str, int]] = []

    def covers(self, people: Iterable[Person]) -> list[Person]:
        """Those whom the department has on file, some twice, in any order."""
        out = [one for one in people if self.rng.random() < self.rate]
        out += [one for one in out if self.hand.does("duplicate")]
        self.rng.shuffle(out)
        return out

    def keep(self, sheet: str, row: int, *about: tuple[str, Person]) -> None:
        self.links += [(self.file, sheet, row, role, person.id) for role, person in about]

    def text(self, rows: list[list[Any]], encoding: str, separator: str = ",") -> None:
        with (self.folder / self.file).open("w", encoding=encoding, errors="replace", newline="") as out:
            csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows(rows)

    def book(self, sheets: dict[str, list[list[Any]]]) -> None:
        import xlsxwriter

        with xlsxwriter.Workbook(str(self.folder / self.file), {"constant_memory": True}) as made:
            for name, rows in sheets.items():
                sheet = made.add_worksheet(name)
                for at, row in enumerate(rows):
                    for column, value in enumerate(row):
                        if value not in (None, ""):
                            sheet.write(at, column, value)


def write_feeds(prefecture: Prefecture, folder: Path, seed: int) -> Truth:
    """Writes the six files and `truth.parquet` into a folder; the same for the same prefecture and seed."""
    words = read(Path(__file__).with_name("words.yaml"))
    rng = random.Random(seed)  # noqa: S311 invented people
    people, couples = people_of(prefecture, words, rng)
    folder.mkdir(parents=True, exist_ok=True)
    names = {one.code: one.name for one in places.load(prefecture.plan).counties()}
    on = prefecture.on
    makers = (_police, _insurance, _social, _education, _health)
    desks = [make(folder, words, rng, people, names, on) for make in makers] + [_civil(folder, words, rng, couples)]
    links = pl.DataFrame(
        [link for desk in desks for link in desk.links],
        schema={"file": pl.String, "sheet": pl.String, "row": pl.Int64, "role": pl.String, "person": pl.Int64},
        orient="row",
    )
    twins = {one.id: one.twin.id for one in people if one.twin}
    links = links.with_columns(twin=pl.col("person").replace_strict(twins, default=None, return_dtype=pl.Int64))
    links = links.with_columns(newborn=(pl.col("role") == "child") & (pl.len().over("person") > 1))
    links.write_parquet(folder / "truth.parquet")
    return Truth(links, len(people))


def _police(folder: Path, words: dict[str, Any], rng: random.Random, people: list[Person], names: dict[str, str], on: date) -> _Desk:
    desk = _Desk(folder, "户籍人口.csv", "police", words, rng)
    hand = desk.hand
    rows: list[list[Any]] = [
        [f"户籍人口信息（导出时间：{on}）"],
        ["公民身份号码", "姓名", "性别", "出生日期", "民族", "户籍地址", "母亲身份证号", "母亲姓名", "出生医学证明编号"],
    ]
    for one in desk.covers(people):
        mother = one.mother if on.year - one.born.year < 18 else None
        address = hand.address(one, names.get(one.county, ""))
        rows.append(
            [
                hand.number(one.number),
                hand.name(one),
                hand.sex(one.sex),
                hand.day(hand.born(one.born), {"plain": 1}),
                one.nationality,
                address + "\n（搬迁户）" if hand.does("line_break") else address,
                mother.number if mother else "",
                mother.name if mother else "",
                one.certificate if mother and rng.random() < 0.6 else "",
            ]
        )
        desk.keep("", len(rows), ("self", one))
    rows.append(["合计", "", str(len(rows) - 2)])
    desk.text(rows, "gb18030")
    return desk


def _insurance(folder: Path, words: dict[str, Any], rng: random.Random, people: list[Person], names: dict[str, str], on: date) -> _Desk:
    desk = _Desk(folder, "医保参保.csv", "insurance", words, rng)
    hand, young = desk.hand, words["newborn"]
    rows: list[list[Any]] = [["参保人姓名", "证件号码", "性别", "生日", "手机", "监护人姓名", "监护人证件号", "出生证号", "住址"]]
    for one in desk.covers(people):
        name, number, guardian, certificate = hand.name(one, use_former=True), hand.number(one.number), ["", ""], ""
        if on.year - one.born.year < young["years"] and rng.random() < young["without_number"]:
            number = one.mother.number if one.mother and rng.random() < young["number_of_mother"] else ""
            if one.mother and rng.random() < young["mother_number"]:
                guardian = [one.mother.name, one.mother.number]
            certificate = one.certificate or "" if rng.random() < young["certificate"] else ""
        if hand.does("swapped"):
            name, number = number, name
        day = hand.day(hand.born(one.born), {"iso": 60, "dots": 20, "plain": 10, "words": 8, "numerals": 2})
        rows.append(
            [name, number, hand.sex(one.sex), day, hand.phone(one), *guardian, certificate, hand.address(one, names.get(one.county, ""))]
        )
        desk.keep("", len(rows), ("self", one))
    rows.append(["合计", "", str(len(rows) - 1)])
    desk.text(rows, "utf-8-sig")
    return desk


def _social(folder: Path, words: dict[str, Any], rng: random.Random, people: list[Person], names: dict[str, str], on: date) -> _Desk:
    desk = _Desk(folder, "社保参保.xlsx", "social", words, rng)
    hand = desk.hand
    rows: list[list[Any]] = [["城乡居民及职工社保参保名册"], ["序号", "姓 名", "身份证号", "出生年月日", "联系方式", "家庭住址"]]
    for one in desk.covers(one for one in people if on.year - one.born.year >= 16):
        number = hand.number(one.second or one.number)
        value = float(number) if number.endswith("000") and number.isascii() and number.isdigit() and rng.random() < 0.8 else number
        serial = (hand.born(one.born) - SERIAL_ZERO).days
        born = serial if serial > 60 else f"{one.born}"
        rows.append(
            [len(rows) - 1, hand.name(one, use_former=True), value, born, hand.phone(one), hand.address(one, names.get(one.county, ""))]
        )
        desk.keep("Sheet1", len(rows), ("self", one))
    rows.append(["合计", "", str(len(rows) - 2)])
    desk.book({"Sheet1": rows})
    return desk


def _education(folder: Path, words: dict[str, Any], rng: random.Random, people: list[Person], names: dict[str, str], on: date) -> _Desk:
    desk = _Desk(folder, "在校学生.xlsx", "education", words, rng)
    hand = desk.hand
    sheets: dict[str, list[list[Any]]] = {}
    heads = ["学生姓名", "身份证件号", "性别", "出生日期", "民族", "监护人", "监护人电话", "现住址"]
    for at, (_, name) in enumerate(names.items()):
        head = heads if at % 4 != 2 else [heads[2], heads[1], heads[0], *heads[3:]]
        sheets[name] = [[f"{name}在校学生花名册"], head]
    for one in desk.covers(one for one in people if 3 <= on.year - one.born.year <= 17):
        county = names.get(one.county) or next(iter(names.values()))
        rows = sheets[county]
        day = hand.day(hand.born(one.born), {"dots": 50, "slashes": 30, "words": 10, "numerals": 5, "short": 5})
        number = hand.number(one.number)
        value = float(number) if number.endswith("000") and number.isascii() and number.isdigit() else number
        first = [hand.name(one), value, hand.sex(one.sex)]
        first = first if rows[1][0] == heads[0] else first[::-1]
        guardian = one.mother.name if one.mother and rng.random() < 0.4 else ""
        rows.append([*first, day, one.nationality, guardian, hand.phone(one), hand.address(one, county)])
        desk.keep(county, len(rows), ("self", one))
    for rows in sheets.values():
        rows += [["合计", "", str(len(rows) - 2)], ["填表人：", "", "审核人："]]
    desk.book(sheets)
    return desk


def _health(folder: Path, words: dict[str, Any], rng: random.Random, people: list[Person], names: dict[str, str], on: date) -> _Desk:
    desk = _Desk(folder, "出生医学证明.xlsx", "health", words, rng)
    hand = desk.hand
    rows: list[list[Any]] = [
        ["出生医学证明签发登记表"],
        ["证明编号", "新生儿信息", "", "", "", "母亲信息", "", "父亲信息", "", "联系电话"],
        ["", "姓名", "性别", "出生时间", "胎次序", "姓名", "证件号码", "姓名", "证件号码", ""],
    ]
    for one in desk.covers(one for one in people if one.certificate and one.mother):
        mother, father = one.mother, one.father
        assert mother is not None
        name = (
            ""
            if hand.does("no_name")
            else mother.name + ("之子" if one.sex == "M" else "之女")
            if hand.does("after_mother")
            else hand.name(one)
        )
        dad = [father.name, father.number] if father else ["", ""]
        rows.append(
            [
                one.certificate,
                name,
                hand.sex(one.sex),
                hand.born(one.born).isoformat(),
                one.order,
                mother.name,
                hand.number(mother.number),
                *dad,
                hand.phone(one),
            ]
        )
        desk.keep("Sheet1", len(rows), ("child", one))
    rows.append(["合计", "", str(len(rows) - 3)])
    desk.book({"Sheet1": rows})
    return desk


def _civil(folder: Path, words: dict[str, Any], rng: random.Random, couples: list[tuple[Person, Person, date]]) -> _Desk:
    desk = _Desk(folder, "婚姻登记.txt", "civil", words, rng)
    hand = desk.hand
    rows: list[list[Any]] = [["男方姓名", "男方证件号", "男方出生日期", "女方姓名", "女方证件号", "女方出生日期"]]
    for man, woman, _ in couples:
        if rng.random() > desk.rate:
            continue
        sides = [
            [
                hand.name(one, use_former=True),
                hand.number(one.second or one.number),
                hand.day(hand.born(one.born), {"words": 80, "numerals": 15, "iso": 5}),
            ]
            for one in (man, woman)
        ]
        rows.append([*sides[1], *sides[0]] if hand.does("crossed") else [*sides[0], *sides[1]])
        desk.keep("", len(rows), ("husband", man), ("wife", woman))
    desk.text(rows, "gb18030", "\t")
    return desk
