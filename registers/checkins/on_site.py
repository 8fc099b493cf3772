"""Who is at a work place now: open spells, and day presences of today; with names for nobody, by person (§3, §5.2).

Whom another company checks in elsewhere stays on the list of the place where he was not checked out, with that doubt: what
one company says takes nobody off the list by which others are looked for in a fire.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from domain.brussels import brussels_date
from domain.checkins.asking import PersonOnSite, PresenceAsker, PresenceQuestion, SiteCount, StaffOnSite
from domain.checkins.limits import LONGEST_OPEN
from domain.environments import Environment
from registers.checkins.looks import note_presence_look

_PRESENT = """
    SELECT person_id, employer, started_at, last_in, false FROM checkins_spell
    WHERE state = 'OPEN' AND work_place = %(place)s AND environment = %(environment)s
        AND work_date >= %(there_since)s AND last_in_at >= %(open_since)s
    UNION ALL
    SELECT came.person_id, came.employer, given_up.started_at, came.number, true FROM checkins_spell AS given_up
    JOIN checkins_presence AS came ON came.person_id = given_up.person_id AND came.number = given_up.last_in
        AND came.registration_date >= %(doubted_since)s::date AND came.next_date IS NULL
    WHERE given_up.state = 'MISSING_OUT' AND given_up.work_place = %(place)s AND given_up.environment = %(environment)s
        AND given_up.work_date >= %(doubted_since)s::date AND given_up.last_in_at > %(waited_since)s
        AND (
            SELECT count(*) > 0 AND bool_and(
                later.employer <> came.employer
                OR later.employer !~ '^[0-9]' AND later.brought_by NOT IN ('', came.brought_by)
                OR later.event_type = 'IN' AND later.work_place = given_up.work_place
            ) FROM checkins_presence AS later
            WHERE later.person_id = came.person_id AND later.registration_date >= %(doubted_since)s::date
                AND later.environment = came.environment AND later.kind = 'EVENT' AND later.status <> 'CANCELLED'
                AND later.next_date IS NULL
                AND (later.event_at, later.number) > (given_up.last_in_at, given_up.last_in)
        )
    UNION ALL
    SELECT person_id, employer, NULL, number, false FROM checkins_presence
    WHERE work_place = %(place)s AND registration_date = %(day)s AND kind = 'DAY' AND status <> 'CANCELLED'
        AND environment = %(environment)s
    ORDER BY 2, 3, 1
"""
"""Of a spell that was given up nobody is in doubt once the same company says that he left, wherever he is then; that he came here
again says the contrary. A company is told by its number, and where it is none of this country, by who brought him; what he did
himself is as good as its word. A spell of more than two days is not looked at: an OUT is waited for less long.
"""


_STAFF = """
    WITH brought AS MATERIALIZED (
        SELECT person_id, work_place, number, kind, registration_date FROM checkins_presence
        WHERE employer !~ '^[0-9]' AND brought_by = %(company)s AND registration_date BETWEEN %(came_since)s AND %(day)s
            AND status <> 'CANCELLED' AND next_date IS NULL AND environment = %(environment)s
    ), clocked AS MATERIALIZED (
        SELECT DISTINCT ON (person_id) person_id, work_place, started_at, last_in FROM (
            SELECT person_id, work_place, started_at, last_in FROM checkins_spell
            WHERE state = 'OPEN' AND employer = %(company)s AND environment = %(environment)s
                AND work_date >= %(there_since)s AND last_in_at >= %(open_since)s
            UNION ALL
            SELECT spell.person_id, spell.work_place, spell.started_at, spell.last_in FROM brought
            JOIN checkins_spell spell ON spell.person_id = brought.person_id AND spell.last_in = brought.number
            WHERE spell.state = 'OPEN' AND spell.employer !~ '^[0-9]' AND spell.environment = %(environment)s
                AND spell.work_date >= %(there_since)s AND spell.last_in_at >= %(open_since)s
        ) AS came
        ORDER BY person_id, started_at DESC
    )
    SELECT person_id, work_place, started_at, last_in, count(*) OVER () FROM (
        SELECT * FROM clocked
        UNION ALL
        SELECT person_id, work_place, NULL, number FROM checkins_presence
        WHERE employer = %(company)s AND registration_date = %(day)s AND kind = 'DAY' AND status <> 'CANCELLED'
            AND next_date IS NULL AND environment = %(environment)s AND person_id NOT IN (SELECT person_id FROM clocked)
        UNION ALL
        SELECT person_id, work_place, NULL, number FROM brought
        WHERE registration_date = %(day)s AND kind = 'DAY' AND person_id NOT IN (SELECT person_id FROM clocked)
    ) AS present
    ORDER BY 3, 1 LIMIT %(most)s
"""
"""Of a company's staff are also those whom it brought for a firm abroad or by a Limosa number alone: few, so they are read first."""
_LONGEST_OPEN = timedelta(days=2)
"""No spell is open for longer after its last IN: one without an OUT is flagged long before."""
_LONGEST_THERE = timedelta(days=31)
"""Nobody works longer with short breaks alone: who does it for days may be found in one month more, not in all of them."""


@transaction.atomic(savepoint=False)
def list_on_site(
    work_place: str,
    *,
    environment: Environment,
    asker: PresenceAsker,
    at: datetime,
    longest_open: timedelta = LONGEST_OPEN,
) -> Sequence[PersonOnSite]:
    """Return who is there at `at`, by employer; the look at each is recorded.

    Who was checked in elsewhere since for another employer is in doubt for `longest_open` after his last IN.

    Whether one may ask is the caller's to know: the company that answers for the live list, an inspector, or an employer,
    who is shown its own staff alone. In a transaction of the caller it needs no savepoint: nobody goes on when it fails.
    """
    present = _read(work_place, environment=environment, at=at, longest_open=longest_open)
    note_presence_look(
        PresenceQuestion.ON_SITE,
        [one.person_id for one in present],
        environment=environment,
        asker=asker,
        at=at,
        about=work_place,
    )
    return present


@dataclass(frozen=True, slots=True)
class StaffNow:
    """Those of an employer's staff who are at a work place now and are shown, and how many there are in all."""

    people: Sequence[StaffOnSite]
    present: int


@transaction.atomic
def list_staff_on_site(
    employer: str, *, environment: Environment, asker: PresenceAsker, at: datetime, most: int
) -> StaffNow:
    """Return who of an employer's staff is at any work place at `at`, the longest first, `most` of them.

    Also whom it registered by a Limosa number alone.
    The look at each of these is recorded; whoever is counted alone is not looked at. Whether one may ask is the caller's
    to know.
    """
    with connection.cursor() as cursor:
        day, open_since = brussels_date(at), at - _LONGEST_OPEN
        cursor.execute(
            _STAFF,
            {
                "company": employer,
                "environment": str(environment),
                "day": day,
                "there_since": day - _LONGEST_THERE,
                "open_since": open_since,
                "came_since": brussels_date(open_since),
                "most": most,
            },
        )
        rows = cursor.fetchall()
    shown = [StaffOnSite(*row[:4]) for row in rows]
    note_presence_look(
        PresenceQuestion.ON_SITE,
        [one.person_id for one in shown],
        environment=environment,
        asker=asker,
        at=at,
        about=employer,
    )
    return StaffNow(shown, rows[0][4] if rows else 0)


def count_on_site(
    work_place: str, *, environment: Environment, at: datetime, longest_open: timedelta = LONGEST_OPEN
) -> Sequence[SiteCount]:
    """Return how many of each employer `list_on_site` would list at `at`; no person can be told from it."""
    present = _read(work_place, environment=environment, at=at, longest_open=longest_open)
    people = {(one.employer, one.person_id) for one in present}
    counts = Counter(employer for employer, _ in people)
    return [SiteCount(employer, counts[employer]) for employer in sorted(counts)]


def _read(work_place: str, *, environment: Environment, at: datetime, longest_open: timedelta) -> list[PersonOnSite]:
    with connection.cursor() as cursor:
        day, open_since = brussels_date(at), at - _LONGEST_OPEN
        cursor.execute(
            _PRESENT,
            {
                "place": work_place,
                "environment": str(environment),
                "day": day,
                "there_since": day - _LONGEST_THERE,
                "open_since": open_since,
                "doubted_since": brussels_date(open_since),
                "waited_since": at - longest_open,
            },
        )
        return _once(PersonOnSite(*row) for row in cursor.fetchall())


def _once(people: Iterable[PersonOnSite]) -> list[PersonOnSite]:
    """Keep each person once: since the newest IN where an OUT before it is missing, and no day beside an IN."""
    listed = list(people)
    kept: dict[int, PersonOnSite] = {}
    for one in listed:
        known = kept.setdefault(one.person_id, one)
        if one.since is not None and (known.since is None or known.since < one.since):
            kept[one.person_id] = one
    return [one for one in listed if kept[one.person_id] is one]
