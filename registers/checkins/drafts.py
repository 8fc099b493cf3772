"""Make a registration out of an item and what is known of its worker and work place; no table is opened here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from domain.brussels import brussels_date
from domain.checkins.codes import RefusalCode, Remark
from domain.checkins.items import Address, Coordinates, DayPresence, PresenceEvent
from domain.checkins.vocabulary import (
    Capacity,
    CapacitySource,
    EventType,
    PresenceKind,
    PresenceOrigin,
    PresenceStatus,
    Sector,
)
from registers.checkins.context import IntakeContext, digest_of
from registers.checkins.numbering import number_of
from registers.checkins.places import Place
from registers.checkins.presence_writing import PresenceDetails
from registers.checkins.records import PresenceRecord, employer_text, is_company
from registers.checkins.sector_rules import RuleOfSector
from registers.checkins.standing import Standing
from registers.checkins.worker_days import Clocking
from registers.persons.aliases import Alias

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Draft:
    """A registration that is about to be made; `is_dated` says whether its item named the day, or left it to the reception."""

    record: PresenceRecord
    details: PresenceDetails
    is_dated: bool

    @property
    def digest(self) -> bytes:
        """What tells it from other content under the same reference."""
        return self.digest_as(self.record.person_id, day=self.record.registration_date)

    def digest_as(self, person_id: int, *, day: date) -> bytes:
        """Return the digest of the same content of another day, and of another id that its person had."""
        record = self.record
        return digest_of(
            *(record.kind, person_id, record.employer, record.work_place, day),
            *(record.event_at, record.event_type, record.reason, record.capacity),
        )

    @property
    def clocking(self) -> Clocking | None:
        """The event as the fold sees it, None for a day presence."""
        if self.record.event_at is None:
            return None
        return Clocking(
            self.record.event_at,
            self.record.number,
            EventType(self.record.event_type),
            self.record.employer,
            self.record.work_place,
        )


def draft_of(
    item: DayPresence | PresenceEvent, *, alias: Alias, serial: int, seq: int | None, context: IntakeContext
) -> Draft:
    """Return the registration that the item asks for; `serial` makes its receipt number."""
    place = context.places.get(item.work_place_id)
    details = _details_of(item, place=place, context=context)
    remarks = [remark.name for remark in _remarks(item, details, context=context)]
    record = _record_of(item, alias=alias, serial=serial, seq=seq, remarks=remarks, context=context, place=place)
    return Draft(record, details, is_dated=isinstance(item, PresenceEvent) or item.date is not None)


def with_principal(draft: Draft, *, day: date, standing: Standing, context: IntakeContext) -> Draft:
    """Return the draft with the company for which it is brought on that day, where no company here employs the person.

    It is remarked where a company acts for several, and nobody can tell for which (decision 0074).
    """
    record, own = draft.record, context.by.enterprise_number
    if own is None or is_company(record.employer):
        return draft
    company = standing.brought_for(record.employer, day=day, place=context.places.get(record.work_place))
    if company is None:
        return replace(draft, record=replace(record, remarks=[*record.remarks, Remark.PRINCIPAL_UNKNOWN.name]))
    return draft if company == own else replace(draft, record=replace(record, brought_for=company))


def refusals_of(draft: Draft, *, standing: Standing, context: IntakeContext) -> tuple[RefusalCode, ...]:
    """Return what stands against it by the rules of the sector and the standing of the declarant (6, P204, P205, P207).

    They are those of its day, or of the day on which its spell began, where its record knows one, in the sector that it names.
    """
    record = draft.record
    place = context.places.get(record.work_place)
    rule = context.rules.on(Sector(record.sector) if record.sector else None, record.asked_day)
    return tuple(_against(record, place=place, rule=rule, standing=standing, context=context))


def _against(
    record: PresenceRecord,
    *,
    place: Place | None,
    rule: RuleOfSector | None,
    standing: Standing,
    context: IntakeContext,
) -> Iterator[RefusalCode]:
    kind = PresenceKind(record.kind)
    if rule is not None and kind not in rule.kinds:
        yield RefusalCode.KIND_NOT_OF_SECTOR
    if kind is PresenceKind.DAY:
        yield from _ahead(record, rule=rule, context=context)
    if not standing.may_bring(
        record.employer,
        person_id=record.person_id,
        capacity=record.capacity,
        kind=kind,
        day=record.asked_day,
        place=place,
        rule=rule,
    ):
        yield RefusalCode.NO_MANDATE


def _ahead(record: PresenceRecord, *, rule: RuleOfSector | None, context: IntakeContext) -> Iterator[RefusalCode]:
    """Days ahead: as many as the rule of the sector says, or the setting where there is none; code 6 beyond both."""
    ahead = (record.registration_date - brussels_date(context.received_at)).days
    everywhere = context.limits.times.days_ahead
    if ahead > (everywhere if rule is None else rule.days_ahead):
        yield RefusalCode.NOT_AHEAD if ahead <= everywhere else RefusalCode.DATE_NOT_TODAY_OR_TOMORROW


def _record_of(
    item: DayPresence | PresenceEvent,
    *,
    alias: Alias,
    serial: int,
    seq: int | None,
    remarks: Sequence[str],
    context: IntakeContext,
    place: Place | None,
) -> PresenceRecord:
    event = item if isinstance(item, PresenceEvent) else None
    capacity, capacity_source = _capacity(item)
    day = registration_date(item, context.received_at)
    return PresenceRecord(
        number=number_of(day, serial),
        version=1,
        registration_date=day,
        kind=str(PresenceKind.DAY if event is None else PresenceKind.EVENT),
        sector="" if place is None else str(place.sector),
        person_id=alias.person_id,
        identifier_id=alias.identifier_id,
        employer=employer_text(item.employer),
        work_place=item.work_place_id,
        event_at=None if event is None else event.at.astimezone(UTC),
        utc_offset=None if event is None else offset_of(event.at),
        event_type="" if event is None else str(event.type),
        reason="" if event is None else str(event.reason),
        capacity=capacity,
        reference=item.reference,
        channel=str(context.by.channel),
        sender=context.by.sender,
        brought_by=context.by.enterprise_number or "",
        submission_id=context.by.batch_id,
        seq=seq,
        received_at=context.received_at,
        created_at=context.at,
        status=PresenceStatus.REGISTERED.name,
        remarks=remarks,
        validated_at=None,
        origin=str(PresenceOrigin.SENT),
        next_date=None,
        slot=0,
        capacity_source=capacity_source,
    )


def registration_date(item: DayPresence | PresenceEvent, received_at: datetime) -> date:
    """Return the day in Brussels that the item is of: the date it names, that of its instant, or that of reception."""
    if isinstance(item, PresenceEvent):
        return brussels_date(item.at)
    return brussels_date(received_at) if item.date is None else item.date


def offset_of(instant: datetime) -> int:
    """Return the minutes by which the instant, as captured, is ahead of UTC."""
    return (instant.utcoffset() or timedelta()) // _MINUTE


def _capacity(item: DayPresence | PresenceEvent) -> tuple[str, str]:
    """Return the capacity and what told it, both empty where nothing does; the other sources are asked afterwards."""
    if item.capacity is not None:
        return str(item.capacity), str(CapacitySource.DECLARED)
    return (str(Capacity.POSTED), str(CapacitySource.LIMOSA)) if item.worker.limosa_id else ("", "")


def _details_of(item: DayPresence | PresenceEvent, *, place: Place | None, context: IntakeContext) -> PresenceDetails:
    if not isinstance(item, PresenceEvent):
        return PresenceDetails(brought_by_person=context.by.person_id)
    point = item.place if isinstance(item.place, Coordinates) else None
    return PresenceDetails(
        address=address_text(item.place) if isinstance(item.place, Address) else None,
        distance=None if place is None or point is None else place.distance(point),
        capture="" if item.capture is None else str(item.capture.method),
        device="" if item.capture is None else item.capture.device_id,
        brought_by_person=context.by.person_id,
        latitude=None if point is None else point.latitude,
        longitude=None if point is None else point.longitude,
    )


def address_text(address: Address) -> dict[str, str]:
    """Return the address as a row keeps it."""
    return {
        "street": address.street,
        "house_number": address.house_number,
        "box": address.box,
        "post_code": address.post_code,
        "municipality": address.municipality,
    }


def _remarks(
    item: DayPresence | PresenceEvent, details: PresenceDetails, *, context: IntakeContext
) -> Iterator[Remark]:
    """Late, ahead of our clock, or far from the work place (§2.4)."""
    if not isinstance(item, PresenceEvent):
        return
    if context.received_at - item.at > context.limits.times.silent_lateness:
        yield Remark.LATE
    if item.at > context.received_at:
        yield Remark.CLOCK_AHEAD
    if details.distance is not None and details.distance > context.limits.far_metres:
        yield Remark.FAR_FROM_WORK_PLACE
