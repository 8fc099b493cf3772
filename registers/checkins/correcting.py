"""Take requests to correct events (check-in declarations §2.6)."""

from collections.abc import Sequence

from domain.checkins.items import CorrectionRequest
from domain.checkins.outcomes import Outcome
from registers.checkins.context import IntakeContext


def request_corrections(items: Sequence[CorrectionRequest], *, context: IntakeContext) -> list[Outcome]:
    """Note each request, or say why not: P301 to P306; in the running transaction."""
    raise NotImplementedError
