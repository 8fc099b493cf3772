"""What the REST operations of check-ins make of a call, in the official vocabulary."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from domain.checkins.codes import Remark
from domain.checkins.items import Capture, Coordinates, DayPresence, Employer, PresenceEvent, Worker
from domain.checkins.searches import DayPeriod, Direction, FoundPage, SortedBy
from domain.checkins.vocabulary import (
    CaptureMethod,
    ClockingChannel,
    EventType,
    PresenceOrigin,
    PresenceStatus,
)
from domain.environments import Environment
from evidence.models import AuditEvent
from tests.web.check_in_door import COMPANY, INSS, NOON, REPLACED, SENDER, WORK_PLACE, Door, an_event, open_door
from tests.web.soap_programs import SEARCH as SOAP_SEARCH
from tests.web.soap_programs import envelope, post

REGISTER = "/api/v1/presenceRegistrations/registerInBulk"
CANCEL = "/api/v1/presenceRegistrations/cancel"
CORRECT = "/api/v1/presenceRegistrations/corrections"
SEARCH = "/api/v1/presenceRegistrations/search"
PERIODS = [{"startDate": "2026-11-01", "endDate": "2026-11-30"}]
JUSTIFIED = {"justification": "The battery was empty.", "evidence": [{"fileName": "log.pdf", "sha256": "0" * 64}]}


@pytest.fixture
def door(transactional_db: None) -> Iterator[Door]:
    with open_door() as door:
        yield door


def register(door: Door, *items: object, **options: object):
    return door.ask("POST", REGISTER, json={"items": list(items)}, **options)


def test_an_event_of_the_official_vocabulary_is_registered(door: Door):
    answer = register(door, an_event())

    assert answer.status_code == 200
    assert answer.json() == {
        "items": [
            {
                "createdPresenceRegistration": {
                    "id": 100_000_000_000_001,
                    "validity": "pending",
                    "remarks": [],
                    "registrationDate": "2026-11-26T10:59:31Z",
                    "creationDate": "2026-11-26T11:00:00.123456Z",
                    "clientPresenceRegistrationReference": None,
                }
            }
        ]
    }
    ((item, channel, environment, received_at),) = door.check_ins.brought
    assert item == PresenceEvent(
        at=datetime(2026, 11, 26, 10, 59, 31, tzinfo=UTC),
        type=EventType.IN,
        worker=Worker(INSS),
        employer=Employer(COMPANY),
        work_place_id=WORK_PLACE,
        place=Coordinates(Decimal("50.8466000"), Decimal("4.3528000")),
    )
    assert (channel, environment, received_at) == (ClockingChannel.REST, Environment.PRODUCTION, NOON)


def test_without_a_type_it_is_a_presence_on_a_day(door: Door):
    assert register(door, an_event(type=None, registrationDate="2026-11-27")).status_code == 200
    item = door.check_ins.brought[0][0]

    assert item == DayPresence(Worker(INSS), Employer(COMPANY), WORK_PLACE, date=date(2026, 11, 27))


def test_each_item_is_judged_alone_and_answered_in_its_place(door: Door):
    refused = an_event(contractualRelationshipReference="X", clientPresenceRegistrationReference="EV-2")
    unreadable = an_event(registrationDate="2026-11-26T10:59:31", clientPresenceRegistrationReference="EV-3")
    first, second, third, fourth = register(door, an_event(), refused, unreadable, an_event()).json()["items"]

    assert [list(first), list(fourth)] == [["createdPresenceRegistration"]] * 2
    assert second["notCreatedPresenceRegistration"] == {
        "errors": [
            {"code": "4", "description": "Invalid WorkPlaceId node content. Invalid work place number"},
            {"code": "5", "description": "Invalid INSS node content. Invalid INSZ/INSS number"},
        ],
        "clientPresenceRegistrationReference": "EV-2",
    }
    assert third["notCreatedPresenceRegistration"] == {
        "errors": [{"code": "SOA-03006", "description": "Message does not follow the schema: registrationDate"}],
        "clientPresenceRegistrationReference": "EV-3",
    }


def test_what_a_call_was_refused_is_kept_by_place_and_code(door: Door):
    refused = an_event(contractualRelationshipReference="X")
    register(door, an_event(), refused, an_event(registrationDate="2026-11-26T10:59:31"))
    register(door, an_event())

    kept = AuditEvent.objects.get(action="presence:refused")
    assert (kept.actor, kept.at) == (SENDER, NOON)
    assert kept.detail == {"environment": "R", "channel": "REST", "refused": ["2 4 5", "3 SOA-03006"]}


def test_200_items_are_taken_and_201_refused_as_a_whole(door: Door):
    assert len(register(door, *[an_event()] * 200).json()["items"]) == 200
    answer = register(door, *[an_event()] * 201)

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:guichet:problem:request-invalid")
    assert len(door.check_ins.brought) == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 5000, 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"items": []}', 422),
        (b'{"items": {}}', 422),
        (b'{"items": [{}], "x": NaN}', 400),
        (b"\xff", 400),
    ],
)
def test_a_body_that_holds_no_items_is_refused(door: Door, body: bytes, status: int):
    answer = door.ask("POST", REGISTER, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_presence_is_cancelled_by_its_number(door: Door):
    number = register(door, an_event(type=None, registrationDate=None)).json()["items"][0][
        "createdPresenceRegistration"
    ]["id"]
    answer = door.ask(
        "POST",
        CANCEL,
        json={
            "items": [
                {"id": number, "cancellationReason": "planning"},
                {"id": 7, "cancellationReason": "PLANNING"},
                {"id": number, "cancellationReason": "SICKNESS"},
            ]
        },
    )
    done, unknown, wrong = answer.json()["items"]

    assert done["cancelledPresenceRegistration"]["validity"] == "cancelled"
    assert unknown["notCancelledPresenceRegistration"]["errors"][0]["code"] == "10"
    assert wrong["notCancelledPresenceRegistration"]["errors"][0]["code"] == "11"


def test_a_registration_is_told_with_both_numbers_and_its_history(door: Door):
    register(door, an_event(clientPresenceRegistrationReference="EV-1"))
    told = door.ask("GET", "/api/v1/presenceRegistrations/100000000000001").json()

    assert (told["ssin"], told["ssinSubmitted"], told["type"], told["sector"]) == (REPLACED, INSS, "IN", None)
    assert told["employer"] == {"enterpriseNumber": COMPANY, "foreignVatNumber": None}
    assert told["validations"] == [{"status": "SUCCESSFULLY REGISTERED", "date": None, "remarks": []}]
    assert told["clientPresenceRegistrationReference"] == "EV-1"


def test_a_registration_is_told_with_its_earlier_versions_its_place_and_its_capture(door: Door):
    register(door, an_event())
    (seen,) = door.check_ins.seen.values()
    point = Coordinates(Decimal("50.8466"), Decimal("4.3528"))
    door.check_ins.seen[seen.registration.id] = replace(
        seen,
        registration=replace(seen.registration, version=2),
        earlier=(replace(seen.registration, status=PresenceStatus.SUPERSEDED),),
        place=point,
        distance=12,
        capture=Capture(CaptureMethod.BADGE, "gate-2"),
        origin=PresenceOrigin.CORRECTION,
    )
    told = door.ask("GET", "/api/v1/presenceRegistrations/100000000000001").json()

    assert (told["version"], told["origin"], told["distance"]) == (2, "CORRECTION", 12)
    assert told["placeOfWork"] == {"coordinates": {"longitude": 4.3528, "latitude": 50.8466}, "address": None}
    assert told["capture"] == {"method": "BADGE", "deviceId": "gate-2"}
    (earlier,) = told["earlierVersions"]
    assert (earlier["version"], earlier["validity"], earlier["type"]) == (1, "superseded", "IN")


@pytest.mark.parametrize("number", ["7", "x", "100000000000001x", "²", "%00", "1" * 15, "1" * 16, "1" * 2000])
def test_any_other_number_is_not_found(door: Door, number: str):
    answer = door.ask("GET", f"/api/v1/presenceRegistrations/{number}")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:guichet:problem:not-found")


def test_a_search_has_the_official_criteria(door: Door):
    register(door, an_event())
    answer = door.ask(
        "POST",
        SEARCH,
        json={
            "registrationPeriods": PERIODS,
            "ssin": INSS,
            "enterpriseNumber": COMPANY,
            "statuses": ["FAILED"],
            "remarks": ["DUC IS NOT EXISTING"],
            "sector": 1,
            "creationStart": "2026-11-01T00:00:00+01:00",
            "firstRow": 50,
            "fetchSize": 500,
            "sortedBy": "PLACE OF WORK",
            "direction": "DESCENDING",
        },
    )
    ((criteria, page),) = door.check_ins.searches

    assert (answer.json()["count"], len(answer.json()["items"])) == (1, 1)
    assert criteria.periods == (DayPeriod(date(2026, 11, 1), date(2026, 11, 30)),)
    assert (criteria.inss, criteria.enterprise_number, criteria.sector) == (INSS, COMPANY, "CONSTRUCTION")
    assert (criteria.statuses, criteria.remarks) == ((PresenceStatus.FAILED,), (Remark.WORK_PLACE_NOT_EXISTING,))
    assert criteria.created_from == datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
    assert page == FoundPage(50, 500, sorted_by=SortedBy.WORK_PLACE, direction=Direction.DESCENDING)


@pytest.mark.parametrize(
    "deviation",
    [
        {"registrationPeriods": None},
        {"registrationPeriods": []},
        {"registrationPeriods": PERIODS * 32},
        {"registrationPeriods": [{"startDate": "2026-11-30", "endDate": "2026-11-01"}]},
        {"remarks": ["NOT OFFICIAL"]},
        {"sector": 4},
        {"statuses": ["DONE"]},
        {"fetchSize": 501},
        {"creationStart": "0001-01-01T00:00:00"},
        {"creationEnd": "9999-12-31T23:59:59-14:00"},
        {"sortedBy": "AGE"},
    ],
)
def test_a_search_with_an_unusable_criterion_is_refused(door: Door, deviation: dict[str, object]):
    answer = door.ask("POST", SEARCH, json={"registrationPeriods": PERIODS} | deviation)

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:guichet:problem:request-invalid")
    assert door.check_ins.searches == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", (400, "the body is no JSON")),
        (b"{", (400, "the body is no JSON")),
        (b"[]", (422, 'send the criteria as {"registrationPeriods": [...]}')),
        (b"{}", (422, "registrationPeriods is needed")),
        (b'{"registrationPeriods": 1}', (422, "registrationPeriods cannot be used")),
        (b'{"registrationPeriods": [{"startDate": "2026-11-01"}]}', (422, "registrationPeriods.0.endDate is needed")),
    ],
)
def test_a_search_is_told_what_is_wrong_with_its_body(door: Door, body: bytes, told: tuple[int, str]):
    answer = door.ask("POST", SEARCH, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["detail"]) == told


@pytest.mark.parametrize(
    ("deviation", "told"),
    [
        ({"remarks": ["LATE", "NOT OFFICIAL"]}, "remarks.1 is not in the list"),
        ({"sector": 4}, "sector is not in the list"),
    ],
)
def test_a_search_is_told_which_word_is_not_in_the_list(door: Door, deviation: dict[str, object], told: str):
    answer = door.ask("POST", SEARCH, json={"registrationPeriods": PERIODS} | deviation)
    assert answer.json()["detail"] == told


@pytest.mark.parametrize(
    ("shown", "first", "last"),
    [
        ("2026-11-01T00:00:00", datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC)),
        ("2026-11-01T00:00:00Z", datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-10-25T02:30:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
    ids=["of Brussels", "with a zone", "shown twice"],
)
def test_an_instant_is_searched_for_alike_over_rest_and_soap(door: Door, shown: str, first: datetime, last: datetime):
    created = {"creationStart": shown, "creationEnd": shown}
    assert door.ask("POST", SEARCH, json={"registrationPeriods": PERIODS} | created).status_code == 200
    dates = "<t:RegistrationPeriodStartDate>2026-11-01</t:RegistrationPeriodStartDate>"
    dates += "<t:RegistrationPeriodEndDate>2026-11-30</t:RegistrationPeriodEndDate>"
    between = f"<t:CreationStartDate>{shown}</t:CreationStartDate><t:CreationEndDate>{shown}</t:CreationEndDate>"
    asked = SOAP_SEARCH.format(dates).replace("</t:RegistrationPeriodList>", f"</t:RegistrationPeriodList>{between}")
    assert post(door, envelope(asked)).status_code == 200

    assert [(one.created_from, one.created_until) for one, _ in door.check_ins.searches] == [(first, last)] * 2


def test_the_same_key_and_items_have_one_effect(door: Door):
    first = register(door, an_event(), headers={"Idempotency-Key": "k1"})
    again = register(door, an_event(), headers={"Idempotency-Key": "k1"})

    assert (first.content, len(door.check_ins.brought)) == (again.content, 1)
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")


def test_the_same_key_with_other_items_is_refused(door: Door):
    register(door, an_event(), headers={"Idempotency-Key": "k1"})
    answer = register(door, an_event(type="OUT"), headers={"Idempotency-Key": "k1"})

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:guichet:problem:idempotency-key-reused")


def test_a_key_whose_request_was_refused_is_free_again(door: Door):
    door.check_ins.is_open = False
    refused = register(door, an_event(), headers={"Idempotency-Key": "k1"})
    door.check_ins.is_open = True

    assert refused.status_code == 403
    assert register(door, an_event(), headers={"Idempotency-Key": "k1"}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "needed"),
    [
        ("POST", REGISTER, "declarant"),
        ("POST", CANCEL, "declarant"),
        ("POST", CORRECT, "declarant"),
        ("PUT", f"/api/v1/evidence/{'0' * 64}", "declarant"),
        ("POST", SEARCH, "consult"),
        ("GET", "/api/v1/presenceRegistrations/7", "consult"),
        ("GET", "/api/v1/presenceRegistrations/corrections/C-20261126-0000001", "consult"),
    ],
)
def test_every_operation_needs_a_token_its_scope_and_the_service(door: Door, method: str, path: str, needed: str):
    other = "consult" if needed == "declarant" else "declarant"
    body = (
        {"content": b"%PDF"} if method == "PUT" else {"json": {"items": [an_event()], "registrationPeriods": PERIODS}}
    )
    body = {} if method == "GET" else body
    scopes = f"scope:presence:declaration:{other} scope:dimona:declaration:{needed}"

    assert door.ask(method, path, token=None, **body).status_code == 401
    answer = door.ask(method, path, token=door.new_token(scopes), **body)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:guichet:problem:scope-missing")
    if method == "PUT":
        path = f"/api/v1/evidence/{hashlib.sha256(b'%PDF').hexdigest()}"
    door.check_ins.is_open = False
    if path in {CANCEL, CORRECT}:
        body = {"json": {"items": [{"id": 1, "cancellationReason": "OTHER", **JUSTIFIED}]}}
    answer = door.ask(method, path, **body)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:guichet:problem:service-not-configured")


def test_a_suspended_sender_reads_and_registers_nothing(door: Door):
    door.sender.state, door.sender.suspended_by = "SUSPENDED", "COMPANY"
    door.sender.save()

    assert register(door, an_event()).json()["type"] == "urn:guichet:problem:sender-suspended"
    assert door.ask("POST", SEARCH, json={"registrationPeriods": PERIODS}).status_code == 200


def test_the_test_environment_is_named_in_the_address(door: Door):
    assert door.ask("POST", f"{REGISTER}?environment=T", json={"items": [an_event()]}).status_code == 200
    assert door.ask("POST", f"{REGISTER}?environment=S", json={"items": [an_event()]}).status_code == 422
    assert [environment for _, _, environment, _ in door.check_ins.brought] == [Environment.TEST]


def test_another_media_type_is_refused(door: Door):
    answer = door.ask(
        "POST", REGISTER, content=json.dumps({"items": [an_event()]}), headers={"Content-Type": "text/plain"}
    )

    assert answer.status_code == 415


def test_a_body_beyond_its_limit_is_refused(door: Door):
    assert door.ask("POST", REGISTER, content=b"x" * (512 * 1024 + 1)).status_code == 413


def test_the_description_names_every_field_as_it_is_sent(door: Door):
    described = door.ask("GET", "/api/v1/openapi.json", token=None).json()
    operation = described["paths"][REGISTER]["post"]
    schemas = described["components"]["schemas"]

    assert operation["operationId"] == "register_in_bulk"
    assert set(an_event()) <= set(schemas["PresenceGiven"]["properties"])
    assert "createdPresenceRegistration" in schemas["PresenceTaken"]["properties"]
    references = set(json.dumps(described).split('"#/components/schemas/')[1:])
    assert {reference.partition('"')[0] for reference in references} <= set(schemas)


def test_problems_name_a_place_and_never_a_number(door: Door):
    answer = register(door, an_event(ssin=[INSS]))

    assert INSS not in answer.text
