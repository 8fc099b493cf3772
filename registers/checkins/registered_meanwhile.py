"""Tell whether what a request says is missing was registered since it was asked for: by a late phone, or by another request."""

from collections.abc import Iterable

from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import EventType
from domain.configuration_refusals import ConfigurationRefusedError
from registers.checkins.event_reading import PersonHistory
from registers.checkins.records import PresenceRecord
from registers.checkins.worker_days import Clocking


class RegisteredMeanwhileError(ConfigurationRefusedError):
    """A registration says already what a request asks for; `number` is its receipt number."""

    def __init__(self, what: str, *, number: int) -> None:
        super().__init__(
            what,
            next_step="Reject the request: what is wrong with that registration is corrected by a request of its own.",
        )
        self.number = number


def require_missing(fresh: PresenceRecord, event: Clocking, history: PersonHistory, *, limits: DayLimits) -> None:
    """Raise RegisteredMeanwhileError where another event fills the gap of the missing one and came after it was asked for.

    A check-out fills the gap after the last check-in before it, whatever minute it names; a check-in the gap before the
    next check-out. One that stood there when it was asked for was known then, and stands in nobody's way.
    """
    there = [one for one in history.bearing if one.spot == event.spot and one.number != event.number]
    filling = _filling(event, there, limits=limits)
    known = None if filling is None else history.record_of(filling.number)
    if known is not None and known.created_at > fresh.received_at:
        kind = "check-out" if event.type is EventType.OUT else "check-in"
        raise RegisteredMeanwhileError(
            f"No {kind} is missing any more: registration {known.number} is one, and came after the request.",
            number=known.number,
        )


def _filling(event: Clocking, there: Iterable[Clocking], *, limits: DayLimits) -> Clocking | None:
    """Return what follows the check-in that a missing check-out ends, if it is a check-out; backwards for a check-in."""
    sign = 1 if event.type is EventType.OUT else -1
    way = sorted(there, key=lambda one: sign * one.at.timestamp())
    before = [one for one in way if sign * (event.at - one.at).total_seconds() >= 0 and one.type is not event.type]
    if not before or abs(event.at - before[-1].at) > limits.longest_open:
        return None
    after = way[way.index(before[-1]) + 1 :]
    if not after or after[0].type is not event.type or abs(after[0].at - before[-1].at) > limits.longest_open:
        return None
    return after[0]
