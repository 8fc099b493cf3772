"""Write what the REST operations answer, in the official vocabulary (check-in declarations §1.2)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from channels.web.presence.faults import FaultCode
from channels.web.presence.rest_items import Unreadable
from domain.checkins.codes import Remark
from domain.checkins.items import Employer, Item
from domain.checkins.outcomes import Cancelled, CorrectionTaken, Outcome, Refused, Registered, Registration
from domain.checkins.searches import Found, RegistrationSeen
from domain.checkins.vocabulary import PresenceStatus

Told: TypeAlias = Mapping[str, object]
VALIDITIES: Mapping[PresenceStatus, str] = {
    PresenceStatus.REGISTERED: "pending",
    PresenceStatus.VALIDATED: "validated",
    PresenceStatus.FAILED: "failed",
    PresenceStatus.CANCELLED: "cancelled",
    PresenceStatus.SUPERSEDED: "superseded",
}
"""Only `pending` is known of the official service; the others are ours."""


def tell_outcome(item: Item | Unreadable, outcome: Outcome | Unreadable, *, refused_as: str) -> Told:
    """Return what became of one item; a refusal under the name that its operation has for it."""
    match outcome:
        case Unreadable(field, reference):
            code = FaultCode.SCHEMA
            error = {"code": code.code, "description": f"{code.text}: {field}"}
            return {refused_as: _refused([error], reference)}
        case Refused(codes):
            errors = [{"code": str(code), "description": code.text} for code in codes]
            return {refused_as: _refused(errors, getattr(item, "reference", None))}
        case Registered(registration, remarks):
            return {"createdPresenceRegistration": _created(registration, (*remarks, *registration.remarks))}
        case Cancelled(registration):
            return {"cancelledPresenceRegistration": _created(registration, registration.remarks)}
        case CorrectionTaken(number, state, deadline):
            told = {"id": number, "state": str(state), "deadline": deadline.isoformat()}
            return {"createdCorrectionRequest": told}


def tell_found(found: Found) -> Told:
    """Return a page of what was found."""
    return {
        "count": found.count,
        "isCapped": found.is_capped,
        "nextKey": found.next_key,
        "items": [tell_seen(seen) for seen in found.registrations],
    }


def tell_seen(seen: RegistrationSeen) -> Told:
    """Return one registration as its declarant sees it."""
    registration = seen.registration
    return {
        **_created(registration, registration.remarks),
        "status": str(registration.status),
        "kind": str(registration.kind),
        "type": _text(registration.type),
        "reason": _text(registration.reason),
        "ssin": seen.inss,
        "ssinSubmitted": seen.inss_submitted,
        "limosaId": seen.limosa_id,
        "employer": _employer(registration.employer),
        "contractualRelationshipReference": registration.work_place_id,
        "capacity": _text(registration.capacity),
        "sector": None if registration.sector is None else registration.sector.number,
        "channel": str(registration.channel),
        "validations": [
            {
                "status": str(validation.status),
                "date": None if validation.at is None else _utc(validation.at),
                "remarks": _remarks(validation.remarks),
            }
            for validation in seen.validations
        ],
    }


def _created(registration: Registration, remarks: Iterable[Remark]) -> dict[str, object]:
    at = registration.event_at
    return {
        "id": registration.id,
        "validity": VALIDITIES[registration.status],
        "remarks": _remarks(tuple(dict.fromkeys(remarks))),
        "registrationDate": registration.registration_date.isoformat() if at is None else _utc(at),
        "creationDate": _utc(registration.created_at),
        "clientPresenceRegistrationReference": registration.reference or None,
    }


def _refused(errors: Sequence[Told], reference: str | None) -> Told:
    return {"errors": errors, "clientPresenceRegistrationReference": reference or None}


def _remarks(remarks: Iterable[Remark]) -> list[Told]:
    return [{"code": remark.code, "text": str(remark)} for remark in remarks]


def _employer(employer: Employer | None) -> Told | None:
    if employer is None:
        return None
    return {"enterpriseNumber": employer.enterprise_number, "foreignVatNumber": employer.foreign_vat}


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _text(value: object) -> str | None:
    return None if value is None else str(value)
