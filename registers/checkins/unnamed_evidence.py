"""Tell which documents that were handed in are still needed, and forget those that no request came to name (§2.6)."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from registers.checkins.models import CorrectionEvidence, HandedInEvidence

UNNAMED_KEPT = timedelta(days=60)
"""How long a document waits for a request that names it; a request itself waits for a document for a day."""

_AT_ONCE = 1000


def forget_unnamed(*, handed_in_before: datetime) -> int:
    """Forget what was handed in before that instant and no request names, or none any more; return how many.

    The bytes go with the next sweep of the shelf: `needed_among` no longer tells them.
    """
    named = CorrectionEvidence.objects.filter(sha256=OuterRef("sha256"), erased_at__isnull=True)
    old = HandedInEvidence.objects.filter(~Exists(named), handed_in_at__lt=handed_in_before)
    forgotten = 0
    while batch := list(old.values_list("pk", flat=True)[:_AT_ONCE]):
        forgotten += HandedInEvidence.objects.filter(pk__in=batch).delete()[0]
    return forgotten


def needed_among(hashes: Collection[str]) -> set[str]:
    """Return those of the SHA-256s whose bytes somebody handed in, or a request still has."""
    handed_in = HandedInEvidence.objects.filter(sha256__in=hashes).values_list("sha256", flat=True)
    of_requests = CorrectionEvidence.objects.filter(sha256__in=hashes, stored_at__isnull=False, erased_at__isnull=True)
    return {*handed_in, *of_requests.values_list("sha256", flat=True)}
