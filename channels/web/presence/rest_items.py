"""Read what the REST operations are asked into values; an item that cannot be read is refused alone (§1.2)."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Never, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from channels.web.instants import earliest_of, latest_of
from channels.web.presence.contract import MOST_ITEMS
from channels.web.presence.given import (
    CancellationGiven,
    CorrectionGiven,
    EmployerGiven,
    MissingGiven,
    PlaceGiven,
    PresenceGiven,
    Reference,
    SearchGiven,
)
from channels.web.presence.soap_items import read_reason
from channels.web.problems import Problem, ProblemKind
from domain.checkins.codes import Remark
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
from domain.checkins.searches import DayPeriod, Direction, FoundPage, SearchCriteria, SortedBy
from domain.checkins.vocabulary import PresenceStatus, Sector

_SEVENTH = Decimal("0.0000001")
_MOST_NAMED = 100
_SECTORS = {sector.number: sector for sector in Sector if sector.number is not None}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    rf"{_DAY.pattern}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]+)?(Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
)
"""As the official service and files write them: Python reads weeks, days of the year, zones of seconds and of a day as well."""
_REFERENCE: TypeAdapter[str] = TypeAdapter(Reference)
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that no rule can be asked about: the field that is wrong, without its value."""

    field: str
    reference: str | None


def read_items(raw: bytes) -> Sequence[Any]:
    """Return the items of a body, as they are; Problem unless there are 1 to 200 in {"items": [...]}."""
    try:
        content = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Problem(ProblemKind.REQUEST_MALFORMED, "the body is no JSON") from None
    items = content.get("items") if isinstance(content, dict) else None
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
        raise Problem(ProblemKind.INVALID, f'send {{"items": [...]}} with 1 to {MOST_ITEMS} items')
    return items


def read_presence(given: object) -> Item | Unreadable:
    """Return one registration."""
    told = _read(PresenceGiven, given)
    if isinstance(told, Unreadable):
        return told
    reference = told.client_presence_registration_reference or ""
    worker, employer = Worker(told.ssin, told.limosa_id), _employer(told.employer)
    work_place = told.contractual_relationship_reference
    if told.type is None:
        day = _day(told.registration_date)
        if isinstance(day, Unreadable):
            return Unreadable(day.field, reference or None)
        return DayPresence(worker, employer, work_place, date=day, capacity=told.capacity, reference=reference)
    at = _instant(told.registration_date)
    if at is None:
        return Unreadable("registrationDate", reference or None)
    return PresenceEvent(
        at=at,
        type=told.type,
        worker=worker,
        employer=employer,
        work_place_id=work_place,
        reason=told.reason,
        place=_place(told.place_of_work),
        capacity=told.capacity,
        capture=None if told.capture is None else Capture(told.capture.method, told.capture.device_id or ""),
        reference=reference,
    )


def read_cancellation(given: object) -> Item | Unreadable:
    """Return one cancellation."""
    told = _read(CancellationGiven, given)
    if isinstance(told, Unreadable):
        return told
    reference = told.client_presence_registration_reference or ""
    if (told.id is None) is not bool(reference):
        return Unreadable("id", reference or None)
    return Cancellation(told.id, read_reason(told.cancellation_reason), reference)


def read_correction(given: object) -> Item | Unreadable:
    """Return one request for a correction."""
    told = _read(CorrectionGiven, given)
    if isinstance(told, Unreadable):
        return told
    if (told.id is None) is (told.missing_event is None):
        return Unreadable("missingEvent", None)
    at = _instant(told.corrected_date_time)
    if at is None and told.corrected_date_time is not None:
        return Unreadable("correctedDateTime", None)
    return CorrectionRequest(
        registration_id=told.id,
        missing=None if told.missing_event is None else _missing(told.missing_event),
        justification=told.justification,
        corrected_at=at,
        corrected_work_place=told.corrected_work_place,
        evidence=tuple(Evidence(one.file_name, one.sha256) for one in told.evidence),
    )


def read_search(raw: bytes) -> tuple[SearchCriteria, FoundPage]:
    """Return what is looked for; Problem for criteria that cannot be, naming the field without its value."""
    given = _criteria(raw)
    remarks = tuple([_remark(text, place) for place, text in enumerate(given.remarks)])
    if given.sector is not None and given.sector not in _SECTORS:
        raise Problem(ProblemKind.INVALID, "sector is not in the list")
    try:
        created_from = None if given.creation_start is None else earliest_of(given.creation_start)
        created_until = None if given.creation_end is None else latest_of(given.creation_end)
    except OverflowError:
        raise Problem(ProblemKind.INVALID, "creationStart or creationEnd is an instant that no calendar has") from None
    if any(period.end_date < period.start_date for period in given.registration_periods):
        raise Problem(ProblemKind.INVALID, "registrationPeriods: one ends before it begins")
    criteria = SearchCriteria(
        periods=tuple(DayPeriod(period.start_date, period.end_date) for period in given.registration_periods),
        inss=given.ssin,
        enterprise_number=given.enterprise_number,
        work_place_id=given.contractual_relationship_reference,
        statuses=tuple(PresenceStatus(status) for status in given.statuses),
        remarks=remarks,
        created_from=created_from,
        created_until=created_until,
        sector=None if given.sector is None else _SECTORS[given.sector],
    )
    page = FoundPage(
        given.first_row,
        given.fetch_size,
        after=given.after,
        sorted_by=SortedBy(given.sorted_by),
        direction=Direction(given.direction),
    )
    return criteria, page


def _criteria(raw: bytes) -> SearchGiven:
    """Return the criteria in a body; Problem that says what is not there apart from what cannot be used."""
    try:
        return SearchGiven.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        raise Problem(ProblemKind.REQUEST_MALFORMED, "the body is no JSON")
    if not first["loc"]:
        raise Problem(ProblemKind.INVALID, 'send the criteria as {"registrationPeriods": [...]}')
    what = "is needed" if first["type"] == "missing" else "cannot be used"
    raise Problem(ProblemKind.INVALID, f"{_path(first['loc'])} {what}")


def _remark(text: str, place: int) -> Remark:
    try:
        return Remark(text)
    except ValueError:
        raise Problem(ProblemKind.INVALID, f"remarks.{place} is not in the list") from None


def _refuse_constant(name: str) -> Never:
    message = f"{name} is no JSON"
    raise ValueError(message)


def _read(model: type[M], given: object) -> M | Unreadable:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        return Unreadable(_field(error), _reference(given))


def _reference(given: object) -> str | None:
    """Return the sender's own reference of an item that cannot be read; None for one that is none, which is not told back."""
    if not isinstance(given, dict):
        return None
    try:
        return _REFERENCE.validate_python(given.get("clientPresenceRegistrationReference"))
    except ValidationError:
        return None


def _field(error: ValidationError) -> str:
    """Return where the first wrong value stands, never the value."""
    place = error.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
    return _path(place) or "the item"


def _path(steps: Iterable[object]) -> str:
    return ".".join(map(str, steps))[:_MOST_NAMED]


def _missing(given: MissingGiven) -> MissingEvent:
    worker = Worker(given.ssin, given.limosa_id)
    return MissingEvent(given.type, worker, _employer(given.employer), given.contractual_relationship_reference)


def _employer(given: EmployerGiven | None) -> Employer | None:
    return None if given is None else Employer(given.enterprise_number, given.foreign_vat_number)


def _place(given: PlaceGiven | None) -> Place | None:
    if given is None:
        return None
    if given.coordinates is not None:
        point = given.coordinates
        return Coordinates(point.latitude.quantize(_SEVENTH), point.longitude.quantize(_SEVENTH))
    if given.address is not None:
        told = given.address
        return Address(
            told.street_name, told.house_number, told.post_code, told.municipality_name, told.box_number or ""
        )
    return None


def _day(text: str | None) -> date | Unreadable | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else Unreadable("registrationDate", None)
    except ValueError:
        return Unreadable("registrationDate", None)


def _instant(text: str | None) -> datetime | None:
    """Return an instant with its offset; None for anything else, such as one without a zone."""
    if text is None or not _INSTANT.fullmatch(text):
        return None
    try:
        at = datetime.fromisoformat(text)
        at.astimezone(UTC)  # an instant at the edge of the calendar has none
    except (ValueError, OverflowError):
        return None
    return at
