"""Rows of presences as values, with the columns that statements name."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

from domain.checkins.codes import Remark
from domain.checkins.items import Employer
from domain.checkins.outcomes import Registration
from domain.checkins.vocabulary import (
    Capacity,
    CapacitySource,
    ClockingChannel,
    EventReason,
    EventType,
    PresenceKind,
    PresenceStatus,
    Sector,
)
from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.numbering import days_of

COLUMNS = (
    *(
        "number",
        "version",
        "registration_date",
        "kind",
        "sector",
        "person_id",
        "identifier_id",
        "employer",
        "work_place",
    ),
    *("event_at", "utc_offset", "event_type", "reason", "capacity", "reference", "channel", "sender", "brought_by"),
    *("submission_id", "seq", "received_at", "created_at", "status", "remarks", "validated_at", "origin", "next_date"),
    *("slot", "capacity_source", "derived_capacity", "derived_from", "remarked_at", "brought_for"),
)
SELECTED = ", ".join(COLUMNS)
_READ = f"SELECT {SELECTED} FROM checkins_presence WHERE environment = %s::varchar AND {{where}}"  # noqa: S608 - our own SQL


@dataclass(frozen=True, slots=True)
class PresenceRecord:
    """One version of a registration as it stands in its row."""

    number: int
    version: int
    registration_date: date
    kind: str
    sector: str
    person_id: int
    identifier_id: int
    employer: str
    work_place: str
    event_at: datetime | None
    utc_offset: int | None
    event_type: str
    reason: str
    capacity: str
    reference: str
    channel: str
    sender: str
    brought_by: str
    submission_id: int | None
    seq: int | None
    received_at: datetime
    created_at: datetime
    status: str
    remarks: Sequence[str]
    validated_at: datetime | None
    origin: str
    next_date: date | None
    slot: int
    capacity_source: str = ""
    derived_capacity: str = ""
    derived_from: str = ""
    remarked_at: datetime | None = None
    """When another event last remarked something on it after it was registered; none where nothing did."""
    brought_for: str | None = None
    work_date: date | None = None
    """The day of the spell, where `work_dates` found one that began on an earlier day."""

    @property
    def asked_day(self) -> date:
        """The day for which sources are asked about it."""
        return self.work_date or self.registration_date

    @property
    def bringer(self) -> str:
        """Whose key its reference is (`bringer_of`): a sender's, a company's, or that of the person who registered himself."""
        return self.sender or self.brought_by or f"person:{self.person_id}"

    @property
    def known_capacity(self) -> str:
        """In which capacity the person is present: as declared, or else as derived; empty where nobody knows."""
        return self.capacity or self.derived_capacity

    @property
    def known_capacity_source(self) -> str:
        """What told that capacity; empty where nobody knows it."""
        return self.capacity_source if self.capacity else self.derived_from

    @property
    def is_newest(self) -> bool:
        """Whether no later version superseded it."""
        return self.next_date is None

    @property
    def is_cancelled(self) -> bool:
        """Whether it was withdrawn."""
        return self.status == PresenceStatus.CANCELLED.name

    @property
    def key(self) -> tuple[object, ...]:
        """What may be registered once: person, day, instant, type, employer and place."""
        return (
            *(self.person_id, self.registration_date, self.event_at, self.event_type),
            *(self.employer, self.work_place),
        )


def read_records(where: str, values: Sequence[Any], *, environment: Environment) -> list[PresenceRecord]:
    """Return the rows of the environment for which the SQL condition `where` holds, which begins with no OR.

    Its values are given apart, each with its type; it may end with an order.
    """
    with open_prepared() as cursor:
        cursor.execute(_READ.format(where=where), [str(environment), *values])
        return [record_of(row) for row in cursor.fetchall()]


def record_of(row: Sequence[Any]) -> PresenceRecord:
    """Return a row that was selected by `SELECTED`."""
    return PresenceRecord(*row)


def registration_of(record: PresenceRecord, *, bringer: str) -> Registration:
    """Return what answers tell of the row; its reference to the bringer whose key it is, and to nobody else."""
    return Registration(
        id=record.number,
        version=record.version,
        kind=PresenceKind(record.kind),
        status=PresenceStatus[record.status],
        registration_date=record.registration_date,
        person_id=record.person_id,
        employer=employer_of(record.employer),
        work_place_id=record.work_place,
        channel=ClockingChannel(record.channel),
        received_at=record.received_at,
        created_at=record.created_at,
        event_at=_as_captured(record.event_at, record.utc_offset),
        type=EventType(record.event_type) if record.event_type else None,
        reason=EventReason(record.reason) if record.reason else None,
        capacity=Capacity(record.known_capacity) if record.known_capacity else None,
        capacity_source=CapacitySource(record.known_capacity_source) if record.known_capacity_source else None,
        sector=Sector(record.sector) if record.sector else None,
        reference=record.reference if record.bringer == bringer else "",
        validated_at=record.validated_at,
        remarks=remarks_of(record.remarks),
    )


def remarks_of(names: Iterable[str]) -> tuple[Remark, ...]:
    """Return the remarks of a row, in the order of their list; of the most rows there are none."""
    said = tuple(names)
    return _in_their_order(said) if said else ()


@lru_cache(maxsize=4096)
def _in_their_order(names: tuple[str, ...]) -> tuple[Remark, ...]:
    return tuple(remark for remark in Remark if remark.name in names)


def employer_of(text: str) -> Employer | None:
    """Return the employer that a row names: digits are a company number, anything else a foreign VAT number."""
    if not text:
        return None
    return Employer(enterprise_number=text) if is_company(text) else Employer(foreign_vat=text)


def is_company(employer: str) -> bool:
    """Whether a row names a company of this country, which mandates; not a firm abroad, nor nobody."""
    return employer[:1].isdigit()


def employer_text(employer: Employer | None) -> str:
    """Return how a row names the employer; empty for none."""
    if employer is None:
        return ""
    return employer.enterprise_number or employer.foreign_vat or ""


def _as_captured(instant: datetime | None, offset: int | None) -> datetime | None:
    if instant is None:
        return None
    return instant.astimezone(timezone(timedelta(minutes=offset or 0)))


def remarks_text(names: Iterable[str]) -> str:
    """Return names of remarks as one text, in which the statements take them; empty for none."""
    return " ".join(sorted(set(names)))


def read_versions(numbers: Collection[int], *, environment: Environment) -> dict[int, list[PresenceRecord]]:
    """Return all versions of registrations by number, oldest first; what is unknown, or of another environment, is left out.

    One query, and another one as often as corrections moved something elsewhere. Of what was moved to a month that is kept no
    more, the versions before that are returned.
    """
    months = [month for month in map(days_of, numbers) if month is not None]
    if not months:
        return {}
    first, last = min(start for start, _ in months), max(end for _, end in months)
    rows = read_records(
        "number = ANY(%s::bigint[]) AND registration_date BETWEEN %s::date AND %s::date",
        [list(numbers), first, last],
        environment=environment,
    )
    found = {(row.number, row.version): row for row in rows}
    while moved := {
        row.number: row.next_date
        for row in found.values()
        if row.next_date is not None and (row.number, row.version + 1) not in found
    }:
        rows = read_records(
            "number = ANY(%s::bigint[]) AND registration_date = ANY(%s::date[])",
            [list(moved), list(moved.values())],
            environment=environment,
        )
        more = {(row.number, row.version): row for row in rows}
        if more.keys() <= found.keys():
            break
        found |= more
    versions: dict[int, list[PresenceRecord]] = {}
    for key in sorted(found):
        versions.setdefault(key[0], []).append(found[key])
    return versions


def read_newest(numbers: Collection[int], *, environment: Environment) -> dict[int, PresenceRecord]:
    """Return the newest version of each registration that is known in the environment, by number; none for none.

    One whose newest version is kept no more is not known.
    """
    if not numbers:
        return {}
    found = read_versions(numbers, environment=environment)
    return {number: versions[-1] for number, versions in found.items() if versions[-1].is_newest}
