"""Identity numbers: valid in form, of the reserved range, one for each person, the same in a sample; never among the facts."""

import polars as pl

from yumiao.calc.synthetic.identities import LAST, RESERVED, identities, with_check


def check_digit(body: str) -> str:
    """By the remainder that the last place must leave (ISO 7064, MOD 11-2), written another way than in the product."""
    left = 0
    for digit in body:
        left = (left + int(digit)) * 2 % 11
    value = (12 - left) % 11
    return "X" if value == 10 else str(value)


def test_the_standards_own_example():
    assert with_check(pl.DataFrame({"person": [1], "body": ["11010519491231002"]}))["number"].to_list() == ["11010519491231002X"]
    assert check_digit("11010519491231002") == "X"


def test_numbers_are_valid_unique_and_reserved(tenth):
    numbers = tenth.identities["number"].drop_nulls()
    assert numbers.n_unique() == len(numbers) > 0.99 * tenth.identities.height
    assert numbers.str.len_chars().unique().to_list() == [18]
    for number in numbers.gather_every(500):
        assert number[17] == check_digit(number[:17])
    sequence = numbers.str.slice(14, 3).cast(pl.Int32)
    assert sequence.min() >= RESERVED and sequence.max() <= LAST


def test_numbers_say_birth_and_sex(tenth):
    both = tenth.identities.join(tenth.tables["persons"], left_on="person", right_on="id").filter(
        pl.col("number").is_not_null() & pl.col("birth_date").is_not_null()
    )
    assert (both["number"].str.slice(6, 8) == both["birth_date"].dt.strftime("%Y%m%d")).all()
    assert ((both["number"].str.slice(16, 1).cast(pl.Int32) % 2 == 1) == (both["sex"] == "M")).all()


def test_a_full_range_leaves_the_rest_without(marginals):
    room = (LAST - RESERVED + 1) // 2
    rows = pl.DataFrame({"id": range(room + 9), "born": 20_000, "female": True, "home": 0}, schema_overrides={"home": pl.UInt8})
    found = identities(marginals, rows, pl.Series(["532501"] * rows.height))["number"]
    assert found.null_count() == 9 and found.drop_nulls().n_unique() == room


def test_numbers_are_not_among_the_facts(tenth):
    for table in tenth.tables.values():
        for column, kind in table.schema.items():
            if kind == pl.String:
                assert table[column].drop_nulls().str.len_chars().max() <= 12, column
