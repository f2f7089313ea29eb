"""How names, numbers, days, telephones and addresses are written when many hands write them."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from .people import Person, _same_sound

WIDE = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
NUMERALS = "〇一二三四五六七八九"
MONTHS = ["", *"一二三四五六七八九", "十", "十一", "十二"]
DAYS = [
    "",
    *"一二三四五六七八九",
    "十",
    *("十" + one for one in "一二三四五六七八九"),
    "二十",
    *("二十" + one for one in "一二三四五六七八九"),
    "三十",
    "三十一",
]


class Hand:
    """Writes the values of one department."""

    def __init__(self, department: str, words: dict[str, Any], rng: random.Random):
        from opencc import OpenCC

        self.rng, self.words, self.rates = rng, words, words["dirt"][department]
        self.given = list(words["given"])
        self.same = _same_sound([*self.given, *words["surnames"]])
        every = "".join({*self.given, *"".join(words["surnames"])})
        self.old_forms = {a: b for a, b in zip(every, OpenCC("s2t").convert(every), strict=False) if a != b}

    def does(self, what: str) -> bool:
        """Whether it happens here."""
        return self.rng.random() < self.rates.get(what, 0.0)

    def name(self, person: Person, use_former: bool = False) -> str:
        """The name, with homophones, old forms, a wrong character, spaces, notes and other dots."""
        rng, name = self.rng, person.former if use_former and person.former else person.name
        if "·" in name:
            return name.replace("·", rng.choice(["•", "．", ".", "・", "‧", " ", ""])) if self.does("dot") else name
        at = rng.randrange(1, len(name))
        if self.does("homophone"):
            others = [sign for sign in self.same.get(name[at], []) if sign != name[at]]
            name = name[:at] + rng.choice(others) + name[at + 1 :] if others else name
        elif self.does("wrong_character"):
            name = name[:-1] + rng.choice(self.given)
        if self.does("variant"):
            name = "".join(self.old_forms.get(sign, sign) if rng.random() < 0.7 else sign for sign in name)
        if rng.random() < self.words["lost_characters"]:
            name = name[:-1] + "?"
        if self.does("space_in_name"):
            name = name[0] + rng.choice(" \u3000") + name[1:]
        return name + rng.choice(["（曾用名）", "(已迁出)", "*"]) if self.does("note") else name

    def number(self, number: str) -> str:
        """The number, with a wrong digit, exchanged digits, the old form, lost digits, or missing."""
        rng = self.rng
        if self.does("missing"):
            return rng.choice(["", "无", "/", "0" * 18])
        if self.does("digit"):
            at = rng.randrange(len(number) - 1)
            number = number[:at] + str((int(number[at]) + rng.randint(1, 9)) % 10) + number[at + 1 :]
        elif self.does("transposed"):
            at = rng.randrange(6, 16)
            number = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        if number[6:8] == "19" and self.does("short"):
            number = number[:6] + number[8:17]
        elif self.does("lost_digits"):
            number = number[:15] + "000"
        if number.endswith("X") and self.does("small_x"):
            number = number[:-1] + "x"
        if self.does("wide"):
            number = number.translate(WIDE)
        return rng.choice(["'", " "]) + number if self.does("apostrophe") else number

    def born(self, day: date) -> date:
        """The birth date, at times a day, a month or a year off."""
        return day + timedelta(days=self.rng.choice([1, -1, 30, 365])) if self.does("born") else day

    def day(self, day: date, habits: dict[str, float]) -> str:
        """A day in one of the habits of a file."""
        habit = self.rng.choices(list(habits), list(habits.values()))[0]
        if habit == "numerals":
            return f"{''.join(NUMERALS[int(one)] for one in str(day.year))}年{MONTHS[day.month]}月{DAYS[day.day]}日"
        if habit == "words":
            return f"{day.year}年{day.month}月{day.day}日"
        year = str(day.year)[2:] if habit == "short" else day.year
        mark = {"iso": "-", "plain": "", "dots": ".", "slashes": "/", "short": "."}[habit]
        return f"{year}{mark}{day.month:02}{mark}{day.day:02}" if habit in ("iso", "plain") else f"{year}{mark}{day.month}{mark}{day.day}"

    def phone(self, person: Person) -> str:
        """The telephone, at times another or none."""
        if self.does("no_phone"):
            return ""
        phone = "1" + self.rng.choice("3578") + "".join(self.rng.choices("0123456789", k=9)) if self.does("phone") else person.phone
        kind = self.rng.random()
        if kind < 0.05:
            return "+86" + phone
        return f"{phone[:3]}-{phone[3:7]}-{phone[7:]}" if kind < 0.08 else phone.translate(WIDE) if kind < 0.1 else phone

    def address(self, person: Person, county: str) -> str:
        """The address in one of three ways of writing it."""
        town, village, group, house = person.home
        if self.does("moved"):
            return f"{county}租住地{self.rng.randint(1, 900)}号"
        kind = self.rng.random()
        if kind < 0.45:
            return f"云南省红河哈尼族彝族自治州{county}{town}{village}社区{group}组{house}号"
        if kind < 0.75:
            return f"{county}{town}{village}社区{group}组{house}号"
        return f"{town} {village}社区{group}小组{house}号".translate(WIDE)

    def sex(self, sex: str) -> str:
        """Sex in words or by code."""
        return self.rng.choices([{"M": "男", "F": "女"}, {"M": "1", "F": "2"}, {"M": "男性", "F": "女性"}], [90, 5, 5])[0][sex]
