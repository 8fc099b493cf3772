"""Numbers that sources outside this counter know: replaced as a whole, and asked by the numbers of persons here.

They stand as keyed indexes alone: who is known here is found again, and of anybody else nothing can be read.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from domain.environments import Environment

SINCE_EVER = date(1, 1, 1)
"""The first day of what a source knows without a day."""
_OPEN = """
    CREATE TEMPORARY TABLE persons_read_number (lookup bytea, about varchar(10), valid_from date, valid_until date);
    CREATE TEMPORARY TABLE persons_changed_number (lookup bytea, about varchar(10))
"""
_CLOSE = "DROP TABLE persons_read_number, persons_changed_number"
_COPY = "COPY persons_read_number (lookup, about, valid_from, valid_until) FROM STDIN"
_FORGET = """
    WITH gone AS (
        DELETE FROM persons_sourcednumber held
        WHERE environment = %(environment)s AND source = %(source)s AND NOT EXISTS (
            SELECT FROM persons_read_number fresh
            WHERE fresh.lookup = held.lookup AND fresh.about = held.about AND fresh.valid_from = held.valid_from
                AND fresh.valid_until IS NOT DISTINCT FROM held.valid_until
        )
        RETURNING lookup, about
    )
    INSERT INTO persons_changed_number SELECT lookup, about FROM gone
"""
_ADD = """
    WITH come AS (
        INSERT INTO persons_sourcednumber (environment, source, lookup, about, valid_from, valid_until)
        SELECT DISTINCT ON (lookup, about, valid_from) %(environment)s, %(source)s, lookup, about, valid_from, valid_until
        FROM persons_read_number ORDER BY lookup, about, valid_from, valid_until DESC NULLS FIRST
        ON CONFLICT DO NOTHING
        RETURNING lookup, about
    )
    INSERT INTO persons_changed_number SELECT lookup, about FROM come
"""
_CONCERNED = """
    SELECT DISTINCT identifier.person_id FROM persons_personidentifier identifier
    JOIN persons_changed_number changed USING (lookup) WHERE identifier.environment = %(environment)s
"""
_ABOUTS = "SELECT DISTINCT about FROM persons_changed_number WHERE about <> ''"
_OF_IDENTIFIERS = """
    SELECT identifier.id, known.about, known.valid_from, known.valid_until FROM persons_personidentifier identifier
    JOIN persons_sourcednumber known ON known.environment = identifier.environment AND known.lookup = identifier.lookup
    WHERE identifier.id = ANY(%s::bigint[]) AND known.source = %s
"""
_OF_PERSONS = """
    SELECT identifier.person_id, known.about, known.valid_from, known.valid_until
    FROM persons_personidentifier identifier
    JOIN persons_sourcednumber known ON known.environment = identifier.environment AND known.lookup = identifier.lookup
    WHERE identifier.environment = %s AND identifier.person_id = ANY(%s::bigint[]) AND known.source = %s
"""
_TOLD_ABOUT = """
    SELECT DISTINCT about, valid_from, valid_until FROM persons_sourcednumber
    WHERE environment = %s AND source = %s AND about = ANY(%s::varchar[])
"""


@dataclass(frozen=True, slots=True)
class SourcedLine:
    """What a source tells of a number: of which company, and from which day until which, both included."""

    number: str
    about: str = ""
    valid_from: date = SINCE_EVER
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class KnownSpell:
    """The days on which a source knows something; `about` is the company that it tells, empty for none."""

    about: str
    valid_from: date
    valid_until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether that day is among them."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Concerned:
    """Whom a change of a source concerns: persons known here, and companies."""

    person_ids: Collection[int]
    companies: Collection[str]


def replace_numbers(
    source: str, lines: Iterable[SourcedLine], *, lookup: Callable[[str], bytes], environment: Environment
) -> Concerned:
    """Have the source know these numbers and no others; in the running transaction. Return whom that concerns.

    `lookup` gives the keyed index of a number; the number itself is written nowhere.
    """
    values = {"environment": str(environment), "source": source}
    with connection.cursor() as cursor:
        cursor.execute(_OPEN)
        with cursor.copy(_COPY) as copy:
            for line in lines:
                copy.write_row((lookup(line.number), line.about, line.valid_from, line.valid_until))
        cursor.execute("ANALYZE persons_read_number")
        cursor.execute(_FORGET, values)
        cursor.execute(_ADD, values)
        cursor.execute(_CONCERNED, values)
        people = [person for (person,) in cursor.fetchall()]
        cursor.execute(_ABOUTS)
        companies = [about for (about,) in cursor.fetchall()]
        cursor.execute(_CLOSE)
    return Concerned(people, companies)


def spells_of_identifiers(source: str, identifier_ids: Collection[int]) -> Mapping[int, list[KnownSpell]]:
    """Return what the source knows of these rows of numbers, by their ids; who is unknown to it is left out. One query."""
    return _spells(_OF_IDENTIFIERS, [list(identifier_ids), source])


def spells_of_persons(
    source: str, person_ids: Collection[int], *, environment: Environment
) -> Mapping[int, list[KnownSpell]]:
    """Return what the source knows of these persons by any of their numbers; one query."""
    return _spells(_OF_PERSONS, [str(environment), list(person_ids), source])


def spells_about(
    source: str, companies: Collection[str], *, environment: Environment
) -> Mapping[str, list[KnownSpell]]:
    """Return when the source knows anybody of these companies; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD_ABOUT, [str(environment), source, list(companies)])
        found: dict[str, list[KnownSpell]] = {}
        for about, first, last in cursor.fetchall():
            found.setdefault(about, []).append(KnownSpell(about, first, last))
    return found


def _spells(statement: str, values: list[Any]) -> Mapping[int, list[KnownSpell]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: dict[int, list[KnownSpell]] = {}
        for whose, about, first, last in cursor.fetchall():
            found.setdefault(whose, []).append(KnownSpell(about, first, last))
    return found
