"""Who an employer number names, and whether a sender's entity may declare for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from domain.access.qualities import Quality
from domain.brussels import brussels_date
from domain.environments import Environment
from domain.quarters import Quarter
from domain.student_declarations import EmployerId
from registers.access.models import Entity, EntityQuality, EntityState, Mandate, MandateState

DIMONA_GROUP = "DIMONA"
_NSSO_DIGITS = 9
_PROVISIONAL_DIGITS = 10


@dataclass(frozen=True, slots=True)
class EmployerStanding:
    """A known employer, whether the declaring entity may speak for it, and whether it is active."""

    entity_id: int
    is_covered: bool
    is_active: bool = True


class _Numbered(NamedTuple):
    """An entity as its numbers name it."""

    pk: int
    nsso: str
    company: str
    state: str
    is_authority: bool


def find_employers(
    employers: Collection[EmployerId],
    *,
    environment: Environment,
    covered: Collection[int],
) -> dict[EmployerId, EmployerStanding]:
    """Return what is known of each employer; a number that names no entity is left out. One query.

    `covered` holds the ids of the entities that the sender may declare for. Where both numbers are given, the
    registration number prevails, but for a province or local authority the company number (student declarations §1.3).
    """
    entities = _read_entities(employers, environment)
    by_nsso = {entity.nsso: entity for entity in entities if entity.nsso}
    by_company = {entity.company: entity for entity in entities}
    standings = {}
    for employer in employers:
        entity = _named(employer, by_nsso, by_company)
        if entity is not None:
            is_active = entity.state == EntityState.ACTIVE
            standings[employer] = EmployerStanding(entity.pk, entity.pk in covered, is_active)
    return standings


def _named(
    employer: EmployerId, by_nsso: Mapping[str, _Numbered], by_company: Mapping[str, _Numbered]
) -> _Numbered | None:
    nsso, company = employer.nsso or employer.provisional_nsso, by_company.get(employer.company or "")
    if not nsso or (company is not None and company.is_authority):
        return company
    return by_nsso.get(nsso)


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


def _read_entities(employers: Collection[EmployerId], environment: Environment) -> list[_Numbered]:
    nsso = {number for employer in employers for number in (employer.nsso, employer.provisional_nsso) if number}
    company = {employer.company for employer in employers if employer.company}
    authorities = EntityQuality.objects.filter(
        entity=OuterRef("pk"), quality=Quality.LOCAL_AUTHORITY, valid_until__isnull=True
    )
    rows = Entity.objects.filter(
        Q(nsso_number__in=nsso) | Q(company_number__in=company), environment=environment, valid_until__isnull=True
    ).values_list("pk", "nsso_number", "company_number", "state", Exists(authorities))
    return [_Numbered(*row) for row in rows]


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
