"""Tell which requests for corrections are of the same event, which stands in the register or is missing (P305, P306, §2.3)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import CorrectionState, EventType
from domain.environments import Environment
from registers.checkins.event_reading import Concerned, read_around
from registers.checkins.models import Correction
from registers.checkins.records import PresenceRecord
from registers.checkins.worker_days import Clocking

_PENDING = [state for state in CorrectionState if state.is_pending]
_CAME_TO_NOTHING = (CorrectionState.REJECTED, CorrectionState.WITHDRAWN, CorrectionState.EXPIRED)
_Gap: TypeAlias = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class MissingOne:
    """An event that somebody says is missing: whose, for whom, where, of which kind and when (UTC).

    `request` is the number of the request that says so; empty for one that is being made.
    """

    person_id: int
    employer: str
    work_place: str
    type: EventType
    at: datetime
    request: str = ""

    @property
    def spot(self) -> tuple[str, str]:
        """For whom and where."""
        return self.employer, self.work_place


@dataclass(frozen=True, slots=True)
class Unended:
    """A check-in that no check-out followed: its receipt number, whose, for whom, where and when (UTC)."""

    number: int
    person_id: int
    employer: str
    work_place: str
    at: datetime

    @property
    def event(self) -> Clocking:
        """The same as the fold of a day sees it."""
        return Clocking(self.at.astimezone(UTC), self.number, EventType.IN, self.employer, self.work_place)


@dataclass(slots=True)
class PendingCorrections:
    """What is asked for already and not decided: known events by their number, with its request, and events that are missing.

    A missing check-out is the one after a check-in, whatever minute is named, and a missing check-in the one before a
    check-out, as long as a spell of work may last; between them lies no event, asked for or registered, that parts them.
    `rows` is all that was read of each person, with the versions that were corrected since. `asked_for` says of whose
    staff each request that waits is; empty for a self-employed person's own.
    """

    limits: DayLimits
    events: Mapping[int, Sequence[Clocking]]
    targets: dict[int, str] = field(default_factory=dict)
    missing: dict[int, list[MissingOne]] = field(default_factory=lambda: defaultdict(list))
    rows: Mapping[int, Sequence[PresenceRecord]] = field(default_factory=dict)
    asked_for: Mapping[str, str] = field(default_factory=dict)

    def registered_as(self, asked: MissingOne) -> PresenceRecord | None:
        """Return the registration that takes the very place of the missing event: its newest version, or else an earlier one."""
        there = [row for row in self.rows.get(asked.person_id, ()) if _is_of(row, asked)]
        return max(there, key=lambda row: row.is_newest, default=None)

    def of_target(self, number: int) -> str | None:
        """Return the request that asks for something of the registration; None for none, empty for one that is being made."""
        return self.targets.get(number)

    def of_missing(self, asked: MissingOne) -> str | None:
        """Return the same of the missing event, at this instant or another."""
        gap = self._gap(asked)
        return next((one.request for one in self.missing[asked.person_id] if self._gap(one) == gap), None)

    def is_beside(self, one: MissingOne, event: Clocking) -> bool:
        """Whether the missing one is asked for beside that event of its person: who asks for that gap again is refused."""
        return one.spot == event.spot and one.type is not event.type and self._beside(one) == event.at

    def _gap(self, one: MissingOne) -> _Gap:
        """Return what tells a gap from others: the event beside it, or its own instant where there is none."""
        nearest = self._beside(one)
        return one.spot, one.type, *(("at", one.at) if nearest is None else ("beside", nearest))

    def _beside(self, one: MissingOne) -> datetime | None:
        """Return when the check-in was that a missing check-out ends, or the other way round; None where there is none."""
        known = self.events.get(one.person_id, ())
        there = [(each.at, each.type) for each in known if each.spot == one.spot]
        asked = self.missing[one.person_id]
        there += [(each.at, each.type) for each in asked if each.spot == one.spot and each.type is not one.type]
        if one.type is EventType.OUT:
            nearest = max((each for each in there if each[0] <= one.at), default=None)
        else:
            nearest = min((each for each in there if each[0] >= one.at), default=None)
        if nearest is None or nearest[1] is one.type or abs(one.at - nearest[0]) > self.limits.longest_open:
            return None
        return nearest[0]


def read_pending(
    person_ids: Collection[int], asked: Iterable[MissingOne], *, environment: Environment, limits: DayLimits
) -> PendingCorrections:
    """Return what waits of those persons, who are locked, and their events around what is asked for now.

    One query, and another one where something is missing.
    """
    rows = list(Correction.objects.filter(environment=environment, state__in=_PENDING, person_id__in=person_ids))
    missing = [
        _missing_one(row, row.corrected_at) for row in rows if row.target is None and row.corrected_at is not None
    ]
    concerned: dict[int, Concerned] = {}
    for one in (*missing, *asked):
        concerned.setdefault(one.person_id, Concerned()).instants.append(one.at)
    histories = read_around(concerned, environment=environment, limits=limits)
    pending = PendingCorrections(
        limits,
        {person: history.bearing for person, history in histories.items()},
        {row.target: row.number for row in rows if row.target is not None},
        rows={person: history.records for person, history in histories.items()},
        asked_for={row.number: row.staffed_by if row.asked_for else "" for row in rows},
    )
    for one in missing:
        pending.missing[one.person_id].append(one)
    return pending


def find_beside(
    event: Clocking, there: Sequence[Clocking], waiting: Iterable[Correction], *, limits: DayLimits
) -> Correction | None:
    """Return which request asks for what is missing beside the event, so that another one is refused; None for none.

    `there` are the events around it, `waiting` the requests of its person for what is missing at its spot, of both kinds:
    what is asked for parts gaps too.
    """
    missing = [(row, _missing_one(row, row.corrected_at)) for row in waiting if row.corrected_at is not None]
    pending = PendingCorrections(limits, {row.person_id: [event, *there] for row, _ in missing})
    for row, one in missing:
        pending.missing[row.person_id].append(one)
    return next((row for row, one in missing if pending.is_beside(one, event)), None)


def outs_asked_for(
    unended: Collection[Unended], among: Iterable[Correction], *, environment: Environment, limits: DayLimits
) -> frozenset[int]:
    """Return after which check-ins the check-out is asked for and not decided, by receipt number.

    It is looked for `among` what `missing_asked_for` found of their persons. One query, none where nothing waits.
    """
    waiting = {row.number: row for row in among}
    return frozenset(_outs_among(waiting.values(), unended, environment=environment, limits=limits))


def last_outs_asked_for(
    unended: Collection[Unended], *, environment: Environment, limits: DayLimits
) -> Mapping[int, Correction]:
    """Return the request for the check-out after each check-in that waits, else the one that came to nothing last.

    Two queries, one where nothing was asked for, none for no check-in.
    """
    if not unended:
        return {}
    rows = Correction.objects.filter(
        environment=environment,
        employer__in={one.employer for one in unended},
        person_id__in={one.person_id for one in unended},
        target=None,
        state__in=[*_PENDING, *_CAME_TO_NOTHING],
    )
    asked = _outs_among(rows, unended, environment=environment, limits=limits)
    return {number: max(rows, key=_standing) for number, rows in asked.items()}


def _standing(row: Correction) -> tuple[bool, datetime]:
    return CorrectionState(row.state).is_pending, row.decided_at or row.asked_at


def _outs_among(
    rows: Iterable[Correction], unended: Collection[Unended], *, environment: Environment, limits: DayLimits
) -> dict[int, list[Correction]]:
    """Return those for the check-out after each check-in that has one, as `PendingCorrections` says."""
    missing = [(row, _missing_one(row, row.corrected_at)) for row in rows if row.corrected_at is not None]
    asked = [(row, one, _not_far_before(one, unended, limits=limits)) for row, one in missing]
    asked = [(row, one, before) for row, one, before in asked if one.type is EventType.OUT and before]
    concerned: dict[int, Concerned] = {}
    for _, one, _ in asked:
        concerned.setdefault(one.person_id, Concerned()).instants.append(one.at)
    histories = read_around(concerned, environment=environment, limits=limits)
    pending = PendingCorrections(limits, {person: history.bearing for person, history in histories.items()})
    for row, one in missing:
        if CorrectionState(row.state).is_pending:
            pending.missing[one.person_id].append(one)
    found: dict[int, list[Correction]] = defaultdict(list)
    for row, one, before in asked:
        for each in before:
            if pending.is_beside(one, each.event):
                found[each.number].append(row)
    return found


def _not_far_before(one: MissingOne, unended: Iterable[Unended], *, limits: DayLimits) -> list[Unended]:
    """Return the check-ins of its person for its employer at its place, so long before it as work may last."""
    return [
        each
        for each in unended
        if (each.person_id, each.employer, each.work_place) == (one.person_id, *one.spot)
        and each.at <= one.at <= each.at + limits.longest_open
    ]


def _is_of(row: PresenceRecord, asked: MissingOne) -> bool:
    return (row.event_at, row.event_type, row.employer, row.work_place) == (asked.at, asked.type, *asked.spot)


def _missing_one(row: Correction, at: datetime) -> MissingOne:
    return MissingOne(row.person_id, row.employer, row.work_place, EventType(row.event_type), at, row.number)
