"""Which pairs that no rule joins are left to people, and which are not worth their time."""

from datetime import date

import polars as pl
import pytest

from yumiao.calc.linkage import link
from yumiao.calc.linkage.mentions import SHAPE

PLACE = "云南省红河哈尼族彝族自治州个旧市{}"
HEAD = {"file": "a.csv", "sheet": "", "role": "self", "sex": "F"}
NUMBER = "532501199001010024"
KNOWN = {
    **HEAD, "row": 2, "contract": "police_people", "number": NUMBER, "written": NUMBER, "name": "李梅", "birth_date": date(1990, 1, 1),
    "phone": "13812345678", "address": PLACE.format("宝华街道青杉里社区1组1号"),
}  # fmt: skip
SLIP, ELSEWHERE = date(1990, 1, 11), PLACE.format("沙甸街道沙甸社区3组4号")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"name": "李美", "birth_date": date(1990, 1, 1), "address": ELSEWHERE}, ["alike"]),
        ({"name": "李梅", "birth_date": SLIP, "phone": "13812345678", "address": ELSEWHERE}, ["alike"]),
        ({"name": "李梅", "birth_date": SLIP, "written": NUMBER[:15], "address": ELSEWHERE}, []),
        ({"name": "李兰", "birth_date": date(1990, 1, 1), "address": ELSEWHERE}, []),
    ],
    ids=["sounds alike in the county", "a slip, and one telephone", "a slip, and only the county", "another name"],
)
def test_what_people_are_asked(other, why):
    rows = pl.DataFrame([KNOWN, {**HEAD, "row": 3, "contract": "insurance_members", **other}], schema=SHAPE)
    linked = link(rows, use_model=False)
    assert linked.people["person"].n_unique() == 2 and linked.review["reason"].to_list() == why
