"""A fault of a value says what is expected in its place, in words, and quotes nothing."""

import pytest
from lxml import etree

from tests.validators.payloads import dimona_schema, parsed
from tests.validators.test_form_structure import SOUND
from validators.explaining import explain, place_of_form
from validators.structures import form_of
from validators.value_types import XS, read_value_type


def a_type(base: str, **facets: str) -> etree._Element:
    inside = "".join(f'<xs:{name} value="{value}"/>' for name, value in facets.items())
    return parsed(f'<xs:restriction xmlns:xs="{XS[1:-1]}" base="xs:{base}">{inside}</xs:restriction>')


@pytest.mark.parametrize(
    ("restriction", "expected"),
    [
        (a_type("integer", minInclusive="1", maxInclusive="999"), "a whole number from 1 to 999"),
        (a_type("integer", minInclusive="0", totalDigits="5"), "a whole number of at most 5 digits"),
        (a_type("integer", minInclusive="0"), "a whole number"),
        (a_type("integer", pattern="0|[0-9]{11}"), "digits that match 0|[0-9]{11}"),
        (a_type("string", enumeration="SU"), "SU"),
        (a_type("date", pattern="[0-9]{4}-[0-9]{2}-[0-9]{2}"), "a date of the calendar as YYYY-MM-DD"),
        (a_type("time"), "a time as HH:MM:SS.mmm"),
        (a_type("string", minLength="1", maxLength="20"), "1 to 20 characters"),
        (a_type("string", maxLength="40"), "at most 40 characters"),
        (a_type("string", pattern=r"\p{L}"), ""),
    ],
)
def test_type_says_what_it_takes(restriction: etree._Element, expected: str) -> None:
    assert read_value_type(restriction).expected == expected


@pytest.mark.parametrize(
    ("tag", "told"),
    [
        ("PlannedHoursNbr", "; expected a whole number from 1 to 999"),
        ("JointCommissionNbr", "; expected one of 124, 140, 144, 145, 149, 302, 320, 322, XXX"),
    ],
)
def test_finding_says_what_is_expected_there(tag: str, told: str) -> None:
    form = parsed(SOUND["an IN"])
    next(form.iter(tag)).text = "???"
    (finding,) = explain(place_of_form(form, index=1), form_of(dimona_schema().definition))
    assert finding.detail.endswith(told)
    assert "???" not in finding.detail
