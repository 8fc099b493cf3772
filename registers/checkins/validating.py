"""Validate registrations afterwards: remarks of all sources make FAILED, none makes VALIDATED (check-in declarations §2.1).

Which source answers what is for who composes; what no source answers is not claimed. In which capacity somebody was present
is derived with it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.contrib.postgres.aggregates import ArrayAgg, BoolAnd
from django.db import transaction
from django.db.models import Min

from domain.brussels import brussels_date
from domain.checkins.codes import OFFICIAL_REMARKS, Remark
from domain.checkins.vocabulary import ClockingChannel, PresenceStatus
from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.capacities import UNKNOWN, Derivation, derive_capacities
from registers.checkins.models import RevalidationRequest
from registers.checkins.records import SELECTED, PresenceRecord, record_of, remarks_of, remarks_text
from registers.checkins.taking_turns import keep_sources
from registers.checkins.work_dates import on_work_dates

OLDEST_VALIDATED = timedelta(days=60)
"""How far back a registration that was found right is looked at again; one that was not, however old it is."""
_WAITING = "status = 'REGISTERED' AND next_date IS NULL"
_LOCKED = f"""
    SELECT {SELECTED} FROM checkins_presence WHERE environment = %s::varchar AND {{where}}
    ORDER BY registration_date, number LIMIT %s FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - our own names
_UNLOCKED = """
    SELECT number, person_id, registration_date FROM checkins_presence WHERE environment = %s::varchar AND {where}
    ORDER BY registration_date, number LIMIT %s
"""
_WRITE = """
    WITH written AS (
        UPDATE checkins_presence SET status = fresh.status, remarks = string_to_array(fresh.remarks, chr(32)),
            validated_at = CASE WHEN fresh.is_judged THEN greatest(%s::timestamptz, created_at, (
                SELECT max(step.at) + interval '1 millisecond' FROM checkins_presencestep step
                WHERE step.number = fresh.number AND step.registration_date = fresh.day
            ), remarked_at + interval '1 millisecond') ELSE validated_at END,
            derived_capacity = fresh.capacity, derived_from = fresh.source
        FROM unnest(%s::bigint[], %s::integer[], %s::date[], %s::text[], %s::text[], %s::boolean[], %s::text[], %s::text[])
            AS fresh (number, version, day, status, remarks, is_judged, capacity, source)
        WHERE checkins_presence.number = fresh.number AND checkins_presence.version = fresh.version
            AND checkins_presence.registration_date = fresh.day AND checkins_presence.environment = %s::varchar
        RETURNING checkins_presence.*, fresh.is_judged
    ), steps AS (
        INSERT INTO checkins_presencestep (environment, number, registration_date, at, status, remarks, reason, sender,
            brought_by)
        SELECT environment, number, registration_date, validated_at, status, remarks, '', '', ''
        FROM written WHERE is_judged
    )
    INSERT INTO checkins_validitynotice (environment, sender, number, registration_date, status, remarks, at)
    SELECT environment, sender, number, registration_date, status, remarks, validated_at
    FROM written WHERE is_judged AND channel = %s::varchar AND sender <> '' ORDER BY registration_date, number
"""
"""Verdicts with their steps, and what senders of files are to be told of them, at one instant.

What is judged while a run goes on was registered, judged or remarked on after the run began: its verdict lies behind that.
"""


class ValidationSource(Protocol):
    """A register that knows something about presences, such as employments or work places."""

    @property
    def answers(self) -> frozenset[Remark]:
        """The official remarks that it can give or deny; it gives no others."""
        ...

    def remarks_of(self, records: Sequence[PresenceRecord]) -> Mapping[int, Collection[Remark]]:
        """Return what it remarks, by receipt number; nothing for what is right. OutageError when it cannot be asked."""
        ...


@dataclass(frozen=True, slots=True)
class Validated:
    """How many validations there were, a registration as often as it was asked about, and how many changed status or remarks."""

    seen: int = 0
    changed: int = 0

    def __add__(self, other: "Validated") -> "Validated":
        return Validated(self.seen + other.seen, self.changed + other.changed)


def validate_waiting(
    sources: Sequence[ValidationSource], *, environment: Environment, at: datetime, limit: int = 1000
) -> Validated:
    """Validate registrations that were not looked at yet, `limit` in a transaction, until none is left."""
    done = Validated()
    while True:
        with transaction.atomic():
            keep_sources(environment)
            records = _lock(_WAITING, [], limit, environment=environment)
            done += _validate(records, sources, environment=environment, at=at)
        if len(records) < limit:
            return done


def validate_again(
    sources: Sequence[ValidationSource], *, environment: Environment, at: datetime, limit: int = 1000
) -> Validated:
    """Do what requests for another validation ask for: all that failed, and what was right in the last 60 days.

    So many work places, companies and persons as `limit` says are done, those of an upgrade after all of changed sources.
    One for which several changes wait is asked about once: each was made before the sources are asked.
    What somebody else holds meanwhile is not waited for: another validation of its person is asked for.
    """
    done = Validated()
    waiting = RevalidationRequest.objects.filter(environment=environment, done_at__isnull=True)
    concerned = (
        waiting.values("person_id", "work_place", "employer")
        .annotate(requests=ArrayAgg("id"), can_wait=BoolAnd("is_of_upgrade"), first=Min("id"))
        .order_by("can_wait", "first")
    )
    for one in list(concerned[:limit]):
        whose = _whose(one["person_id"], one["work_place"], one["employer"])
        done += _validate_concerned(whose, sources, environment=environment, at=at, limit=limit)
        RevalidationRequest.objects.filter(pk__in=one["requests"]).update(done_at=at)
    return done


def ask_again(
    *,
    environment: Environment,
    at: datetime,
    work_places: Collection[str] = (),
    employers: Collection[str] = (),
    person_ids: Collection[int] = (),
) -> int:
    """Ask for another validation of what concerns those, in the running transaction; return how many requests that makes."""
    requests = [
        *(RevalidationRequest(environment=environment, work_place=one, asked_at=at) for one in work_places),
        *(RevalidationRequest(environment=environment, employer=one, asked_at=at) for one in employers),
        *(RevalidationRequest(environment=environment, person_id=one, asked_at=at) for one in person_ids),
    ]
    return len(RevalidationRequest.objects.bulk_create(requests))


def ask_after_upgrade(*, environment: Environment, at: datetime, person_ids: Collection[int]) -> None:
    """Ask for another validation of persons of whom an upgrade made something else; changed sources are not to wait for it."""
    RevalidationRequest.objects.bulk_create(
        RevalidationRequest(environment=environment, person_id=one, is_of_upgrade=True, asked_at=at)
        for one in person_ids
    )


def first_day_validated(at: datetime) -> date:
    """Return the first day in Brussels whose right registrations are validated anew at that instant."""
    return brussels_date(at) - OLDEST_VALIDATED


def _validate_concerned(
    whose: tuple[str, object],
    sources: Sequence[ValidationSource],
    *,
    environment: Environment,
    at: datetime,
    limit: int,
) -> Validated:
    """Validate anew by each index: failed registrations of all days, right ones of the last 60."""
    column, value = whose
    failed = f"status = 'FAILED' AND {column} AND next_date IS NULL"
    right = f"status = 'VALIDATED' AND {column} AND registration_date >= %s::date AND next_date IS NULL"
    done = Validated()
    for where, values in ((failed, [value]), (right, [value, first_day_validated(at)])):
        beyond = f"{where} AND (registration_date, number) > (%s::date, %s::bigint)"
        until = f"{beyond} AND (registration_date, number) <= (%s::date, %s::bigint)"
        after: tuple[date, int] = (date.min, 0)
        while there := _read_unlocked(beyond, [*values, *after], limit, environment=environment):
            last = there[-1][2], there[-1][0]
            with transaction.atomic():
                keep_sources(environment)
                records = _lock(until, [*values, *after, *last], len(there), environment=environment)
                done += _validate(records, sources, environment=environment, at=at)
                free = {record.number for record in records}
                held = {person_id for number, person_id, _ in there if number not in free}
                ask_again(environment=environment, at=at, person_ids=held)
            after = last
    return done


def _whose(person_id: int | None, work_place: str, employer: str) -> tuple[str, object]:
    """Return the condition on rows of what a request is of, and its value."""
    if person_id is not None:
        return "person_id = %s::bigint", person_id
    if work_place:
        return "work_place = %s::varchar", work_place
    return "employer = %s::varchar", employer


def _read_unlocked(
    where: str, values: list[Any], limit: int, *, environment: Environment
) -> list[tuple[int, int, date]]:
    """Return number, person and day of the first rows, those among them that somebody else holds."""
    with open_prepared() as cursor:
        cursor.execute(_UNLOCKED.format(where=where), [str(environment), *values, limit])
        return list(cursor.fetchall())


def _lock(where: str, values: list[Any], limit: int, *, environment: Environment) -> list[PresenceRecord]:
    with open_prepared() as cursor:
        cursor.execute(_LOCKED.format(where=where), [str(environment), *values, limit])
        return [record_of(row) for row in cursor.fetchall()]


def _validate(
    records: Sequence[PresenceRecord], sources: Sequence[ValidationSource], *, environment: Environment, at: datetime
) -> Validated:
    """Ask all sources about the rows, which are locked, and write what changed."""
    if not records:
        return Validated()
    said: dict[int, set[Remark]] = {record.number: set() for record in records}
    asked = on_work_dates(records, environment=environment)
    for source in sources:
        for number, remarks in source.remarks_of(asked).items():
            said[number] |= set(remarks) & source.answers
    derived = derive_capacities(asked, environment=environment)
    judged = [_Judged(one, _verdict(said[one.number]), derived.get(one.number, UNKNOWN)) for one in records]
    _write([one for one in judged if one.is_changed or one.is_derived_anew], environment=environment, at=at)
    return Validated(len(records), sum(one.is_changed for one in judged))


@dataclass(frozen=True, slots=True)
class _Verdict:
    status: PresenceStatus
    official: frozenset[Remark]


@dataclass(frozen=True, slots=True)
class _Judged:
    """A row, what the sources make of it, and the capacity that follows from them."""

    record: PresenceRecord
    verdict: _Verdict
    derived: Derivation

    @property
    def is_changed(self) -> bool:
        """Whether its status or its official remarks become others."""
        return self.verdict != _held(self.record)

    @property
    def is_derived_anew(self) -> bool:
        """Whether its derived capacity becomes another one."""
        return self.derived != Derivation(self.record.derived_capacity, self.record.derived_from)

    @property
    def remarks(self) -> str:
        """All its remarks as one text: the official ones of the verdict, and our own, which stay."""
        own = frozenset(remarks_of(self.record.remarks)) - frozenset(OFFICIAL_REMARKS)
        return remarks_text(one.name for one in own | self.verdict.official)


def _verdict(said: set[Remark]) -> _Verdict:
    """Return what the sources make of a row; our own remarks, about its time and its place in the day, fail nothing."""
    return _Verdict(PresenceStatus.FAILED if said else PresenceStatus.VALIDATED, frozenset(said))


def _held(record: PresenceRecord) -> _Verdict:
    return _Verdict(PresenceStatus[record.status], frozenset(remarks_of(record.remarks)) & frozenset(OFFICIAL_REMARKS))


def _write(rows: Sequence[_Judged], *, environment: Environment, at: datetime) -> None:
    """Write verdicts and derived capacities; a verdict alone moves the instant of the validation, and is a step."""
    if not rows:
        return
    with open_prepared() as cursor:
        cursor.execute(
            _WRITE,
            [
                at,
                [one.record.number for one in rows],
                [one.record.version for one in rows],
                [one.record.registration_date for one in rows],
                [one.verdict.status.name for one in rows],
                [one.remarks for one in rows],
                [one.is_changed for one in rows],
                [one.derived.capacity for one in rows],
                [one.derived.source for one in rows],
                str(environment),
                str(ClockingChannel.BATCH),
            ],
        )
