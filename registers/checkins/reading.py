"""Read one registration with all its history, a worker's own seven years, and rows as lists show them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from domain.checkins.asking import PresenceAsker, PresenceQuestion
from domain.checkins.items import Address, Capture, Coordinates, Place, Worker
from domain.checkins.outcomes import Registration
from domain.checkins.searches import RegistrationSeen, ValidationSeen
from domain.checkins.vocabulary import CancellationReason, CaptureMethod, PresenceOrigin, PresenceStatus
from domain.environments import Environment
from registers.checkins.looks import note_presence_look
from registers.checkins.models import Position, Presence, PresenceStep
from registers.checkins.numbering import days_of
from registers.checkins.page_keys import PageKeyError, read_key, write_key
from registers.checkins.records import PresenceRecord, read_records, read_versions, registration_of, remarks_of
from registers.checkins.sight import sees
from registers.persons.aliases import Aliases

_OWN = """
    person_id = %s::bigint AND registration_date BETWEEN %s::date AND %s::date AND next_date IS NULL {more}
    ORDER BY registration_date DESC, coalesce(event_at, '-infinity') DESC, number DESC LIMIT %s::integer
"""
_AFTER = """
    AND (registration_date < %s::date OR (coalesce(event_at, '-infinity'), number)
        < (coalesce(%s::timestamptz, '-infinity'), %s::bigint))
"""
NOBODY = Worker()


@transaction.atomic
def read_one(number: int, *, asker: PresenceAsker, aliases: Aliases, at: datetime) -> RegistrationSeen | None:
    """Return a registration with its versions and steps; None when it is not there or not the asker's to see.

    The look is recorded, also the one that finds nothing.
    """
    versions = read_versions([number], environment=aliases.environment).get(number, [])
    newest = versions[-1] if versions and versions[-1].is_newest else None
    if newest is not None and not sees(asker, newest, environment=aliases.environment):
        newest = None
    note_presence_look(
        PresenceQuestion.ONE,
        [None if newest is None else newest.person_id],
        environment=aliases.environment,
        asker=asker,
        at=at,
        about=str(number) if days_of(number) is not None else "",
    )
    if newest is None:
        return None
    (seen,) = seen_in_lists([newest], bringer=asker.bringer, aliases=aliases)
    return _with_history(seen, newest, versions[:-1], bringer=asker.bringer)


@dataclass(frozen=True, slots=True)
class OwnRecords:
    """A page of a worker's own rows, the newest first; `next_key` goes on after the last, empty at the end."""

    records: Sequence[PresenceRecord]
    next_key: str


@transaction.atomic
def own_records(
    *,
    first: date,
    last: date,
    asker: PresenceAsker,
    environment: Environment,
    at: datetime,
    after: str = "",
    size: int = 25,
    number: int | None = None,
    work_place: str | None = None,
) -> OwnRecords:
    """Return the asker's own registrations of those days, the newest version of each, as far back as they are kept.

    They go on after the key of a page; PageKeyError for one that no page gave. With a receipt number or a work place, those
    alone. One query, and the look is recorded.
    """
    person_id = asker.person_id or 0
    more, values = "", [person_id, first, last]
    if number is not None:
        more, values = f"{more} AND number = %s::bigint", [*values, number]
    if work_place is not None:
        more, values = f"{more} AND work_place = %s::varchar", [*values, work_place]
    if after:
        day, instant, beyond = _read_own_key(after)
        values[2] = min(last, day)
        more, values = more + _AFTER, [*values, day, instant, beyond]
    rows = read_records(_OWN.format(more=more), [*values, size + 1], environment=environment)
    note_presence_look(PresenceQuestion.OWN, [person_id], environment=environment, asker=asker, at=at)
    shown = rows[:size]
    is_last = len(rows) <= size
    end = shown[-1] if shown else None
    return OwnRecords(
        shown, "" if is_last or end is None else write_key(end.registration_date, end.event_at, end.number)
    )


def _read_own_key(key: str) -> tuple[date, datetime | None, int]:
    day, instant, number = read_key(key, count=3)
    try:
        at = None if instant is None else datetime.fromisoformat(str(instant))
        return date.fromisoformat(str(day)), at, int(number or 0)
    except ValueError as fault:
        raise PageKeyError("the key of the page is none that a page gave") from fault


def seen_in_lists(records: Iterable[PresenceRecord], *, bringer: str, aliases: Aliases) -> tuple[RegistrationSeen, ...]:
    """Return rows as the bringer is shown them, with the numbers of their persons; two queries, none for no row."""
    rows = list(records)
    if not rows:
        return ()
    submitted = aliases.read(row.identifier_id for row in rows)
    newest = aliases.last_known(row.person_id for row in rows)
    return tuple(
        _seen(
            registration_of(row, bringer=bringer),
            row,
            submitted.get(row.identifier_id, NOBODY),
            newest.get(row.person_id, NOBODY),
        )
        for row in rows
    )


def _seen(registration: Registration, row: PresenceRecord, submitted: Worker, newest: Worker) -> RegistrationSeen:
    return RegistrationSeen(
        registration=registration,
        inss_submitted=submitted.inss,
        limosa_id=submitted.limosa_id,
        inss=newest.inss,
        sender=row.sender,
        sender_company=row.brought_by,
        origin=PresenceOrigin(row.origin),
    )


def _with_history(
    seen: RegistrationSeen, newest: PresenceRecord, earlier: Sequence[PresenceRecord], *, bringer: str
) -> RegistrationSeen:
    row = Presence.objects.get(number=newest.number, version=newest.version, registration_date=newest.registration_date)
    days = {newest.registration_date, *(one.registration_date for one in earlier)}
    steps = PresenceStep.objects.filter(number=newest.number, registration_date__in=days).order_by("at")
    return RegistrationSeen(
        registration=seen.registration,
        inss_submitted=seen.inss_submitted,
        limosa_id=seen.limosa_id,
        inss=seen.inss,
        validations=(
            ValidationSeen(PresenceStatus.REGISTERED),
            *(_step_seen(step) for step in steps),
        ),
        sender=seen.sender,
        sender_company=seen.sender_company,
        place=_place_of(row),
        distance=row.distance,
        capture=Capture(CaptureMethod(row.capture), row.device) if row.capture else None,
        origin=seen.origin,
        earlier=tuple(registration_of(one, bringer=bringer) for one in earlier),
    )


def _step_seen(step: PresenceStep) -> ValidationSeen:
    return ValidationSeen(
        PresenceStatus[step.status],
        step.at,
        remarks_of(step.remarks),
        CancellationReason(step.reason) if step.reason else None,
    )


def _place_of(row: Presence) -> Place | None:
    if row.address is not None:
        return Address(
            street=row.address["street"],
            house_number=row.address["house_number"],
            post_code=row.address["post_code"],
            municipality=row.address["municipality"],
            box=row.address["box"],
        )
    point = Position.objects.filter(number=row.number, version=row.version).first()
    return None if point is None else Coordinates(point.latitude, point.longitude)
