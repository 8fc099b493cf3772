"""Count what the check-in register still has to do by itself, and since when: validations, and check-outs that are missing."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from domain.checkins.limits import CheckInLimits
from domain.environments import Environment

_COUNT = """
    WITH waiting AS (
        SELECT created_at FROM checkins_presence presence
        WHERE environment = %(environment)s AND status = 'REGISTERED' AND next_date IS NULL AND NOT EXISTS (
            SELECT FROM checkins_unjudgedpresence aside
            WHERE aside.environment = presence.environment AND aside.number = presence.number
        )
    ), open_too_long AS (
        SELECT last_in_at FROM checkins_spell
        WHERE environment = %(environment)s AND state = 'OPEN' AND last_in_at < %(left_by)s
    )
    SELECT (SELECT count(*) FROM waiting), (SELECT min(created_at) FROM waiting),
        (SELECT count(*) FROM checkins_revalidationrequest WHERE environment = %(environment)s AND done_at IS NULL),
        (SELECT count(*) FROM checkins_unjudgedpresence), (SELECT min(since) FROM checkins_unjudgedpresence),
        (SELECT count(*) FROM open_too_long), (SELECT min(last_in_at) FROM open_too_long)
"""


@dataclass(frozen=True, slots=True)
class LeftToDo:
    """Registrations that nobody asked about yet, requests for another validation, what could not be judged, open spells.

    These have no OUT after as many hours as a spell may be open; `open_since` is the first of their INs. `waiting_since` is
    when the first that waits was registered.
    """

    waiting: int = 0
    waiting_since: datetime | None = None
    requests: int = 0
    unjudged: int = 0
    unjudged_since: datetime | None = None
    open_spells: int = 0
    open_since: datetime | None = None


def count_left(*, limits: CheckInLimits, at: datetime) -> LeftToDo:
    """Return what is left in production, and what could not be judged of tests too; one query."""
    left_by = at - limits.days.longest_open
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"environment": str(Environment.PRODUCTION), "left_by": left_by})
        return LeftToDo(*cursor.fetchone())
