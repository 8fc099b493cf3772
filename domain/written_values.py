"""Write out in the four languages what fills a text: days in full and hours with their word, all else as it is. Pure."""

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


@dataclass(frozen=True, slots=True)
class Hours:
    """So many hours of work, which a text says together with their word."""

    count: int


WrittenValue: TypeAlias = str | date | Hours


def render_hours(hours: Hours, language: Language) -> str:
    """Return the number with its word, in the singular for one, and in French for none too."""
    one, many = _HOURS[language]
    is_one = hours.count == 1 or (hours.count == 0 and language is Language.FR)
    return f"{hours.count} {one if is_one else many}"


def render_values(values: Mapping[str, WrittenValue], language: Language) -> dict[str, str]:
    """Return what fills a text in that language."""
    return {name: _render(value, language) for name, value in values.items()}


def _render(value: WrittenValue, language: Language) -> str:
    match value:
        case Hours():
            return render_hours(value, language)
        case date():
            return render_day(value, language)
        case _:
            return value
