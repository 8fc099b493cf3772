"""Claim submissions that wait, under a lease that another worker takes over when it runs out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q, prefetch_related_objects

from domain.refusals import OutageError
from evidence.models import Submission, SubmissionState

MAX_LEASES = 5
SUSPICIOUS_LEASES = 2
CLAIMED_AT_ONCE = 500
CLAIMED_BYTES = 64 * 1024 * 1024
NOBODY = ""


@dataclass(frozen=True, slots=True)
class Lease:
    """Who works on the claimed submissions, and for how long nobody else does."""

    worker: str
    lasts: timedelta


class LeaseLostError(OutageError):
    """Another worker has taken the submission over; whatever this one did has no effect."""


def waiting(now: datetime) -> Q:
    """Return the condition under which a submission waits to be claimed."""
    return Q(state=SubmissionState.SEALED) | Q(state=SubmissionState.UNDECIDED, retry_at__lte=now)


def claim_waiting(lease: Lease, *, now: datetime) -> list[Submission]:
    """Claim what waits, in the order of reception: at most 500 submissions, and 64 MB beyond the first.

    A worker that is started again under its old name finds what it had claimed before it died.
    """
    with transaction.atomic():
        candidates = (
            Submission.objects.select_for_update(skip_locked=True)
            .filter(waiting(now) | Q(state=SubmissionState.CLAIMED, leased_by=lease.worker))
            .order_by("received_at", "id")[:CLAIMED_AT_ONCE]
        )
        claimed = list(_within_bytes(_suspicious_alone(list(candidates))))
        _lease(claimed, lease, now=now)
        Submission.objects.filter(pk__in=[submission.pk for submission in claimed]).update(
            state=SubmissionState.CLAIMED,
        )
    for submission in claimed:
        submission.state = SubmissionState.CLAIMED
    prefetch_related_objects(claimed, "parts__blob")
    return claimed


def claim_received(lease: Lease, *, now: datetime) -> list[int]:
    """Take over submissions that were acknowledged but whose worker vanished before filing; return their ids."""
    with transaction.atomic():
        candidates = (
            Submission.objects.select_for_update(skip_locked=True)
            .filter(state=SubmissionState.RECEIVED, leased_until__lte=now, lease_count__lt=MAX_LEASES)
            .order_by("received_at", "id")[:CLAIMED_AT_ONCE]
        )
        abandoned = _suspicious_alone(list(candidates))
        _lease(abandoned, lease, now=now)
    return [submission.pk for submission in abandoned]


def hand_over(submission_ids: Collection[int], *, worker: str) -> None:
    """Leave acknowledged submissions, still leased, to whichever worker is told to file them."""
    Submission.objects.filter(
        pk__in=submission_ids,
        state=SubmissionState.RECEIVED,
        leased_by=worker,
    ).update(leased_by=NOBODY)


def take_over(submission_ids: Collection[int], lease: Lease, *, now: datetime) -> list[Submission]:
    """Lease the acknowledged submissions that were handed over or abandoned; return those held now, oldest first."""
    free = Submission.objects.filter(
        Q(leased_by__in=[NOBODY, lease.worker]) | Q(leased_until__lte=now),
        pk__in=submission_ids,
        state=SubmissionState.RECEIVED,
    )
    free.update(leased_by=lease.worker, leased_until=now + lease.lasts)
    held = Submission.objects.filter(
        pk__in=submission_ids,
        state=SubmissionState.RECEIVED,
        leased_by=lease.worker,
    )
    return list(held.order_by("received_at", "id"))


class LeaseKeeper:
    """Extends what a worker holds while it works through a batch, each time a third of the lease has gone by."""

    def __init__(self, lease: Lease, *, since: datetime) -> None:
        self._lease = lease
        self._renewed_at = since

    def renew_when_due(self, *, now: datetime) -> None:
        """Extend every lease of the worker when it is time to; called between submissions."""
        if now - self._renewed_at < self._lease.lasts / 3:
            return
        Submission.objects.filter(
            state__in=[SubmissionState.CLAIMED, SubmissionState.RECEIVED],
            leased_by=self._lease.worker,
        ).update(leased_until=now + self._lease.lasts)
        self._renewed_at = now


def lock_claimed(submission_id: int, *, worker: str, state: SubmissionState) -> Submission:
    """Return the submission, locked in the running transaction; LeaseLostError when it is no longer this worker's."""
    submission = Submission.objects.select_for_update().filter(pk=submission_id, state=state, leased_by=worker).first()
    if submission is None:
        raise LeaseLostError(f"submission {submission_id} is not leased to {worker} any more")
    return submission


def lock_claimed_together(submission_ids: Collection[int], *, worker: str, state: SubmissionState) -> list[Submission]:
    """Return those of the submissions that are still this worker's, locked, in the order of reception."""
    return list(
        Submission.objects.select_for_update()
        .filter(pk__in=submission_ids, state=state, leased_by=worker)
        .order_by("received_at", "id")
    )


def _lease(submissions: Sequence[Submission], lease: Lease, *, now: datetime) -> None:
    Submission.objects.filter(pk__in=[submission.pk for submission in submissions]).update(
        leased_by=lease.worker,
        leased_until=now + lease.lasts,
        lease_count=F("lease_count") + 1,
    )


def _suspicious_alone(candidates: Sequence[Submission]) -> Sequence[Submission]:
    """Return the first candidate alone when its workers keep dying, else those before the next such one.

    Whatever brings its worker down must not take along those that were only claimed beside it.
    """
    for count, submission in enumerate(candidates):
        if submission.lease_count >= SUSPICIOUS_LEASES:
            return candidates[: max(count, 1)]
    return candidates


def _within_bytes(candidates: Sequence[Submission]) -> Sequence[Submission]:
    total = 0
    for count, submission in enumerate(candidates):
        total += submission.payload_bytes
        if count and total > CLAIMED_BYTES:
            return candidates[:count]
    return candidates
