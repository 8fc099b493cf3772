"""Say whether a registered check-in lacks its check-out, or a check-out its check-in, and when the other one may have been."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Self

from domain.checkins.codes import Remark
from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import EventType
from domain.environments import Environment
from registers.checkins.event_reading import Concerned, read_around
from registers.checkins.models import Presence
from registers.checkins.worker_days import Clocking, fold

_MINUTE = timedelta(minutes=1)


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

    `unbegun` are the receipt numbers of the check-outs that ended nothing, though a check-in may stand before them: one that
    was made twice, the first time too long ago.
    """

    event: Clocking
    there: Sequence[Clocking]
    unbegun: frozenset[int]
    limits: DayLimits

    @classmethod
    def read(cls, row: Presence, *, limits: DayLimits, at: datetime) -> Self:
        """Read what bears on the newest version of an event, and on the other one wherever it may have been; one query.

        Nobody is locked: what comes meanwhile is told to whoever decides on the request.
        """
        own = clocking_of_row(row)
        reach = limits.longest_open if own.type is EventType.IN else -limits.longest_open
        concerned = {row.person_id: Concerned(instants=[own.at, own.at + reach])}
        bearing = read_around(concerned, environment=Environment(row.environment), limits=limits)[row.person_id].bearing
        return cls.among(bearing, own, limits=limits, at=at)

    @classmethod
    def among(cls, bearing: Sequence[Clocking], own: Clocking, *, limits: DayLimits, at: datetime) -> Self:
        """Return it out of the events of the person that bear on it, of which it is one."""
        folded = fold(bearing, limits=limits, at=at)
        return cls(
            own,
            [one for one in bearing if one.spot == own.spot and one.number != own.number],
            frozenset(one.number for one in bearing if Remark.OUT_WITHOUT_IN in folded.remarks_of(one.number)),
            limits,
        )

    @property
    def is_alone(self) -> bool:
        """Whether the other one is missing: it may have been in the minute beside the event, whatever lies farther off.

        Minutes are what people name, and who taps twice in one lacks nothing. So also at the first of two check-ins that one check-out ended, and at the second of two that none ended: the fold
        makes one spell of both.
        """
        return self.misfit(self._minute) is None

    def minutes_of_check_in(self) -> tuple[datetime, datetime] | None:
        """Return the first and the last minute in which the check-in was that a check-out lacks; None where it lacks none.

        It may have been in each one between: the nearest other event of the spot lies before them all.
        """
        if not self.is_alone:
            return None
        earliest = max([self.event.at - self.limits.longest_open, *(one.at for one in self._from_here())])
        minute = _minute_of(earliest)
        return minute if minute == earliest else minute + _MINUTE, self._minute

    def misfit(self, at: datetime) -> tuple[Misfit, Clocking] | None:
        """Return why the missing event was not at that instant, and which event says so; None where it may have been.

        A check-in that was made twice parts nothing: a check-out after the second one ends what the first one began.
        """
        if self._sign * (at - self.event.at).total_seconds() <= 0:
            return Misfit.WRONG_SIDE, self.event
        if abs(at - self.event.at) > self.limits.longest_open:
            return Misfit.TOO_FAR, self.event
        for one in self._from_here():
            is_beyond = self._sign * (one.at - at).total_seconds() >= 0
            if one.type is not self.event.type:
                return None if is_beyond and self._is_apart_from(one) else (Misfit.REGISTERED, one)
            if is_beyond:
                return None  # what lies there belongs to this one
            if one.type is EventType.OUT:
                return Misfit.PARTED, one
        return None

    @property
    def _minute(self) -> datetime:
        """The minute beside the event on the side of the missing one."""
        minute = _minute_of(self.event.at)
        is_before = self.event.type is EventType.OUT and minute < self.event.at
        return minute if is_before else minute + self._sign * _MINUTE

    @property
    def _sign(self) -> int:
        """On which side of the event the missing one was."""
        return 1 if self.event.type is EventType.IN else -1

    def _is_apart_from(self, other: Clocking) -> bool:
        """Whether one of both is the check-out, and ended nothing."""
        left = other if other.type is EventType.OUT else self.event
        return left.number in self.unbegun

    def _from_here(self) -> list[Clocking]:
        """Return the others on the side of the missing one, the nearest first, as far as work may last."""
        own, reach = self.event.at, self.limits.longest_open
        if self.event.type is EventType.IN:
            return sorted(one for one in self.there if own < one.at <= own + reach)
        return sorted((one for one in self.there if own - reach <= one.at < own), reverse=True)


def _minute_of(instant: datetime) -> datetime:
    return instant.replace(second=0, microsecond=0)


def clocking_of_row(row: Presence) -> Clocking:
    """Return the event of a registration as the fold sees it; ValueError for a day."""
    if row.event_at is None:
        message = f"registration {row.number} is no event"
        raise ValueError(message)
    return Clocking(row.event_at.astimezone(UTC), row.number, EventType(row.event_type), row.employer, row.work_place)
