"""Match a sender's receipt (FI.ACRF) to the answer it is about; batch protocol §1.5 and §5, stage I."""

from collections.abc import Iterator

from domain.refusals import Refusal
from evidence.models import Submission


def match_receipt(submission: Submission) -> Iterator[Refusal]:
    """Yield why the receipt matches no answer that still waits to be acknowledged: TICKET_UNKNOWN or already done."""
    yield from ()
