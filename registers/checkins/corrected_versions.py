"""Make the version of a registration that a correction asks for: a changed event, or one that was missing (§2.6)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from django.db.models import QuerySet

from domain.brussels import brussels_date
from domain.checkins.items import Coordinates
from domain.checkins.vocabulary import (
    Capacity,
    CapacitySource,
    EventReason,
    PresenceKind,
    PresenceOrigin,
    PresenceStatus,
)
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from registers.checkins.capacities import founded_by
from registers.checkins.correction_notes import sender_of
from registers.checkins.employments import is_work_declared
from registers.checkins.models import Correction, Position, Presence
from registers.checkins.numbering import number_of
from registers.checkins.places import Place, read_places
from registers.checkins.presence_writing import PresenceDetails
from registers.checkins.records import PresenceRecord

CAPACITY_KNOWN_WITHIN = timedelta(days=400)
"""How long before a missing event one may have registered last, so that the capacity of then is taken to hold."""


def next_version(old: PresenceRecord, row: Correction, *, at: datetime) -> tuple[PresenceRecord, PresenceDetails]:
    """Return the version after `old`, with how its event reached the counter and was captured; only the request was asked later."""
    instant = row.corrected_at or old.event_at
    number = row.corrected_work_place or old.work_place
    place = _place(number, row)
    record = replace(
        old,
        version=old.version + 1,
        registration_date=brussels_date(instant) if instant is not None else old.registration_date,
        event_at=instant,
        utc_offset=old.utc_offset if row.corrected_at is None else row.corrected_offset,
        work_place=number,
        sector="" if place is None else str(place.sector),
        created_at=at,
        status=PresenceStatus.REGISTERED.name,
        validated_at=None,
        origin=str(PresenceOrigin.CORRECTION),
        next_date=None,
        slot=0,
        derived_capacity="",
        derived_from="",
    )
    return record, _captured(old, row, place=place)


def missing_event(row: Correction, *, serial: int, at: datetime) -> tuple[PresenceRecord, PresenceDetails]:
    """Return the event that was missing; its capacity is the one declared last by the person, for the same employer.

    Who asked for himself said that he is self-employed, which is declared with the event where no source tells it.

    ConfigurationRefusedError when the request is of a registration that is gone.
    """
    if row.target is not None or row.corrected_at is None:
        raise ConfigurationRefusedError(
            f"Request {row.number} is of a registration that is gone.", next_step="Reject the request."
        )
    place = _place(row.work_place, row)
    capacity, source = _declared_with(row)
    record = PresenceRecord(
        number=number_of(row.registration_date, serial),
        version=1,
        registration_date=row.registration_date,
        kind=str(PresenceKind.EVENT),
        sector="" if place is None else str(place.sector),
        person_id=row.person_id,
        identifier_id=row.identifier_id,
        employer=row.employer,
        work_place=row.work_place,
        event_at=row.corrected_at.astimezone(UTC),
        utc_offset=row.corrected_offset,
        event_type=row.event_type,
        reason=str(EventReason.WORK),
        capacity=capacity,
        reference="",
        channel=row.channel,
        sender=sender_of(row),
        brought_by=row.asked_for,
        submission_id=None,
        seq=None,
        received_at=row.asked_at,
        created_at=at,
        status=PresenceStatus.REGISTERED.name,
        remarks=(),
        validated_at=None,
        origin=str(PresenceOrigin.CORRECTION),
        next_date=None,
        slot=0,
        capacity_source=source,
        brought_for=row.brought_for,
    )
    return record, PresenceDetails(correction_id=row.pk)


def _declared_with(row: Correction) -> tuple[str, str]:
    """Return the capacity of a missing event and what tells it; both empty where the sources are to be asked.

    So they are where a company asks for somebody who said before to be his own employer, maybe by mistake, and that declared
    work of him for the day, or where the sources knew him otherwise since: it is not said of this event (decision 0084).
    """
    environment, day = Environment(row.environment), row.registration_date
    capacity = capacity_before(row.person_id, row.employer, day)
    is_own = capacity == Capacity.SELF_EMPLOYED
    if is_own and row.asked_for and _is_known_otherwise(row.person_id, row.employer, environment=environment, on=day):
        return "", ""
    if capacity:
        return capacity, str(CapacitySource.DERIVED)
    if row.asked_for or row.employer in founded_by(row.person_id, environment=environment, on=day):
        return "", ""
    return str(Capacity.SELF_EMPLOYED), str(CapacitySource.DECLARED)


def _is_known_otherwise(person_id: int, employer: str, *, environment: Environment, on: date) -> bool:
    """Whether anything newer than what the person said himself speaks against being his own employer."""
    return is_work_declared(person_id, employer, environment=environment, on=on) or not is_self_employed_there(
        person_id, employer, environment=environment, on=on
    )


def capacity_before(person_id: int, employer: str, day: date) -> str:
    """Return the capacity in which the person registered last for that employer in the year before; empty for none."""
    newest = _registered_before(person_id, employer, day).exclude(capacity="")
    return newest.values_list("capacity", flat=True).first() or ""


def is_self_employed_there(person_id: int, employer: str, *, environment: Environment, on: date) -> bool:
    """Whether the capacity known last, declared or derived, in the year before was that of a self-employed person.

    Where none is known, whether the person is one of the company's founders: the event that is missing may be the first.
    """
    known = _registered_before(person_id, employer, on).exclude(capacity="", derived_capacity="").first()
    if known is not None:
        return known.known_capacity == Capacity.SELF_EMPLOYED
    return employer in founded_by(person_id, environment=environment, on=on)


def may_be_self_employed_there(person_id: int, employer: str, *, environment: Environment, on: date) -> bool:
    """Whether nothing here speaks against it: no other capacity is known of the year before, no work is declared for the day.

    Who says so is believed as far as his request: somebody else decides on it, with the evidence.
    """
    if is_self_employed_there(person_id, employer, environment=environment, on=on):
        return True
    if _registered_before(person_id, employer, on).exclude(capacity="", derived_capacity="").exists():
        return False
    return not is_work_declared(person_id, employer, environment=environment, on=on)


def _registered_before(person_id: int, employer: str, day: date) -> QuerySet[Presence]:
    rows = Presence.objects.filter(
        person_id=person_id, employer=employer, registration_date__range=(day - CAPACITY_KNOWN_WITHIN, day)
    )
    return rows.exclude(status=PresenceStatus.CANCELLED.name).order_by("-registration_date", "-number", "-version")


def _captured(old: PresenceRecord, row: Correction, *, place: Place | None) -> PresenceDetails:
    """Return the details of the earlier version; the distance is that from the place as it is corrected."""
    told = Presence.objects.get(number=old.number, version=old.version, registration_date=old.registration_date)
    position = Position.objects.filter(number=old.number, version=old.version).first()
    distance = told.distance
    if old.work_place != row.corrected_work_place and row.corrected_work_place:
        point = None if position is None else Coordinates(position.latitude, position.longitude)
        distance = None if place is None or point is None else place.distance(point)
    return PresenceDetails(
        address=told.address,
        distance=distance,
        capture=told.capture,
        device=told.device,
        brought_by_person=told.brought_by_person,
        correction_id=row.pk,
        latitude=None if position is None else position.latitude,
        longitude=None if position is None else position.longitude,
    )


def _place(number: str, row: Correction) -> Place | None:
    return read_places([number], environment=Environment(row.environment)).get(number)
