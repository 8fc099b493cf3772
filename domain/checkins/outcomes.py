"""Who brings items to the check-in register, and what becomes of each."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from domain.checkins.codes import RefusalCode, Remark
from domain.checkins.items import Employer
from domain.checkins.vocabulary import (
    Capacity,
    CapacitySource,
    ClockingChannel,
    CorrectionState,
    EventReason,
    EventType,
    PresenceKind,
    PresenceStatus,
    Sector,
)
from domain.environments import Environment


@dataclass(frozen=True, slots=True)
class Declarant:
    """Who brings items: a sender's program (`sender`, six digits) or a person at a page (`person_id`).

    `enterprise_number` is the company that the program or the person acts for; None for a person who registers himself.
    `batch_reference` names the file the items came in, `batch_id` its submission; both empty outside files.
    """

    environment: Environment
    channel: ClockingChannel
    sender: str = ""
    person_id: int | None = None
    enterprise_number: str | None = None
    batch_reference: str = ""
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Registration:
    """One version of a registration; `event_at` keeps the offset in which it was captured, None for a day presence.

    `status` and `remarks` are those of its newest validation, `validated_at` its instant. `capacity` is the one that was
    declared, or else derived. No number of a person is here.
    """

    id: int
    version: int
    kind: PresenceKind
    status: PresenceStatus
    registration_date: date
    person_id: int
    employer: Employer | None
    work_place_id: str
    channel: ClockingChannel
    received_at: datetime
    created_at: datetime
    event_at: datetime | None = None
    type: EventType | None = None
    reason: EventReason | None = None
    capacity: Capacity | None = None
    capacity_source: CapacitySource | None = None
    sector: Sector | None = None
    reference: str = ""
    validated_at: datetime | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Registered:
    """It stands in the register, now or since an earlier delivery; `remarks` are those told to whoever brought it.

    `is_shown` is no where it is another company's: `registration` is then what was sent, under the number that stands.
    """

    registration: Registration
    remarks: tuple[Remark, ...] = ()
    is_shown: bool = True


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The day presence is withdrawn."""

    registration: Registration


@dataclass(frozen=True, slots=True)
class CorrectionTaken:
    """The request is noted; `deadline` is the last day in Brussels on which it may be completed or changed.

    A draft waits for its evidence until `evidence_due_at`.
    """

    correction_id: str
    state: CorrectionState
    deadline: date
    evidence_due_at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing happened, for at least one reason; `waiting` is the request that waits already (P305), where it has a number.

    `detail` says more of this one to whoever brought it, in English; it names no person.
    """

    codes: tuple[RefusalCode, ...]
    waiting: str = ""
    detail: str = ""


Outcome: TypeAlias = Registered | Cancelled | CorrectionTaken | Refused
