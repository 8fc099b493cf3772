"""Hold a submission back when our own trouble keeps it from being decided; nobody is refused for that."""

from datetime import datetime, timedelta

from django.db import transaction

from correspondence.models import Carrier
from correspondence.outbox import post
from domain.counted_words import counted
from evidence.audit import append_event
from evidence.models import Submission, SubmissionState
from ingest.claim import MAX_LEASES, NOBODY, lock_claimed

_SHORTEST_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(minutes=10)


def postpone(submission_id: int, *, reason: str, worker: str, at: datetime) -> None:
    """Judge the submission again after a pause that grows with its age, from 5 seconds to 10 minutes.

    An outage in good order does not count as a lease that went wrong. Raises LeaseLostError.
    """
    with transaction.atomic():
        submission = lock_claimed(submission_id, worker=worker, state=SubmissionState.CLAIMED)
        submission.lease_count = max(0, submission.lease_count - 1)
        _pause(submission, reason=reason, worker=worker, at=at)


def postpone_filing(submission_id: int, *, reason: str, worker: str, at: datetime) -> None:
    """File an acknowledged submission after a pause; an outage in good order does not count as a lease gone wrong.

    Raises LeaseLostError.
    """
    with transaction.atomic():
        submission = lock_claimed(submission_id, worker=worker, state=SubmissionState.RECEIVED)
        submission.leased_by, submission.leased_until = NOBODY, at + _pause_of(submission, at=at)
        submission.lease_count = max(0, submission.lease_count - 1)
        submission.outage = reason[:500]
        submission.save()
        append_event("submission:filing-postponed", at=at, actor=worker, submission_id=submission.pk, reason=reason)


def hold_back(submission_id: int, *, reason: str, worker: str, operator_address: str, at: datetime) -> None:
    """Judge the submission again after a pause, or set it apart when it has failed five times.

    Raises LeaseLostError.
    """
    with transaction.atomic():
        submission = lock_claimed(submission_id, worker=worker, state=SubmissionState.CLAIMED)
        if submission.lease_count >= MAX_LEASES:
            set_apart(submission, at=at, operator_address=operator_address)
        else:
            _pause(submission, reason=reason, worker=worker, at=at)


def set_apart(submission: Submission, *, at: datetime, operator_address: str) -> None:
    """Quarantine a submission that is locked in the running transaction: no answer goes out, an operator is told."""
    submission.state = SubmissionState.QUARANTINED
    submission.leased_by, submission.leased_until = NOBODY, None
    submission.save()
    leases = submission.lease_count
    append_event("submission:quarantined", at=at, actor="counter", submission_id=submission.pk, leases=leases)
    post(
        carrier=Carrier.MAIL,
        recipient=operator_address,
        subject=f"Submission {submission.pk} is set apart",
        body=(
            f"Submission {submission.pk} ({submission.subject_name}) failed {counted(leases, 'time', 'times')} "
            "through a fault of ours. "
            f"It has had no negative answer. Find the cause in the log of its worker, then run:\n\n"
            f"    guichet work --release {submission.pk}\n"
        ),
        occasion=f"quarantine:{submission.pk}:{at.isoformat()}",
        at=at,
    )


def release(submission_id: int, *, actor: str, at: datetime) -> bool:
    """Let a submission that was set apart be tried again; False when it is not set apart.

    One that was acknowledged before goes on with its filing.
    """
    with transaction.atomic():
        submission = (
            Submission.objects.select_for_update().filter(pk=submission_id, state=SubmissionState.QUARANTINED).first()
        )
        if submission is None:
            return False
        is_acknowledged = submission.answers.exists()
        submission.state = SubmissionState.RECEIVED if is_acknowledged else SubmissionState.SEALED
        submission.leased_until = at if is_acknowledged else None
        submission.lease_count = 0
        submission.save()
        append_event("submission:released", at=at, actor=actor, submission_id=submission.pk)
    return True


def _pause_of(submission: Submission, *, at: datetime) -> timedelta:
    return min(max((at - submission.received_at) / 4, _SHORTEST_PAUSE), _LONGEST_PAUSE)


def _pause(submission: Submission, *, reason: str, worker: str, at: datetime) -> None:
    submission.state = SubmissionState.UNDECIDED
    submission.retry_at = at + _pause_of(submission, at=at)
    submission.outage = reason[:500]
    submission.leased_by, submission.leased_until = NOBODY, None
    submission.save()
    append_event("submission:undecided", at=at, actor=worker, submission_id=submission.pk, reason=reason)
