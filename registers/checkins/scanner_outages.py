"""Remember when evidence could not be looked through: no draft runs out of time because our scanner failed (§2.6)."""

from datetime import datetime, timedelta

from django.db import transaction

from evidence.audit import append_event
from registers.checkins.scanner_tables import EvidenceScanner

_ACTOR = "check-in register"
_ONLY = 1
HANDED_IN_AFTER = timedelta(days=1)
"""How long documents are waited for once the scanner answers again: as long as after a request."""


@transaction.atomic
def note_failure(*, at: datetime) -> None:
    """Note that the scanner could not look. One that fails again within that day fails since it did first."""
    row = _held(at=at)
    if row.is_failing:
        return
    if row.failing_since is None or not _is_lately(row, at=at):
        row.failing_since = at
    row.answers_since = None
    row.save(update_fields=["failing_since", "answers_since"])
    append_event("evidence-scanner:failing", at=at, actor=_ACTOR)


@transaction.atomic
def note_answer(*, at: datetime) -> None:
    """Note that the scanner looked; one statement, unless it failed before."""
    failing = EvidenceScanner.objects.filter(failing_since__isnull=False, answers_since__isnull=True)
    if failing.update(answers_since=at):
        append_event("evidence-scanner:answering", at=at, actor=_ACTOR)


def take_turn(*, at: datetime, every: timedelta) -> bool:
    """Whether it is time to try the scanner by itself; of several who ask at once, one is told so."""
    _, is_new = EvidenceScanner.objects.get_or_create(pk=_ONLY, defaults={"looked_at": at})
    return is_new or bool(EvidenceScanner.objects.filter(looked_at__lte=at - every).update(looked_at=at))


def failing_since() -> datetime | None:
    """Return since when the scanner cannot look; None for one that can, or was never asked."""
    row = EvidenceScanner.objects.filter(pk=_ONLY).first()
    return row.failing_since if row is not None and row.is_failing else None


def instant_of_drafts(at: datetime) -> datetime:
    """Return by which instant it is judged whether a draft's time is over: it stands still while the scanner fails.

    So it does for a day after it answers again, in which whoever was turned away hands his documents in. One query.
    """
    row = EvidenceScanner.objects.filter(pk=_ONLY).first()
    if row is None or row.failing_since is None or not (row.is_failing or _is_lately(row, at=at)):
        return at
    return min(at, row.failing_since)


def waited_for_until(due_at: datetime, *, at: datetime) -> datetime | None:
    """Return until when evidence that was due then is waited for; None while nobody knows, since the scanner fails. One query."""
    row = EvidenceScanner.objects.filter(pk=_ONLY).first()
    if row is None or row.failing_since is None or row.failing_since > due_at:
        return due_at
    if row.is_failing:
        return None
    return max(due_at, row.answers_since + HANDED_IN_AFTER) if row.answers_since and _is_lately(row, at=at) else due_at


def answers_lately(*, at: datetime) -> datetime | None:
    """Return since when the scanner answers again, for less than the day in which documents are waited for; None otherwise.

    One query.
    """
    row = EvidenceScanner.objects.filter(pk=_ONLY).first()
    return row.answers_since if row is not None and _is_lately(row, at=at) else None


def _is_lately(row: EvidenceScanner, *, at: datetime) -> bool:
    return row.answers_since is not None and at - row.answers_since < HANDED_IN_AFTER


def _held(*, at: datetime) -> EvidenceScanner:
    EvidenceScanner.objects.bulk_create([EvidenceScanner(looked_at=at)], ignore_conflicts=True)
    return EvidenceScanner.objects.select_for_update().get(pk=_ONLY)
