"""Keep months ahead, and forget what was kept long enough: coordinates, then months of all the rest (decision 0034)."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import count

from django.db import OperationalError, connection, transaction
from django.db.models import Max, Min
from psycopg.errors import LockNotAvailable

from domain.brussels import brussels_date
from evidence.audit import append_event
from registers.checkins.keeping_papers import ACTOR, delete_old, forget_papers
from registers.checkins.models import SectorRule

MONTHS_AHEAD = 4
MOST_MOVED = 100_000
"""Up to how many rows move into a part that is made late: who registers waits for these seconds."""
_GROWING = {
    "checkins_presence": "registration_date",
    "checkins_presencestep": "registration_date",
    "checkins_spell": "work_date",
}
_MAKE = "SELECT checkins_make_part(%s, %s, %s, %s)"
_IS_THERE = "SELECT to_regclass(%s) IS NOT NULL"
_PARTS = """
    SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = %s::regclass AND child.relname ~ '_[0-9]{4}_[0-9]{2}$' ORDER BY 1
"""
_FORGET_POSITIONS = """
    DELETE FROM checkins_position position WHERE position.ctid = ANY(ARRAY(
        SELECT old.ctid FROM checkins_position old WHERE old.registration_date < %s LIMIT %s))
"""
_RULES = """
    SELECT environment, sector, valid_from, days_ahead, keep_years, keep_position_days,
        lead(valid_from, 1, 'infinity') OVER (PARTITION BY environment, sector ORDER BY valid_from) AS following
    FROM checkins_sectorrule
"""
_DAYS_AHEAD = f"SELECT coalesce(max(days_ahead), 0) FROM ({_RULES}) AS rule WHERE following > %s"  # noqa: S608 - our own SQL
_FORGET_POSITIONS_OF_SECTORS = f"""
    DELETE FROM checkins_position position WHERE position.ctid = ANY(ARRAY(
        SELECT old.ctid FROM checkins_position old
        JOIN checkins_presence presence USING (number, version, registration_date)
        JOIN ({_RULES}) AS rule ON rule.environment = presence.environment AND rule.sector = presence.sector
            AND old.registration_date >= rule.valid_from AND old.registration_date < rule.following
        WHERE old.registration_date < %s AND old.registration_date < %s - rule.keep_position_days LIMIT %s))
"""  # noqa: S608 - our own SQL
_FORGET_REFERENCES = """
    DELETE FROM checkins_bringerreference WHERE ctid = ANY(ARRAY(
        SELECT old.ctid FROM checkins_bringerreference old WHERE old.registration_date < %s LIMIT %s))
"""
_FORGET_REST = """
    DELETE FROM {table}_rest WHERE ctid = ANY(ARRAY(SELECT old.ctid FROM {table}_rest old WHERE old.{day} < %s LIMIT %s))
"""
_FORGET_OF_SECTORS = f"""
    WITH rules AS ({_RULES}), shorter AS (
        SELECT * FROM rules rule WHERE EXISTS (
            SELECT FROM rules other WHERE other.keep_years > rule.keep_years
                AND other.valid_from < rule.following AND rule.valid_from < other.following)
    ), old AS (
        SELECT presence.number, presence.version, presence.registration_date
        FROM checkins_presence presence
        JOIN shorter ON shorter.environment = presence.environment AND shorter.sector = presence.sector
            AND presence.registration_date >= shorter.valid_from AND presence.registration_date < shorter.following
        WHERE presence.registration_date < %s
            AND presence.registration_date < %s::date - make_interval(years => shorter.keep_years) LIMIT %s
    ), gone AS (
        DELETE FROM checkins_presence WHERE (number, version, registration_date) IN (SELECT * FROM old)
        RETURNING number, registration_date, person_id, next_date
    ), last AS (
        SELECT number, registration_date FROM gone GROUP BY number, registration_date
        HAVING count(*) = (
            SELECT count(*) FROM checkins_presence one
            WHERE one.number = gone.number AND one.registration_date = gone.registration_date)
    ), steps AS (
        DELETE FROM checkins_presencestep step USING last
        WHERE step.number = last.number AND step.registration_date = last.registration_date
    ), spells AS (
        DELETE FROM checkins_spell spell USING gone
        WHERE spell.person_id = gone.person_id AND spell.work_date = gone.registration_date
            AND spell.first_in = gone.number AND gone.next_date IS NULL
    ), used AS (
        DELETE FROM checkins_bringerreference reference USING last
        WHERE reference.registration_date = last.registration_date AND reference.number = last.number
    ), reports AS (
        DELETE FROM checkins_errorreport report USING last
        WHERE report.registration_date = last.registration_date AND report.registration = last.number
    )
    SELECT number FROM gone
"""  # noqa: S608 - our own SQL
_KEPT = f"""
    SELECT keep_years,
        CASE WHEN valid_from = min(valid_from) OVER (PARTITION BY environment, sector) THEN '0001-01-01' ELSE valid_from END,
        CASE WHEN following = 'infinity' THEN '9999-12-31' ELSE following END
    FROM ({_RULES}) AS rule
"""  # noqa: S608 - our own SQL
_LOCK_TIMEOUT = "SET LOCAL lock_timeout = '3s'"
_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was forgotten: exact coordinates, references, rows of sectors that keep less, whole months by table, papers.

    `of_rest` are rows of months that were never made, of all three tables; `held` are parts that somebody uses: they stay
    until the next try.
    """

    positions: int
    references: int
    of_sectors: int
    months: tuple[str, ...]
    of_rest: int = 0
    papers: int = 0
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MadeAhead:
    """Which parts of tables are new, and which are lacking still: more was registered before for their month than may move.

    `held` are lacking because somebody uses their table: the next try makes them.
    """

    new: tuple[str, ...]
    lacking: tuple[str, ...]
    held: tuple[str, ...] = ()


def keep_months_ahead(*, days_ahead: int, at: datetime) -> MadeAhead:
    """Make the months that are still to come, as far as they are not there; return what that made, and what it did not.

    As many as the rules of sectors that hold today or later let anybody register ahead, or `days_ahead` where no rule of a
    sector says so, and some more. Each part is made in a transaction of its own: no two tables are held together. What was
    registered for its month already moves into it, unless it is too much.
    """
    today = brussels_date(at)
    ahead = max(days_ahead, _days_ahead(today))
    new, lacking, held = list[str](), list[str](), list[str]()
    for month in _months_ahead(today, until=today + timedelta(days=ahead)):
        for table, day in _GROWING.items():
            part = f"{table}_{month:%Y_%m}"
            with _left_while_in_use(part, held):
                if _make_part(part, table, day, month, at=at):
                    new.append(part)
                elif not _is_there(part):
                    lacking.append(part)
    return MadeAhead(tuple(new), tuple(lacking), tuple(held))


def _days_ahead(today: date) -> int:
    """Return the most days ahead in all rules but those that others took the place of; the table bounds them."""
    with connection.cursor() as cursor:
        cursor.execute(_DAYS_AHEAD, [today])
        return int(cursor.fetchone()[0])


def _months_ahead(today: date, *, until: date) -> Iterator[date]:
    """Yield the first days of this month and the next ones, until there are enough and one holds `until`."""
    month = today.replace(day=1)
    for turn in count():
        if turn >= MONTHS_AHEAD and month > until:
            return
        yield month
        month = following_month(month)


def _make_part(part: str, table: str, day: str, month: date, *, at: datetime) -> bool:
    """Make the part of a month; False where it is there, and where too much would have to move into it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK_TIMEOUT)
        cursor.execute(_MAKE, [table, day, month, MOST_MOVED])
        is_new = bool(cursor.fetchone()[0])
        if is_new:
            append_event("presence:months-made", at=at, actor=ACTOR, parts=[part])
    return is_new


def _is_there(part: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_IS_THERE, [part])
        return bool(cursor.fetchone()[0])


def forget_old(*, at: datetime, rows_at_once: int = _ROWS_AT_ONCE) -> Forgotten:
    """Forget what was kept as long as the rules of the sectors say, in batches that commit for themselves.

    What holds is the rule of the registration's own sector on its day. A month is dropped whole once every rule that held in
    it has let go, and what is of months that were never made is deleted then; where one keeps longer, the rows of the others
    are deleted before: steps, references and what the worker reported with the last version of a number on its day, a spell
    with the newest one. A month that is in use for seconds is left to the next try, and all else is forgotten.
    """
    today = brussels_date(at)
    positions = _forget_positions(today, at=at, rows_at_once=rows_at_once)
    kept = _read_kept()
    if not kept:
        return Forgotten(positions, 0, 0, ())
    end = kept_from(kept, today=today)
    held = list[str]()
    months = _drop_months(end, held, at=at)
    newest = years_before(today, min(one.years for one in kept))
    delete = partial(delete_old, at=at, rows_at_once=rows_at_once)
    return Forgotten(
        positions=positions,
        of_rest=sum(
            delete(_FORGET_REST.format(table=table, day=day), [end], what="rows") for table, day in _GROWING.items()
        ),
        of_sectors=delete(_FORGET_OF_SECTORS, [newest, today], what="rows"),
        references=delete(_FORGET_REFERENCES, [end], what="references"),
        months=tuple(months),
        papers=forget_papers(before=end, at=at, rows_at_once=rows_at_once),
        held=tuple(held),
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """For how many years a sector keeps what is of the days from `first` on, until the day before `after`.

    The first rule of a sector says so of everything before it too.
    """

    years: int
    first: date
    after: date


def kept_from(kept: Sequence[Kept], *, today: date) -> date:
    """Return the first day of the first month of which something is still kept: every rule of the months before let go."""
    month = years_before(today, max(one.years for one in kept)).replace(day=1)
    while True:
        after = following_month(month)
        holding = [one for one in kept if one.first < after and month < one.after]
        if years_before(today, max(one.years for one in holding)) < after:
            return month
        month = after


def following_month(month: date) -> date:
    """Return the first day of the month after that of a first day."""
    return (month + timedelta(days=32)).replace(day=1)


def _read_kept() -> list[Kept]:
    """Return how long each rule keeps what is of its days."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT)
        return [Kept(*row) for row in cursor.fetchall()]


def years_before(day: date, years: int) -> date:
    """Return the same day so many years earlier; of a 29th of February, the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _forget_positions(today: date, *, at: datetime, rows_at_once: int) -> int:
    """Forget coordinates by the rules of their sectors, and those of no sector when every rule has let go."""
    kept = SectorRule.objects.aggregate(fewest=Min("keep_position_days"), most=Max("keep_position_days"))
    if kept["most"] is None:
        return 0
    newest = today - timedelta(days=kept["fewest"])
    delete = partial(delete_old, what="positions", at=at, rows_at_once=rows_at_once)
    of_sectors = delete(_FORGET_POSITIONS_OF_SECTORS, [newest, today])
    return of_sectors + delete(_FORGET_POSITIONS, [today - timedelta(days=kept["most"])])


def _drop_months(end: date, held: list[str], *, at: datetime) -> list[str]:
    """Drop the parts whose month lies wholly before `end`, each in a transaction of its own, with the event that says so.

    Those that somebody uses are noted in `held`.
    """
    dropped = list[str]()
    for table in _GROWING:
        with connection.cursor() as cursor:
            cursor.execute(_PARTS, [table])
            names = [name for (name,) in cursor.fetchall()]
        for name in names:
            year, month = int(name[-7:-3]), int(name[-2:])
            if date(year, month, 1) < end:
                with _left_while_in_use(name, held):
                    _drop(name, at=at)
                    dropped.append(name)
    return dropped


def _drop(part: str, *, at: datetime) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOCK_TIMEOUT)
        cursor.execute(f"DROP TABLE {connection.ops.quote_name(part)}")
        append_event("presence:forgotten", at=at, actor=ACTOR, months=[part])


@contextmanager
def _left_while_in_use(part: str, held: list[str]) -> Iterator[None]:
    """Note a part whose lock somebody holds for seconds, such as a backup that reads it, and go on without it."""
    try:
        yield
    except OperationalError as trouble:
        if not isinstance(trouble.__cause__, LockNotAvailable):
            raise
        held.append(part)
