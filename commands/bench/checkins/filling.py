"""Fill the check-in register set-based, two months at a time: each is written bare, vacuumed, indexed, and then attached.

A register that grew over years was vacuumed long ago; one that was filled a moment ago would be while it is measured.
"""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg

from commands.bench.checkins.people import EVENTS_OF_A_PERSON, Person
from domain.brussels import brussels_date

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

WORKING_DAYS = EVENTS_OF_A_PERSON // 2
_SATURDAY = 5
_SERIALS_BEFORE = 10**9
"""Where receipt numbers go on after those of the bench."""

_PEOPLE = """
    CREATE TABLE bench_people (place integer, person_id bigint, identifier_id bigint, employer text, work_place text)
"""
_DAYS = "CREATE TABLE bench_days (place integer, day date)"
_PRESENCES = """
    INSERT INTO {part} (environment, number, version, registration_date, kind, sector, person_id, identifier_id, employer,
        work_place, event_at, utc_offset, event_type, reason, capacity, capacity_source, capture, device, reference, channel,
        sender, brought_by, received_at, created_at, status, remarks, validated_at, origin, slot)
    SELECT 'R', {code}::bigint * 100000000000 + (days.place * {people}::bigint + people.place) * 2 + step.out, 1, days.day,
        'EVENT', 'CLEANING', people.person_id, people.identifier_id, people.employer, people.work_place,
        days.day + time '05:00' + (people.place %% 120 + step.out * 480) * interval '1 minute', 60, step.type, 'WORK',
        'EMPLOYEE', 'DERIVED', 'QR', 'bench', '', 'REST', '100123', people.employer,
        days.day + time '05:00' + (people.place %% 120 + step.out * 480) * interval '1 minute',
        days.day + time '05:00' + (people.place %% 120 + step.out * 480) * interval '1 minute',
        verdict.status, CASE WHEN verdict.status = 'FAILED' THEN ARRAY[verdict.remark] ELSE '{{}}'::varchar[] END,
        CASE WHEN verdict.status <> 'REGISTERED' THEN days.day + time '20:00' END, 'SENT', 0
    FROM bench_days days, bench_people people, (VALUES (0, 'IN'), (1, 'OUT')) AS step (out, type),
        LATERAL (SELECT
            CASE (people.place * 31 + days.place * 7 + step.out) %% 20 WHEN 0 THEN 'FAILED' WHEN 1 THEN 'REGISTERED'
                ELSE 'VALIDATED' END,
            CASE (people.place + days.place) %% 3 WHEN 0 THEN 'DIMONA_NOT_OK' WHEN 1 THEN 'EMPLOYER_NOT_ACTIVE'
                ELSE 'WORK_PLACE_NOT_ACTIVE' END) AS verdict (status, remark)
    WHERE days.day >= %s::date AND days.day < %s::date
"""
_SPELLS = """
    INSERT INTO {part} (environment, person_id, work_date, employer, work_place, started_at, last_in_at, ended_at, state,
        breaks, first_in, last_in)
    SELECT 'R', people.person_id, days.day, people.employer, people.work_place, start, start, start + interval '8 hours',
        'ENDED', '[]', number, number
    FROM bench_days days, bench_people people,
        LATERAL (SELECT days.day + time '05:00' + people.place %% 120 * interval '1 minute',
            {code}::bigint * 100000000000 + (days.place * {people}::bigint + people.place) * 2) AS made (start, number)
    WHERE days.day >= %s::date AND days.day < %s::date
"""


_INDEXES = """
    SELECT coalesce((SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conindid = indexrelid AND contype = 'p'),
        pg_get_indexdef(indexrelid))
    FROM pg_index WHERE indrelid = %s::regclass
"""
_AT_ONCE = 2
"""As many months as there are processors on the machine that the goals are for."""


@dataclass(frozen=True, slots=True)
class Part:
    """A table of which each month is a part, by which day, and what fills it."""

    table: str
    day: str
    statement: str


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the register, and the four digits with which its receipt numbers begin."""

    first: date
    after: date
    code: int

    def part_of(self, table: str) -> str:
        """Return the name of the month's part of a table."""
        return f"{table}_{self.first:%Y_%m}"


def fill(people: Sequence[Person], *, events: int, until: datetime) -> int:
    """Give everybody two events on each working day before that of `until`, and return how many events there are."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by then

    days = working_days(max(events // (2 * len(people)), 1), before=brussels_date(until))
    months = list(months_of(days))
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE)
        cursor.execute(_DAYS)
        _copy(cursor, "bench_people", (_row(place, person) for place, person in enumerate(people)))
        _copy(cursor, "bench_days", enumerate(days))
        cursor.execute("ANALYZE bench_people, bench_days")
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            shares = [months[place::_AT_ONCE] for place in range(_AT_ONCE)]
            list(threads.map(lambda share: _write_months(share, people=len(people)), shares))
        cursor.execute("SELECT setval('checkins_presence_number', %s)", [_SERIALS_BEFORE])
        cursor.execute("ANALYZE checkins_presence, checkins_spell")
        cursor.execute("CHECKPOINT")
    return 2 * len(days) * len(people)


def working_days(count: int, *, before: date) -> list[date]:
    """Return that many days before a day, without Saturdays and Sundays, oldest first."""
    days: list[date] = []
    day = before
    while len(days) < count:
        day -= timedelta(days=1)
        if day.weekday() < _SATURDAY:
            days.append(day)
    return days[::-1]


def months_of(days: Sequence[date]) -> Iterator[Month]:
    """Yield the months in which the days lie, oldest first."""
    from registers.checkins.numbering import month_code  # noqa: PLC0415 - as the rest of the register

    for first in sorted({day.replace(day=1) for day in days}):
        after = (first + timedelta(days=32)).replace(day=1)
        yield Month(first, after, month_code(first))


def _write_months(months: Sequence[Month], *, people: int) -> None:
    """Write the months over a connection of its own."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SET timezone TO 'UTC'")
        connection.execute("SET synchronous_commit TO off")
        connection.execute("SET maintenance_work_mem TO '512MB'")
        for month in months:
            for table, day, statement in (
                ("checkins_presence", "registration_date", _PRESENCES),
                ("checkins_spell", "work_date", _SPELLS),
            ):
                _write_month(connection, month, Part(table, day, statement), people=people)


def _write_month(connection: "psycopg.Connection[tuple[Any, ...]]", month: Month, part: Part, *, people: int) -> None:
    table, name = part.table, month.part_of(part.table)
    bounds = f"{part.day} >= '{month.first}' AND {part.day} < '{month.after}'"

    def run(text: str, values: Sequence[Any] | None = None) -> None:
        connection.execute(text, values)

    run(f"DROP TABLE IF EXISTS {name}")
    run(f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
    run(part.statement.format(part=name, code=month.code, people=people), [month.first, month.after])
    run(f"VACUUM (ANALYZE) {name}")
    for definition in _indexes_of(connection, table):
        run(definition.format(part=name))
    run(f"ALTER TABLE {name} ADD CONSTRAINT {name}_of_month CHECK ({bounds})")
    run(f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ('{month.first}') TO ('{month.after}')")
    run(f"ALTER TABLE {name} DROP CONSTRAINT {name}_of_month")


def _indexes_of(connection: "psycopg.Connection[tuple[Any, ...]]", table: str) -> Sequence[str]:
    """Return the statements that index a part as its table is; they name it `{part}`."""
    rows = connection.execute(_INDEXES, [table]).fetchall()
    return [_make_index(text.replace("{", "{{").replace("}", "}}")) for (text,) in rows]


def _make_index(definition: str) -> str:
    if definition.startswith("PRIMARY KEY"):
        return f"ALTER TABLE {{part}} ADD {definition}"
    return re.sub(r"INDEX \S+ ON (ONLY )?\S+", "INDEX ON {part}", definition, count=1)


def _row(place: int, person: Person) -> tuple[object, ...]:
    return place, person.person_id, person.identifier_id, person.company, person.work_place


def _copy(cursor: "CursorWrapper", table: str, rows: Iterable[tuple[object, ...]]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
