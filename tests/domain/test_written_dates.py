"""Days and instants are written out in four languages."""

from datetime import UTC, date, datetime

import pytest

from domain.languages import Language
from domain.opening_hours import OpeningHours
from domain.written_dates import render_day, render_meeting, render_minute, render_opening_hours

LATE = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "first", "other"),
    [
        (Language.NL, "1 juli 2026", "31 december 2026"),
        (Language.FR, "1er juillet 2026", "31 décembre 2026"),
        (Language.DE, "1. Juli 2026", "31. Dezember 2026"),
        (Language.EN, "1 July 2026", "31 December 2026"),
    ],
)
def test_a_day_has_its_month_in_words(language: Language, first: str, other: str):
    assert (render_day(date(2026, 7, 1), language), render_day(date(2026, 12, 31), language)) == (first, other)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.NL, "1 januari 2027 om 00:30"),
        (Language.FR, "1er janvier 2027 à 00:30"),
        (Language.DE, "1. Januar 2027 um 00:30 Uhr"),
        (Language.EN, "1 January 2027 at 00:30"),
    ],
)
def test_an_instant_is_that_of_brussels(language: Language, told: str):
    assert render_minute(LATE, language) == told


@pytest.mark.parametrize(
    ("language", "winter", "summer"),
    [
        (
            Language.NL,
            "vrijdag 1 januari 2027 om 00:30, Belgische tijd (UTC+1)",
            "donderdag 1 juli 2027 om 10:05, Belgische tijd (UTC+2)",
        ),
        (
            Language.FR,
            "vendredi 1er janvier 2027 à 00:30, heure belge (UTC+1)",
            "jeudi 1er juillet 2027 à 10:05, heure belge (UTC+2)",
        ),
        (
            Language.DE,
            "Freitag, 1. Januar 2027 um 00:30 Uhr, belgische Zeit (UTC+1)",
            "Donnerstag, 1. Juli 2027 um 10:05 Uhr, belgische Zeit (UTC+2)",
        ),
        (
            Language.EN,
            "Friday 1 January 2027 at 00:30, Belgian time (UTC+1)",
            "Thursday 1 July 2027 at 10:05, Belgian time (UTC+2)",
        ),
    ],
)
def test_a_meeting_has_its_day_of_the_week_and_its_zone(language: Language, winter: str, summer: str):
    july = datetime(2027, 7, 1, 8, 5, tzinfo=UTC)
    assert (render_meeting(LATE, language), render_meeting(july, language)) == (winter, summer)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (Language.NL, "maandag tot zaterdag van 8:30 tot 16 uur"),
        (Language.FR, "du lundi au samedi de 8:30 à 16 heures"),
        (Language.DE, "Montag bis Samstag von 8:30 bis 16 Uhr"),
        (Language.EN, "Monday to Saturday from 8:30 to 16"),
    ],
)
def test_opening_hours_are_those_of_a_row_of_weekdays(language: Language, told: str):
    assert render_opening_hours(OpeningHours.parse("1-6 8:30-16"), language) == told
