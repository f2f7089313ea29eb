"""Numbers of people and bodies: read in every habit, checked, never mended."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumiao.lib.identity import (
    CHECKS,
    REASONS,
    birth_certificate,
    check_sign,
    masked,
    organisation_code,
    plain,
    resident,
    social_credit,
)

DAYS = st.dates(date(1900, 1, 1), date(2025, 12, 31))
SEQUENCES = st.integers(1, 999)  # no sequence is 000


def made(day: date, sequence: int, area: str = "532503") -> str:
    body = f"{area}{day:%Y%m%d}{sequence:03}"
    return body + check_sign(body)


@given(DAYS, SEQUENCES)
def test_a_number_says_the_birth_date_and_the_sex(day, sequence):
    read = resident(made(day, sequence))
    assert (read.birth_date, read.sex, read.reason, read.old) == (day, "M" if sequence % 2 else "F", None, False)


@given(DAYS, SEQUENCES, st.sampled_from(["'{}", " {} ", "{}\t", "\ufeff{}", "’{}", "{}\n"]), st.booleans(), st.booleans())
def test_habits_of_writing_do_not_change_it(day, sequence, habit, wide, small):
    number = made(day, sequence)
    written = number.lower() if small else number
    if wide:
        written = "".join(chr(ord(c) + 0xFEE0) for c in written)
    assert resident(habit.format(written)).number == number


@given(DAYS, SEQUENCES, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_never_taken(day, sequence, at, by):
    number = made(day, sequence)
    if at == 17:
        wrong = number[:17] + CHECKS[(CHECKS.index(number[17]) + by) % 11]
    else:
        wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    read = resident(wrong)
    assert read.number is None and read.reason in ("check_digit", "date", "digits_lost") and read.birth_date is None and read.sex is None


@given(DAYS, SEQUENCES, st.integers(0, 16))
def test_two_exchanged_digits_are_never_taken(day, sequence, at):
    number = made(day, sequence)
    wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
    assert wrong == number or resident(wrong).number is None


@given(st.dates(date(1900, 1, 1), date(1999, 12, 31)), SEQUENCES)
def test_fifteen_digits_become_eighteen(day, sequence):
    number = made(day, sequence)
    old = number[:6] + number[8:17]
    read = resident(old)
    assert (read.number, read.old, read.birth_date) == (number, True, day)
    assert resident(float(old)).number == number


def test_numbers_of_the_standard():
    assert resident("11010519491231002X").birth_date == date(1949, 12, 31)
    assert resident("532502202402290022").birth_date == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "missing"),
        ("", "missing"),
        ("  ", "missing"),
        ("无", "missing"),
        ("/", "missing"),
        ("0" * 18, "missing"),
        (float("nan"), "missing"),
        ("暂无", "missing"),
        ("—", "missing"),
        (5.32501199001011e17, "digits_lost"),
        ("5.32501199001011E+17", "digits_lost"),
        ("532501199001011000", "digits_lost"),
        ("532501199001011000.0", "digits_lost"),
        ("532501199002301238", "date"),
        ("532501199002301230", "check_digit"),
        ("532501990230123", "date"),
        ("532501199001011230", "check_digit"),
        ("李小明", "form"),
        ("5325011990010112", "form"),
        ("13800000000", "form"),
        ("H1234567", "form"),
    ],
)
def test_why_a_number_cannot_be_used(value, reason):
    read = resident(value)
    assert (read.number, read.reason) == (None, reason)
    assert reason in REASONS


def test_a_float_with_eighteen_digits_is_never_believed():
    number = made(date(1990, 1, 1), 123)
    assert resident(float(number)).reason == "digits_lost"
    assert resident(float(number[:15] + "000")).reason == "digits_lost"


@given(st.text(max_size=24))
def test_any_text_is_read_without_an_error(text):
    read = resident(text)
    assert (read.number is None) == (read.reason is not None)
    assert plain(plain(text)) == plain(text)


def test_codes_of_bodies():
    assert social_credit("91350100M000100Y43") and social_credit("1253250001515001xe")
    assert social_credit("91350100M000100Y44") is None and social_credit("91350100I000100Y43") is None
    assert organisation_code("M000100Y-4") == "M000100Y4" and organisation_code("M000100Y5") is None


def test_certificates():
    assert birth_certificate(" l350247695") == "L350247695"
    assert birth_certificate("3502476951") is None and birth_certificate(None) is None


@given(st.text(min_size=2, max_size=20))
def test_a_masked_value_hides_most(text):
    hidden = masked(text)
    kept = text.strip()
    assert len(hidden) == len(kept) and (len(kept) < 2 or "*" in hidden)


def test_day_before_the_first_is_no_day():
    assert resident(made(date(1990, 3, 1) - timedelta(days=1), 1)).birth_date == date(1990, 2, 28)
