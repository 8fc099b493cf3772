"""What became of the items of a file, as it is kept between the chunk that was filed and the answer about the whole."""

from datetime import datetime
from typing import Any, TypeAlias, assert_never

from domain.checkins.outcomes import Cancelled, CorrectionTaken, Outcome, Refused, Registered, Registration
from domain.checkins.vocabulary import CorrectionState

Kept: TypeAlias = dict[str, Any]
"""Values that JSON knows. REFUSED holds codes, with a detail beside them; CORRECTION what was asked for; anything else is a registration."""
REFUSED, CORRECTION = "refused", "correction"


def keep(outcome: Outcome) -> Kept:
    """Return the outcome as it is kept; no number of a person is in it."""
    match outcome:
        case Registered(registration, remarks):
            return _keep_registration(registration) | {"remarks": [remark.name for remark in remarks]}
        case Cancelled(registration):
            return _keep_registration(registration) | {"remarks": []}
        case CorrectionTaken(number, state, deadline, evidence_due_at):
            due = evidence_due_at if state is CorrectionState.DRAFT else None
            kept = {CORRECTION: number, "state": str(state), "deadline": deadline.isoformat()}
            return kept | {"evidence_due": _instant(due)}
        case Refused(codes, detail=detail):
            return {REFUSED: [str(code) for code in codes], "detail": detail}
        case _:
            assert_never(outcome)


def is_refused(kept: Kept) -> bool:
    """Whether nothing came of the item."""
    return REFUSED in kept


def is_pending(kept: Kept) -> bool:
    """Whether somebody still decides about the item."""
    return CORRECTION in kept and CorrectionState(kept["state"]).is_pending


def _keep_registration(registration: Registration) -> Kept:
    return {
        "id": registration.id,
        "created": registration.created_at.isoformat(),
        "channel": str(registration.channel),
        "status": str(registration.status),
        "validated": _instant(registration.validated_at),
        "reference": registration.reference,
    }


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
