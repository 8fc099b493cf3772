"""What fills a text is written out in the language of the text."""

from datetime import date

import pytest

from domain.languages import Language
from domain.written_values import Hours, render_hours, render_values


def test_days_and_hours_are_written_out_among_what_fills_a_text():
    filled = render_values({"date": date(2026, 7, 1), "hours": Hours(8), "days": "3", "last": ""}, Language.DE)
    assert filled == {"date": "1. Juli 2026", "hours": "8 Stunden", "days": "3", "last": ""}


@pytest.mark.parametrize(
    ("language", "none", "one", "many"),
    [
        (Language.NL, "0 uren", "1 uur", "2 uren"),
        (Language.FR, "0 heure", "1 heure", "2 heures"),
        (Language.DE, "0 Stunden", "1 Stunde", "2 Stunden"),
        (Language.EN, "0 hours", "1 hour", "2 hours"),
    ],
)
def test_hours_are_said_in_the_singular_for_one(language: Language, none: str, one: str, many: str):
    assert [render_hours(Hours(count), language) for count in (0, 1, 2)] == [none, one, many]
