"""The development feeds: every defect that was planted in them and can be seen in the file itself is found, and clean rows stay clean."""

import csv
from collections import defaultdict

import pytest

from .files import checked

FEEDS = {
    "police": "户籍人口.csv",
    "insurance": "医保参保.csv",
    "health": "出生医学证明.xlsx",
    "civil": "婚姻登记.txt",
    "education": "在校学生.xlsx",
    "social": "社保参保.xlsx",
}
SEEN = {
    "id_digit_typo": "id_check_digit",
    "id_transposed": "id_check_digit",
    "id_missing": "id_missing",
    "newborn_no_id": "id_missing",
    "excel_precision_lost": "id_digits_lost",
    "id15": "id_old",
    "lower_x": "id_mended",
    "full_width": "id_mended",
    "apostrophe_or_space": "id_mended",
    "name_space": "name_mended",
    "dot_variant": "name_mended",
    "name_note": "name_note",
    "rare_char_lost": "name_character_lost",
    "duplicate_row": "duplicate_row",
    "name_id_columns_swapped": "columns_swapped",
    "husband_wife_swapped": "columns_swapped",
    "dob_wrong": "id_not_this_person",
}
IGNORED = {"summary_row": "total", "footer_row": "signature", "blank_row": "blank", "title_line": "title", "merged_title": "title"}
BESIDE = {
    "id_mended": {"id_digits_lost", "id_missing", "name_character_lost", "id_check_digit"},
    "id_not_this_person": {"id_check_digit"},
    "name_mended": {"name_character_lost"},
}
"""A second defect of the same cell that hides the first."""


@pytest.fixture(scope="module")
def feeds(shared):
    folder = shared / "data/dev_feeds"
    batches = {department: checked(department, folder / file) for department, file in FEEDS.items()}
    defects = list(csv.DictReader((folder / "truth_defects.csv").open(encoding="utf-8")))
    links = list(csv.DictReader((folder / "truth_links.csv").open(encoding="utf-8")))
    return batches, defects, links


def test_counts_are_those_of_the_truth(feeds):
    batches, _, links = feeds
    rows = defaultdict(set)
    for one in links:
        rows[one["file"]].add((one["sheet"], one["row"]))
    for department, file in FEEDS.items():
        counts = batches[department].counts
        assert counts["accepted"] + counts["rejected"] == len(rows[file]), file
        assert counts["rejected"] == 0


def test_planted_defects_are_found(feeds):
    batches, defects, _ = feeds
    found, values = defaultdict(set), {}
    for batch in batches.values():
        for one in batch.findings:
            found[one.file, one.sheet, one.row].add(one.code)
        for part in batch.parts:
            for row in part.taken.iter_rows(named=True):
                values[part.file, part.sheet, row["row"]] = row
    missed = defaultdict(list)
    for one in defects:
        place = (one["file"], one["sheet"], int(one["row"] or 0))
        code = SEEN.get(one["kind"])
        same = one["kind"] == "dot_variant" and "·" in str(values.get(place, {}).get("raw:name"))  # it was put in place of itself
        if code and not same and not found[place] & ({code} | BESIDE.get(code, set())):
            missed[one["kind"]].append(place)
    # a defect of a value that the file has no column for (the child's own number on its birth certificate), or of one without another
    # beside it to disagree with
    births = {kind: [place for place in places if place[0] == "出生医学证明.xlsx"] for kind, places in missed.items()}
    rest = {kind: [p for p in places if p not in births[kind]] for kind, places in missed.items()}
    assert {kind: places for kind, places in rest.items() if places} == {}
    assert sum(map(len, births.values())) <= 5


def test_rows_about_nobody_are_ignored_by_name(feeds):
    batches, defects, _ = feeds
    ignored = {
        (row["file"], row["sheet"], row["row"]): row["reason"] for batch in batches.values() for row in batch.as_json()["ignored_rows"]
    }
    for one in defects:
        if one["kind"] in IGNORED and one["row"]:
            assert ignored[one["file"], one["sheet"], int(one["row"])] == IGNORED[one["kind"]], one


def test_clean_rows_have_no_findings(feeds):
    batches, defects, _ = feeds
    planted = {(one["file"], one["sheet"], int(one["row"] or 0)) for one in defects}
    quiet = {"duplicate_row", "date_short_year"}  # both rows of a pair are named, one was planted; 07.12.26 is a habit of that file
    beside = [
        one
        for batch in batches.values()
        for one in batch.findings
        if (one.file, one.sheet, one.row) not in planted and one.code not in quiet
    ]
    assert beside == []
