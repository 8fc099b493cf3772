"""The event that a request for a correction is about, known or missing, and whose it is to ask for."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Self

from domain.checkins.items import CorrectionRequest
from domain.checkins.vocabulary import Capacity, EventType, Sector
from registers.checkins.bringers import company_concerned
from registers.checkins.context import IntakeContext
from registers.checkins.pending_corrections import MissingOne, PendingCorrections
from registers.checkins.records import PresenceRecord, is_company
from registers.checkins.within_spells import Begun, begun_before
from registers.checkins.worker_days import Clocking


@dataclass(frozen=True, slots=True)
class Target:
    """The event that is asked about, known or missing: whose, for whom, where, of which day.

    Of one of no company here, `brought_for` is the company for which that person was brought; of a missing one, one of those
    for which the caller acts, where he was brought there for it and for the same employer.
    """

    number: int | None
    person_id: int
    identifier_id: int
    employer: str
    brought_for: str
    work_place: str
    event_type: str
    registration_date: date
    sector: Sector | None
    is_self_employed: bool

    @classmethod
    def of(cls, record: PresenceRecord) -> Self:
        """Return what a request for this registration is about."""
        return cls(
            record.number,
            record.person_id,
            record.identifier_id,
            record.employer,
            company_concerned(record),
            record.work_place,
            record.event_type,
            record.registration_date,
            Sector(record.sector) if record.sector else None,
            record.known_capacity == Capacity.SELF_EMPLOYED,
        )

    def principal_of(self, asked_for: str | None) -> str | None:
        """Return for whom the person was brought whom no company here employs; None where that is the company that asks."""
        is_another = asked_for is not None and not is_company(self.employer) and self.brought_for != asked_for
        return self.brought_for if is_another else None

    def in_the_sector_of(self, begun: Begun) -> Self:
        """Return it, where it is missing, in the sector in which its spell began: the last day to ask follows from it."""
        return self if self.number is not None else replace(self, sector=begun.sector)

    def missing_one(self, item: CorrectionRequest) -> MissingOne | None:
        """Return the event that is asked for as missing; None for one that stands in the register."""
        if self.number is not None or item.corrected_at is None:
            return None
        at = item.corrected_at.astimezone(UTC)
        return MissingOne(self.person_id, self.employer, self.work_place, EventType(self.event_type), at)


def placed_one(item: CorrectionRequest, target: Target, record: PresenceRecord | None) -> MissingOne | None:
    """Return the event as the request puts it at a work place, a missing one or another's; None where it stays at its own."""
    if record is None or item.corrected_work_place is None:
        return target.missing_one(item)
    if record.event_at is None:
        return None
    at = (item.corrected_at or record.event_at).astimezone(UTC)
    return MissingOne(target.person_id, target.employer, item.corrected_work_place, EventType(target.event_type), at)


def begun_before_it(
    item: CorrectionRequest,
    target: Target,
    record: PresenceRecord | None,
    pending: PendingCorrections,
    *,
    at: datetime,
) -> Begun | None:
    """Return how the spell began that the event goes on with where the request puts it; None where it begins one."""
    placed = placed_one(item, target, record)
    if placed is None:
        return None
    event = Clocking(placed.at, target.number or 0, placed.type, *placed.spot)
    others = [one for one in pending.events.get(target.person_id, ()) if one.number != target.number]
    return begun_before(event, others, pending.rows.get(target.person_id, ()), limits=pending.limits, at=at)


def is_own(target: Target, *, companies: Collection[str], context: IntakeContext) -> bool:
    """Whether it concerns the caller's own staff, or that of who mandated it, or a self-employed caller himself.

    Who was registered for a company for a firm abroad, or by a Limosa number alone, is of its own staff.
    """
    if context.by.enterprise_number is None:
        return context.by.person_id == target.person_id and target.is_self_employed
    if not is_company(target.employer):
        return target.brought_for in companies
    return target.employer in companies
