"""Small stories: who is one person and who is not."""

from datetime import date

import polars as pl
import pytest

from yumiao.calc.linkage import link
from yumiao.calc.linkage.mentions import SHAPE
from yumiao.lib.identity import check_sign, resident


def number(day: str, sequence: int) -> str:
    body = f"532503{day}{sequence:03}"
    return body + check_sign(body)


def told(*people: dict, apart: tuple = (), held: list | None = None) -> list[int]:
    """Persons of mentions that are told in a few words; each stands in a row of its own. `apart`, `held`: as `link` takes them."""
    rows = []
    for at, one in enumerate(people):
        read = resident(one.get("number"))
        born = one.get("born")
        row = dict.fromkeys(SHAPE) | {
            "file": one.get("file", f"{at}.csv"),
            "sheet": "",
            "row": at + 2,
            "role": one.get("role", "self"),
        }
        row |= {"contract": one.get("file", str(at)), "number": read.number, "written": read.written, "reason": read.reason}
        row |= {
            key: one.get(key) for key in ("name", "sex", "certificate", "phone", "address", "mother_number", "mother_name", "birth_order")
        }
        rows.append(row | {"birth_date": date.fromisoformat(born) if born else None})
    mentions = pl.DataFrame(rows, schema=SHAPE)
    mentions = mentions if held is None else mentions.with_columns(held=pl.Series(held, dtype=pl.Int64))
    return link(mentions, use_model=False, apart=apart).people["person"].to_list()


MOTHER = number("19900101", 12)
LI = {"name": "李梅", "sex": "F", "born": "1990-01-01"}
BABY = {"sex": "F", "born": "2024-03-09", "mother_number": MOTHER}
TWIN_A, TWIN_B = number("20240309", 12), number("20240309", 14)


@pytest.mark.parametrize(
    ("people", "persons"),
    [
        pytest.param([LI | {"number": MOTHER}, LI | {"number": MOTHER, "name": "李湄"}], 1, id="a number and a homophone"),
        pytest.param([LI | {"number": MOTHER}, LI | {"number": MOTHER, "name": "王花"}], 1, id="a former name"),
        pytest.param(
            [LI | {"number": MOTHER}, {"number": MOTHER, "name": "李小", "sex": "M", "born": "2024-03-09"}],
            2,
            id="a mother's number in the row of her child",
        ),
        pytest.param([LI | {"number": MOTHER, "phone": "13800000000"}, LI | {"phone": "13800000000"}], 1, id="no number, a telephone"),
        pytest.param([LI | {"number": MOTHER}, LI], 2, id="name and birth date alone"),
        pytest.param(
            [LI | {"number": MOTHER}, LI | {"number": MOTHER[:16] + ("3" if MOTHER[16] != "3" else "4") + MOTHER[17]}],
            1,
            id="a wrong digit",
        ),
        pytest.param(
            [LI | {"number": MOTHER, "phone": "13800000000"}, LI | {"number": number("19900101", 44), "phone": "13800000000"}],
            2,
            id="two valid numbers",
        ),
        pytest.param(
            [BABY | {"certificate": "V533533688", "role": "child"}, BABY | {"name": "李小", "number": TWIN_A}],
            1,
            id="a newborn without a name",
        ),
        pytest.param(
            [
                BABY | {"certificate": "V533533688", "role": "child", "birth_order": 1},
                BABY | {"certificate": "V533533689", "birth_order": 2},
            ],
            2,
            id="twins with two certificates",
        ),
        pytest.param(
            [
                BABY | {"name": "李小天", "number": TWIN_A, "file": "p"},
                BABY | {"name": "李小田", "number": TWIN_B, "file": "p"},
                BABY | {"name": "李小恬"},
            ],
            3,
            id="a third row that fits both twins",
        ),
        pytest.param(
            [
                BABY | {"name": "李小天", "number": TWIN_A, "file": "p"},
                BABY | {"name": "李小花", "number": TWIN_B, "file": "p"},
                BABY | {"name": "李小花"},
            ],
            2,
            id="a row of one of two twins",
        ),
        pytest.param(
            [
                BABY | {"certificate": "V533533688", "role": "child"},
                BABY | {"name": "李小天", "number": TWIN_A, "file": "p"},
                BABY | {"name": "李小花", "number": TWIN_B, "file": "p"},
            ],
            3,
            id="an unnamed birth beside twins",
        ),
        pytest.param(
            [
                LI | {"born": "1990-01-02", "phone": "13800000000", "address": "蒙自市文澜街道红星社区1组2号"},
                LI | {"number": MOTHER, "phone": "13800000000", "address": "文澜街道 红星社区１小组２号"},
            ],
            1,
            id="a slip in the birth date",
        ),
        pytest.param([LI | {"sex": "M", "phone": "13800000000"}, LI | {"phone": "13800000000"}], 2, id="another sex"),
    ],
)
def test_stories(people, persons):
    assert len(set(told(*people))) == persons
    assert len(set(told(*reversed(people)))) == persons


def test_what_people_judged_to_be_two_persons_is_not_joined_by_the_same_number_and_name():
    same = LI | {"number": MOTHER}
    assert len(set(told(same, same, same))) == 1
    one, other, _ = told(same, same, same, apart=((0, 1),))
    assert one != other


def test_two_persons_of_the_registry_with_the_same_number_stay_two_where_they_were_parted_by_people():
    same = LI | {"number": MOTHER}
    one, other = told(same, same, held=[7, 8], apart=((0, 1),))
    assert one != other
    assert len(set(told(same, {"name": "王梅", "sex": "F", "born": "1980-05-05"}, held=[7, 7]))) == 1


@pytest.mark.parametrize("name", ["李小田", "李小天"])
def test_a_like_name_is_the_twin_who_had_none_when_both_were_born(name):
    births = [BABY | {"certificate": f"V53353368{n}", "role": "child", "birth_order": n, "file": "b", "name": said}
              for n, said in ((1, "李小天"), (2, None))]  # fmt: skip
    first, second, registered = told(*births, BABY | {"name": name, "number": TWIN_B, "file": "p"})
    assert first != second and registered == (first if name == "李小天" else second)


@pytest.mark.parametrize("namesake", [True, False])
def test_a_number_with_a_slip_keeps_its_row_from_the_twin_who_had_no_name(namesake):
    births = [BABY | {"certificate": f"V53353368{n}", "role": "child", "birth_order": n, "file": "b", "name": said}
              for n, said in ((1, "李小忠"), (2, None))]  # fmt: skip
    police = BABY | {"name": "李小忠", "number": TWIN_A, "file": "p"}
    pupil = BABY | {"name": "李小萍", "number": f"{TWIN_A[:11]}9{TWIN_A[12:]}", "file": "s"}
    others = [BABY | {"name": "李小萍", "number": number("20240309", 22), "mother_number": number("19910101", 12), "file": "p"}]
    people = [*births, police, pupil, *(others if namesake else [])]
    first, second, registered, learning, *_ = told(*people)
    assert first == registered != second and learning != second
    assert (learning == first) is not namesake, "where somebody bears the slipped name and birth date, people are asked"
    assert len(set(told(*reversed(people)))) == len(set(told(*people)))
