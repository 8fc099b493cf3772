"""Fill the register as many years would: persons with their numbers, accounts, periods and their first versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from commands.bench.national_numbers import national_number
from domain.environments import Environment

if TYPE_CHECKING:
    from registers.persons.numbers import PersonKeys


@dataclass(frozen=True, slots=True)
class FilledSize:
    """How many accounts, each of a person of its own, and how many periods among them a register is filled with."""

    accounts: int = 3_000_000
    periods: int = 10_000_000


FULL = FilledSize()
ROOM = 250
"""Hours that every account filled in has left."""

_FIRST_PLACE = 5_000_000
_NAMED_AT_ONCE = 10_000
"""Numbers in one statement: what filling takes must not count as memory of the deliveries that the same process makes."""
_STRIDE = 1_234_577
"""Shares no factor with the accounts: who is named follows in another order than the register has them."""

_FILL = """
SET LOCAL session_replication_role = replica;
SET LOCAL synchronous_commit = off;
INSERT INTO persons_person (id, environment, created_at)
SELECT id, 'R', %(at)s FROM generate_series(
    (SELECT coalesce(max(id), 0) + 1 FROM persons_person),
    (SELECT coalesce(max(id), 0) + %(accounts)s FROM persons_person)) AS id;
SELECT setval(pg_get_serial_sequence('persons_person', 'id'), (SELECT max(id) FROM persons_person));
CREATE TEMP TABLE filled AS
    SELECT id, row_number() OVER (ORDER BY id DESC) AS place FROM persons_person ORDER BY id DESC LIMIT %(accounts)s;
INSERT INTO persons_personidentifier (person_id, environment, lookup, key_id, ciphertext, valid_from)
SELECT id, 'R', sha256(('filled ' || id)::bytea), 'k1', sha256(('hidden ' || id)::bytea), %(at)s FROM filled;
INSERT INTO student_days_quotaaccount (environment, person_id, year, unit, "limit", granted)
SELECT 'R', id, %(year)s, 'HOURS', 650, 650 - %(room)s FROM filled;
CREATE TEMP TABLE numbers AS
    SELECT nextval('student_days_period_stem') AS stem, f.id AS person_id, n
    FROM filled f CROSS JOIN generate_series(0, %(each)s) AS n
    LIMIT %(periods)s;
INSERT INTO student_days_period (
    id, environment, person_id, employer_id, joint_commission, worker_type, using_employer, sub_entity,
    starting_date, starting_hour, ending_date, ending_hour, unit, planned, granted, neutralised,
    is_late, locked_by_dmfa, state, version, first_declared_at, last_changed_at)
SELECT stem * 100 + CASE stem %% 97 WHEN 0 THEN 97 ELSE stem %% 97 END, 'R', person_id,
    (SELECT min(id) FROM access_entity WHERE environment = 'R'), 'XXX', 'STU', '', '',
    make_date(%(year)s, 1 + n::int * 3, 1), '', make_date(%(year)s, 1 + n::int * 3, 28), '', 'HOURS', 100, 100, 0,
    false, false, 'ACTIVE', 1, %(at)s, %(at)s
FROM numbers;
INSERT INTO student_days_periodversion (
    environment, period_id, number, reason, starting_date, starting_hour, ending_date, ending_hour, planned, granted,
    neutralised, change, state, is_late, received_at, filed_at)
SELECT 'R', id, 1, 'GRANTED', starting_date, '', ending_date, '', planned, granted, 0, granted, state, false,
    first_declared_at, first_declared_at
FROM student_days_period WHERE first_declared_at = %(at)s;
DROP TABLE filled, numbers;
"""
_NAME = """
UPDATE persons_personidentifier AS old SET lookup = named.lookup, key_id = %(key)s, ciphertext = named.ciphertext
FROM unnest(%(persons)s::bigint[], %(lookups)s::bytea[], %(ciphertexts)s::bytea[]) AS named (id, lookup, ciphertext)
WHERE old.person_id = named.id
"""
_ANALYZE = """
VACUUM ANALYZE persons_person, persons_personidentifier, student_days_quotaaccount, student_days_period,
    student_days_periodversion
"""


def fill_register(size: FilledSize = FULL, *, year: int, at: datetime) -> None:
    """Add persons with an account of that year, and periods among them; in full some minutes and 8 GB."""
    from django.db import connection, transaction  # noqa: PLC0415 - Django is set up by then

    each = -(-size.periods // size.accounts) - 1
    told: dict[str, int | datetime] = {
        "at": at,
        "accounts": size.accounts,
        "periods": size.periods,
        "year": year,
        "each": each,
        "room": ROOM,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in _FILL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, told)


def name_filled(count: int, *, keys: "PersonKeys", size: FilledSize = FULL) -> Sequence[str]:
    """Give so many of the persons filled in last, spread over all, numbers by which they are found; return these."""
    from django.db import connection, transaction  # noqa: PLC0415 - Django is set up by then

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT max(id) FROM persons_person")
        (last,) = cursor.fetchone()
        numbers: list[str] = []
        for first in range(0, count, _NAMED_AT_ONCE):
            places = range(first, min(first + _NAMED_AT_ONCE, count))
            named = [national_number(_FIRST_PLACE + place + 1) for place in places]
            hidden = [keys.hide(number, environment=Environment.PRODUCTION) for number in named]
            persons = [last - place * _STRIDE % size.accounts for place in places]
            lookups, _, ciphertexts = zip(*hidden, strict=True)
            cursor.execute(
                _NAME,
                {
                    "key": keys.current,
                    "persons": persons,
                    "lookups": list(lookups),
                    "ciphertexts": list(ciphertexts),
                },
            )
            numbers += named
    return numbers


def analyze_register() -> None:
    """Let the database know what was filled in, as it would by itself in the course of years."""
    from django.db import connection  # noqa: PLC0415 - Django is set up by then

    with connection.cursor() as cursor:
        cursor.execute(_ANALYZE)
