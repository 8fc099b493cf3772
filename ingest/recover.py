"""Recover what workers and senders left behind: run-out leases, quarantine, sets that never became complete."""

import logging
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Self

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from channels.deliveries import begun_files, key_of, look_into
from channels.logins import ChannelLogin
from channels.models import Delivery, DeliveryState, StagedFile
from channels.staging import StagingArea
from correspondence.outbox import Mailman, deliver_waiting
from domain.channels import Channel
from domain.counted_words import counted
from domain.environments import Tray
from domain.refusals import OutageError
from domain.sender_numbers import SenderNumber
from evidence.audit import append_event
from evidence.blobs import BlobStore
from evidence.models import Reception, Submission, SubmissionState
from evidence.spool import Spool
from ingest.claim import MAX_LEASES, NOBODY
from ingest.hold_back import set_apart
from ingest.judged_files import JudgedFiles
from ingest.seal import Sealer

log = logging.getLogger(__name__)

_AT_ONCE = 500
_WORKED_ON = (
    SubmissionState.SEALED,
    SubmissionState.CLAIMED,
    SubmissionState.UNDECIDED,
    SubmissionState.RECEIVED,
)


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep found: leases given back, submissions set apart, deliveries lapsed, stale files dropped, messages.

    `told` counts changed validities of check-ins and locked passwords, `published` documents for students, `expired` requests for corrections
    without evidence, `failed` the steps, deliveries and locks that an operator has to look at.
    """

    released: int = 0
    quarantined: int = 0
    lapsed: int = 0
    dropped: int = 0
    carried: int = 0
    told: int = 0
    published: int = 0
    expired: int = 0
    failed: int = 0

    def require_whole(self) -> None:
        """Raise OutageError when something failed, so that an operator sees the run fail."""
        if self.failed:
            raise OutageError(
                f"{counted(self.failed, 'part', 'parts')} of the sweep failed; the log of this run says which"
            )

    def __add__(self, other: Self) -> Self:
        sums = {field.name: getattr(self, field.name) + getattr(other, field.name) for field in fields(self)}
        return type(self)(**sums)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an incomplete delivery is waited for: after its GO, and without one."""

    after_go_ahead: timedelta
    without_go_ahead: timedelta


def release_run_out_leases(*, now: datetime, operator_address: str) -> SweepReport:
    """Give submissions whose worker vanished back, or set them apart after five; return how many of each.

    A submission that is set apart gets no answer: an operator is told, and decides.
    """
    with transaction.atomic():
        run_out = list(
            Submission.objects.select_for_update(skip_locked=True)
            .filter(state__in=[SubmissionState.CLAIMED, SubmissionState.RECEIVED], leased_until__lte=now)
            .order_by("id")[:_AT_ONCE],
        )
        poisonous = [submission for submission in run_out if submission.lease_count >= MAX_LEASES]
        for submission in poisonous:
            set_apart(submission, at=now, operator_address=operator_address)
        released = [
            submission.pk
            for submission in run_out
            if submission.lease_count < MAX_LEASES and submission.state == SubmissionState.CLAIMED
        ]
        Submission.objects.filter(pk__in=released).update(
            state=SubmissionState.SEALED,
            leased_by=NOBODY,
            leased_until=None,
        )
        for submission_id in released:
            append_event("submission:lease-ran-out", at=now, actor="sweep", submission_id=submission_id)
    return SweepReport(released=len(released), quarantined=len(poisonous))


def drop_stale_files(staging: StagingArea, *, patience: Patience, now: datetime) -> SweepReport:
    """Remove files that lie under a temporary or abandoned name longer than a set without GO would."""
    stale = StagedFile.objects.filter(delivery=None, modified_at__lte=now - patience.without_go_ahead)
    dropped = 0
    for file in stale.order_by("pk")[:_AT_ONCE]:
        with transaction.atomic():
            removed, _ = stale.filter(pk=file.pk, upload=file.upload).delete()  # unless it was closed meanwhile
        if removed:
            staging.discard(file.path, may_be_open=True)
            dropped += 1
    return SweepReport(dropped=dropped)


def drop_left_bytes(staging: StagingArea, *, patience: Patience, now: datetime) -> SweepReport:
    """Remove staged bytes that no row tells of any more, as a door leaves them that was killed."""
    old = set(staging.list_untouched_since(now - patience.without_go_ahead))
    left = old.difference(StagedFile.objects.filter(path__in=old).values_list("path", flat=True)) if old else old
    for path in left:
        staging.discard(path)
    return SweepReport(dropped=len(left))


def drop_left_judgements(files: JudgedFiles) -> SweepReport:
    """Remove the judged forms of submissions that nobody files any more."""
    kept = list(files.list_kept())
    worked_on = set(Submission.objects.filter(pk__in=kept, state__in=_WORKED_ON).values_list("pk", flat=True))
    left = [submission_id for submission_id in kept if submission_id not in worked_on]
    for submission_id in left:
        files.drop(submission_id)
    return SweepReport(dropped=len(left))


def drop_left_copies(blobs: BlobStore, *, patience: Patience, now: datetime) -> SweepReport:
    """Remove blobs that were not stored to their end, as a process leaves them that was killed."""
    return SweepReport(dropped=blobs.drop_left(now - patience.without_go_ahead))


def drop_left_work(spool: Spool, *, patience: Patience, now: datetime) -> SweepReport:
    """Remove files that were worked on, as a process leaves them that was killed."""
    return SweepReport(dropped=spool.drop_left(now - patience.without_go_ahead))


def carry_messages(mailman: Mailman, *, now: datetime) -> SweepReport:
    """Let the mailman take what waits in the outbox."""
    return SweepReport(carried=deliver_waiting(mailman, now=now))


def lapse_overdue_deliveries(sealer: Sealer, *, patience: Patience, now: datetime) -> SweepReport:
    """Seal deliveries that waited too long, so that they are answered with 120, 122 or 130.

    A delivery of which nothing arrived whole is closed without an answer. One that cannot be sealed is logged and
    counted as failed; the others are sealed all the same.
    """
    overdue = Delivery.objects.filter(_may_be_overdue(patience, now=now), state=DeliveryState.OPEN)
    report = SweepReport()
    for delivery_id in list(overdue.order_by("opened_at").values_list("pk", flat=True)[:_AT_ONCE]):
        try:
            with transaction.atomic():
                lapsed = _lapse(delivery_id, sealer, patience=patience, now=now)
        except Exception:
            log.exception("overdue delivery not sealed delivery=%s", delivery_id)
            report += SweepReport(failed=1)
        else:
            report += SweepReport(lapsed=lapsed)
    return report


def _may_be_overdue(patience: Patience, *, now: datetime) -> Q:
    """Return which deliveries to look at: all that wait too long by their rows, so that none hides behind the others."""
    graced, forgotten = now - patience.after_go_ahead, now - patience.without_go_ahead
    files = StagedFile.objects.filter(delivery=OuterRef("pk"))
    return Q(~Exists(files.filter(modified_at__gt=graced)), go_ahead_at__lte=graced) | Q(
        ~Exists(files.filter(modified_at__gt=forgotten)), go_ahead_at=None, opened_at__lte=forgotten
    )


def _lapse(delivery_id: int, sealer: Sealer, *, patience: Patience, now: datetime) -> int:
    delivery = (
        Delivery.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("owner__technical_user")
        .filter(pk=delivery_id, state=DeliveryState.OPEN)
        .first()
    )
    if delivery is None:
        return 0
    files, standing = look_into(delivery)
    if not files:
        _close_empty(delivery, now=now)
        return 0
    begun = begun_files(SenderNumber(delivery.owner_id), Tray(delivery.tray), key_of(delivery))
    newest = max(_touched_at(file, sealer.staging) for file in (*files, *begun))
    if delivery.go_ahead_at is not None:
        is_overdue = delivery.go_ahead_at <= now - patience.after_go_ahead and newest <= now - patience.after_go_ahead
        reception = Reception.PARTS_MISSING
    else:
        is_overdue = newest <= now - patience.without_go_ahead
        reception = Reception.GO_AHEAD_MISSING
    if not is_overdue:
        return 0
    if all(file.closed_at is None for file in files):
        sealer.drop(files)
        _close_empty(delivery, now=now)
        return 0
    login = ChannelLogin(
        sender=SenderNumber(delivery.owner_id),
        user_name=delivery.owner.technical_user.user_name,
        channel=Channel(max(files, key=lambda file: file.modified_at).channel),
    )
    sealer.seal_delivery(delivery, files, standing=standing, login=login, at=now, reception=reception)
    return 1


def _touched_at(file: StagedFile, staging: StagingArea) -> datetime:
    """Return when the file was begun or closed last or, while it is open, when bytes last came: slow is not missing."""
    written_at = staging.written_at(file.path) if file.closed_at is None else None
    return file.modified_at if written_at is None else max(file.modified_at, written_at)


def _close_empty(delivery: Delivery, *, now: datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.CANCELLED)
    append_event("delivery:closed-empty", at=now, actor="sweep", delivery=delivery.pk)
