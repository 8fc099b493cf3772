"""For whom an entity declared at an instant: itself, and everyone whose mandate it held then."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Subquery

from domain.brussels import brussels_date
from domain.environments import Environment
from domain.quarters import Quarter
from registers.access.models import Entity, Mandate, was_active


class HeldMandate(NamedTuple):
    """A mandate as far as it decides who may declare: its quarters, and the instants between which it was in force.

    `principal_company` is the principal's company number, empty where none is known.
    """

    principal_id: int
    from_quarter: str
    to_quarter: str
    in_force_from: datetime | None
    valid_until: datetime | None
    principal_company: str

    def holds(self, quarter: str, at: datetime) -> bool:
        """Whether it was in force at `at`, which lies in `quarter`."""
        has_begun = self.in_force_from is not None and self.in_force_from <= at
        is_in_force = has_begun and (self.valid_until is None or at < self.valid_until)
        return is_in_force and self.from_quarter <= quarter and (not self.to_quarter or quarter <= self.to_quarter)


_HELD = (
    *("principal_id", "from_quarter", "to_quarter", "in_force_from", "valid_until"),
    "principal__company_number",
)
"""What makes a HeldMandate."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """The declaring entity, None where there is no such, and the mandates that it held, by the principal's id."""

    declaring: Entity | None
    mandates: Mapping[int, Sequence[HeldMandate]]

    def among(self, entity_ids: Iterable[int], *, at: datetime) -> frozenset[int]:
        """Return which of the entities it declared for at `at`; none while it was not active."""
        if self.declaring is None or not self.declaring.was_active(at):
            return frozenset()
        quarter = str(Quarter.of(brussels_date(at)))
        return frozenset(
            one
            for one in entity_ids
            if one == self.declaring.pk or any(held.holds(quarter, at) for held in self.mandates.get(one, ()))
        )

    def everyone(self, *, at: datetime) -> frozenset[int]:
        """Return everyone it declared for at `at`, itself among them."""
        return self.among([*self.mandates, *([] if self.declaring is None else [self.declaring.pk])], at=at)


def read_coverage(declaring_company: str, *, environment: Environment, service_group: str, since: datetime) -> Coverage:
    """Return for whom the entity of that company number declared at any instant from `since` on; two queries."""
    declaring = _living(declaring_company, environment=environment, since=since).first()
    if declaring is None:
        return Coverage(None, {})
    rows = _mandates(Q(mandatary=declaring), environment=environment, service_group=service_group, since=since)
    mandates = defaultdict(list)
    for row in rows.values_list(*_HELD):
        mandates[row[0]].append(HeldMandate(*row))
    return Coverage(declaring, mandates)


def companies_mandating(
    companies: Collection[str], *, environment: Environment, service_group: str, at: datetime
) -> dict[str, frozenset[str]]:
    """Return, for each of the declaring companies, the numbers of those who mandated it at `at`; one query, none for none."""
    if not companies:
        return {}
    declaring = Q()
    for company in sorted(companies):
        living = _living(company, environment=environment, since=at)
        declaring |= Q(mandatary_id=Subquery(living.values("pk")[:1]))
    of_declaring = "mandatary__company_number", "mandatary__state", "mandatary__state_since", "mandatary__stopped_at"
    rows = _mandates(declaring, environment=environment, service_group=service_group, since=at)
    mandating: dict[str, set[str]] = {company: set() for company in companies}
    quarter = str(Quarter.of(brussels_date(at)))
    for company, state, since, stopped_at, *held in rows.values_list(*of_declaring, *_HELD):
        mandate = HeldMandate(*held)
        if mandate.holds(quarter, at) and was_active(state, since, stopped_at, at=at):
            mandating[company].add(mandate.principal_company)
    return {company: frozenset(found) - {""} for company, found in mandating.items()}


def _living(company: str, *, environment: Environment, since: datetime) -> QuerySet[Entity]:
    """Return the entities of that company number that lived since then, the one that ends first at the head."""
    lives = Q(valid_until__isnull=True) | Q(valid_until__gt=since)
    rows = Entity.objects.filter(lives, environment=environment, company_number=company)
    return rows.order_by(F("valid_until").asc(nulls_last=True))


def _mandates(held_by: Q, *, environment: Environment, service_group: str, since: datetime) -> QuerySet[Mandate]:
    return Mandate.objects.filter(
        held_by,
        Q(valid_until__isnull=True) | Q(valid_until__gt=since),
        Q(to_quarter="") | Q(to_quarter__gte=str(Quarter.of(brussels_date(since)))),
        environment=environment,
        service_group=service_group,
        in_force_from__isnull=False,
    )


def covered_entities(
    declaring_company: str,
    *,
    environment: Environment,
    service_group: str,
    at: datetime,
) -> frozenset[int]:
    """Return the ids of the declaring entity and of everyone whose mandate it held at `at`, as things stood then.

    What was received is judged as of its reception: who ends a mandate, or is suspended, afterwards takes nothing back.
    Empty when the entity of that company number was not active in the environment. Two queries.
    """
    return read_coverage(declaring_company, environment=environment, service_group=service_group, since=at).everyone(
        at=at
    )
