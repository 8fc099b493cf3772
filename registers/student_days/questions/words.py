"""The words of papers and calendars for students, in the four languages; dates as each language writes them. Pure."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from domain.brussels import BRUSSELS
from domain.languages import Language

_CATALOGUE = Path(__file__).with_suffix(".toml")


@cache
def words_of(language: Language) -> Mapping[str, str]:
    """Return every phrase in that language, by its name."""
    with _CATALOGUE.open("rb") as file:
        catalogue = tomllib.load(file)
    return MappingProxyType({name: phrases[language] for name, phrases in catalogue.items()})


def render_day(day: date, language: Language) -> str:
    """Return the date in full, such as 1er juillet 2026."""
    number = str(day.day)
    if language is Language.FR and day.day == 1:
        number = "1er"
    if language is Language.DE:
        number = f"{number}."
    return f"{number} {words_of(language)['months'].split()[day.month - 1]} {day.year}"


def render_minute(instant: datetime, language: Language) -> str:
    """Return the Brussels date and time of an instant, to the minute."""
    local = instant.astimezone(BRUSSELS)
    return words_of(language)["day_and_time"].format(day=render_day(local.date(), language), time=f"{local:%H:%M}")
