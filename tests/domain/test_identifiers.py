"""Identifiers and their check digits, with the examples of the specification (student declarations §2)."""

from calendar import isleap
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import (
    birth_date_of,
    insz,
    is_company_number,
    is_insz,
    is_nsso_number,
    is_period_id,
    is_provisional_nsso_number,
    mask_insz,
    normalise_company_number,
    period_id,
    sex_of,
)


@pytest.mark.parametrize(
    "number",
    ["05071400153", "06020300277", "99123100267", "80111405125", "04512300764", "03210100510", "01410199955"],
)
def test_a_national_or_bis_number_with_sound_digits_is_one(number: str):
    assert is_insz(number)


@pytest.mark.parametrize(
    "number", ["85011512300", "0507140015", "050714001530", "0507140015x", "", " 05071400153", "0"]
)
def test_anything_else_is_no_national_number(number: str):
    assert not is_insz(number)


MONTHS = [*range(13), *range(20, 33), *range(40, 53)]
LAST_DAYS = (31, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Of the unknown month, and of the twelve."""
STEMS = st.builds(
    lambda year, month_and_day, serial: (year * 10_000 + month_and_day) * 1000 + serial,
    st.integers(0, 99),
    st.sampled_from([month * 100 + day for month in MONTHS for day in range(LAST_DAYS[month % 20] + 1)]),
    st.integers(0, 999),
)


@given(STEMS, st.booleans())
def test_every_number_made_with_its_check_is_recognised(stem: int, born_from_2000: bool):
    assert is_insz(insz(stem, born_from_2000=born_from_2000))


@pytest.mark.parametrize("month", [month for month in range(100) if month not in MONTHS])
@pytest.mark.parametrize("born_from_2000", [False, True])
def test_a_number_of_a_month_that_there_is_not_is_no_national_number(month: int, born_from_2000: bool):
    assert not is_insz(insz((5 * 100 + month) * 100_000 + 14_001, born_from_2000=born_from_2000))


@pytest.mark.parametrize("day", [32, 40, 99])
def test_a_number_of_a_day_that_there_is_not_is_no_national_number(day: int):
    assert not is_insz(insz((507 * 100 + day) * 1_000 + 1, born_from_2000=True))


@pytest.mark.parametrize("raised", [0, 20, 40], ids=["national", "bis by 20", "bis by 40"])
@pytest.mark.parametrize("month", range(13))
def test_a_number_of_a_day_after_the_months_last_is_no_national_number(month: int, raised: int):
    last = (5 * 100 + raised + month) * 100 + LAST_DAYS[month]

    assert is_insz(insz(last * 1000 + 1, born_from_2000=True))
    assert not is_insz(insz((last + 1) * 1000 + 1, born_from_2000=True))


@pytest.mark.parametrize("raised", [0, 20, 40], ids=["national", "bis by 20", "bis by 40"])
@pytest.mark.parametrize("year", range(1900, 2027))
def test_29_february_is_a_day_of_leap_years_alone(year: int, raised: int):
    stem = (year % 100 * 10_000 + raised * 100 + 229) * 1000 + 1
    assert is_insz(insz(stem, born_from_2000=year >= 2000)) is isleap(year)


@given(STEMS, st.integers(1, 96))
def test_a_wrong_check_fits_at_most_the_other_century(stem: int, error: int):
    sound = insz(stem, born_from_2000=True)
    wrong = f"{sound[:9]}{(int(sound[9:]) + error - 1) % 97 + 1:02d}"

    assert is_insz(wrong) == (wrong in {sound, insz(stem, born_from_2000=False)})


@given(st.integers(0, 999_999_999))
def test_no_number_fits_both_centuries(stem: int):
    """2,000,000,000 leaves 68 when divided by 97: the check number always tells the century."""
    assert insz(stem, born_from_2000=True) != insz(stem, born_from_2000=False)


@pytest.mark.parametrize("month", [0, 1, 12, 20, 21, 32, 40, 41, 52])
@pytest.mark.parametrize("sequence", [0, 1, 998, 999])
@pytest.mark.parametrize("born_from_2000", [False, True])
def test_unknown_parts_and_bis_months_are_no_reason_to_refuse(month: int, sequence: int, born_from_2000: bool):
    stem = (80 * 10_000 + month * 100) * 1_000 + sequence
    assert is_insz(insz(stem, born_from_2000=born_from_2000))


@pytest.mark.parametrize("number", ["0412345614", "0400767772", "0123456749", "412345614"])
def test_company_numbers_of_nine_or_ten_digits_are_recognised(number: str):
    assert is_company_number(number)


@pytest.mark.parametrize("number", ["0412345615", "2412345614", "1999999944", "41234561", "+412345614"])
def test_anything_else_is_no_company_number(number: str):
    assert not is_company_number(number)


def test_a_company_number_is_padded_to_ten_digits():
    assert normalise_company_number("412345614") == "0412345614"


@pytest.mark.parametrize("number", ["012345674", "123456749", "175110801", "070500472", "000100006", "199999934"])
def test_registration_numbers_leave_96(number: str):
    assert is_nsso_number(number)


@pytest.mark.parametrize("number", ["012345675", "12345674", "0123456740"])
def test_anything_else_is_no_registration_number(number: str):
    assert not is_nsso_number(number)


@pytest.mark.parametrize("number", ["5000012342", "5000000120", "5999999989"])
def test_provisional_numbers_start_with_5(number: str):
    assert is_provisional_nsso_number(number)


@pytest.mark.parametrize("number", ["5000012343", "4000012342"])
def test_anything_else_is_no_provisional_number(number: str):
    assert not is_provisional_nsso_number(number)


@pytest.mark.parametrize("number", ["610000000192", "610000004236", "600027876089", "600008446383", "501986975557"])
def test_period_numbers_check_their_first_ten_digits(number: str):
    assert is_period_id(number)


@pytest.mark.parametrize("number", ["610000000193", "61000000019", "x10000000192"])
def test_anything_else_is_no_period_number(number: str):
    assert not is_period_id(number)


@given(st.integers(0, 10**10 - 1))
def test_a_period_number_is_made_of_its_stem(stem: int):
    assert is_period_id(period_id(stem))


def test_a_check_of_zero_is_written_97():
    assert period_id(97).endswith("97")


@pytest.mark.parametrize("stem", [-1, 10**10])
def test_a_stem_has_ten_digits(stem: int):
    with pytest.raises(ValueError, match="ten digits"):
        period_id(stem)


@pytest.mark.parametrize(
    ("number", "born"),
    [
        ("05071400153", date(2005, 7, 14)),
        ("99123100267", date(1999, 12, 31)),
        ("04512300764", None),
        ("80111405125", date(1980, 11, 14)),
    ],
)
def test_a_national_number_tells_a_birth_date_and_a_bis_number_none(number: str, born: date | None):
    assert birth_date_of(number, on=date(2026, 7, 1)) == born


def test_a_number_of_somebody_not_yet_born_tells_nothing():
    assert birth_date_of("05071400153", on=date(2005, 7, 13)) is None


def test_a_national_number_tells_the_sex():
    assert (sex_of("05071400153"), sex_of("05071400252")) == ("1", "2")


def test_a_masked_number_tells_the_date_in_it_alone():
    assert mask_insz("85073003328") == "85.07.30-***.**"
