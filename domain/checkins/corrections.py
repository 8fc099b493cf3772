"""What is told of a request for a correction: what it is about, where it stands, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.checkins.vocabulary import CorrectionState, EventType


@dataclass(frozen=True, slots=True)
class EvidenceSeen:
    """A document that a request names, and whether it was handed in."""

    file_name: str
    sha256: str
    is_there: bool


@dataclass(frozen=True, slots=True)
class CorrectionSeen:
    """A request as whoever made it sees it; no person can be told from it.

    `target` is the registration that it is about, None for a missing event. `made_number` and `made_version` are the
    registration that came of it, None until it is accepted. `reason` is what the official said, empty for nothing.
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
