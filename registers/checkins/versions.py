"""Find the versions of one registration: in the month that its receipt number tells, and wherever corrections moved it (decision 0034)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from django.db.models import Q, QuerySet

from domain.environments import Environment
from registers.checkins.models import Presence
from registers.checkins.numbering import days_of


def read_versions_among(rows_of: Callable[[Q], QuerySet[Presence]], number: int) -> Sequence[Presence]:
    """Return the versions of a registration, the oldest first; none for a number that there is not.

    `rows_of` returns the rows of some registration dates, which a condition names: so the month of the number is planned, not
    seven years of them. One query, and another one as often as a correction moved it out of what was read. What is left of one
    whose other versions are kept no more, and a number that there is not, are looked for in all months.
    """
    month = days_of(number)
    if month is None:
        return []
    found = _by_version(rows_of(Q(registration_date__range=month)), number)
    while moved := _days_after(found):
        more = _by_version(rows_of(Q(registration_date__in=sorted(moved))), number)
        if more.keys() <= found.keys():
            break
        found |= more
    if not _are_all(found):
        found = _by_version(rows_of(Q()), number)
    return [found[version] for version in sorted(found)]


def read_newest_version(number: int, *, environment: Environment) -> Presence | None:
    """Return the newest version of a registration; None for a number that there is not. As many queries."""
    return newest_of(read_versions_among(lambda days: Presence.objects.filter(days, environment=environment), number))


def newest_of(versions: Iterable[Presence]) -> Presence | None:
    """Return which of the versions was superseded by none; None where that one is not among them."""
    return next((each for each in versions if each.next_date is None), None)


def _by_version(rows: QuerySet[Presence], number: int) -> dict[int, Presence]:
    return {row.version: row for row in rows.filter(number=number)}


def _days_after(found: Mapping[int, Presence]) -> set[date]:
    """Return the days of the versions that follow those that were found, and were not found themselves."""
    return {row.next_date for version, row in found.items() if row.next_date is not None and version + 1 not in found}


def _are_all(found: Mapping[int, Presence]) -> bool:
    """Whether these are the versions from the first one to the newest."""
    return found.keys() == set(range(1, len(found) + 1)) and newest_of(found.values()) is not None
