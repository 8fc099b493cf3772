"""Who an employer number names, and whether a sender's entity may declare for it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from domain.brussels import brussels_date
from domain.environments import Environment
from domain.quarters import Quarter
from domain.student_declarations import EmployerId
from registers.access.models import Entity, EntityState, Mandate, MandateState

DIMONA_GROUP = "DIMONA"
_NSSO_DIGITS = 9
_PROVISIONAL_DIGITS = 10


@dataclass(frozen=True, slots=True)
class EmployerStanding:
    """A known employer and whether the declaring entity may speak for it."""

    entity_id: int
    is_covered: bool


def find_employers(
    employers: Collection[EmployerId],
    *,
    environment: Environment,
    covered: Collection[int],
) -> dict[EmployerId, EmployerStanding]:
    """Return what is known of each employer; a number that names no active entity is left out. One query.

    `covered` holds the ids of the entities that the sender may declare for. Where both numbers are given, the
    registration number prevails (student declarations §1.3).
    """
    entities = _entities(employers, environment)
    by_nsso = {entity.nsso_number: entity.pk for entity in entities if entity.nsso_number}
    by_company = {entity.company_number: entity.pk for entity in entities}
    standings = {}
    for employer in employers:
        nsso = employer.nsso or employer.provisional_nsso
        entity_id = by_nsso.get(nsso) if nsso else by_company.get(employer.company or "")
        if entity_id is not None:
            standings[employer] = EmployerStanding(entity_id, entity_id in covered)
    return standings


def read_numbers(entity_ids: Collection[int]) -> dict[int, EmployerId]:
    """Return by which numbers each of the entities is known. One query, none for no entity."""
    if not entity_ids:
        return {}
    return {entity.pk: numbers_of(entity) for entity in Entity.objects.filter(pk__in=entity_ids)}


def numbers_of(entity: Entity) -> EmployerId:
    """Return by which numbers the entity is known; a provisional registration number has one digit more than a final."""
    number = entity.nsso_number
    return EmployerId(
        nsso=number if len(number) == _NSSO_DIGITS else None,
        provisional_nsso=number if len(number) == _PROVISIONAL_DIGITS else None,
        company=entity.company_number,
    )


def _entities(employers: Collection[EmployerId], environment: Environment) -> list[Entity]:
    nsso = {number for employer in employers for number in (employer.nsso, employer.provisional_nsso) if number}
    company = {employer.company for employer in employers if employer.company}
    return list(
        Entity.objects.filter(
            Q(nsso_number__in=nsso) | Q(company_number__in=company),
            environment=environment,
            state=EntityState.ACTIVE,
            valid_until__isnull=True,
        ),
    )


def covered_entities(
    declaring_company: str,
    *,
    environment: Environment,
    service_group: str,
    at: datetime,
) -> frozenset[int]:
    """Return the ids of the declaring entity and of everyone whose mandate it holds in the quarter of `at`.

    Empty when the entity of that company number is not active in the environment. Two queries.
    """
    declaring = Entity.objects.filter(
        environment=environment,
        company_number=declaring_company,
        state=EntityState.ACTIVE,
        valid_until__isnull=True,
    ).first()
    if declaring is None:
        return frozenset()
    quarter = str(Quarter.of(brussels_date(at)))
    principals = Mandate.objects.filter(
        Q(to_quarter="") | Q(to_quarter__gte=quarter),
        environment=environment,
        mandatary=declaring,
        service_group=service_group,
        state=MandateState.ACTIVE,
        valid_until__isnull=True,
        from_quarter__lte=quarter,
    ).values_list("principal_id", flat=True)
    return frozenset({declaring.pk, *principals})
