"""Invented people with what stands in departments' files: name, number, telephone, address, birth certificate; twins known as such."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yumiao.calc.synthetic.prefecture import Prefecture
from yumiao.lib.identity import check_sign


@dataclass
class Person:
    """One invented person; `mother`, `father`, `spouse` are persons or None."""

    id: int
    sex: str
    born: date
    number: str
    name: str = ""
    former: str | None = None
    second: str | None = None
    phone: str = ""
    home: tuple[str, str, int, int] = ("", "", 0, 0)
    county: str = ""
    nationality: str = "汉族"
    certificate: str | None = None
    mother: Person | None = None
    father: Person | None = None
    twin: Person | None = None
    order: int = 1
    known: list[Person] = field(default_factory=list)


def people_of(prefecture: Prefecture, words: dict[str, Any], rng: random.Random) -> tuple[list[Person], list[tuple[Person, Person, date]]]:
    """Everybody who is alive and has a number, and the couples (man, woman, day)."""
    persons = prefecture.tables["persons"]
    assert prefecture.identities is not None
    numbers = dict(prefecture.identities.iter_rows())
    houses = dict(prefecture.households.select("person", "household").iter_rows())
    nations = dict(prefecture.households.select("person", "nationality").iter_rows())
    wanted = persons.select("id", "sex", "family", "mother", "father", "hukou_area", "residence_area", "death_date")
    found: dict[int, Person] = {}
    rows = []
    for one, sex, family, mother, father, hukou, lives, died in wanted.iter_rows():
        number = numbers.get(one)
        if number is None or died is not None:
            continue
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        found[one] = Person(one, sex, born, number, nationality=nations.get(one) or "汉族", county=(lives or hukou or number)[:6])
        rows.append((one, family, mother, father))
    homes: dict[Any, tuple[str, str, int, int]] = {}
    phones: dict[Any, str] = {}
    for one, family, mother, father in rows:
        person = found[one]
        person.mother, person.father = found.get(mother), found.get(father)
        house = houses.get(one) if houses.get(one) is not None else ("family", family)
        if house not in homes:
            homes[house] = (rng.choice(words["townships"]), rng.choice(words["villages"]), rng.randint(1, 17), rng.randint(1, 300))
        person.home = homes[house]
        grown = prefecture.on.year - person.born.year >= 16
        whose = one if grown or person.mother is None else person.mother.id
        person.phone = phones.setdefault(whose, "1" + rng.choice("3578") + "".join(rng.choices("0123456789", k=9)))
    _twins(list(found.values()))
    _names(list(found.values()), words, rng)
    _papers(list(found.values()), prefecture.on, words, rng)
    couples = []
    for a, b, day in prefecture.tables["marriages"].select("a", "b", "from").iter_rows():
        one, other = found.get(a), found.get(b)
        if one and other and one.sex != other.sex:
            couples.append((one, other, day or prefecture.on) if one.sex == "M" else (other, one, day or prefecture.on))
    return list(found.values()), couples


def _twins(people: list[Person]) -> None:
    born = defaultdict(list)
    for one in people:
        if one.mother:
            born[one.mother.id, one.born].append(one)
    for together in born.values():
        if len(together) == 2:
            first, second = together
            first.twin, second.twin, second.order = second, first, 2


def _names(people: list[Person], words: dict[str, Any], rng: random.Random) -> None:
    """A child has its father's surname, else its mother's; twins share all but the last character."""
    surnames, weights = list(words["surnames"]), list(words["surnames"].values())
    given, syllables = list(words["given"]), list(words["syllables"])
    same = _same_sound(given)

    def parts(one: Person) -> str:
        if rng.random() < words["minority_share"]:
            return "·".join("".join(rng.sample(syllables, 2)) for _ in range(2))
        return rng.choices(surnames, weights)[0] + "".join(rng.choices(given, k=1 if rng.random() < 0.18 else 2))

    for one in sorted(people, key=lambda person: person.born):
        parent = one.father or one.mother
        if one.twin and one.twin.name:
            head, last = one.twin.name[:-1], one.twin.name[-1]
            alike = [sign for sign in same.get(last, []) if sign != last]
            close = alike and rng.random() < words["person"]["twin_homophones"]
            one.name = head + rng.choice(alike if close else [sign for sign in given if sign != last])
            continue
        one.name = parts(one)
        if parent and parent.name and "·" not in parent.name + one.name:
            one.name = parent.name[:1] + one.name[1:]
        if rng.random() < words["person"]["former_name"]:
            one.former = one.name[:1] + "".join(rng.choices(given, k=2))


def _same_sound(signs: list[str]) -> dict[str, list[str]]:
    from pypinyin import lazy_pinyin

    groups = defaultdict(list)
    for sign in dict.fromkeys(signs):
        groups[lazy_pinyin(sign)[0]].append(sign)
    return {sign: group for group in groups.values() for sign in group}


def _papers(people: list[Person], on: date, words: dict[str, Any], rng: random.Random) -> None:
    for one in people:
        if on.year - one.born.year <= words["certificate_years"]:
            one.certificate = rng.choice("RSTUV") + "53" + "".join(rng.choices("0123456789", k=7))
        if rng.random() < words["person"]["second_number"]:
            body = one.number[:14] + f"{rng.randint(0, 449) * 2 + (one.sex == 'M'):03}"
            one.second = body + check_sign(body)
