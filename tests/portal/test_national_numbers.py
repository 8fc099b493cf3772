"""A national number that was typed: read however it is grouped, and refused for the reason that holds."""

import pytest
from django.core.exceptions import ValidationError

from portal.pages.national_numbers import read_national_number

SOUND = (
    "85011512355",
    "85.01.15-123.55",
    " 85 01 15 123 55 ",
    "850115/123-55",
    "85\N{NO-BREAK SPACE}0115\N{EN DASH}123_55",
)
UNFIT = ("85011512356", "85.01.15-123.56", "85131512355")
NO_NUMBER = ("8501151235", "850115123555", "85O11512355", "\N{ARABIC-INDIC DIGIT EIGHT}5011512355", "-")


@pytest.mark.parametrize("text", SOUND)
def test_a_number_is_read_however_its_digits_are_grouped(text: str):
    assert read_national_number(text) == "85011512355"


@pytest.mark.parametrize("text", UNFIT)
def test_eleven_digits_are_refused_for_those_that_check_them(text: str):
    with pytest.raises(ValidationError, match="its check digits do not fit"):
        read_national_number(text)


@pytest.mark.parametrize("text", NO_NUMBER)
def test_what_is_not_eleven_digits_is_told_how_many_there_are(text: str):
    with pytest.raises(ValidationError, match="it has eleven digits"):
        read_national_number(text)
