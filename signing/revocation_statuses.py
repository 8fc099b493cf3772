"""What a revocation record says of one certificate."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Revocation:
    """A certificate is revoked `since` (the earlier of revocation and invalidity date); a hold may be lifted again."""

    since: datetime
    is_hold: bool
