"""Read what the four SOAP operations ask into values; the schema has judged the message (check-in declarations §1.1)."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal

from lxml import etree

from channels.web.instants import earliest_of, latest_of
from channels.web.presence.check_ins import SearchNotUsableError
from channels.web.presence.contract import TYPES
from domain.checkins.codes import Remark
from domain.checkins.items import Cancellation, DayPresence, Employer, Worker
from domain.checkins.searches import (
    DEFAULT_FOUND,
    MOST_FOUND,
    MOST_REACHED,
    DayPeriod,
    Direction,
    FoundPage,
    SearchCriteria,
    SortedBy,
)
from domain.checkins.vocabulary import CancellationReason, PresenceStatus, Sector
from domain.identifiers import normalise_company_number

_DAY = re.compile(r"\A\s*(-?[0-9]{4,}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?\s*\Z")
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
_SECTORS = {sector.number: sector for sector in Sector if sector.number is not None}


def read_presences(message: etree._Element) -> Sequence[DayPresence]:
    """Return the day presences of a RegisterPresencesRequest.

    A day of another age is the first or the last that is read here, which is refused alone as too early or too late.
    """
    return [_presence(item) for item in message]


def read_cancellations(message: etree._Element) -> Sequence[Cancellation]:
    """Return the cancellations of a CancelPresencesRequest."""
    return [
        Cancellation(_number(item, "PresenceRegistrationId"), read_reason(_text(item, "CancellationReason") or ""))
        for item in message
    ]


def read_reason(text: str) -> CancellationReason | None:
    """Return the reason of that name, however it is capitalised; None for one that is not in the list (code 11)."""
    try:
        return CancellationReason(text.strip().upper())
    except ValueError:
        return None


def read_wanted_id(message: etree._Element) -> int:
    """Return the id that a GetPresenceRegistrationRequest asks for."""
    return _number(message[0], "PresenceRegistrationId")


def read_search(message: etree._Element) -> tuple[SearchCriteria, FoundPage]:
    """Return what a SearchPresencesRequest looks for; SearchNotUsableError for a value that nothing can have."""
    asked = message[0]
    given = _part(asked, "SearchPresenceRegistrationCriteria")
    company = _text(given, "CompanyID")
    criteria = SearchCriteria(
        periods=tuple(_period(period) for period in _part(given, "RegistrationPeriodList")),
        inss=_text(given, "INSS"),
        enterprise_number=None if company is None else normalise_company_number(str(int(company))),
        work_place_id=_text(given, "WorkPlaceId"),
        statuses=tuple(PresenceStatus(status) for status in _texts(given, "StatusList")),
        remarks=tuple(_remark(remark) for remark in _texts(given, "RemarkList")),
        created_from=_instant(_text(given, "CreationStartDate"), earliest_of),
        created_until=_instant(_text(given, "CreationEndDate"), latest_of),
        sector=_sector(_text(given, "Sector")),
    )
    return criteria, _page(asked)


def _presence(item: etree._Element) -> DayPresence:
    inss, limosa = _text(item, "INSS"), _text(item, "LimosaId")
    company, day = _text(item, "CompanyID"), _text(item, "RegistrationDate")
    return DayPresence(
        worker=Worker(inss, limosa),
        employer=None if company is None else Employer(normalise_company_number(str(int(company)))),
        work_place_id=_text(item, "WorkPlaceId") or "",
        date=None if day is None else min(max(_any_day(day), _FIRST_DAY), _LAST_DAY),
        reference=_text(item, "ClientPresenceRegistrationReference") or "",
    )


def _page(asked: etree._Element) -> FoundPage:
    first, size = "0", str(DEFAULT_FOUND)
    sorted_by, direction = SortedBy.ID, Direction.ASCENDING
    for part in asked:
        match etree.QName(part).localname:
            case "PaginationProperties":
                first, size = _text(part, "FirstRow") or first, _text(part, "FetchSize") or size
            case "SortingProperties":
                sorted_by = SortedBy(_text(part, "SortCriteria") or sorted_by)
                direction = Direction(_text(part, "SortDirection") or direction)
    return FoundPage(
        int(first),
        min(int(size), MOST_FOUND),
        sorted_by=sorted_by,
        direction=direction,
        reach=MOST_REACHED,
        is_all_or_nothing=True,
    )


def _period(period: etree._Element) -> DayPeriod:
    first = _day(_text(period, "RegistrationPeriodStartDate") or "")
    last = _day(_text(period, "RegistrationPeriodEndDate") or "")
    if last < first:
        raise SearchNotUsableError("a registration period ends before it begins")
    return DayPeriod(first, last)


def _day(text: str) -> date:
    """Return a day that is searched for; SearchNotUsableError for one of another age."""
    day = _any_day(text)
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise SearchNotUsableError("a date of another age")
    return day


def _any_day(text: str) -> date:
    """Return the day as it is written; a zone behind it moves nothing. One that the calendar here does not reach is its end."""
    match = _DAY.match(text)
    written = match[1] if match else text
    try:
        return date.fromisoformat(written)
    except ValueError:
        return date.min if written.startswith(("-", "0000")) else date.max


def _instant(text: str | None, read: Callable[[datetime], datetime]) -> datetime | None:
    if text is None:
        return None
    try:
        return read(datetime.fromisoformat(text.strip()))
    except (ValueError, OverflowError):
        raise SearchNotUsableError("an instant that no calendar has") from None


def _remark(text: str) -> Remark:
    try:
        return Remark(text)
    except ValueError:
        raise SearchNotUsableError("a remark that is not in the list") from None


def _sector(text: str | None) -> Sector | None:
    if text is None:
        return None
    try:
        return _SECTORS[int(text)]
    except KeyError:
        raise SearchNotUsableError("a sector that is not in the list") from None


def _texts(given: etree._Element, name: str) -> Sequence[str]:
    return [child.text or "" for child in given.iterfind(f"{{{TYPES}}}{name}/*")]


def _part(given: etree._Element, name: str) -> etree._Element:
    (part,) = given.iterchildren(f"{{{TYPES}}}{name}")
    return part


def _number(given: etree._Element, name: str) -> int:
    return int(Decimal(_text(given, name) or "0"))


def _text(given: etree._Element, name: str) -> str | None:
    return given.findtext(f"{{{TYPES}}}{name}")
