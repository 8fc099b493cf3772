"""What fills a text is written out in the language of the text."""

from datetime import date

import pytest

from domain.languages import Language
from domain.written_values import DaysAhead, Hours, render_hours, render_values


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


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.NL, ["1 dag", "7 dagen"]),
        (Language.FR, ["1 jour", "7 jours"]),
        (Language.DE, ["1 Tag", "7 Tagen"]),
        (Language.EN, ["1 day", "7 days"]),
    ],
)
def test_days_until_something_are_told_with_their_word(language: Language, told: list[str]) -> None:
    assert [render_values({"days": DaysAhead(days)}, language)["days"] for days in (1, 7)] == told
