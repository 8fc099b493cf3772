"""Requests for corrections of check-ins over REST: asked for, completed by evidence, and told of."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date

import pytest

from channels.web.presence.rest_answers import tell_outcome
from channels.web.presence.rest_items import Unreadable, read_correction
from domain.checkins.codes import RefusalCode
from domain.checkins.corrections import CorrectionSeen, CorrectionsWanted, EvidenceSeen
from domain.checkins.items import CorrectionRequest, Employer
from domain.checkins.outcomes import CorrectionTaken, Refused
from domain.checkins.vocabulary import (
    CorrectionState,
    EventType,
)
from tests.web.check_in_door import COMPANY, INSS, NOON, REPLACED, WORK_PLACE, Door, open_door

CORRECT = "/api/v1/presenceRegistrations/corrections"
OFFICIAL = "/REST/presenceRegistration/v1/presenceRegistrations/corrections"
JUSTIFIED = {"justification": "The battery was empty.", "evidence": [{"fileName": "log.pdf", "sha256": "0" * 64}]}


@pytest.fixture
def door(transactional_db: None) -> Iterator[Door]:
    with open_door() as door:
        yield door


def test_a_correction_is_noted_until_its_evidence_comes(door: Door):
    asked = {"id": 100_000_000_000_001, "correctedDateTime": "2026-11-26T08:00:00+01:00"} | JUSTIFIED
    (told,) = door.ask("POST", CORRECT, json={"items": [asked]}).json()["items"]

    assert told == {
        "createdCorrectionRequest": {
            "id": "C-20261126-0000001",
            "state": "DRAFT",
            "deadline": "2026-12-26",
            "evidenceDueDate": "2026-11-26T11:00:00.123456Z",
        }
    }


def test_a_request_that_is_complete_waits_for_no_evidence():
    outcome = CorrectionTaken("C-20261126-0000001", CorrectionState.SUBMITTED, date(2026, 12, 26), NOON)
    (told,) = tell_outcome(Unreadable("", None), outcome, refused_as="").values()

    assert told["evidenceDueDate"] is None


def test_a_refusal_says_what_the_register_knows_of_this_one():
    refused = Refused((RefusalCode.NOTHING_TO_CORRECT,), detail="registration 132210000000007 is so")
    (told,) = tell_outcome(Unreadable("", None), refused, refused_as="x").values()

    assert told["errors"] == [
        {"code": "P306", "description": f"{RefusalCode.NOTHING_TO_CORRECT.text}; registration 132210000000007 is so"}
    ]


@pytest.mark.parametrize("evidence", [{"evidence": []}, {}])
def test_a_request_without_evidence_is_asked_of_the_rules(evidence: dict[str, object]):
    asked = {"id": 100_000_000_000_001, "justification": "The battery was empty."} | evidence
    read = read_correction(asked)

    assert isinstance(read, CorrectionRequest)
    assert read.evidence == ()


def test_200_requests_fit_in_a_call_however_their_letters_are_written(door: Door):
    evidence = [{"fileName": "é" * 200, "sha256": f"{number:064x}"} for number in range(5)]
    asked = {"id": 100_000_000_000_001, "correctedDateTime": "2026-11-26T08:00:00+01:00", "evidence": evidence}
    sent = json.dumps({"items": [asked | {"justification": "é" * 1000}] * 200})
    assert len(sent) > 2_500_000
    answer = door.ask("POST", CORRECT, content=sent, headers={"Content-Type": "application/json"})

    assert (answer.status_code, len(answer.json()["items"])) == (200, 200)


def test_evidence_is_kept_under_the_digest_of_its_address(door: Door):
    content = b"%PDF-1.7 badge log"
    digest = hashlib.sha256(content).hexdigest()
    answer = door.ask("PUT", f"/api/v1/evidence/{digest}?name=log.pdf", content=content)

    assert (answer.status_code, answer.json()) == (200, {"sha256": digest, "completed": 1})
    assert door.check_ins.files == {digest: content}


@pytest.mark.parametrize(
    ("content", "digest", "status"),
    [
        (b"%PDF", "0" * 64, 422),
        (b"GIF89a", hashlib.sha256(b"GIF89a").hexdigest(), 422),
        (b"%PDF", "A" * 64, 422),
        (b"", hashlib.sha256(b"").hexdigest(), 422),
    ],
)
def test_other_evidence_is_refused(door: Door, content: bytes, digest: str, status: int):
    assert door.ask("PUT", f"/api/v1/evidence/{digest}", content=content).status_code == status
    assert door.check_ins.files == {}


def test_a_request_for_a_correction_is_told_with_what_came_of_it(door: Door):
    number = "C-20261126-0000001"
    door.check_ins.corrections[number] = CorrectionSeen(
        number=number,
        state=CorrectionState.ACCEPTED,
        deadline=date(2026, 12, 26),
        is_late=False,
        asked_at=NOON,
        evidence_due_at=NOON,
        submitted_at=NOON,
        decided_at=NOON,
        reason="The log says so.",
        target=None,
        event_type=EventType.OUT,
        work_place_id=WORK_PLACE,
        corrected_at=NOON,
        corrected_work_place="",
        made_number=132_210_000_000_007,
        made_version=1,
        evidence=(EvidenceSeen("log.pdf", "0" * 64, is_there=True),),
        employer=Employer(COMPANY),
        inss=REPLACED,
        inss_submitted=INSS,
    )
    told = door.ask("GET", f"/api/v1/presenceRegistrations/corrections/{number}").json()

    assert (told["id"], told["state"], told["reason"]) == (number, "ACCEPTED", "The log says so.")
    assert told["madePresenceRegistration"] == {"id": 132_210_000_000_007, "version": 1}
    assert told["evidence"] == [{"fileName": "log.pdf", "sha256": "0" * 64, "isHandedIn": True}]
    assert (told["ssin"], told["ssinSubmitted"], told["limosaId"]) == (REPLACED, INSS, None)
    assert told["employer"] == {"enterpriseNumber": COMPANY, "foreignVatNumber": None}
    assert door.ask("GET", CORRECT).json() == {"nextKey": "next", "items": [told]}


def test_requests_are_listed_by_registration_and_state_a_page_at_a_time(door: Door):
    wanted = {"presenceRegistrationId": 132_210_000_000_007, "state": "DRAFT", "fetchSize": 2, "after": "last"}
    asked = [door.ask("GET", path, params=params) for path in (CORRECT, OFFICIAL) for params in (wanted, {})]

    assert [answer.status_code for answer in asked] == [200] * 4
    assert (
        door.check_ins.lists
        == [
            CorrectionsWanted(132_210_000_000_007, CorrectionState.DRAFT, after="last", size=2),
            CorrectionsWanted(),
        ]
        * 2
    )


@pytest.mark.parametrize(
    "wanted", [{"state": "WAITING"}, {"fetchSize": 501}, {"presenceRegistrationId": "x"}, {"after": "x"}]
)
def test_what_no_list_can_be_asked_is_refused(door: Door, wanted: dict[str, object]):
    assert door.ask("GET", CORRECT, params=wanted).status_code == 422


def test_a_list_needs_the_scope_of_whoever_looks(door: Door):
    token = door.new_token("scope:presence:declaration:declarant")
    assert door.ask("GET", CORRECT, token=token).status_code == 403


@pytest.mark.parametrize(
    "number", ["C-20261126-0000002", "x", "C-1", "%00", "C-20261126-0000001x", "C-20261126-000000001"]
)
def test_any_other_request_is_not_found(door: Door, number: str):
    answer = door.ask("GET", f"/api/v1/presenceRegistrations/corrections/{number}")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:guichet:problem:not-found")
