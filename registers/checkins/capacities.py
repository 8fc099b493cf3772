"""Derive in which capacity people were present where nobody declared it, from the sources that know (check-in declarations §1.3).

The official messages name none: an employment says employee, temporary worker or trainee, the founder of a company is
self-employed there, and a declaration of work from abroad makes somebody posted. A source that is not open says nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.checkins.vocabulary import Capacity, CapacitySource
from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.employments import DeclaredWork, is_of_belgian_employer, works_declared
from registers.checkins.models import SourceName
from registers.checkins.records import PresenceRecord
from registers.checkins.work_dates import on_work_dates
from registers.persons.sourced_numbers import KnownSpell, spells_of_persons

_ENTER = """
    UPDATE checkins_presence SET derived_capacity = fresh.capacity, derived_from = fresh.source
    FROM unnest(%s::bigint[], %s::integer[], %s::date[], %s::text[], %s::text[])
        AS fresh (number, version, day, capacity, source)
    WHERE checkins_presence.number = fresh.number AND checkins_presence.version = fresh.version
        AND checkins_presence.registration_date = fresh.day AND checkins_presence.environment = %s::varchar
        AND checkins_presence.capacity = '' AND checkins_presence.derived_capacity = ''
"""
_TEMPORARY_WORK_COMMISSION = "322"
_TRAINEES = frozenset({"IVT", "STG", "TRI"})
"""Kinds of workers in Dimona who learn at work: individual training, a traineeship, a transitional traineeship."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """A capacity and what told it; both empty where nobody knows."""

    capacity: str = ""
    source: str = ""


UNKNOWN = Derivation()
_SELF_EMPLOYED = Derivation(str(Capacity.SELF_EMPLOYED), str(CapacitySource.FOUNDERS))
_POSTED = Derivation(str(Capacity.POSTED), str(CapacitySource.LIMOSA))


def derive_capacities(records: Sequence[PresenceRecord], *, environment: Environment) -> Mapping[int, Derivation]:
    """Return what the sources tell of those for whom no capacity was declared, by receipt number; three queries at most.

    An employment declared for that day goes before a company's founders: it was said of this work. Where an employer
    declared two, the one that began last tells.
    """
    asked = [one for one in records if not one.capacity]
    found = dict.fromkeys(founders_among(asked, environment=environment), _SELF_EMPLOYED)
    abroad = posted_among([one for one in asked if not is_of_belgian_employer(one)], environment=environment)
    found |= dict.fromkeys(abroad, _POSTED)
    for number, (newest, *_) in works_declared(asked, environment=environment).items():
        found[number] = Derivation(str(_capacity_in(newest)), str(CapacitySource.DIMONA))
    return found


def enter_capacities(records: Sequence[PresenceRecord], *, environment: Environment) -> int:
    """Derive and write the capacities of rows for which none is known; return how many there were to write.

    What somebody else derived meanwhile stays. Five queries at most.
    """
    unknown = on_work_dates([one for one in records if not one.known_capacity], environment=environment)
    found = derive_capacities(unknown, environment=environment)
    told = [(one, found[one.number]) for one in unknown if one.number in found]
    if told:
        with open_prepared() as cursor:
            cursor.execute(
                _ENTER,
                [
                    [one.number for one, _ in told],
                    [one.version for one, _ in told],
                    [one.registration_date for one, _ in told],
                    [derived.capacity for _, derived in told],
                    [derived.source for _, derived in told],
                    str(environment),
                ],
            )
    return len(told)


def founded_by(person_id: int, *, environment: Environment, on: date) -> frozenset[str]:
    """Return the numbers of the companies of whose founders the person is one on that day; one query."""
    spells = spells_of_persons(SourceName.FOUNDERS, {person_id}, environment=environment).get(person_id, ())
    return frozenset(spell.about for spell in spells if spell.holds_on(on))


def founders_among(records: Sequence[PresenceRecord], *, environment: Environment) -> frozenset[int]:
    """Return the receipt numbers of those whose person is a founder of the employer on that day; one query, or none."""
    people = {one.person_id for one in records if is_of_belgian_employer(one)}
    known = spells_of_persons(SourceName.FOUNDERS, people, environment=environment) if people else {}
    return frozenset(
        one.number
        for one in records
        if any(spell.about == one.employer and _holds(spell, one) for spell in known.get(one.person_id, ()))
    )


def posted_among(records: Sequence[PresenceRecord], *, environment: Environment) -> frozenset[int]:
    """Return the receipt numbers of those whose person a declaration of work in Belgium names for that day, by any number.

    One query, or none.
    """
    people = {one.person_id for one in records}
    known = spells_of_persons(SourceName.LIMOSA, people, environment=environment) if people else {}
    return frozenset(one.number for one in records if any(_holds(spell, one) for spell in known.get(one.person_id, ())))


def _capacity_in(work: DeclaredWork) -> Capacity:
    if work.using_employer or work.joint_commission == _TEMPORARY_WORK_COMMISSION:
        return Capacity.TEMP_WORKER
    return Capacity.TRAINEE if work.worker_type in _TRAINEES else Capacity.EMPLOYEE


def _holds(spell: KnownSpell, record: PresenceRecord) -> bool:
    return spell.holds_on(record.asked_day)
