"""Derive in which capacity people were present where nobody declared it, from the sources that know (check-in declarations §1.3).

The official messages name none: an employment says employee, temporary worker or trainee, the founder of a company is
self-employed there, and a declaration of work from abroad makes somebody posted. A source that is not open says nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from domain.checkins.vocabulary import Capacity, CapacitySource
from domain.environments import Environment
from registers.checkins.models import SourceName
from registers.checkins.records import PresenceRecord
from registers.persons.sourced_numbers import KnownSpell, spells_of_identifiers, spells_of_persons

_EMPLOYED = """
    SELECT DISTINCT ON (asked.number) asked.number, period.using_employer <> '' OR period.joint_commission = %s,
        period.worker_type = ANY(%s)
    FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::date[]) AS asked (number, person_id, employer, day)
    JOIN access_entity entity ON entity.company_number = asked.employer AND entity.environment = %s
    JOIN student_days_period period ON period.person_id = asked.person_id AND period.employer_id = entity.id
        AND period.state <> 'CANCELLED' AND period.starting_date <= asked.day
        AND (period.ending_date IS NULL OR period.ending_date >= asked.day)
    ORDER BY asked.number, period.starting_date DESC, period.id DESC
"""
_TEMPORARY_WORK_COMMISSION = "322"
_TRAINEES = ("IVT", "STG", "TRI")
"""Kinds of workers in Dimona who learn at work: individual training, a traineeship, a transitional traineeship."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """A capacity and what told it; both empty where nobody knows."""

    capacity: str = ""
    source: str = ""


UNKNOWN = Derivation()


def derive_capacities(records: Sequence[PresenceRecord], *, environment: Environment) -> Mapping[int, Derivation]:
    """Return what the sources tell of those for whom no capacity was declared, by receipt number; three queries at most.

    An employment declared for that day goes before a company's founders: it was said of this work. Where an employer
    declared two, the one that began last tells.
    """
    asked = [one for one in records if not one.capacity]
    found = dict(_founders(asked, environment=environment))
    found |= _posted(asked)
    found |= _employed([one for one in asked if one.employer[:1].isdigit()], environment=environment)
    return found


def founded_by(person_id: int, *, environment: Environment, on: date) -> frozenset[str]:
    """Return the numbers of the companies of whose founders the person is one on that day; one query."""
    spells = spells_of_persons(SourceName.FOUNDERS, {person_id}, environment=environment).get(person_id, ())
    return frozenset(spell.about for spell in spells if spell.holds_on(on))


def _employed(asked: Sequence[PresenceRecord], *, environment: Environment) -> Iterator[tuple[int, Derivation]]:
    if not asked:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _EMPLOYED,
            [
                *(_TEMPORARY_WORK_COMMISSION, list(_TRAINEES)),
                [one.number for one in asked],
                [one.person_id for one in asked],
                [one.employer for one in asked],
                [one.registration_date for one in asked],
                str(environment),
            ],
        )
        rows = cursor.fetchall()
    for number, is_temporary, is_trainee in rows:
        capacity = Capacity.TEMP_WORKER if is_temporary else Capacity.TRAINEE if is_trainee else Capacity.EMPLOYEE
        yield number, Derivation(str(capacity), str(CapacitySource.DIMONA))


def _founders(asked: Sequence[PresenceRecord], *, environment: Environment) -> Iterator[tuple[int, Derivation]]:
    people = {one.person_id for one in asked if one.employer[:1].isdigit()}
    known = spells_of_persons(SourceName.FOUNDERS, people, environment=environment) if people else {}
    for one in asked:
        if any(spell.about == one.employer and _holds(spell, one) for spell in known.get(one.person_id, ())):
            yield one.number, Derivation(str(Capacity.SELF_EMPLOYED), str(CapacitySource.FOUNDERS))


def _posted(asked: Sequence[PresenceRecord]) -> Iterator[tuple[int, Derivation]]:
    """Yield those of employers abroad whose number a declaration of work in Belgium names for that day."""
    abroad = [one for one in asked if not one.employer[:1].isdigit()]
    known = spells_of_identifiers(SourceName.LIMOSA, {one.identifier_id for one in abroad}) if abroad else {}
    for one in abroad:
        if any(_holds(spell, one) for spell in known.get(one.identifier_id, ())):
            yield one.number, Derivation(str(Capacity.POSTED), str(CapacitySource.LIMOSA))


def _holds(spell: KnownSpell, record: PresenceRecord) -> bool:
    return spell.holds_on(record.registration_date)
