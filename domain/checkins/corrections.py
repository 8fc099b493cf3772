"""What is told of a request for a correction: what it is about, where it stands, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.checkins.items import Employer
from domain.checkins.vocabulary import CorrectionState, EventType


@dataclass(frozen=True, slots=True)
class EvidenceSeen:
    """A document that a request names, and whether it was handed in."""

    file_name: str
    sha256: str
    is_there: bool


@dataclass(frozen=True, slots=True)
class CorrectionSeen:
    """A request as a company sees it that made it, or whose staff it is of.

    `target` is the registration that it is about, None for a missing event. `made_number` and `made_version` are the
    registration that came of it, None until it is accepted. `reason` is what the official said, empty for nothing.
    `inss_submitted` and `limosa_id` are how the worker was named, there or in the request; `inss` is his newest number.
    """

    number: str
    state: CorrectionState
    deadline: date
    is_late: bool
    asked_at: datetime
    evidence_due_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    reason: str
    target: int | None
    event_type: EventType
    work_place_id: str
    corrected_at: datetime | None
    corrected_work_place: str
    made_number: int | None
    made_version: int | None
    evidence: tuple[EvidenceSeen, ...] = ()
    employer: Employer | None = None
    inss: str | None = None
    inss_submitted: str | None = None
    limosa_id: str | None = None


@dataclass(frozen=True, slots=True)
class CorrectionsWanted:
    """Which requests, the newest first: those about one registration or that made it, those that stand so, after a key."""

    registration_id: int | None = None
    state: CorrectionState | None = None
    after: str = ""
    size: int = 50


@dataclass(frozen=True, slots=True)
class CorrectionsFound:
    """A page of requests; `next_key` goes on after the last (`CorrectionsWanted.after`), None at the end."""

    requests: tuple[CorrectionSeen, ...]
    next_key: str | None = None
