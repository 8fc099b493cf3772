"""Write out in the four languages what fills a text: dates in full, hours and days with their word, all else as it is. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from domain.languages import Language
from domain.written_dates import render_day

_HOURS: Mapping[Language, tuple[str, str]] = MappingProxyType(
    {
        Language.NL: ("uur", "uren"),
        Language.FR: ("heure", "heures"),
        Language.DE: ("Stunde", "Stunden"),
        Language.EN: ("hour", "hours"),
    }
)


_DAYS_AHEAD: Mapping[Language, tuple[str, str]] = MappingProxyType(
    {
        Language.NL: ("dag", "dagen"),
        Language.FR: ("jour", "jours"),
        Language.DE: ("Tag", "Tagen"),
        Language.EN: ("day", "days"),
    }
)


@dataclass(frozen=True, slots=True)
class DaysAhead:
    """So many days until something, which a text says together with their word, in German behind "in"."""

    count: int


@dataclass(frozen=True, slots=True)
class Hours:
    """So many hours of work, which a text says together with their word."""

    count: int


WrittenValue: TypeAlias = str | date | Hours | DaysAhead


def render_hours(hours: Hours, language: Language) -> str:
    """Return the number with its word, in the singular for one, and in French for none too."""
    return _counted(hours.count, _HOURS[language], language)


def _counted(count: int, words: tuple[str, str], language: Language) -> str:
    one, many = words
    is_one = count == 1 or (count == 0 and language is Language.FR)
    return f"{count} {one if is_one else many}"


def render_values(values: Mapping[str, WrittenValue], language: Language) -> dict[str, str]:
    """Return what fills a text in that language."""
    return {name: _render(value, language) for name, value in values.items()}


def _render(value: WrittenValue, language: Language) -> str:
    match value:
        case Hours():
            return render_hours(value, language)
        case DaysAhead():
            return _counted(value.count, _DAYS_AHEAD[language], language)
        case date():
            return render_day(value, language)
        case _:
            return value
