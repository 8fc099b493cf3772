"""Search presences by the official criteria: a mandatory period, 500 at most at once, a count that says where it stops (§1.1, §5.2).

REST, SOAP and pages ask here; pages take the rows, which hold no number of a person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

from django.db import connection, transaction

from domain.checkins.asking import PresenceAsker, PresenceQuestion
from domain.checkins.items import Worker
from domain.checkins.searches import (
    LONGEST_SEARCH,
    MOST_FOUND,
    MOST_PERIODS,
    DayPeriod,
    Direction,
    Found,
    FoundPage,
    SearchCriteria,
    SortedBy,
)
from domain.checkins.vocabulary import PresenceStatus
from domain.environments import Environment
from registers.checkins.looks import note_presence_look
from registers.checkins.page_keys import PageKeyError, read_key, write_key
from registers.checkins.reading import seen_in_lists
from registers.checkins.records import SELECTED, PresenceRecord, record_of
from registers.checkins.sight import seen_by
from registers.persons.aliases import Aliases

_NAMES = {
    SortedBy.ID: "number",
    SortedBy.REGISTRATION_DATE: "registration_date",
    SortedBy.CREATION_DATE: "created_at",
    SortedBy.STATUS: "status",
    SortedBy.WORK_PLACE: "work_place",
    SortedBy.EMPLOYER: "employer",
    SortedBy.CHANNEL: "channel",
    SortedBy.SENDER: "sender",
}
_SORTED = {
    **_NAMES,
    **{
        one: f"({_NAMES[one]} || '')"
        for one in (SortedBy.STATUS, SortedBy.WORK_PLACE, SortedBy.EMPLOYER, SortedBy.SENDER)
    },
}
"""What is put in order: where an index begins with the column, an expression, so that rows are found by what narrows the
search, and not walked through in order until enough of them fit."""
_BEFORE_INSTANTS = {Direction.ASCENDING: "-infinity", Direction.DESCENDING: "infinity"}
"""Where among the instants of its day a day presence stands: before them, whichever way they run."""
_AT_ONCE = 500
"""How many rows are fetched at a time where all are."""
_Where: TypeAlias = tuple[str, list[Any]]


class SearchRefusedError(ValueError):
    """A search names no period, too many or too long ones, or a key that no page gave."""


@dataclass(frozen=True, slots=True)
class FoundRecords:
    """A page of rows; `count` stops at its reach and `is_capped` says so; `next_key` goes on after the last, None at the end."""

    count: int
    records: Sequence[PresenceRecord]
    is_capped: bool
    next_key: str | None


@transaction.atomic
def search(criteria: SearchCriteria, page: FoundPage, *, asker: PresenceAsker, aliases: Aliases, at: datetime) -> Found:
    """Return what `find_records` finds, with the numbers of its persons."""
    found = find_records(criteria, page, asker=asker, aliases=aliases, at=at)
    return Found(
        count=found.count,
        registrations=seen_in_lists(found.records, bringer=asker.bringer, aliases=aliases),
        is_capped=found.is_capped,
        next_key=found.next_key,
    )


@transaction.atomic
def find_records(
    criteria: SearchCriteria, page: FoundPage, *, asker: PresenceAsker, aliases: Aliases, at: datetime
) -> FoundRecords:
    """Return what the asker sees of what fits all criteria; the look at each person is recorded.

    The newest versions alone; by its first row a page reaches as many of them as its reach says, by a key all. Raises
    SearchRefusedError. Who asks for somebody or something that is not his finds nothing, as if it were not there.
    """
    found = _find(criteria, page, asker=asker, aliases=aliases)
    people = [record.person_id for record in found.records]
    _note(people, criteria, asker=asker, environment=aliases.environment, at=at)
    return found


def walk_records(
    criteria: SearchCriteria, order: FoundPage, *, most: int, asker: PresenceAsker, aliases: Aliases, at: datetime
) -> Iterator[FoundRecords]:
    """Yield what `find_records` would find, some at a time, in the order; `most` at most, and the last says whether there are more.

    Whose rows the asker sees is asked once, and the database puts them in order once. In a transaction of the caller, where
    the look at each person is recorded once. No page has a key; the count is of what was yielded until then.
    """
    _require_month(criteria.periods)
    where = _where(criteria, asker=asker, aliases=aliases)
    seen: set[int] = set()
    count = 0
    for records in () if where is None else _walk(where, order, most=most + 1):
        shown = records[: most - count]
        count += len(shown)
        fresh = {record.person_id for record in shown} - seen
        if fresh:
            _note(sorted(fresh), criteria, asker=asker, environment=aliases.environment, at=at)
        seen |= fresh
        yield FoundRecords(count, shown, is_capped=len(shown) < len(records), next_key=None)
    if not seen:
        _note([], criteria, asker=asker, environment=aliases.environment, at=at)


def _find(criteria: SearchCriteria, page: FoundPage, *, asker: PresenceAsker, aliases: Aliases) -> FoundRecords:
    _require_month(criteria.periods)
    where = _where(criteria, asker=asker, aliases=aliases)
    records: list[PresenceRecord] = []
    is_last = True
    count = 0 if where is None else _count(where, reach=page.reach)
    if page.is_all_or_nothing and count > page.reach:
        message = f"more than {page.reach} registrations are found: ask for fewer days or with more criteria"
        raise SearchRefusedError(message)
    if not page.after and page.among(count).first_row >= page.reach < count:
        message = f"rows beyond {page.reach} have no number: go on with the key of the page before"
        raise SearchRefusedError(message)
    if where is not None and count:
        records, is_last = _read(where, page.among(count))
    return FoundRecords(
        count=min(count, page.reach),
        records=records,
        is_capped=count > page.reach,
        next_key=None if is_last else _key_of(records[-1], page),
    )


def _note(
    people: Sequence[int], criteria: SearchCriteria, *, asker: PresenceAsker, environment: Environment, at: datetime
) -> None:
    about = criteria.work_place_id or criteria.enterprise_number or ""
    note_presence_look(PresenceQuestion.SEARCH, people, environment=environment, asker=asker, at=at, about=about)


def _require_month(periods: Sequence[DayPeriod]) -> None:
    if not 1 <= len(periods) <= MOST_PERIODS:
        message = f"a search names 1 to {MOST_PERIODS} periods, got {len(periods)}"
        raise SearchRefusedError(message)
    if sum((period.length for period in periods), timedelta()) > LONGEST_SEARCH:
        message = f"the periods of a search have {LONGEST_SEARCH.days} days together at most: ask for a month at a time"
        raise SearchRefusedError(message)


def _where(criteria: SearchCriteria, *, asker: PresenceAsker, aliases: Aliases) -> _Where | None:
    """Return the condition and its values; None when nothing can fit."""
    first = min(period.first for period in criteria.periods)
    last = max(period.last for period in criteria.periods)
    sight, values = seen_by(asker, DayPeriod(first, last), environment=aliases.environment)
    parts, given = ["environment = %s", "next_date IS NULL", sight], [str(aliases.environment), *values]
    _add(parts, given, "registration_date BETWEEN %s AND %s", first, last)
    if len(criteria.periods) > 1:
        days = " OR ".join(["registration_date BETWEEN %s AND %s"] * len(criteria.periods))
        bounds = [day for period in criteria.periods for day in (period.first, period.last)]
        _add(parts, given, f"({days})", *bounds)
    if criteria.inss is not None:
        worker = Worker(inss=criteria.inss)
        alias = aliases.find([worker]).get(worker)
        if alias is None:
            return None
        _add(parts, given, "person_id = %s", alias.person_id)
    _add_facts(parts, given, criteria)
    return " AND ".join(parts), given


def _add_facts(parts: list[str], given: list[Any], criteria: SearchCriteria) -> None:
    exact = (
        ("person_id = %s", criteria.person_id),
        ("employer = %s", criteria.enterprise_number),
        ("work_place = %s", criteria.work_place_id),
        ("created_at >= %s", criteria.created_from),
        ("created_at <= %s", criteria.created_until),
        ("sector = %s", criteria.sector),
        ("kind = %s", criteria.kind),
        ("event_type = %s", criteria.event_type),
        ("sender <> '' AND sender = %s", criteria.sender),
    )
    for condition, value in exact:
        if value is not None:
            _add(parts, given, condition, value)
    if criteria.statuses:
        _add(parts, given, "status = ANY(%s)", [status.name for status in criteria.statuses])
        if PresenceStatus.VALIDATED not in criteria.statuses:
            parts.append("status <> 'VALIDATED'")  # so that the planner sees the partial index
    if criteria.remarks:
        _add(parts, given, "remarks && %s::varchar[]", [remark.name for remark in criteria.remarks])
        parts.append("remarks <> '{}'")


def _add(parts: list[str], given: list[Any], condition: str, *values: Any) -> None:  # noqa: ANN401 - as the cursor's
    parts.append(condition)
    given.extend(values)


def _count(where: _Where, *, reach: int) -> int:
    """Return how many rows there are, one more than the reach where there are more."""
    condition, values = where
    limited = f"SELECT 1 FROM checkins_presence WHERE {condition} LIMIT %s"  # noqa: S608 - our own SQL
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({limited}) AS found", [*values, reach + 1])  # noqa: S608
        return int(cursor.fetchone()[0])


def _read(where: _Where, page: FoundPage) -> tuple[list[PresenceRecord], bool]:
    """Return the rows of the page, and whether nothing comes after them."""
    condition, values = where
    columns = _columns(page)
    beyond = "<" if page.direction is Direction.DESCENDING else ">"
    offset = page.first_row
    if page.after:
        key = _parse_key(page)
        places = ", ".join(["%s"] * len(key))
        condition, values = f"{condition} AND ({', '.join(columns)}) {beyond} ({places})", [*values, *key]
        offset = 0
    size = min(page.size, MOST_FOUND, page.reach - offset)
    if size <= 0:
        return [], True
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {SELECTED} FROM checkins_presence WHERE {condition} ORDER BY {_order(page)} OFFSET %s LIMIT %s",  # noqa: S608
            [*values, offset, size + 1],
        )
        rows = cursor.fetchall()
    return [record_of(row) for row in rows[:size]], len(rows) <= size


def _walk(where: _Where, order: FoundPage, *, most: int) -> Iterator[list[PresenceRecord]]:
    """Yield the rows in that order, `_AT_ONCE` at a time, by one question: the database keeps what is not fetched yet."""
    condition, values = where
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            f"SELECT {SELECTED} FROM checkins_presence WHERE {condition} ORDER BY {_order(order)} LIMIT %s",  # noqa: S608 - our own SQL
            [*values, most],
        )
        while rows := cursor.fetchmany(_AT_ONCE):
            yield [record_of(row) for row in rows]


def _order(page: FoundPage) -> str:
    way = "DESC" if page.direction is Direction.DESCENDING else "ASC"
    return ", ".join(f"{column} {way}" for column in _columns(page))


def _columns(page: FoundPage) -> tuple[str, ...]:
    """Return what is put in order, the receipt number last."""
    if page.sorted_by is SortedBy.INSTANT:
        return "registration_date", f"coalesce(event_at, '{_BEFORE_INSTANTS[page.direction]}')", "number"
    return _SORTED[page.sorted_by], "number"


def _key_of(record: PresenceRecord, page: FoundPage) -> str:
    order = str(page.sorted_by), str(page.direction)
    if page.sorted_by is SortedBy.INSTANT:
        return write_key(*order, record.registration_date, record.event_at, record.number)
    return write_key(*order, getattr(record, _NAMES[page.sorted_by]), record.number)


def _parse_key(page: FoundPage) -> tuple[object, ...]:
    """Return the sorted values and the number after which the page begins; SearchRefusedError for what no page of that order gave."""
    try:
        sorted_by, direction, *key = read_key(page.after, count=2 + len(_columns(page)))
        if (sorted_by, direction) != (page.sorted_by, page.direction):
            raise PageKeyError("the key of the page is of another order")
        if page.sorted_by is SortedBy.INSTANT:
            day, instant, number = key
            at = _BEFORE_INSTANTS[page.direction] if instant is None else datetime.fromisoformat(str(instant))
            return date.fromisoformat(str(day)), at, int(number or 0)
        value, number = key
        if page.sorted_by is SortedBy.REGISTRATION_DATE:
            return date.fromisoformat(str(value)), int(number or 0)
        if page.sorted_by is SortedBy.CREATION_DATE:
            return datetime.fromisoformat(str(value)), int(number or 0)
        return int(value or 0) if page.sorted_by is SortedBy.ID else str(value), int(number or 0)
    except ValueError as fault:
        message = "the key of the page is none that a page in this order gave"
        raise SearchRefusedError(message) from fault
