"""Who is at a work place now: open spells, and day presences of today; with names for nobody, by person (§3, §5.2)."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from domain.brussels import brussels_date
from domain.checkins.asking import PersonOnSite, PresenceAsker, PresenceQuestion, SiteCount
from domain.environments import Environment
from registers.checkins.looks import note_presence_look

_PRESENT = """
    SELECT person_id, employer, started_at, last_in FROM checkins_spell
    WHERE state = 'OPEN' AND work_place = %s AND environment = %s
    UNION ALL
    SELECT person_id, employer, NULL, number FROM checkins_presence
    WHERE work_place = %s AND registration_date = %s AND kind = 'DAY' AND status <> 'CANCELLED' AND environment = %s
    ORDER BY 2, 3, 1
"""


@transaction.atomic
def list_on_site(
    work_place: str, *, environment: Environment, asker: PresenceAsker, at: datetime
) -> Sequence[PersonOnSite]:
    """Return who is there at `at`, by employer; the look at each is recorded.

    Whether one may ask is the caller's to know: the company that answers for the live list, an inspector, or an employer,
    who is shown its own staff alone.
    """
    present = _read(work_place, environment=environment, at=at)
    note_presence_look(
        PresenceQuestion.ON_SITE,
        [one.person_id for one in present],
        environment=environment,
        asker=asker,
        at=at,
        about=work_place,
    )
    return present


def count_on_site(work_place: str, *, environment: Environment, at: datetime) -> Sequence[SiteCount]:
    """Return how many of each employer are there at `at`; no person can be told from it."""
    people = {(one.employer, one.person_id) for one in _read(work_place, environment=environment, at=at)}
    counts = Counter(employer for employer, _ in people)
    return [SiteCount(employer, counts[employer]) for employer in sorted(counts)]


def _read(work_place: str, *, environment: Environment, at: datetime) -> list[PersonOnSite]:
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT, [work_place, str(environment), work_place, brussels_date(at), str(environment)])
        return [PersonOnSite(*row) for row in cursor.fetchall()]
