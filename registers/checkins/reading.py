"""Read one registration with all its history, a worker's own seven years, and rows as lists show them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from domain.checkins.asking import PresenceAsker, PresenceQuestion
from domain.checkins.items import Address, Capture, Coordinates, Place, Worker
from domain.checkins.searches import RegistrationSeen, ValidationSeen
from domain.checkins.vocabulary import CancellationReason, CaptureMethod, PresenceOrigin, PresenceStatus
from registers.checkins.looks import note_presence_look
from registers.checkins.models import Position, Presence, PresenceStep
from registers.checkins.numbering import days_of
from registers.checkins.records import PresenceRecord, read_records, read_versions, registration_of, remarks_of
from registers.checkins.sight import sees
from registers.persons.aliases import Aliases

_OWN = """
    person_id = %s::bigint AND registration_date BETWEEN %s::date AND %s::date AND next_date IS NULL
    ORDER BY registration_date DESC, event_at DESC NULLS LAST, number DESC OFFSET %s::integer LIMIT %s::integer
"""
NOBODY = Worker()


@transaction.atomic
def read_one(number: int, *, asker: PresenceAsker, aliases: Aliases, at: datetime) -> RegistrationSeen | None:
    """Return a registration with its versions and steps; None when it is not there or not the asker's to see.

    The look is recorded, also the one that finds nothing.
    """
    versions = read_versions([number]).get(number, [])
    newest = versions[-1] if versions else None
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
    (seen,) = seen_in_lists([newest], aliases=aliases)
    return _with_history(seen, newest, versions[:-1])


@transaction.atomic
def own_registrations(
    *, first: date, last: date, asker: PresenceAsker, aliases: Aliases, at: datetime, first_row: int = 0, size: int = 50
) -> Sequence[RegistrationSeen]:
    """Return the asker's own registrations of those days, newest first; as far back as they are kept."""
    person_id = asker.person_id or 0
    rows = read_records(_OWN, [person_id, first, last, first_row, size])
    note_presence_look(PresenceQuestion.OWN, [person_id], environment=aliases.environment, asker=asker, at=at)
    return seen_in_lists(rows, aliases=aliases)


def seen_in_lists(records: Iterable[PresenceRecord], *, aliases: Aliases) -> tuple[RegistrationSeen, ...]:
    """Return rows as whoever sees them is shown them, with the numbers of their persons; two queries, none for no row."""
    rows = list(records)
    if not rows:
        return ()
    submitted = aliases.read(row.identifier_id for row in rows)
    newest = aliases.last_known(row.person_id for row in rows)
    return tuple(
        _seen(row, submitted.get(row.identifier_id, NOBODY), newest.get(row.person_id, NOBODY)) for row in rows
    )


def _seen(row: PresenceRecord, submitted: Worker, newest: Worker) -> RegistrationSeen:
    return RegistrationSeen(
        registration=registration_of(row),
        inss_submitted=submitted.inss,
        limosa_id=submitted.limosa_id,
        inss=newest.inss,
        sender=row.sender,
        sender_company=row.brought_by,
        origin=PresenceOrigin(row.origin),
    )


def _with_history(
    seen: RegistrationSeen, newest: PresenceRecord, earlier: Sequence[PresenceRecord]
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
        earlier=tuple(registration_of(one) for one in earlier),
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
