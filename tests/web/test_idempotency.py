"""A request with an Idempotency-Key has its effect once."""

from datetime import timedelta

import pytest

from channels.models import IdempotentRequest
from channels.web.idempotency import Claim, Finished, claim_key
from channels.web.problems import Problem
from domain.sender_numbers import SenderNumber
from evidence.clock import SystemClock
from evidence.models import Submission
from tests.dimona_files import a_payload, an_in
from tests.web.conftest import Web

PAYLOAD = a_payload(an_in())
KEY = {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
PATIENCE = timedelta(seconds=90)


def test_the_same_request_again_gets_the_same_answer_and_has_no_effect(web: Web):
    files = web.files(PAYLOAD)
    with web.http() as http:
        first = http.post("/api/v1/deliveries", files=files, headers=KEY)
        second = http.post("/api/v1/deliveries", files=list(reversed(files)), headers=KEY)

    assert first.status_code == second.status_code == 202
    assert first.content == second.content
    assert second.headers["Idempotent-Replayed"] == "true"
    assert Submission.objects.count() == 1


def test_the_same_key_for_other_files_is_refused(web: Web):
    key = web.next_key()
    with web.http() as http:
        http.post("/api/v1/deliveries", files=web.files(PAYLOAD, key), headers=KEY)
        answer = http.post("/api/v1/deliveries", files=web.files(PAYLOAD + b" ", key), headers=KEY)

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:guichet:problem:idempotency-key-reused")
    assert Submission.objects.count() == 1


def test_a_key_whose_request_is_at_work_is_refused_for_now(web: Web):
    with web.http() as http:
        claim_key(SenderNumber("123456"), KEY["Idempotency-Key"][1:-1], at=SystemClock().now(), patience=PATIENCE)
        answer = http.post("/api/v1/deliveries", files=web.files(PAYLOAD), headers=KEY)

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:guichet:problem:idempotency-key-running")
    assert not Submission.objects.exists()


def test_a_key_of_a_refused_request_is_free_again(web: Web):
    files = web.files(PAYLOAD)
    with web.http() as http:
        assert http.post("/api/v1/deliveries", files=files[:1], headers=KEY).status_code == 422
        assert http.post("/api/v1/deliveries", files=files, headers=KEY).status_code == 202


def test_the_request_of_a_process_that_vanished_is_taken_over(web: Web):
    claim_key(
        SenderNumber("123456"),
        KEY["Idempotency-Key"][1:-1],
        at=SystemClock().now() - 2 * PATIENCE,
        patience=PATIENCE,
    )
    with web.http() as http:
        assert http.post("/api/v1/deliveries", files=web.files(PAYLOAD), headers=KEY).status_code == 202


def test_whoever_was_taken_over_can_no_longer_record_its_outcome(web: Web):
    sender, now = SenderNumber("123456"), SystemClock().now()
    older = claim_key(sender, "key", at=now - 2 * PATIENCE, patience=PATIENCE)
    newer = claim_key(sender, "key", at=now, patience=PATIENCE)
    assert isinstance(older, Claim)
    assert isinstance(newer, Claim)

    with pytest.raises(Problem):
        older.record("0" * 64, {"ticket": "older"}, status=202)
    with pytest.raises(Problem):
        older.renew(at=now)
    older.let_go()
    newer.record("0" * 64, {"ticket": "newer"}, status=202)
    assert claim_key(sender, "key", at=now, patience=PATIENCE) == Finished("0" * 64, {"ticket": "newer"})


def test_an_answer_that_an_earlier_version_kept_is_told_again(web: Web):
    files = web.files(PAYLOAD)
    with web.http() as http:
        first = http.post("/api/v1/deliveries", files=files, headers=KEY)
        IdempotentRequest.objects.update(answer=first.json())
        second = http.post("/api/v1/deliveries", files=files, headers=KEY)

    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("key", ["", "x" * 129])
def test_a_key_that_is_none_is_refused(web: Web, key: str):
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=web.files(PAYLOAD), headers={"Idempotency-Key": key})

    assert answer.status_code == 422
    assert not IdempotentRequest.objects.exists()
