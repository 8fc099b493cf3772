"""Write what the four SOAP operations answer: outcomes in the order of the items, registrations as the schema wants them."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice

from lxml import etree

from channels.web.presence.contract import PROTOCOL, TYPES
from domain.brussels import BRUSSELS
from domain.checkins.codes import Remark
from domain.checkins.outcomes import Cancelled, Outcome, Refused, Registered
from domain.checkins.searches import Found, RegistrationSeen, ValidationSeen
from domain.checkins.vocabulary import PresenceKind, PresenceStatus

_T = f"{{{TYPES}}}"
_P = f"{{{PROTOCOL}}}"
_NAMES = {"p": PROTOCOL, "t": TYPES}
_MOST_REMARKS = 10
_MOST_ERRORS = 10
_SHOWN_AS = {PresenceStatus.SUPERSEDED: PresenceStatus.REGISTERED}
"""The official list has no word for a version that a correction replaced."""


def render_taken(
    request: etree._Element, outcomes: Sequence[Outcome], *, seen: Mapping[int, RegistrationSeen]
) -> etree._Element:
    """Return the answer to registrations or cancellations: for each item a registration or what was wrong with it."""
    what = "Register" if request.tag == f"{_P}RegisterPresencesRequest" else "Cancel"
    answer = _element(f"{what}PresencesResponse")
    one = "PresenceRegistrationResponse" if what == "Register" else "CancelPresenceResponse"
    echoed = "PresenceRegistrationSubmitted" if what == "Register" else "CancelPresenceRequest"
    for item, outcome in zip(request, outcomes, strict=True):
        response = etree.SubElement(answer, f"{_P}{one}")
        match outcome:
            case Refused(codes):
                error = etree.SubElement(response, f"{_T}PresenceRegistrationError")
                error.append(_renamed(item, echoed))
                error.append(_errors((code, code.text) for code in codes))
            case Registered(registration, remarks):
                submitted = _renamed(item, "PresenceRegistrationSubmitted")
                _add_registration(response, seen[registration.id], submitted=submitted, remarks=remarks)
            case Cancelled(registration):
                _add_registration(response, seen[registration.id])
            case _:
                message = f"a call of presences cannot end as {type(outcome).__name__}"
                raise TypeError(message)
    return answer


def render_found(request: etree._Element, found: Found) -> etree._Element:
    """Return the answer to a search: the request again, the count, and the registrations of the page."""
    answer, told = _answer_to_search(request)
    listed = etree.SubElement(told, f"{_T}PresenceRegistrationList")
    _add(listed, "PresenceRegistrationResultCount", str(found.count))
    for seen in found.registrations:
        _add_registration(listed, seen)
    return answer


def render_refused_search(request: etree._Element, *, code: str, sentence: str) -> etree._Element:
    """Return the answer to a search that cannot be used: the request again, and the error in place of a list."""
    answer, told = _answer_to_search(request)
    refused = etree.SubElement(told, f"{_T}PresenceRegistrationError")
    refused.append(_errors([(code, sentence)]))
    return answer


def render_one(request: etree._Element, seen: RegistrationSeen | None) -> etree._Element:
    """Return the answer to a request for one registration: with its history, or empty when there is none to be seen."""
    answer = _element("GetPresenceRegistrationResponse")
    told = etree.SubElement(answer, f"{_P}GetPresenceRegistrationResponseType")
    told.append(_renamed(request[0], "GetPresenceRegistrationRequest"))
    found = etree.SubElement(told, f"{_T}GetPresenceRegistrationType")
    if seen is not None:
        _add_registration(found, seen, name="PresenceRegistrationType")
    return answer


def _add_registration(
    parent: etree._Element,
    seen: RegistrationSeen,
    *,
    name: str = "PresenceRegistration",
    submitted: etree._Element | None = None,
    remarks: Sequence[Remark] = (),
) -> None:
    registration = seen.registration
    told = etree.SubElement(parent, f"{_T}{name}")
    told.append(_submitted(seen) if submitted is None else submitted)
    sector = None if registration.sector is None else registration.sector.number
    _add(told, "Sector", None if sector is None else str(sector))
    _add(told, "INSS", seen.inss)
    _add(told, "PresenceRegistrationId", str(registration.id))
    _add(told, "CreationDate", _local(registration.created_at))
    _add(told, "Channel", registration.channel)
    last = ValidationSeen(registration.status, registration.validated_at, _both(remarks, registration.remarks))
    told.append(_validation("LastValidation", last))
    if seen.validations:
        history = etree.SubElement(told, f"{_T}ValidationHistory")
        history.extend(_validation("Validation", validation) for validation in seen.validations)
    if seen.sender:
        sender = etree.SubElement(told, f"{_T}Sender")
        _add(sender, "SenderId", seen.sender)
        _add(sender, "SenderCompanyId", _company(seen.sender_company))


def _submitted(seen: RegistrationSeen) -> etree._Element:
    """Return what was sent; in the form for consultation where the other has no room for it: events, foreign companies.

    So is what a Limosa number alone was sent for, for which the other has room: whoever is made from the schema by a strict
    zeep reads one side of its choice between worker and Limosa number alone, and loses the whole answer to the other one.
    """
    registration = seen.registration
    employer = registration.employer
    by_inss = seen.inss_submitted is not None and employer is not None and employer.enterprise_number is not None
    is_plain = registration.kind is PresenceKind.DAY and by_inss and seen.limosa_id is None
    told = etree.Element(f"{_T}PresenceRegistration{'' if is_plain else 'Consult'}Submitted")
    _add(told, "RegistrationDate", registration.registration_date.isoformat())
    _add(told, "INSS", seen.inss_submitted)
    _add(told, "CompanyID", None if employer is None else _company(employer.enterprise_number))
    _add(told, "LimosaId", seen.limosa_id)
    if not is_plain:
        _add(told, "VatNumber", None if employer is None else employer.foreign_vat)
    _add(told, "WorkPlaceId", registration.work_place_id)
    _add(told, "ClientPresenceRegistrationReference", registration.reference)
    return told


def _validation(name: str, validation: ValidationSeen) -> etree._Element:
    told = etree.Element(f"{_T}{name}")
    _add(told, "Status", _SHOWN_AS.get(validation.status, validation.status))
    _add(told, "ValidationDate", None if validation.at is None else _local(validation.at))
    if validation.remarks:
        listed = etree.SubElement(told, f"{_T}RemarkList")
        for remark in validation.remarks[:_MOST_REMARKS]:
            _add(listed, "Remark", remark)
    return told


def _answer_to_search(request: etree._Element) -> tuple[etree._Element, etree._Element]:
    """Return an answer that holds the request again, and where in it goes what became of the search."""
    answer = _element("SearchPresencesResponse")
    told = etree.SubElement(answer, f"{_P}SearchPresencesResponseType")
    told.append(_renamed(request[0], "SearchPresencesRequest"))
    return answer, told


def _errors(errors: Iterable[tuple[str, str]]) -> etree._Element:
    """Return the list of errors, each a code and what it says: the first ten, for which the official list has room."""
    listed = etree.Element(f"{_T}ErrorList")
    for code, sentence in islice(errors, _MOST_ERRORS):
        error = etree.SubElement(listed, f"{_T}Error")
        _add(error, "ErrorCode", code)
        _add(error, "ErrorDescription", sentence)
    return listed


def _renamed(element: etree._Element, name: str) -> etree._Element:
    """Return a copy under another name, without what stands around it."""
    renamed = copy.deepcopy(element)
    renamed.tag, renamed.tail = f"{_T}{name}", None
    return renamed


def _both(first: Sequence[Remark], second: Sequence[Remark]) -> tuple[Remark, ...]:
    return tuple(dict.fromkeys((*first, *second)))


def _company(number: str | None) -> str | None:
    """Return a company number as the long that it is in these messages: without its leading zero."""
    return None if not number else str(int(number))


def _local(at: datetime) -> str:
    """Return an instant as the official examples write it: Brussels time, milliseconds, no zone."""
    return at.astimezone(BRUSSELS).replace(tzinfo=None).isoformat(timespec="milliseconds")


def _element(name: str) -> etree._Element:
    return etree.Element(f"{_P}{name}", nsmap=_NAMES)


def _add(parent: etree._Element, name: str, text: str | None) -> None:
    """Add a leaf, unless there is nothing to be told."""
    if text:
        etree.SubElement(parent, f"{_T}{name}").text = text
