"""What stands in the cells of files that are downloaded, in every form alike."""

from datetime import date, datetime
from typing import TypeAlias

from domain.brussels import BRUSSELS, is_shown_twice
from domain.identifiers import mask_insz

Cell: TypeAlias = str | int | date | datetime | None


def masked(number: str | None) -> str:
    """Return a national number as a screen shows it, such as `85.01.15-***.**`; nothing for none."""
    return mask_insz(number) if number else ""


def written(cell: Cell) -> str:
    """Return a cell as words; an instant as clocks in Brussels show it, with its zone where they show it twice."""
    match cell:
        case datetime():
            return f"{cell.astimezone(BRUSSELS):%Y-%m-%d %H:%M:%S} {zone_of(cell)}".rstrip()
        case None:
            return ""
        case _:
            return str(cell)


def zone_of(instant: datetime) -> str:
    """Return the zone by which one of the two hours is known that clocks showed alike; empty for every other hour."""
    return instant.astimezone(BRUSSELS).tzname() or "" if is_shown_twice(instant) else ""
