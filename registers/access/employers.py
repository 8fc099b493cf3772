"""Who an employer number names, whether it was active, and whether a sender's entity may declare for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from domain.access.qualities import Quality
from domain.environments import Environment
from domain.student_declarations import EmployerId
from registers.access.models import Entity, EntityQuality, RegistrationNumber, was_active

DIMONA_GROUP = "DIMONA"
_NSSO_DIGITS = 9
_PROVISIONAL_DIGITS = 10


@dataclass(frozen=True, slots=True)
class EmployerStanding:
    """A known employer, whether the declaring entity may speak for it, and whether it is active."""

    entity_id: int
    is_covered: bool
    is_active: bool = True


class NamedEntity(NamedTuple):
    """An entity as its numbers name it; `nsso` is the registration number that named it, which may be a former one."""

    pk: int
    nsso: str
    company: str
    state: str
    state_since: datetime | None
    stopped_at: datetime | None
    is_authority: bool

    def was_active(self, at: datetime) -> bool:
        """Whether it was active at `at`."""
        return was_active(self.state, self.state_since, self.stopped_at, at=at)


def find_employers(
    employers: Collection[EmployerId],
    *,
    environment: Environment,
    covered: Collection[int],
    at: datetime,
) -> dict[EmployerId, EmployerStanding]:
    """Return what is known of each employer as of `at`; a number that names no entity is left out. One query.

    `covered` holds the ids of the entities that the sender may declare for. Where both numbers are given, the
    registration number prevails, but for a province or local authority the company number (student declarations §1.3).
    """
    named = name_employers(employers, environment=environment)
    return {
        employer: EmployerStanding(entity.pk, entity.pk in covered, entity.was_active(at))
        for employer, entity in named.items()
    }


def name_employers(employers: Collection[EmployerId], *, environment: Environment) -> dict[EmployerId, NamedEntity]:
    """Return the entity that each employer's numbers name, as the register names it now. One query."""
    entities = _read_entities(employers, environment)
    by_nsso = {entity.nsso: entity for entity in entities if entity.nsso}
    by_company = {entity.company: entity for entity in entities}
    named = {employer: _named(employer, by_nsso, by_company) for employer in employers}
    return {employer: entity for employer, entity in named.items() if entity is not None}


def _named(
    employer: EmployerId, by_nsso: Mapping[str, NamedEntity], by_company: Mapping[str, NamedEntity]
) -> NamedEntity | None:
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


def _read_entities(employers: Collection[EmployerId], environment: Environment) -> list[NamedEntity]:
    nsso = {number for employer in employers for number in (employer.nsso, employer.provisional_nsso) if number}
    company = {employer.company for employer in employers if employer.company}
    by_nsso = _rows(
        RegistrationNumber.objects.filter(environment=environment, number__in=nsso, entity__valid_until__isnull=True),
        ("entity_id", "number"),
        of="entity__",
    )
    by_company = _rows(
        Entity.objects.filter(environment=environment, company_number__in=company, valid_until__isnull=True),
        ("pk", "nsso_number"),
    )
    return [NamedEntity(*row) for row in by_nsso.union(by_company, all=True)]


def _rows(found: QuerySet[Any], names: tuple[str, str], *, of: str = "") -> QuerySet[Any]:
    """Return the columns of NamedEntity, whose first two are `names`; `of` leads from the rows to the entity."""
    authorities = EntityQuality.objects.filter(
        entity=OuterRef(names[0]), quality=Quality.LOCAL_AUTHORITY, valid_until__isnull=True
    )
    standing = ("company_number", "state", "state_since", "stopped_at")
    return found.values_list(*names, *(f"{of}{column}" for column in standing), Exists(authorities))
