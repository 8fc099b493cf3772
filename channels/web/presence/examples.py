"""A call and its answer of each operation of check-ins, as the description for programs shows them."""

from channels.web.described import Shown

_WORKER, _COMPANY = "85011512355", {"enterpriseNumber": "0877665502"}
_SITE, _CLEANED = "1Y1003TESTA1Z", "1Y1003TESTB7Z"
_SHA256 = "6897a8c5340a1549c6be3c023de03b44a01dde95964cd5094f27ee1b8cbe738a"
_IN = {
    "id": 132200000000001,
    "validity": "pending",
    "remarks": [],
    "registrationDate": "2026-11-23T04:58:31Z",
    "creationDate": "2026-11-23T04:58:32.530274Z",
    "clientPresenceRegistrationReference": None,
}
_DAY = {
    "id": 132200000000002,
    "validity": "pending",
    "remarks": [],
    "registrationDate": "2026-11-24",
    "creationDate": "2026-11-23T05:04:10.216530Z",
    "clientPresenceRegistrationReference": "PLN-0001",
}
_REFUSED = {
    "errors": [{"code": "5", "description": "Invalid INSS node content. Invalid INSZ/INSS number"}],
    "clientPresenceRegistrationReference": "PLN-0002",
}
_FOUND = {
    **_IN,
    "validity": "validated",
    "status": "VALIDATED",
    "kind": "EVENT",
    "type": "IN",
    "reason": "WORK",
    "ssin": _WORKER,
    "ssinSubmitted": _WORKER,
    "limosaId": None,
    "employer": {**_COMPANY, "foreignVatNumber": None},
    "contractualRelationshipReference": _CLEANED,
    "capacity": "EMPLOYEE",
    "capacitySource": "DIMONA",
    "sector": None,
    "channel": "REST",
    "validations": [
        {"status": "SUCCESSFULLY REGISTERED", "date": None, "remarks": []},
        {"status": "VALIDATED", "date": "2026-11-23T05:01:02.114201Z", "remarks": []},
    ],
}
_POINT = {"longitude": 4.3528, "latitude": 50.8466}
_REQUEST = {
    "id": "C-20261124-0000001",
    "state": "DRAFT",
    "deadline": "2026-12-23",
    "evidenceDueDate": "2026-11-25T09:30:00.902117Z",
}
_SETTLED = {
    **_REQUEST,
    "state": "ACCEPTED",
    "isLate": False,
    "requestDate": "2026-11-24T09:30:00.902117Z",
    "submissionDate": "2026-11-24T09:31:12.803100Z",
    "decisionDate": "2026-11-25T10:15:40.004420Z",
    "reason": "The log of the badges shows it.",
    "presenceRegistrationId": None,
    "type": "OUT",
    "ssin": _WORKER,
    "ssinSubmitted": _WORKER,
    "limosaId": None,
    "employer": {**_COMPANY, "foreignVatNumber": None},
    "contractualRelationshipReference": _CLEANED,
    "correctedDateTime": "2026-11-23T13:02:00Z",
    "correctedWorkPlace": None,
    "madePresenceRegistration": {"id": 132200000000007, "version": 1},
    "evidence": [{"fileName": "badge-log.pdf", "sha256": _SHA256, "isHandedIn": True}],
}
_JUSTIFIED = {
    "justification": "The battery of the phone was empty; the log of the badges is attached.",
    "evidence": [{"fileName": "badge-log.pdf", "sha256": _SHA256}],
}

REGISTERED = {
    "event": Shown(
        "A worker comes in",
        {
            "items": [
                {
                    "type": "IN",
                    "registrationDate": "2026-11-23T05:58:31+01:00",
                    "ssin": _WORKER,
                    "employer": _COMPANY,
                    "contractualRelationshipReference": _CLEANED,
                    "placeOfWork": {"coordinates": _POINT},
                    "capture": {"method": "QR", "deviceId": "phone-7d1c"},
                }
            ]
        },
        {"items": [{"createdPresenceRegistration": _IN}]},
    ),
    "days": Shown(
        "Two presences on a day, of which one is refused",
        {
            "items": [
                {
                    "registrationDate": "2026-11-24",
                    "ssin": ssin,
                    "employer": _COMPANY,
                    "contractualRelationshipReference": _SITE,
                    "clientPresenceRegistrationReference": reference,
                }
                for ssin, reference in ((_WORKER, "PLN-0001"), ("85011512300", "PLN-0002"))
            ]
        },
        {"items": [{"createdPresenceRegistration": _DAY}, {"notCreatedPresenceRegistration": _REFUSED}]},
    ),
}
CANCELLED = {
    "cancellation": Shown(
        "One by its number, one by a reference that nobody gave",
        {
            "items": [
                {"id": _DAY["id"], "cancellationReason": "PLANNING"},
                {"clientPresenceRegistrationReference": "PLN-0009", "cancellationReason": "DISEASE"},
            ]
        },
        {
            "items": [
                {"cancelledPresenceRegistration": {**_DAY, "validity": "cancelled"}},
                {
                    "notCancelledPresenceRegistration": {
                        "errors": [{"code": "10", "description": "The registration is not found"}],
                        "clientPresenceRegistrationReference": "PLN-0009",
                    }
                },
            ]
        },
    ),
}
CORRECTED = {
    "event": Shown(
        "An event was at another instant",
        {"items": [{"id": _IN["id"], "correctedDateTime": "2026-11-23T05:28:00+01:00", **_JUSTIFIED}]},
        {"items": [{"createdCorrectionRequest": _REQUEST}]},
    ),
    "missing": Shown(
        "A check-out is missing",
        {
            "items": [
                {
                    "missingEvent": {
                        "type": "OUT",
                        "ssin": _WORKER,
                        "employer": _COMPANY,
                        "contractualRelationshipReference": _CLEANED,
                    },
                    "correctedDateTime": "2026-11-23T14:02:00+01:00",
                    **_JUSTIFIED,
                }
            ]
        },
        {"items": [{"createdCorrectionRequest": _REQUEST}]},
    ),
}
FOUND = {
    "search": Shown(
        "What the checks found of a worker in two weeks, fifty at a time",
        {
            "registrationPeriods": [{"startDate": "2026-11-16", "endDate": "2026-11-29"}],
            "ssin": _WORKER,
            "statuses": ["VALIDATED", "FAILED"],
            "fetchSize": 50,
            "sortedBy": "REGISTRATION DATE",
        },
        {"count": 1, "isCapped": False, "nextKey": None, "items": [_FOUND]},
    ),
}
ONE = {
    "registration": Shown(
        "A check-in",
        None,
        {
            **_FOUND,
            "version": 1,
            "origin": "SENT",
            "placeOfWork": {"coordinates": _POINT, "address": None},
            "distance": 35,
            "capture": {"method": "QR", "deviceId": "phone-7d1c"},
            "earlierVersions": [],
        },
    ),
}
REQUESTED = {"accepted": Shown("A check-out that was missing, and is registered now", None, _SETTLED)}
LISTED = {"page": Shown("The only request of a company", None, {"nextKey": None, "items": [_SETTLED]})}
KEPT = {"document": Shown("It completed one request", None, {"sha256": _SHA256, "completed": 1})}
