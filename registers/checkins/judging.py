"""Judge registrations that are held: remarks of all sources make FAILED, none makes VALIDATED (check-in declarations §2.1).

Which source answers what is for who composes; what no source answers is not claimed. In which capacity somebody was present
is derived with it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.checkins.codes import OFFICIAL_REMARKS, Remark
from domain.checkins.vocabulary import ClockingChannel, PresenceStatus
from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.capacities import UNKNOWN, Derivation, derive_capacities
from registers.checkins.records import PresenceRecord, remarks_of, remarks_text
from registers.checkins.work_dates import on_work_dates

_OFFICIAL = frozenset(OFFICIAL_REMARKS)
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


def judge(
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
        own = frozenset(remarks_of(self.record.remarks)) - _OFFICIAL
        return remarks_text(one.name for one in own | self.verdict.official)


def _verdict(said: set[Remark]) -> _Verdict:
    """Return what the sources make of a row; our own remarks, about its time and its place in the day, fail nothing."""
    return _Verdict(PresenceStatus.FAILED if said else PresenceStatus.VALIDATED, frozenset(said))


def _held(record: PresenceRecord) -> _Verdict:
    return _Verdict(PresenceStatus[record.status], frozenset(remarks_of(record.remarks)) & _OFFICIAL)


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
