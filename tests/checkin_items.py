"""Check-ins for tests: valid by default, each deviation an argument."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.checkins.items import (
    Cancellation,
    CorrectionRequest,
    DayPresence,
    Employer,
    Evidence,
    MissingEvent,
    PresenceEvent,
    Worker,
)
from domain.checkins.vocabulary import CancellationReason, EventType

INSS = "85011512355"
COMPANY = "0877665502"
SITE, CLEANING_SITE = "1Y1003TESTA1Z", "1Y1003TESTB7Z"
RECEIVED = datetime(2026, 11, 23, 5, 4, 12, tzinfo=UTC)
ANN = Worker(inss=INSS)
FIRM = Employer(enterprise_number=COMPANY)
BADGE_LOG = Evidence("badge-log.pdf", "9f" * 32)


def a_day(**deviation: Any) -> DayPresence:
    return replace(DayPresence(ANN, FIRM, SITE), **deviation)


def an_event(**deviation: Any) -> PresenceEvent:
    return replace(PresenceEvent(RECEIVED - timedelta(minutes=1), EventType.IN, ANN, FIRM, CLEANING_SITE), **deviation)


def a_cancellation(**deviation: Any) -> Cancellation:
    return replace(Cancellation(100_000_000_053_102, CancellationReason.PLANNING), **deviation)


def a_missing_event(**deviation: Any) -> MissingEvent:
    return replace(MissingEvent(EventType.OUT, ANN, FIRM, CLEANING_SITE), **deviation)


def a_correction(**deviation: Any) -> CorrectionRequest:
    """Return the request to move an event by an hour."""
    sound = CorrectionRequest(
        100_000_000_053_102,
        None,
        "The badge reader was an hour slow.",
        corrected_at=RECEIVED - timedelta(days=2),
        evidence=(BADGE_LOG,),
    )
    return replace(sound, **deviation)


def a_request_for_a_missing_event(**deviation: Any) -> CorrectionRequest:
    return a_correction(**{"registration_id": None, "missing": a_missing_event()} | deviation)
