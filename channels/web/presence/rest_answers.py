"""Write what the REST operations answer, in the official vocabulary (check-in declarations §1.2)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

from channels.web.presence.faults import FaultCode
from channels.web.presence.rest_items import Unreadable
from domain.checkins.codes import Remark
from domain.checkins.corrections import CorrectionSeen, CorrectionsFound
from domain.checkins.items import Address, Coordinates, Employer, Item, Place
from domain.checkins.outcomes import Cancelled, CorrectionTaken, Outcome, Refused, Registered, Registration
from domain.checkins.searches import Found, RegistrationSeen
from domain.checkins.vocabulary import CorrectionState, PresenceStatus

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
        case Refused(codes, detail=detail):
            errors = [{"code": str(code), "description": code.told_with(detail)} for code in codes]
            return {refused_as: _refused(errors, getattr(item, "reference", None))}
        case Registered(registration, remarks):
            return {"createdPresenceRegistration": _created(registration, (*remarks, *registration.remarks))}
        case Cancelled(registration):
            return {"cancelledPresenceRegistration": _created(registration, registration.remarks)}
        case CorrectionTaken(number, state, deadline, evidence_due_at):
            due = _utc(evidence_due_at) if state is CorrectionState.DRAFT else None
            told = {"id": number, "state": str(state), "deadline": deadline.isoformat(), "evidenceDueDate": due}
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
        "capacitySource": _text(registration.capacity_source),
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


def tell_whole(seen: RegistrationSeen) -> Told:
    """Return one registration with all its history: its earlier versions, where it was and by what it was captured."""
    capture = seen.capture
    return {
        **tell_seen(seen),
        "version": seen.registration.version,
        "origin": str(seen.origin),
        "placeOfWork": _place(seen.place),
        "distance": seen.distance,
        "capture": None if capture is None else {"method": str(capture.method), "deviceId": capture.device_id or None},
        "earlierVersions": [_earlier(one) for one in seen.earlier],
    }


def tell_correction(seen: CorrectionSeen) -> Told:
    """Return a request for a correction and what became of it."""
    made = seen.made_number
    return {
        "id": seen.number,
        "state": str(seen.state),
        "deadline": seen.deadline.isoformat(),
        "isLate": seen.is_late,
        "requestDate": _utc(seen.asked_at),
        "evidenceDueDate": _utc(seen.evidence_due_at),
        "submissionDate": None if seen.submitted_at is None else _utc(seen.submitted_at),
        "decisionDate": None if seen.decided_at is None else _utc(seen.decided_at),
        "reason": seen.reason or None,
        "presenceRegistrationId": seen.target,
        "type": str(seen.event_type),
        "ssin": seen.inss,
        "ssinSubmitted": seen.inss_submitted,
        "limosaId": seen.limosa_id,
        "employer": _employer(seen.employer),
        "contractualRelationshipReference": seen.work_place_id,
        "correctedDateTime": None if seen.corrected_at is None else _utc(seen.corrected_at),
        "correctedWorkPlace": seen.corrected_work_place or None,
        "madePresenceRegistration": None if made is None else {"id": made, "version": seen.made_version},
        "evidence": [
            {"fileName": one.file_name, "sha256": one.sha256, "isHandedIn": one.is_there} for one in seen.evidence
        ],
    }


def tell_corrections(found: CorrectionsFound) -> Told:
    """Return a page of requests for corrections."""
    return {"nextKey": found.next_key, "items": [tell_correction(seen) for seen in found.requests]}


def _earlier(version: Registration) -> Told:
    return {
        **_created(version, version.remarks),
        "version": version.version,
        "type": _text(version.type),
        "contractualRelationshipReference": version.work_place_id,
    }


def _place(place: Place | None) -> Told | None:
    match place:
        case None:
            return None
        case Coordinates(latitude, longitude):
            return {"coordinates": {"longitude": float(longitude), "latitude": float(latitude)}, "address": None}
        case Address():
            address = {
                "streetName": place.street,
                "houseNumber": place.house_number,
                "boxNumber": place.box or None,
                "postCode": place.post_code,
                "municipalityName": place.municipality,
            }
            return {"coordinates": None, "address": address}


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
