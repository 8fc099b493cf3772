"""Say whether a registered check-in lacks its check-out, or a check-out its check-in, and when the other one may have been."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Self

from domain.checkins.codes import Remark
from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import EventType
from domain.environments import Environment
from registers.checkins.event_reading import Concerned, read_around
from registers.checkins.models import Presence
from registers.checkins.worker_days import Clocking, fold


class Misfit(Enum):
    """Why an instant is none of the event that is missing beside another."""

    WRONG_SIDE = auto()
    """A check-out is after its check-in."""
    TOO_FAR = auto()
    """Work lasts no longer than `DayLimits.longest_open`."""
    REGISTERED = auto()
    """The other one is registered: at another instant than was meant, perhaps."""
    PARTED = auto()
    """A check-out lies between, which ends what the missing check-in would begin."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A registered event, and those of the person around it for the same employer at the same work place.

    It `is_alone` where the other one is missing: nothing ended what it began, or nothing began what it ended.
    """

    event: Clocking
    there: Sequence[Clocking]
    is_alone: bool
    limits: DayLimits

    @classmethod
    def read(cls, row: Presence, *, limits: DayLimits, at: datetime) -> Self:
        """Read what bears on the newest version of an event, and on the other one wherever it may have been; one query.

        Nobody is locked: what comes meanwhile is told to whoever decides on the request.
        """
        own = _clocking_of(row)
        reach = limits.longest_open if own.type is EventType.IN else -limits.longest_open
        concerned = {row.person_id: Concerned(instants=[own.at, own.at + reach])}
        bearing = read_around(concerned, environment=Environment(row.environment), limits=limits)[row.person_id].bearing
        return cls(
            own,
            [one for one in bearing if one.spot == own.spot and one.number != own.number],
            _is_alone(own, bearing, limits=limits, at=at),
            limits,
        )

    def misfit(self, at: datetime) -> tuple[Misfit, Clocking] | None:
        """Return why the missing event was not at that instant, and which event says so; None where it may have been."""
        sign = 1 if self.event.type is EventType.IN else -1
        if sign * (at - self.event.at).total_seconds() <= 0:
            return Misfit.WRONG_SIDE, self.event
        if abs(at - self.event.at) > self.limits.longest_open:
            return Misfit.TOO_FAR, self.event
        for one in self._from_here():
            is_beyond = sign * (one.at - at).total_seconds() >= 0
            if one.type is not self.event.type:
                return None if is_beyond and self.is_alone else (Misfit.REGISTERED, one)
            if is_beyond:
                return None  # what lies there belongs to this one
            if one.type is EventType.OUT:
                return Misfit.PARTED, one
        return None

    def _from_here(self) -> list[Clocking]:
        """Return the others on the side of the missing one, the nearest first, as far as work may last."""
        own, reach = self.event.at, self.limits.longest_open
        if self.event.type is EventType.IN:
            return sorted(one for one in self.there if own < one.at <= own + reach)
        return sorted((one for one in self.there if own - reach <= one.at < own), reverse=True)


def _clocking_of(row: Presence) -> Clocking:
    if row.event_at is None:
        message = f"registration {row.number} is no event"
        raise ValueError(message)
    return Clocking(row.event_at.astimezone(UTC), row.number, EventType(row.event_type), row.employer, row.work_place)


def _is_alone(own: Clocking, bearing: Sequence[Clocking], *, limits: DayLimits, at: datetime) -> bool:
    folded = fold(bearing, limits=limits, at=at)
    if own.type is EventType.OUT:
        return Remark.OUT_WITHOUT_IN in folded.remarks_of(own.number)
    return any(spell.last_in == own.number and spell.ended_at is None for spell in folded.spells)
