"""For whom an entity declared at an instant: itself, and everyone whose mandate it held then."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Q

from domain.brussels import brussels_date
from domain.environments import Environment
from domain.quarters import Quarter
from registers.access.models import Entity, Mandate


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

    def companies(self, *, at: datetime) -> frozenset[str]:
        """Return the company numbers of those who mandated it at `at`."""
        return frozenset(self.mandates[one][0].principal_company for one in self.among(self.mandates, at=at)) - {""}


def read_coverage(declaring_company: str, *, environment: Environment, service_group: str, since: datetime) -> Coverage:
    """Return for whom the entity of that company number declared at any instant from `since` on; two queries."""
    declaring = (
        Entity.objects.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=since),
            environment=environment,
            company_number=declaring_company,
        )
        .order_by(F("valid_until").asc(nulls_last=True))
        .first()
    )
    if declaring is None:
        return Coverage(None, {})
    rows = Mandate.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=since),
        Q(to_quarter="") | Q(to_quarter__gte=str(Quarter.of(brussels_date(since)))),
        environment=environment,
        mandatary=declaring,
        service_group=service_group,
        in_force_from__isnull=False,
    ).values_list(
        "principal_id", "from_quarter", "to_quarter", "in_force_from", "valid_until", "principal__company_number"
    )
    mandates = defaultdict(list)
    for row in rows:
        mandates[row[0]].append(HeldMandate(*row))
    return Coverage(declaring, mandates)


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
