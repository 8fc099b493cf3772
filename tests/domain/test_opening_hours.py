"""Opening hours as an operator writes them."""

from datetime import time

import pytest

from domain.opening_hours import OpeningHours, render_hour


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("1-5 9-12", OpeningHours(1, 5, time(9), time(12))),
        ("1-6 8:30-16:45", OpeningHours(1, 6, time(8, 30), time(16, 45))),
    ],
)
def test_hours_are_read(text: str, hours: OpeningHours):
    assert OpeningHours.parse(text) == hours
    assert str(hours) == text


@pytest.mark.parametrize("text", ["", "mon-fri 9-12", "1-5", "5-1 9-12", "1-8 9-12", "1-5 12-9", "1-5 9-9", "1-5 9-24"])
def test_what_is_no_opening_hour_is_refused(text: str):
    with pytest.raises(ValueError, match=r"opening hours|hour must be"):
        OpeningHours.parse(text)


def test_an_hour_is_written_as_people_say_it():
    assert (render_hour(time(9)), render_hour(time(8, 30))) == ("9", "8:30")
