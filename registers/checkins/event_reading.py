"""Read what persons registered around some instants, as far as it bears on what changes; persons are locked by then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from domain.brussels import BRUSSELS, brussels_date
from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import EventType, PresenceKind
from domain.environments import Environment
from registers.checkins.records import PresenceRecord, read_records
from registers.checkins.windows import Known, bearing_on, widened
from registers.checkins.worker_days import Clocking

_OF_PERSONS = "person_id = ANY(%s::bigint[]) AND registration_date BETWEEN %s::date AND %s::date"


@dataclass(slots=True)
class Concerned:
    """A person and what is to happen to him: instants of events (UTC) and days of presences."""

    instants: list[datetime] = field(default_factory=list)
    days: set[date] = field(default_factory=set)

    @property
    def first(self) -> date:
        """The first day concerned."""
        return min([*self.days, *map(brussels_date, self.instants)])

    @property
    def last(self) -> date:
        """The last day concerned."""
        return max([*self.days, *map(brussels_date, self.instants)])


@dataclass(frozen=True, slots=True)
class PersonHistory:
    """What was read of one person: every row, and the living events that bear on the instants concerned."""

    records: Sequence[PresenceRecord]
    bearing: Sequence[Clocking]

    def record_of(self, number: int) -> PresenceRecord | None:
        """Return the newest version that was read of a registration."""
        return next((one for one in self.records if one.number == number and one.is_newest), None)

    def by_number(self) -> dict[int, PresenceRecord]:
        """Return the newest version that was read of each registration, for who looks at many."""
        return {one.number: one for one in self.records if one.is_newest}


def read_around(
    concerned: Mapping[int, Concerned], *, environment: Environment, limits: DayLimits
) -> dict[int, PersonHistory]:
    """Return what each person registered around what is to happen; one query, more only for those who hardly ever rest."""
    found: dict[int, PersonHistory] = {}
    waiting, attempt = dict(concerned), 0
    while waiting:
        first, last = widened(
            min(one.first for one in waiting.values()), max(one.last for one in waiting.values()), attempt=attempt
        )
        records = _read_by_person(list(waiting), first, last, environment=environment)
        for person, one in list(waiting.items()):
            rows = records.get(person, [])
            bearing = _bearing(rows, one, first=first, last=last, limits=limits)
            if bearing is not None:
                found[person] = PersonHistory(rows, bearing)
                del waiting[person]
        attempt += 1
    return found


def clocking_of(record: PresenceRecord) -> Clocking:
    """Return the event of a row as the fold sees it."""
    if record.event_at is None:
        message = f"registration {record.number} is no event"
        raise ValueError(message)
    return Clocking(
        record.event_at.astimezone(UTC),
        record.number,
        EventType(record.event_type),
        record.employer,
        record.work_place,
    )


def folded_events(rows: Sequence[PresenceRecord]) -> list[Clocking]:
    """Return the events among the rows as the fold sees them, in their order: the newest versions, and no doubles."""
    events = [row for row in rows if row.kind == PresenceKind.EVENT and row.is_newest]
    doubled = doubles_among(events, beside=rows)
    return sorted(clocking_of(row) for row in events if row.number not in doubled)


def doubles_among(rows: Iterable[PresenceRecord], *, beside: Iterable[PresenceRecord]) -> frozenset[int]:
    """Return the receipt numbers of those that say again what another registration of the person says, since two were one.

    They stand without their place (`merging`), as a version does that came back to where an earlier one of its own stands:
    that one is no double, and found among the rows `beside`.
    """
    own = {(row.number, row.key) for row in beside if row.slot == 0}
    return frozenset(
        row.number for row in rows if row.slot != 0 and not row.is_cancelled and (row.number, row.key) not in own
    )


def _read_by_person(
    person_ids: list[int], first: date, last: date, *, environment: Environment
) -> dict[int, list[PresenceRecord]]:
    by_person: dict[int, list[PresenceRecord]] = {}
    for record in read_records(_OF_PERSONS, [person_ids, first, last], environment=environment):
        by_person.setdefault(record.person_id, []).append(record)
    return by_person


def _bearing(
    rows: Sequence[PresenceRecord], concerned: Concerned, *, first: date, last: date, limits: DayLimits
) -> Sequence[Clocking] | None:
    if not concerned.instants:
        return ()
    known = Known(folded_events(rows), _beginning(first), _end(last))
    return bearing_on(known, min(concerned.instants), max(concerned.instants), limits=limits)


def _beginning(day: date) -> datetime:
    """Return the first instant of the day in Brussels; of the first day of all calendars, its own midnight."""
    midnight = datetime.combine(day, time(), tzinfo=UTC if day == date.min else BRUSSELS)
    return midnight.astimezone(UTC)


def _end(day: date) -> datetime:
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return _beginning(day + timedelta(days=1))
