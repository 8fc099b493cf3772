"""The calendar that decides: dates are those of Brussels, instants are UTC."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

BRUSSELS = ZoneInfo("Europe/Brussels")


class Clock(Protocol):
    """Where a shell reads the time; `domain` itself never does."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


def brussels_date(instant: datetime) -> date:
    """Return the date in Brussels at `instant` (aware)."""
    return instant.astimezone(BRUSSELS).date()


def instants_at(day: date, shown: time) -> tuple[datetime, ...]:
    """Return when clocks in Brussels showed that on the day: mostly once, never in the hour that March leaves out.

    In the hour that October has twice there are two, the one before the clocks were put back first.
    """
    both = {
        one.utcoffset(): one for one in (datetime.combine(day, shown.replace(fold=fold), BRUSSELS) for fold in (1, 0))
    }
    wanted = datetime.combine(day, shown)
    were = (
        one for one in both.values() if one.astimezone(UTC).astimezone(BRUSSELS).replace(tzinfo=None, fold=0) == wanted
    )
    return tuple(sorted(were, key=lambda one: one.astimezone(UTC)))


def is_shown_twice(instant: datetime) -> bool:
    """Whether clocks in Brussels show the time of day of `instant` (aware) twice on its date."""
    local = instant.astimezone(BRUSSELS)
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def end_of_day(day: date) -> datetime:
    """Return the first instant (UTC) after that day in Brussels."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=BRUSSELS).astimezone(UTC)


def brussels_time(instant: datetime) -> str:
    """Return the time of day in Brussels at `instant` as HH:MM:SS.mmm, the form the answers use."""
    local = instant.astimezone(BRUSSELS)
    return f"{local:%H:%M:%S}.{local.microsecond // 1000:03d}"
