"""Open a source outside this counter by reading its file, replace what it said, or close it; what changes is validated anew."""

import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from evidence.audit import append_event
from registers.checkins.models import ReferenceSource, SourceName
from registers.checkins.source_files import read_source_file
from registers.checkins.taking_turns import change_sources
from registers.checkins.validating import ask_again, first_day_validated
from registers.persons.sourced_numbers import Concerned, SourcedLine, replace_numbers

_EMPLOYERS = """
    SELECT DISTINCT employer FROM checkins_presence
    WHERE environment = %s AND registration_date >= %s AND next_date IS NULL AND employer <> ''
"""
_ALONE = """
    SELECT DISTINCT person_id FROM checkins_presence
    WHERE environment = %s AND registration_date >= %s AND next_date IS NULL AND employer = ''
"""
_REGISTERED = """
    SELECT asked.company FROM unnest(%s::varchar[]) AS asked (company) WHERE EXISTS (
        SELECT FROM checkins_presence WHERE employer = asked.company AND environment = %s
    )
"""
_OPEN_COMPANIES = """
    CREATE TEMPORARY TABLE checkins_read_company (number varchar(10), valid_from date, valid_until date);
    CREATE TEMPORARY TABLE checkins_changed_company (number varchar(10))
"""
_COPY_COMPANIES = "COPY checkins_read_company (number, valid_from, valid_until) FROM STDIN"
_FORGET_COMPANIES = """
    WITH gone AS (
        DELETE FROM checkins_registeredcompany held WHERE environment = %(environment)s AND NOT EXISTS (
            SELECT FROM checkins_read_company fresh
            WHERE fresh.number = held.number AND fresh.valid_from = held.valid_from
                AND fresh.valid_until IS NOT DISTINCT FROM held.valid_until
        )
        RETURNING number
    )
    INSERT INTO checkins_changed_company SELECT number FROM gone
"""
_ADD_COMPANIES = """
    WITH come AS (
        INSERT INTO checkins_registeredcompany (environment, number, valid_from, valid_until)
        SELECT DISTINCT ON (number, valid_from) %(environment)s, number, valid_from, valid_until
        FROM checkins_read_company ORDER BY number, valid_from, valid_until DESC NULLS FIRST
        ON CONFLICT DO NOTHING
        RETURNING number
    )
    INSERT INTO checkins_changed_company SELECT number FROM come
"""


@dataclass(frozen=True, slots=True)
class Fed:
    """What came of reading a file: how much the source knows, and how many requests for another validation that made."""

    lines: int
    is_new: bool
    requests: int


@transaction.atomic
def feed_source(
    name: SourceName,
    path: Path,
    *,
    lookup: Callable[[str], bytes],
    environment: Environment,
    actor: str,
    at: datetime,
    may_shrink: bool = False,
) -> Fed:
    """Have the source say what the file says and nothing else, from now on; ConfigurationRefusedError changes nothing.

    A file with less than nine tenths of the lines of the one before is refused unless the source `may_shrink`: one that was cut
    off at the end of a line looks whole. `lookup` gives the keyed index under which a person's number is found. A source that is opened concerns every
    registration of the last 60 days; one that is fed again, whom the difference names.
    """
    change_sources(environment)
    with _opened(path) as file:
        counted = _Counted(read_source_file(name, file))
        concerned = _replace(name, counted, lookup=lookup, environment=environment)
    digest = _digest_of(path)
    if not counted.lines:
        raise ConfigurationRefusedError(
            f"{path} has no line besides its titles.",
            next_step=f"`guichet sources close {name}` closes a source; an empty one would deny everybody.",
        )
    if not may_shrink:
        _require_whole(path, counted.lines, name=name, environment=environment)
    row, is_new = ReferenceSource.objects.update_or_create(
        environment=environment, name=name, defaults={"read_at": at, "lines": counted.lines, "sha256": digest}
    )
    append_event(
        "check-in-source:fed", at=at, actor=actor, environment=str(environment), source=str(name), lines=row.lines
    )
    asked = _everybody(environment, at=at) if is_new else _who_registered(concerned, environment=environment)
    requests = ask_again(environment=environment, at=at, employers=asked.companies, person_ids=asked.person_ids)
    return Fed(counted.lines, is_new, requests)


@transaction.atomic
def close_source(name: SourceName, *, environment: Environment, actor: str, at: datetime) -> bool:
    """Let the source say nothing from now on and forget what it said; False when it was not open."""
    change_sources(environment)
    gone, _ = ReferenceSource.objects.filter(environment=environment, name=name).delete()
    if not gone:
        return False
    _replace(name, (), lookup=lambda _number: b"", environment=environment)
    append_event("check-in-source:closed", at=at, actor=actor, environment=str(environment), source=str(name))
    asked = _everybody(environment, at=at)
    ask_again(environment=environment, at=at, employers=asked.companies, person_ids=asked.person_ids)
    return True


def _require_whole(path: Path, lines: int, *, name: SourceName, environment: Environment) -> None:
    """ConfigurationRefusedError for a file that has much less than what the source knows."""
    known = ReferenceSource.objects.filter(environment=environment, name=name).values_list("lines", flat=True).first()
    if known is not None and lines * 10 < known * 9:
        raise ConfigurationRefusedError(
            f"{path} has {lines:,} lines and {name} knows {known:,}: whoever is missing would be told to be unknown.",
            next_step="See whether the file came whole. Where so many are gone indeed, give --smaller.",
        )


class _Counted:
    """Lines, counted while they are read."""

    def __init__(self, lines: Iterable[SourcedLine]) -> None:
        self._given = lines
        self.lines = 0

    def __iter__(self) -> Iterator[SourcedLine]:
        for line in self._given:
            self.lines += 1
            yield line


def _replace(
    name: SourceName, lines: Iterable[SourcedLine], *, lookup: Callable[[str], bytes], environment: Environment
) -> Concerned:
    if name is SourceName.COMPANIES:
        return _replace_companies(lines, environment=environment)
    return replace_numbers(name, lines, lookup=lookup, environment=environment)


def _replace_companies(lines: Iterable[SourcedLine], *, environment: Environment) -> Concerned:
    values = {"environment": str(environment)}
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_COMPANIES)
        with cursor.copy(_COPY_COMPANIES) as copy:
            for line in lines:
                copy.write_row((line.number, line.valid_from, line.valid_until))
        cursor.execute("ANALYZE checkins_read_company")
        for statement in (_FORGET_COMPANIES, _ADD_COMPANIES):
            cursor.execute(statement, values)
        cursor.execute("SELECT DISTINCT number FROM checkins_changed_company")
        changed = [number for (number,) in cursor.fetchall()]
        cursor.execute("DROP TABLE checkins_read_company, checkins_changed_company")
    return Concerned((), changed)


def _who_registered(concerned: Concerned, *, environment: Environment) -> Concerned:
    """Leave out companies that nobody registered for."""
    with connection.cursor() as cursor:
        cursor.execute(_REGISTERED, [list(concerned.companies), str(environment)])
        return Concerned(concerned.person_ids, [number for (number,) in cursor.fetchall()])


def _everybody(environment: Environment, *, at: datetime) -> Concerned:
    """Return all who registered lately: companies, and persons who were registered for none."""
    values: list[Any] = [str(environment), first_day_validated(at)]
    with connection.cursor() as cursor:
        cursor.execute(_EMPLOYERS, values)
        companies = [employer for (employer,) in cursor.fetchall()]
        cursor.execute(_ALONE, values)
        return Concerned([person for (person,) in cursor.fetchall()], companies)


def _opened(path: Path) -> io.TextIOWrapper:
    try:
        return path.open(encoding="utf-8", newline="")
    except OSError as trouble:
        raise ConfigurationRefusedError(
            f"{path} cannot be opened: {trouble.strerror}.", next_step="Give the path of a file that you may read."
        ) from trouble


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
