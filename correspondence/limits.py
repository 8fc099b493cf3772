"""How long documents and letters last, as this installation set it: the one place where this room reads it."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings


@dataclass(frozen=True, slots=True)
class CorrespondenceLimits:
    """How long a document of an e-Box is valid, how long before its end it is told, and when a letter is given up (§10)."""

    validity: timedelta = timedelta(days=183)
    expiring: timedelta = timedelta(days=30)
    give_up: timedelta = timedelta(days=3)


def limits() -> CorrespondenceLimits:
    """Return them as they hold now."""
    found: CorrespondenceLimits = settings.CORRESPONDENCE_LIMITS
    return found
