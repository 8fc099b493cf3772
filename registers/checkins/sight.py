"""Say as SQL, and of one row, whose presences somebody sees: what is not seen looks like what is not there (§3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest
from typing import TypeAlias

from django.db import connection

from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.searches import DayPeriod
from domain.environments import Environment
from registers.checkins.bringers import Brought, is_bringers, staffed_by
from registers.checkins.places import Place, read_places
from registers.checkins.presence_tables import STAFFED_BY
from registers.checkins.records import PresenceRecord

EVERYBODY = frozenset({PresenceAskerKind.INSPECTOR, PresenceAskerKind.OPERATOR})
OF_COMPANIES = frozenset({PresenceAskerKind.EMPLOYER, PresenceAskerKind.SENDER, PresenceAskerKind.CONTRACTOR})
_PLACES_ABOVE = """
    SELECT DISTINCT place.number FROM checkins_workplace place
    LEFT JOIN checkins_workplaceparty party ON party.work_place_id = place.id
    WHERE place.environment = %s AND (place.declarant = ANY(%s) OR party.enterprise = ANY(%s))
"""
_OF_NO_COMPANY = f"employer !~ '^[0-9]' AND {STAFFED_BY} = ANY(%s)"
_HAS_BROUGHT = f"""
    SELECT EXISTS (
        SELECT FROM checkins_presence WHERE environment = %s AND {_OF_NO_COMPANY}
            AND registration_date BETWEEN %s AND %s
    )
"""  # noqa: S608 - our own words alone
_BELOW = """
    (work_place, employer) IN (SELECT * FROM unnest(%s::varchar[], %s::varchar[])) AND EXISTS (
        SELECT FROM unnest(%s::varchar[], %s::varchar[], %s::date[], %s::date[]) AS below (place, company, first, last)
        WHERE place = work_place AND company = employer AND registration_date BETWEEN first AND last
    )
"""
"""Who and where is asked first, of all rows, by one look in a hash; then on which days, of the few that are left."""

Condition: TypeAlias = tuple[str, list[object]]


@dataclass(frozen=True, slots=True)
class Subcontracted:
    """A work place, a company that works there, directly or through others, for one of the asker's, and on which days."""

    work_place: str
    employer: str
    days: DayPeriod


def seen_by(asker: PresenceAsker, days: DayPeriod, *, environment: Environment) -> Condition:
    """Return the condition on rows of those days, and its values, that holds for what the asker sees."""
    if asker.kind in EVERYBODY:
        return "TRUE", []
    if asker.kind is PresenceAskerKind.WORKER:
        return "person_id = %s", [asker.person_id or 0]
    if asker.kind not in OF_COMPANIES:
        return "FALSE", []
    companies = sorted(asker.companies)
    ways: list[Condition] = [_of_staff(companies)]
    if below := subcontracted(asker, days, environment=environment):
        places, employers = [one.work_place for one in below], [one.employer for one in below]
        firsts, lasts = [one.days.first for one in below], [one.days.last for one in below]
        ways.append((_BELOW, [places, employers, places, employers, firsts, lasts]))
    if _have_brought_of_no_company(companies, days, environment=environment):
        ways.append((_OF_NO_COMPANY, [companies]))
    either = " OR ".join(condition for condition, _ in ways)
    return f"({either})", [value for _, values in ways for value in values]


def _of_staff(companies: list[str]) -> Condition:
    """Return the condition for their own staff: of one company so that its index gives the rows in the order of days."""
    if len(companies) == 1:
        return "employer = %s", [companies[0]]
    return "employer = ANY(%s)", [companies]


def _have_brought_of_no_company(companies: list[str], days: DayPeriod, *, environment: Environment) -> bool:
    """Whether there is something of those days of a firm abroad, or by a Limosa number alone: few need be asked for it."""
    with connection.cursor() as cursor:
        cursor.execute(_HAS_BROUGHT, [str(environment), companies, days.first, days.last])
        return bool(cursor.fetchone()[0])


def sees(asker: PresenceAsker, record: PresenceRecord, *, environment: Environment) -> bool:
    """Whether the asker sees the row; a company also sees what it registered itself, as long as it stands for the employer."""
    if asker.kind in EVERYBODY:
        return True
    if asker.kind is PresenceAskerKind.WORKER:
        return asker.person_id == record.person_id
    if asker.kind not in OF_COMPANIES:
        return False
    if staffed_by(record) in asker.companies or is_bringers(record, asker.companies, environment=environment):
        return True
    return is_subcontracted(record, asker, environment=environment)


def subcontracted(asker: PresenceAsker, days: DayPeriod, *, environment: Environment) -> Sequence[Subcontracted]:
    """Return whose staff the asker sees beside its own on those days; nobody's unless the setting lets contractors see it.

    Where parties came or went in between, a company stands there for each stretch of days that it was below the asker's.
    """
    if not _sees_subcontractors(asker):
        return ()
    companies = sorted(asker.companies)
    with connection.cursor() as cursor:
        cursor.execute(_PLACES_ABOVE, [str(environment), companies, companies])
        numbers = [number for (number,) in cursor.fetchall()]
    return tuple(
        Subcontracted(place.number, employer, stretch)
        for place in read_places(numbers, environment=environment).values()
        for stretch in _stretches(place, days)
        for employer in sorted(_below(place, asker.companies, stretch.first))
    )


def is_subcontracted(row: Brought, asker: PresenceAsker, *, environment: Environment) -> bool:
    """Whether the row is of staff of a company that was below one of the asker's on its day, and the asker sees those."""
    if not _sees_subcontractors(asker):
        return False
    place = read_places([row.work_place], environment=environment).get(row.work_place)
    return place is not None and row.employer in _below(place, asker.companies, row.registration_date)


def _sees_subcontractors(asker: PresenceAsker) -> bool:
    return asker.sees_subcontractors and asker.kind in OF_COMPANIES


def _stretches(place: Place, days: DayPeriod) -> Iterator[DayPeriod]:
    """Return the days in stretches during which the same companies are parties."""
    starts = place.turning_days(days.first, days.last)
    for first, following in zip_longest(starts, starts[1:]):
        yield DayPeriod(first, days.last if following is None else following - timedelta(days=1))


def _below(place: Place, companies: frozenset[str], day: date) -> frozenset[str]:
    return frozenset().union(*(place.below(company, day) for company in companies)) - companies
