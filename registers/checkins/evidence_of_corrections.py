"""Complete requests by their evidence, and let drafts run out whose evidence does not come (§2.6)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.db.models import Q, Subquery

from domain.brussels import brussels_date
from domain.checkins.outcomes import Declarant
from domain.checkins.vocabulary import CorrectionState
from domain.environments import Environment
from evidence.audit import append_event
from registers.checkins.correction_notes import tell_of_decision
from registers.checkins.models import Correction, CorrectionEvidence, HandedInEvidence
from registers.checkins.scanner_outages import instant_of_drafts
from registers.checkins.taking_turns import hand_in_in_turn

_ACTOR = "check-in register"
_PERSON = "person:"


class EvidenceShelf(Protocol):
    """Where documents lie that were handed in, looked through and taken."""

    def has(self, sha256: str) -> bool:
        """Whether a document with that SHA-256 (64 lower-case hexadecimal digits) was taken."""
        ...


class EmptyShelf:
    """No document was handed in: every request waits for its evidence."""

    def has(self, sha256: str) -> bool:
        """Whether it was taken: no."""
        return not sha256


NO_SHELF = EmptyShelf()


def owner_of(by: Declarant) -> str:
    """Return whose a document is that the declarant hands in: the company's he acts for, or his own."""
    return by.enterprise_number or f"{_PERSON}{by.person_id}"


def owner_of_request(row: Correction) -> str:
    """Return whose documents complete a request: those of the company that asked, or the person's own."""
    return row.asked_for or f"{_PERSON}{row.person_id}"


def handed_in(
    hashes: Collection[str], *, owner: str, environment: Environment, shelf: EvidenceShelf
) -> Mapping[str, HandedInEvidence]:
    """Return which of the documents that owner handed in and are still there, by their SHA-256; one query, none for none."""
    if not hashes:
        return {}
    rows = HandedInEvidence.objects.filter(environment=environment, owner=owner, sha256__in=hashes)
    return {row.sha256: row for row in rows if shelf.has(row.sha256)}


@transaction.atomic
def note_evidence(
    sha256: str,
    *,
    owner: str,
    environment: Environment,
    media_type: str,
    size: int,
    at: datetime,
    scanned_at: datetime | None = None,
) -> list[str]:
    """Note that `owner` handed a document in; return the numbers of his requests that are complete by it, submitted from now on.

    A draft whose time is over stays one: `expire_drafts` ends it. A document may come before any request names it. Requests
    of anybody else, or in another environment, wait on, whatever their documents are. `scanned_at` is when a scanner looked
    through it; what one looked through once stays so where it is handed in again without, also for requests that wait for it or
    took it before. Of what came before that was noted, nobody says more when it is handed in again without. A request that ended
    stays as it ended (decision 0082).
    """
    hand_in_in_turn(owner, environment)
    whose = {"environment": environment, "owner": owner, "sha256": sha256}
    scan = {"scanned_at": scanned_at, "is_scan_noted": True}
    HandedInEvidence.objects.bulk_create(
        [HandedInEvidence(**whose, **scan, media_type=media_type, size=size, handed_in_at=at)],
        update_conflicts=True,
        unique_fields=["environment", "owner", "sha256"],
        update_fields=["handed_in_at", *([] if scanned_at is None else scan)],
    )
    kept = HandedInEvidence.objects.filter(**whose)
    named = CorrectionEvidence.objects.filter(
        _named_by(owner),
        environment=environment,
        sha256=sha256,
        stored_at__isnull=True,
        correction__decided_at__isnull=True,
    )
    drafts = list(
        Correction.objects.select_for_update()
        .filter(pk__in=named.values("correction_id"), state=CorrectionState.DRAFT)
        .order_by("pk")
    )
    CorrectionEvidence.objects.filter(pk__in=list(named.values_list("pk", flat=True))).update(
        stored_at=at,
        scanned_at=Subquery(kept.values("scanned_at")),
        is_scan_noted=Subquery(kept.values("is_scan_noted")),
        media_type=media_type,
        size=size,
    )
    if scanned_at is not None:
        _note_scan(sha256, owner=owner, environment=environment, scanned_at=scanned_at)
    lacking = set(
        CorrectionEvidence.objects.filter(correction__in=drafts, stored_at__isnull=True).values_list(
            "correction_id", flat=True
        )
    )
    whole = [row for row in drafts if row.pk not in lacking and not is_evidence_overdue(row, at=at)]
    for row in whole:
        row.state, row.submitted_at = CorrectionState.SUBMITTED, at
        row.save(update_fields=["state", "submitted_at"])
        append_event("correction:submitted", at=at, actor=_ACTOR, environment=row.environment, correction=row.number)
    return [row.number for row in whole]


def _note_scan(sha256: str, *, owner: str, environment: Environment, scanned_at: datetime) -> None:
    """Note that a scanner looked through bytes which the owner's requests took when none had, where nothing is decided yet."""
    taken = CorrectionEvidence.objects.filter(
        _named_by(owner), environment=environment, sha256=sha256, stored_at__isnull=False, scanned_at__isnull=True
    )
    waiting = Correction.objects.select_for_update().filter(
        pk__in=taken.values("correction_id"), decided_at__isnull=True
    )
    requests = list(waiting.order_by("pk").values_list("pk", flat=True))
    CorrectionEvidence.objects.filter(correction__in=requests, sha256=sha256).update(
        scanned_at=scanned_at, is_scan_noted=True
    )


def _named_by(owner: str) -> Q:
    """Return which documents the owner's own requests name, as `owner_of_request` tells whose they are."""
    if owner.startswith(_PERSON):
        return Q(correction__asked_for="", correction__person_id=int(owner.removeprefix(_PERSON)))
    return Q(correction__asked_for=owner)


def expire_drafts(*, at: datetime, limit: int = 1000) -> int:
    """End drafts whose evidence did not come in time, P302; return how many. None while our scanner turns evidence away."""
    ended, judged_at = 0, instant_of_drafts(at)
    over = Q(evidence_due_at__lt=judged_at) | Q(is_late=False, deadline__lt=brussels_date(judged_at))
    for pk in Correction.objects.filter(over, state=CorrectionState.DRAFT).values_list("pk", flat=True)[:limit]:
        with transaction.atomic():
            row = Correction.objects.select_for_update().filter(pk=pk, state=CorrectionState.DRAFT).first()
            if row is None:
                continue
            row.state, row.decided_at, row.decision = CorrectionState.EXPIRED, at, "P302"
            row.save(update_fields=["state", "decided_at", "decision"])
            append_event("correction:expired", at=at, actor=_ACTOR, environment=row.environment, correction=row.number)
            tell_of_decision(row, at=at)
        ended += 1
    return ended


def forget_evidence(*, decided_before: datetime, at: datetime, limit: int = 1000) -> int:
    """Let go the documents of requests that ended before that instant; return how many. Names and hashes stay.

    The bytes go with a sweep of the shelf, unless another request needs them or somebody handed them in anew.
    """
    with transaction.atomic():
        old = CorrectionEvidence.objects.select_for_update(of=("self",)).filter(
            erased_at__isnull=True, stored_at__isnull=False, correction__decided_at__lt=decided_before
        )
        rows = list(old.order_by("pk").values_list("pk", flat=True)[:limit])
        CorrectionEvidence.objects.filter(pk__in=rows).update(erased_at=at)
        if rows:
            append_event("correction:evidence-erased", at=at, actor=_ACTOR, documents=len(rows))
    return len(rows)


def is_evidence_overdue(row: Correction, *, at: datetime) -> bool:
    """Whether the time in which a draft's evidence is waited for is over, or the time for corrections itself.

    Neither ends while our scanner fails; one query for a draft that would be over.
    """
    return _is_over(row, at=at) and _is_over(row, at=instant_of_drafts(at))


def _is_over(row: Correction, *, at: datetime) -> bool:
    return at > row.evidence_due_at or (not row.is_late and brussels_date(at) > row.deadline)
