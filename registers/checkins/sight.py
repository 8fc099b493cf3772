"""Say as SQL, and of one row, whose presences somebody sees: what is not seen looks like what is not there (§3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.db import connection

from domain.checkins.asking import PresenceAsker, PresenceAskerKind
from domain.checkins.searches import DayPeriod
from domain.environments import Environment
from registers.checkins.bringers import is_bringers
from registers.checkins.places import read_places
from registers.checkins.records import PresenceRecord

EVERYBODY = frozenset({PresenceAskerKind.INSPECTOR, PresenceAskerKind.OPERATOR})
OF_COMPANIES = frozenset({PresenceAskerKind.EMPLOYER, PresenceAskerKind.SENDER, PresenceAskerKind.CONTRACTOR})
_PLACES_ABOVE = """
    SELECT DISTINCT place.number FROM checkins_workplace place
    LEFT JOIN checkins_workplaceparty party ON party.work_place_id = place.id
    WHERE place.environment = %s AND (place.declarant = ANY(%s) OR party.enterprise = ANY(%s))
"""
_WITHOUT_EMPLOYER = """
    SELECT EXISTS (
        SELECT FROM checkins_presence WHERE environment = %s AND employer = '' AND brought_by = ANY(%s)
            AND registration_date BETWEEN %s AND %s
    )
"""

Condition: TypeAlias = tuple[str, list[object]]


@dataclass(frozen=True, slots=True)
class Subcontracted:
    """A work place and a company that works there, directly or through others, for one of the asker's."""

    work_place: str
    employer: str


def seen_by(asker: PresenceAsker, days: DayPeriod, *, environment: Environment) -> Condition:
    """Return the condition on rows of those days, and its values, that holds for what the asker sees."""
    if asker.kind in EVERYBODY:
        return "TRUE", []
    if asker.kind is PresenceAskerKind.WORKER:
        return "person_id = %s", [asker.person_id or 0]
    if asker.kind not in OF_COMPANIES:
        return "FALSE", []
    companies = sorted(asker.companies)
    ways: list[Condition] = [("employer = ANY(%s)", [companies])]
    if below := subcontracted(asker, environment=environment):
        places, employers = [one.work_place for one in below], [one.employer for one in below]
        there = "(work_place, employer) IN (SELECT * FROM unnest(%s::varchar[], %s::varchar[]))"
        ways.append((there, [places, employers]))
    if _have_brought_without_employer(companies, days, environment=environment):
        ways.append(("employer = '' AND brought_by = ANY(%s)", [companies]))
    either = " OR ".join(condition for condition, _ in ways)
    return f"({either})", [value for _, values in ways for value in values]


def _have_brought_without_employer(companies: list[str], days: DayPeriod, *, environment: Environment) -> bool:
    """Whether there is something of those days that a Limosa number alone names: few companies need be asked for it."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHOUT_EMPLOYER, [str(environment), companies, days.first, days.last])
        return bool(cursor.fetchone()[0])


def sees(asker: PresenceAsker, record: PresenceRecord, *, environment: Environment) -> bool:
    """Whether the asker sees the row; a company also sees what it registered itself, as long as it stands for the employer."""
    if asker.kind in EVERYBODY:
        return True
    if asker.kind is PresenceAskerKind.WORKER:
        return asker.person_id == record.person_id
    if asker.kind not in OF_COMPANIES:
        return False
    if record.employer in asker.companies or is_bringers(record, asker.companies, environment=environment):
        return True
    return Subcontracted(record.work_place, record.employer) in subcontracted(asker, environment=environment)


def subcontracted(asker: PresenceAsker, *, environment: Environment) -> Sequence[Subcontracted]:
    """Return whose staff the asker sees beside its own; nobody's unless the setting lets contractors see it."""
    if not asker.sees_subcontractors or asker.kind not in OF_COMPANIES:
        return ()
    companies = sorted(asker.companies)
    with connection.cursor() as cursor:
        cursor.execute(_PLACES_ABOVE, [str(environment), companies, companies])
        numbers = [number for (number,) in cursor.fetchall()]
    return tuple(
        Subcontracted(place.number, party.enterprise)
        for place in read_places(numbers, environment=environment).values()
        for party in place.parties
        if party.enterprise not in asker.companies
        and any(place.is_below(party.enterprise, company, party.valid_from) for company in companies)
    )
