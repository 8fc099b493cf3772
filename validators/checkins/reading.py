"""Read the items of a file of check-ins into values; judges nothing. The schema has taken what is read here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType

from lxml import etree

from domain.checkins.items import (
    Address,
    Cancellation,
    Capture,
    Coordinates,
    CorrectionRequest,
    DayPresence,
    Employer,
    Evidence,
    Item,
    MissingEvent,
    Place,
    PresenceEvent,
    Worker,
)
from domain.checkins.vocabulary import CancellationReason, Capacity, CaptureMethod, EventReason, EventType
from validators.checkins.frames import CANCEL_PRESENCE, REGISTER_EVENT, REGISTER_PRESENCE, REQUEST_CORRECTION
from validators.reading import BLANKS, local_name

_DATE_LENGTH = len("2026-11-24")


@dataclass(frozen=True, slots=True)
class BatchHeader:
    """What a file of check-ins says of itself; `reference` is the sender's own key of the whole file."""

    reference: str
    sender_number: str
    item_count: int


def read_header(header: etree._Element) -> BatchHeader:
    """Return what the header says."""
    reference, _, sender, count = [child.text or "" for child in header]
    return BatchHeader(reference, sender, int(count))


def read_item(element: etree._Element) -> Item:
    """Return what an item says. Raises ValueError for an instant or a date that no calendar here has."""
    return _READERS[local_name(element)](_fields_of(element))


def read_instant(text: str) -> datetime:
    """Return the instant with its offset; decimals beyond the sixth are dropped."""
    return datetime.fromisoformat(text.strip(BLANKS))


def _read_date(text: str) -> date:
    """Return the day as it is written; a zone behind it moves nothing."""
    return date.fromisoformat(text.strip(BLANKS)[:_DATE_LENGTH])


def _fields_of(element: etree._Element) -> dict[str, etree._Element]:
    return {local_name(child): child for child in element}


def _text(fields: Mapping[str, etree._Element], name: str) -> str | None:
    return fields[name].text or "" if name in fields else None


def _read_day(fields: Mapping[str, etree._Element]) -> DayPresence:
    day = _text(fields, "RegistrationDate")
    return DayPresence(
        worker=_read_worker(fields),
        employer=_read_employer(fields),
        work_place_id=_text(fields, "WorkPlaceId") or "",
        date=None if day is None else _read_date(day),
        capacity=_read_capacity(fields),
        reference=_text(fields, _REFERENCE) or "",
    )


def _read_event(fields: Mapping[str, etree._Element]) -> PresenceEvent:
    return PresenceEvent(
        at=read_instant(_text(fields, "RegistrationDateTime") or ""),
        type=EventType(_text(fields, "Type") or ""),
        worker=_read_worker(fields),
        employer=_read_employer(fields),
        work_place_id=_text(fields, "WorkPlaceId") or "",
        reason=EventReason(_text(fields, "Reason") or EventReason.WORK),
        place=_read_place(fields),
        capacity=_read_capacity(fields),
        capture=_read_capture(fields),
        reference=_text(fields, _REFERENCE) or "",
    )


def _read_cancellation(fields: Mapping[str, etree._Element]) -> Cancellation:
    return Cancellation(
        registration_id=_read_registration_id(fields),
        reason=CancellationReason(_text(fields, "CancellationReason") or ""),
        reference=_text(fields, _REFERENCE) or "",
    )


def _read_correction(fields: Mapping[str, etree._Element]) -> CorrectionRequest:
    corrected_at = _text(fields, "CorrectedDateTime")
    missing = fields.get("MissingEvent")
    some = next(iter(fields.values())).getparent()
    evidence = [] if some is None else [child for child in some if local_name(child) == "Evidence"]
    return CorrectionRequest(
        registration_id=_read_registration_id(fields),
        missing=None if missing is None else _read_missing(_fields_of(missing)),
        justification=_text(fields, "Justification") or "",
        corrected_at=None if corrected_at is None else read_instant(corrected_at),
        corrected_work_place=_text(fields, "CorrectedWorkPlaceId"),
        evidence=tuple([Evidence(one.get("fileName", ""), one.get("sha256", "")) for one in evidence]),
    )


def _read_missing(fields: Mapping[str, etree._Element]) -> MissingEvent:
    return MissingEvent(
        EventType(_text(fields, "Type") or ""),
        _read_worker(fields),
        _read_employer(fields),
        _text(fields, "WorkPlaceId") or "",
    )


def _read_worker(fields: Mapping[str, etree._Element]) -> Worker:
    return Worker(_text(fields, "INSS"), _text(fields, "LimosaId"))


def _read_employer(fields: Mapping[str, etree._Element]) -> Employer | None:
    if "Employer" not in fields:
        return None
    own = _fields_of(fields["Employer"])
    return Employer(_text(own, "EnterpriseNumber"), _text(own, "ForeignVatNumber"))


def _read_registration_id(fields: Mapping[str, etree._Element]) -> int | None:
    text = _text(fields, "PresenceRegistrationId")
    return None if text is None else int(text)


def _read_capacity(fields: Mapping[str, etree._Element]) -> Capacity | None:
    text = _text(fields, "Capacity")
    return None if text is None else Capacity(text)


def _read_capture(fields: Mapping[str, etree._Element]) -> Capture | None:
    if "Capture" not in fields:
        return None
    attributes = fields["Capture"].attrib
    return Capture(CaptureMethod(str(attributes["method"])), " ".join(str(attributes.get("deviceId", "")).split()))


def _read_place(fields: Mapping[str, etree._Element]) -> Place | None:
    if "PlaceOfWork" not in fields:
        return None
    block = fields["PlaceOfWork"][0]
    own = {name: child.text or "" for name, child in _fields_of(block).items()}
    if local_name(block) == "Coordinates":
        return Coordinates(Decimal(own["Latitude"].strip(BLANKS)), Decimal(own["Longitude"].strip(BLANKS)))
    return Address(
        own["StreetName"], own["HouseNumber"], own["PostCode"], own["MunicipalityName"], own.get("BoxNumber", "")
    )


_REFERENCE = "ClientPresenceRegistrationReference"
_READERS: Mapping[str, Callable[[Mapping[str, etree._Element]], Item]] = MappingProxyType(
    {
        REGISTER_PRESENCE: _read_day,
        REGISTER_EVENT: _read_event,
        CANCEL_PRESENCE: _read_cancellation,
        REQUEST_CORRECTION: _read_correction,
    }
)
