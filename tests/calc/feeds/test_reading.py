"""Dirty files that the tests write: every habit is read, everything amiss is found, no row is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumiao.lib.errors import BadInput

from .files import PEOPLE_HEAD, book, checked, codes, feeds_of, number, text

WOMAN = [number(), "李梅", "女", "1990-01-01", "哈尼族", "蒙自市文澜街道1号"]
MAN = [number("19850215", 31), "阿努·约努", "男", "19850215", "彝族", "蒙自市"]


def one(tmp_path, **change) -> set[str]:
    """Codes found where one row is written so."""
    row = dict(zip(PEOPLE_HEAD, WOMAN, strict=True)) | change
    return codes(checked("police", text(tmp_path / "a.csv", [PEOPLE_HEAD, list(row.values()), MAN])), 2)


def test_clean_rows_have_no_findings(tmp_path):
    batch = checked("police", text(tmp_path / "a.csv", [PEOPLE_HEAD, WOMAN, MAN]))
    assert batch.counts == {"rows": 3, "accepted": 2, "rejected": 0, "ignored": 1} and batch.findings == []


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("公民身份号码", number()[:-1] + ("0" if number()[-1] != "0" else "1"), "id_check_digit"),
        ("公民身份号码", "", "id_missing"),
        ("公民身份号码", "0" * 18, "id_missing"),
        ("公民身份号码", number()[:15] + "000", "id_digits_lost"),
        ("公民身份号码", "12345", "id_form"),
        ("公民身份号码", "'" + number(), "id_mended"),
        ("公民身份号码", number("19900102"), "id_not_this_person"),
        ("公民身份号码", number("19900101", 13), "id_not_this_person"),
        ("公民身份号码", number()[:6] + number()[8:17], "id_old"),
        ("姓名", "", "name_missing"),
        ("姓名", "李梅（曾用名）", "name_note"),
        ("姓名", "李 梅", "name_mended"),
        ("姓名", "李?", "name_character_lost"),
        ("姓名", "12", "name_unreadable"),
        ("出生日期", "1990-13-01", "date_unreadable"),
        ("出生日期", "90.1.1", "date_short_year"),
        ("出生日期", "2099-01-01", "date_future"),
        ("性别", "丙", "sex_unreadable"),
    ],
)
def test_what_is_amiss_is_named(tmp_path, column, cell, code):
    assert code in one(tmp_path, **{column: cell})


@pytest.mark.parametrize(
    "born", ["19900101", "1990.1.1", "1990/1/1", "1990年1月1日", "一九九〇年一月一日", "1990-01-01 00:00:00", "１９９００１０１"]
)
def test_habits_of_dates_need_no_finding(tmp_path, born):
    assert one(tmp_path, 出生日期=born) == set()


def test_words_that_say_nothing_are_empty_cells(tmp_path):
    """Those of words.yaml, all of them: a new habit is a new word there."""
    words = [word for word in feeds_of("china").words.missing if word]
    assert "待查" in words
    rows = [[number(sequence=2 * at), "李梅", "女", word, "", ""] for at, word in enumerate(words, 1)]
    found = checked("police", text(tmp_path / "people.csv", [PEOPLE_HEAD, *rows]))
    assert found.counts["accepted"] == len(words) and not codes(found)


def test_titles_headers_totals_signatures_and_blanks_are_ignored_by_name(tmp_path):
    rows = [["蒙自市户籍人口花名册"], [], PEOPLE_HEAD, WOMAN, PEOPLE_HEAD, [], MAN, ["合计", "", "2"], ["填表人：张三", "", "审核人："]]
    batch = checked("police", text(tmp_path / "a.csv", rows, "gb18030"))
    assert batch.counts == {"rows": 9, "accepted": 2, "rejected": 0, "ignored": 7}
    reasons = [row["reason"] for row in batch.parts[0].ignored]
    assert reasons == ["title", "blank", "header", "header_repeated", "blank", "total", "signature"]
    assert codes(batch) == {"header_repeated"} and batch.findings[0].row == 5


def test_signatures_under_a_table_of_totals_are_ignored(tmp_path):
    rows = [["地区代码", "时期", "指标", "数值"], ["532503", "2024", "出生人口", "4,321"], ["填表人：张三", "", "", ""]]
    batch = checked("statistics", text(tmp_path / "a.csv", [[f'"{cell}"' for cell in row] for row in rows]))
    assert batch.counts == {"rows": 3, "accepted": 1, "rejected": 0, "ignored": 2} and batch.findings == []


def test_swapped_name_and_number_are_put_back(tmp_path):
    batch = checked("police", text(tmp_path / "a.csv", [PEOPLE_HEAD, [WOMAN[1], WOMAN[0], *WOMAN[2:]]]))
    assert codes(batch) == {"columns_swapped"}
    assert batch.parts[0].taken.row(0, named=True)["name"] == "李梅" and batch.parts[0].taken["number"][0] == number()


def test_husband_and_wife_in_each_others_columns_are_put_back(tmp_path):
    head = ["男方姓名", "男方证件号", "男方出生日期", "女方姓名", "女方证件号", "女方出生日期"]
    her, him = ["李梅", number(), "1990年1月1日"], ["王强", number("19850215", 31), "1985年2月15日"]
    batch = checked("civil", text(tmp_path / "a.txt", [head, [*him, *her], [*her, *him]], "gb18030", "\t"))
    assert codes(batch, 2) == {"duplicate_row"} and "columns_swapped" in codes(batch, 3)
    assert batch.parts[0].taken["husband_name"].to_list() == ["王强", "王强"]


def test_two_row_headers_and_floats_of_a_workbook(tmp_path):
    rows = [
        ["出生医学证明签发登记表"],
        ["证明编号", "新生儿信息", "", "", "", "母亲信息", "", "联系电话"],
        ["", "姓名", "性别", "出生时间", "胎次序", "姓名", "证件号码", ""],
        ["V533533688", "李小", "女", 45000, 1, "李梅", float(number()), ""],
    ]
    file = book(tmp_path / "a.xlsx", {"Sheet1": rows}, {"Sheet1": ["A1:H1", "A2:A3", "B2:E2", "F2:G2", "H2:H3"]})
    batch = checked("health", file)
    row = batch.parts[0].taken.row(0, named=True)
    assert (batch.parts[0].contract.name, row["child_birth_date"].isoformat(), row["mother_name"]) == (
        "health_births",
        "2023-03-15",
        "李梅",
    )
    found = {(one.code, one.cell) for one in batch.findings}
    assert found == {("id_number_cell", "G4"), ("id_digits_lost", "G4")} and row["mother_number"] is None


def test_sheets_with_other_orders_and_without_tables(tmp_path):
    head = ["学生姓名", "身份证件号", "性别", "出生日期"]
    sheets = {
        "说明": [["本表由学校填写"]],
        "甲": [["甲在校学生花名册"], head, ["李一", number("20150101"), "女", "2015.1.1"]],
        "乙": [[head[2], head[1], head[0], head[3]], ["男", number("20150101", 13), "王二", "2015/1/1"]],
    }
    batch = checked("education", book(tmp_path / "a.xlsx", sheets))
    assert batch.counts == {"rows": 6, "accepted": 2, "rejected": 0, "ignored": 4} and batch.findings == []


def test_duplicates_name_each_other(tmp_path):
    batch = checked("police", text(tmp_path / "a.csv", [PEOPLE_HEAD, WOMAN, MAN, WOMAN]))
    assert [(one.code, one.row, one.more[0]) for one in batch.findings] == [("duplicate_row", 2, "4"), ("duplicate_row", 4, "2")]
    assert batch.counts["accepted"] == 3


def test_a_row_that_names_nobody_is_rejected(tmp_path):
    batch = checked("police", text(tmp_path / "a.csv", [PEOPLE_HEAD, ["", "李梅", "女", "", "", ""], MAN]))
    assert batch.counts == {"rows": 3, "accepted": 1, "rejected": 1, "ignored": 1}
    assert [one.level for one in batch.findings if one.code == "nobody"] == ["error"]


def test_columns_too_many_and_too_few(tmp_path):
    batch = checked("police", text(tmp_path / "a.csv", [["姓名", "出生日期", "星座"], ["李梅", "1990-01-01", "白羊"]]))
    assert {(one.code, one.column) for one in batch.findings} == {("unknown_column", "星座"), ("missing_column", "公民身份号码")}


def test_values_are_masked(tmp_path):
    batch = checked("police", text(tmp_path / "a.csv", [PEOPLE_HEAD, ["'" + number(), "李梅*", *WOMAN[2:]]]))
    told = str(batch.as_json())
    assert batch.findings and number() not in told and "李梅" not in told


def test_a_file_without_a_header_is_refused(tmp_path):
    with pytest.raises(BadInput) as refused:
        checked("police", text(tmp_path / "a.csv", [WOMAN, MAN]))
    assert refused.value.troubles[0].code == "no_header"


@pytest.mark.parametrize(
    ("department", "contract", "head", "row"),
    [
        (
            "police",
            "police_moves",
            ["姓名", "身份证号", "迁移日期", "迁出地", "迁入地"],
            ["李梅", number(), "2024-05-01", "昆明市", "蒙自市"],
        ),
        ("police", "police_cancellations", ["姓名", "身份证号", "注销日期", "注销原因"], ["李梅", number(), "2024-05-01", "死亡"]),
        ("police", "police_households", ["户号", "姓名", "身份证号", "与户主关系"], ["1", "李梅", number(), "户主"]),
        ("health", "health_deliveries", ["产妇姓名", "产妇身份证号", "分娩日期", "孕周"], ["李梅", number(), "2024-05-01", "39"]),
        (
            "health",
            "health_vaccinations",
            ["儿童姓名", "儿童出生日期", "疫苗名称", "接种日期"],
            ["李小", "2024-05-01", "卡介苗", "2024-05-02"],
        ),
        ("health", "health_deaths", ["姓名", "身份证号", "死亡日期", "死因"], ["李梅", number(), "2024-05-01", "病"]),
        (
            "civil",
            "civil_divorces",
            ["男方姓名", "男方证件号", "女方姓名", "女方证件号", "离婚登记日期"],
            ["王强", number("19850215", 31), "李梅", number(), "2024-05-01"],
        ),
        (
            "civil",
            "civil_adoptions",
            ["被收养人姓名", "被收养人出生日期", "收养人姓名", "收养登记日期"],
            ["李小", "2020-05-01", "李梅", "2024-05-02"],
        ),
        ("civil", "civil_low_income", ["姓名", "身份证号", "救助类别"], ["李梅", number(), "低保"]),
        ("social", "social_wages", ["姓名", "身份证号", "费款所属期", "缴费基数"], ["李梅", number(), "202405", "5200"]),
        ("statistics", "statistics_totals", ["地区代码", "时期", "指标", "数值"], ["532503", "2024", "出生人口", "4,321"]),
    ],
)
def test_every_kind_is_known_by_its_columns(tmp_path, department, contract, head, row):
    batch = checked(department, text(tmp_path / "a.csv", [head, row]))
    assert batch.parts[0].contract.name == contract
    assert batch.counts["accepted"] == 1 and {one.code for one in batch.findings} <= {"id_missing", "missing_column"}


CELLS = st.text(st.sampled_from("李梅女12合计填表人：姓名 0无/"), max_size=6)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=15))
def test_no_row_is_ever_lost(tmp_path_factory, rows):
    file = text(tmp_path_factory.mktemp("any") / "a.csv", [PEOPLE_HEAD, *rows])
    counts = checked("police", file).counts
    assert counts["rows"] == counts["accepted"] + counts["rejected"] + counts["ignored"] == len(rows) + 1


@pytest.mark.parametrize("at", [0, 1, 2, 3])
@pytest.mark.parametrize("many", ["2", "389608", "4480000"])
def test_a_total_of_many_rows_is_nobody(tmp_path, at, many):
    total = ["合计", "", "", "", "", ""]
    total[at] = many if at else "合计"
    rows = [PEOPLE_HEAD, WOMAN, MAN, total]
    if at == 3:  # the number stands elsewhere: under the number of identity
        rows = [[row[1], row[0], *row[2:]] for row in rows[:3]] + [["合计", many, "", "", "", ""]]
    batch = checked("police", text(tmp_path / "a.csv", rows))
    assert batch.counts == {"rows": 4, "accepted": 2, "rejected": 0, "ignored": 2}
