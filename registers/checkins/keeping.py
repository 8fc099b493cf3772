"""Keep months ahead, and forget what was kept long enough: coordinates, then months of all the rest (decision 0034)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max, Min

from domain.brussels import brussels_date
from evidence.audit import append_event
from registers.checkins.keeping_papers import delete_old, forget_papers
from registers.checkins.models import SectorRule

MONTHS_AHEAD = 4
_ACTOR = "check-in register"
_GROWING = {
    "checkins_presence": "registration_date",
    "checkins_presencestep": "registration_date",
    "checkins_spell": "work_date",
}
_MAKE = "SELECT checkins_make_months(%s, %s)"
_PARTS = """
    SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = %s::regclass AND child.relname ~ '_[0-9]{4}_[0-9]{2}$' ORDER BY 1
"""
_FORGET_POSITIONS = """
    DELETE FROM checkins_position position WHERE position.ctid = ANY(ARRAY(
        SELECT old.ctid FROM checkins_position old WHERE old.registration_date < %s LIMIT %s))
"""
_FORGET_POSITIONS_OF_SECTORS = """
    DELETE FROM checkins_position position WHERE position.ctid = ANY(ARRAY(
        SELECT old.ctid FROM checkins_position old
        JOIN checkins_presence presence USING (number, version, registration_date)
        JOIN (
            SELECT environment, sector, valid_from, keep_position_days,
                lead(valid_from, 1, 'infinity') OVER (PARTITION BY environment, sector ORDER BY valid_from) AS following
            FROM checkins_sectorrule
        ) AS rule ON rule.environment = presence.environment AND rule.sector = presence.sector
            AND old.registration_date >= rule.valid_from AND old.registration_date < rule.following
        WHERE old.registration_date < %s AND old.registration_date < %s - rule.keep_position_days LIMIT %s))
"""
_FORGET_REFERENCES = """
    DELETE FROM checkins_bringerreference WHERE ctid = ANY(ARRAY(
        SELECT old.ctid FROM checkins_bringerreference old WHERE old.registration_date < %s LIMIT %s))
"""
_FORGET_OF_SECTOR = """
    DELETE FROM checkins_presence WHERE (number, version, registration_date) IN (
        SELECT number, version, registration_date FROM checkins_presence
        WHERE environment = %s AND sector = %s AND registration_date < %s LIMIT %s)
"""
_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '3s'"
_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten: exact coordinates, references, rows of sectors that keep less, whole months by table, papers."""

    positions: int
    references: int
    of_sectors: int
    months: tuple[str, ...]
    papers: int = 0


def keep_months_ahead(*, at: datetime) -> int:
    """Make the months that are still to come, as far as they are not there; return how many parts of tables are new."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK_TIMEOUT)
        cursor.execute(_MAKE, [brussels_date(at), MONTHS_AHEAD])
        made = int(cursor.fetchone()[0])
        if made:
            append_event("presence:months-made", at=at, actor=_ACTOR, parts=made)
    return made


def forget_old(*, at: datetime, rows_at_once: int = _ROWS_AT_ONCE) -> Forgotten:
    """Forget what was kept as long as the rules of the sectors say, in batches that commit for themselves.

    Coordinates are kept as long as the rule says that held on their day in their sector. A month is dropped whole once the sector that keeps longest has kept it; where another keeps less, its rows are deleted
    before. OperationalError when a month is in use for seconds: the next try drops it.
    """
    today = brussels_date(at)
    positions = _forget_positions(today, rows_at_once)
    longest = SectorRule.objects.aggregate(years=Max("keep_years"))["years"]
    if longest is None:
        return Forgotten(positions, 0, 0, ())
    end = years_before(today, longest).replace(day=1)
    of_sectors = _forget_of_sectors(today, longest, rows_at_once)
    months = tuple(_drop_months(end))
    references = delete_old(_FORGET_REFERENCES, [end], rows_at_once)
    papers = forget_papers(before=end, at=at, rows_at_once=rows_at_once)
    if positions or references or of_sectors or months or papers:
        append_event(
            "presence:forgotten",
            at=at,
            actor=_ACTOR,
            positions=positions,
            references=references,
            rows=of_sectors,
            months=list(months),
            papers=papers,
        )
    return Forgotten(positions, references, of_sectors, months, papers)


def years_before(day: date, years: int) -> date:
    """Return the same day so many years earlier; of a 29th of February, the 28th where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _forget_positions(today: date, rows_at_once: int) -> int:
    """Forget coordinates by the rules of their sectors, and those of no sector when every rule has let go."""
    kept = SectorRule.objects.aggregate(fewest=Min("keep_position_days"), most=Max("keep_position_days"))
    if kept["most"] is None:
        return 0
    newest = today - timedelta(days=kept["fewest"])
    of_sectors = delete_old(_FORGET_POSITIONS_OF_SECTORS, [newest, today], rows_at_once)
    return of_sectors + delete_old(_FORGET_POSITIONS, [today - timedelta(days=kept["most"])], rows_at_once)


def _forget_of_sectors(today: date, longest: int, rows_at_once: int) -> int:
    """Delete the rows of sectors whose rules, all of them, keep less than the longest."""
    kept = SectorRule.objects.values("environment", "sector").annotate(years=Max("keep_years"), first=Min("valid_from"))
    return sum(
        delete_old(
            _FORGET_OF_SECTOR,
            [row["environment"], row["sector"], years_before(today, row["years"])],
            rows_at_once,
        )
        for row in kept
        if row["years"] < longest
    )


def _drop_months(end: date) -> Iterator[str]:
    """Drop the parts whose month lies wholly before `end`, each in a transaction of its own."""
    for table in _GROWING:
        with connection.cursor() as cursor:
            cursor.execute(_PARTS, [table])
            names = [name for (name,) in cursor.fetchall()]
        for name in names:
            year, month = int(name[-7:-3]), int(name[-2:])
            if date(year, month, 1) < end:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute(_LOCK_TIMEOUT)
                    cursor.execute(f"DROP TABLE {connection.ops.quote_name(name)}")
                yield name
