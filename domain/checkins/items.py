"""What a sender or a person brings to the check-in register: the items of a file, a call or a page.

Parsed once, at the edge; shapes and dates are judged by the validators. `reference` is the bringer's own key, empty where
there is none. Instants are aware and keep their offset.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from domain.checkins.vocabulary import CancellationReason, Capacity, CaptureMethod, EventReason, EventType

_Date: TypeAlias = date
"""A day, in a class that has a field of that name."""


@dataclass(frozen=True, slots=True)
class Employer:
    """An employer by its company number, or a foreign one by its VAT number; exactly one of the two."""

    enterprise_number: str | None = None
    foreign_vat: str | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker by his national or bis number, or by a Limosa number alone; exactly one of the two."""

    inss: str | None = None
    limosa_id: str | None = None


@dataclass(frozen=True, slots=True)
class Coordinates:
    """A point in degrees, with at most seven decimals."""

    latitude: Decimal
    longitude: Decimal


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `box` is empty where there is none."""

    street: str
    house_number: str
    post_code: str
    municipality: str
    box: str = ""


Place: TypeAlias = Coordinates | Address


@dataclass(frozen=True, slots=True)
class Capture:
    """How an event was captured; `device_id` is empty where it is not told."""

    method: CaptureMethod
    device_id: str = ""


@dataclass(frozen=True, slots=True)
class DayPresence:
    """A person is present on a day; without a date, on the day of reception. A Limosa number names the employer too."""

    worker: Worker
    employer: Employer | None
    work_place_id: str
    date: _Date | None = None
    capacity: Capacity | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class PresenceEvent:
    """A person came or went at an instant."""

    at: datetime
    type: EventType
    worker: Worker
    employer: Employer | None
    work_place_id: str
    reason: EventReason = EventReason.WORK
    place: Place | None = None
    capacity: Capacity | None = None
    capture: Capture | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """A day presence is withdrawn, named by the register's id or by the bringer's own reference.

    `reason` is None where the one that was given is none of the list (code 11).
    """

    registration_id: int | None
    reason: CancellationReason | None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A supporting document, named in a request and handed in apart; `sha256` is 64 lower-case hexadecimal digits."""

    file_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class MissingEvent:
    """An event that should have been registered; its instant is the request's `corrected_at`."""

    type: EventType
    worker: Worker
    employer: Employer | None
    work_place_id: str


@dataclass(frozen=True, slots=True)
class CorrectionRequest:
    """An event is to be corrected, or a missing one added (§2.6); exactly one of `registration_id` and `missing`."""

    registration_id: int | None
    missing: MissingEvent | None
    justification: str
    corrected_at: datetime | None = None
    corrected_work_place: str | None = None
    evidence: tuple[Evidence, ...] = ()


Item: TypeAlias = DayPresence | PresenceEvent | Cancellation | CorrectionRequest
