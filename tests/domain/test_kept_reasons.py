"""A reason is kept without the national numbers in it, and with every other number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identifiers import period_id
from domain.kept_reasons import LONGEST_REASON, kept_reason


@pytest.mark.parametrize(
    "number",
    [
        "05071400153",
        "05.07.14-001.53",
        "05 07 14 001 53",
        "050714-001-53",
        "050714 00153",
        "05.07.14.001.53",
        "050714001-53",
        "0507 1400 153",
        "05.0714-001.53",
        "05 0714 001 53",
        "0 5 0 7 1 4 0 0 1 5 3",
        "050714/001-53",
        "05/07/14-001.53",
        "05.07.14 - 001.53",
        "05.07.14\u00a0\u2013 001.53",
        "050714 001  53",
        "050714_001_53",
        "05.07.14\n001.53",
    ],
)
@pytest.mark.parametrize("around", ["{}", "about {}", "({}), asked", "case 12 {} of 3 persons", "nr{}.", "{}/{}"])
def test_a_national_number_is_hidden_however_it_is_written(number: str, around: str):
    assert kept_reason(around.format(number, number)) == around.format("[number]", "[number]")


@pytest.mark.parametrize(
    "number",
    [
        "610000000192",
        "1234567890123",
        "123456789012345",
        "0412345614",
        "0412.345.614",
        "2026-11-27 10:15",
        "1234-5678-9012",
        "0507 1400 154",
        "050714/001-54",
        "05/07/2014 - 00153",
        "0507, 1400 153",
    ],
)
def test_any_other_number_is_kept_whole(number: str):
    assert kept_reason(f"period {number}, as asked") == f"period {number}, as asked"


def test_a_national_number_is_hidden_behind_digits_that_are_none():
    assert kept_reason("rooms 12345 0507 14-0015 3") == "rooms 12345 [number]"


@given(st.integers(0, 10**10 - 1))
def test_the_number_of_a_period_is_kept_whole(stem: int):
    assert kept_reason(period_id(stem)) == period_id(stem)


@given(st.text())
def test_a_reason_is_never_longer_than_its_longest(typed: str):
    assert len(kept_reason(typed)) <= LONGEST_REASON
