"""Whose forms are filed, and when: what every step of a filing needs to know."""

from dataclasses import dataclass
from datetime import datetime

from domain.environments import Environment


@dataclass(frozen=True, slots=True)
class FilingContext:
    """One submission of one declaring company, received and filed at these instants (aware UTC).

    `late_also_369` reports the hours of a late declaration as exceeding, too (student declarations §3.4).
    `late_tolerated` takes a late declaration as one on time where the employer has one on time for the student in the same
    quarter (§3.4). `late_cancels` takes cancellations after the first day of work (§3.1). `users_apart` lets a student work for two users of one agency on the same day (§3.2).
    """

    submission_id: int
    environment: Environment
    declaring_company: str
    received_at: datetime
    filed_at: datetime
    late_also_369: bool = False
    users_apart: bool = True
    late_tolerated: bool = False
    late_cancels: bool = True
