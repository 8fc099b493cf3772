"""Tell which documents that were handed in are still needed, and forget those that no request came to name (§2.6)."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from registers.checkins.keeping_papers import OLD, delete_old
from registers.checkins.models import CorrectionEvidence, HandedInEvidence

_UNNAMED_KEPT = timedelta(days=60)
"""How long a document waits for a request that names it; a request itself waits for a document for a day."""

_UNNAMED = OLD.format(
    table="checkins_handedinevidence",
    condition="""old.handed_in_at < %s AND NOT EXISTS (SELECT FROM checkins_correctionevidence evidence
        WHERE evidence.sha256 = old.sha256 AND evidence.erased_at IS NULL)""",
)


def forget_unnamed(*, at: datetime, rows_at_once: int = 1000) -> int:
    """Forget what was handed in 60 days ago and no request names, or none any more; return how many.

    What is handed in anew meanwhile stays: its row is another version then. The bytes go with the next night's sweep, so
    that a request which names a document at this moment is known by then.
    """
    values = [at - _UNNAMED_KEPT]
    return delete_old(_UNNAMED, values, what="documents", at=at, rows_at_once=rows_at_once)


def list_needed() -> Iterator[str]:
    """Yield the SHA-256 of each document whose bytes somebody handed in, or a request still has; one query."""
    of_requests = CorrectionEvidence.objects.filter(stored_at__isnull=False, erased_at__isnull=True)
    handed_in = HandedInEvidence.objects.values_list("sha256", flat=True)
    yield from handed_in.union(of_requests.values_list("sha256", flat=True)).iterator()


def needed_among(hashes: Collection[str]) -> set[str]:
    """Return those of the SHA-256s whose bytes somebody handed in, or a request still has."""
    handed_in = HandedInEvidence.objects.filter(sha256__in=hashes).values_list("sha256", flat=True)
    of_requests = CorrectionEvidence.objects.filter(sha256__in=hashes, stored_at__isnull=False, erased_at__isnull=True)
    return {*handed_in, *of_requests.values_list("sha256", flat=True)}
