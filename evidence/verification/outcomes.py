"""Say which states a submission can be in, by what the audit events tell of it."""

from collections.abc import Sequence

from evidence.models import AuditEvent, Reception, Submission, SubmissionState

_FILED, _ACKNOWLEDGED, _RECEIPT = "submission:filed", "submission:acknowledged", "receipt:accepted"
TELLS_OUTCOME = (_FILED, _ACKNOWLEDGED, _RECEIPT)

_UNDECIDED = frozenset(
    {SubmissionState.SEALED, SubmissionState.CLAIMED, SubmissionState.UNDECIDED, SubmissionState.QUARANTINED}
)
_TO_BE_FILED = frozenset({SubmissionState.RECEIVED, SubmissionState.QUARANTINED})


def find_wrong_state(submission: Submission, events: Sequence[AuditEvent]) -> str | None:
    """Return how its state and its events contradict each other, None when they do not."""
    possible = _possible_states(submission, events)
    if submission.state in possible:
        return None
    return f"is {submission.state}, but by its events it is {' or '.join(sorted(possible))}"


def _possible_states(submission: Submission, events: Sequence[AuditEvent]) -> frozenset[str]:
    told = {event.action: event.detail for event in events}
    if _FILED in told or _RECEIPT in told:
        return frozenset({SubmissionState.FILED})
    if _ACKNOWLEDGED not in told:
        return _UNDECIDED
    if told[_ACKNOWLEDGED].get("codes"):
        return frozenset({SubmissionState.REFUSED})
    return frozenset({SubmissionState.FILED}) if submission.reception == Reception.CANCELLED else _TO_BE_FILED
