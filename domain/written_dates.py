"""Write days, instants and opening hours out in the four languages, as pages do: what letters and papers say of them. Pure."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType

from domain.brussels import BRUSSELS
from domain.languages import Language
from domain.opening_hours import OpeningHours, render_hour

_MONTHS: Mapping[Language, str] = MappingProxyType(
    {
        Language.NL: "januari februari maart april mei juni juli augustus september oktober november december",
        Language.FR: "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        Language.DE: "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        Language.EN: "January February March April May June July August September October November December",
    }
)
_MINUTE: Mapping[Language, str] = MappingProxyType(
    {
        Language.NL: "{day} om {time}",
        Language.FR: "{day} à {time}",
        Language.DE: "{day} um {time} Uhr",
        Language.EN: "{day} at {time}",
    }
)
_WEEKDAYS: Mapping[Language, str] = MappingProxyType(
    {
        Language.NL: "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        Language.FR: "lundi mardi mercredi jeudi vendredi samedi dimanche",
        Language.DE: "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        Language.EN: "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    }
)
_MEETING: Mapping[Language, str] = MappingProxyType(
    {
        Language.NL: "{weekday} {minute}, Belgische tijd (UTC+{hours})",
        Language.FR: "{weekday} {minute}, heure belge (UTC+{hours})",
        Language.DE: "{weekday}, {minute}, belgische Zeit (UTC+{hours})",
        Language.EN: "{weekday} {minute}, Belgian time (UTC+{hours})",
    }
)
_HOURS: Mapping[Language, str] = MappingProxyType(
    {
        Language.NL: "{first} tot {last} van {begins} tot {ends} uur",
        Language.FR: "du {first} au {last} de {begins} à {ends} heures",
        Language.DE: "{first} bis {last} von {begins} bis {ends} Uhr",
        Language.EN: "{first} to {last} from {begins} to {ends}",
    }
)


def render_day(day: date, language: Language) -> str:
    """Return the date in full, such as 1er juillet 2026."""
    number = str(day.day)
    if language is Language.FR and day.day == 1:
        number = "1er"
    if language is Language.DE:
        number = f"{number}."
    return f"{number} {_MONTHS[language].split()[day.month - 1]} {day.year}"


def render_minute(instant: datetime, language: Language) -> str:
    """Return the Brussels date and time of an instant (aware), to the minute."""
    local = instant.astimezone(BRUSSELS)
    return _MINUTE[language].format(day=render_day(local.date(), language), time=f"{local:%H:%M}")


def render_meeting(instant: datetime, language: Language) -> str:
    """Return the same with the day of the week and the zone, for who may live in another one."""
    local = instant.astimezone(BRUSSELS)
    ahead = (local.utcoffset() or timedelta()) // timedelta(hours=1)
    weekday = _WEEKDAYS[language].split()[local.weekday()]
    return _MEETING[language].format(weekday=weekday, minute=render_minute(instant, language), hours=ahead)


def render_opening_hours(hours: OpeningHours, language: Language) -> str:
    """Return when somebody is there, such as Monday to Friday from 9 to 12."""
    weekdays = _WEEKDAYS[language].split()
    return _HOURS[language].format(
        first=weekdays[hours.first_day - 1],
        last=weekdays[hours.last_day - 1],
        begins=render_hour(hours.begins),
        ends=render_hour(hours.ends),
    )
