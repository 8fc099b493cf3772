"""Answers listed, waited for, fetched and collected."""

import hashlib
import re
import threading
import time
from datetime import datetime, timedelta

import httpx
import pytest
from django.db import connections

from channels.configuring.web_clients import revoke_client
from channels.models import SenderChannel
from channels.web.instants import render_instant
from domain.brussels import BRUSSELS
from domain.environments import Tray
from evidence.clock import SystemClock
from evidence.models import AnswerFile, AuditEvent, Submission, SubmissionPart
from tests.counter_bench import make_entity, make_sender
from tests.dimona_files import a_payload, an_in
from tests.web.conftest import Web, make_client

PAYLOAD = a_payload(an_in())


@pytest.fixture
def answered(web: Web) -> Web:
    with web.http() as http:
        assert http.post("/api/v1/deliveries", files=web.files(PAYLOAD)).status_code == 202
    web.bench.work()
    return web


def work_and_let_go(web: Web) -> None:
    web.bench.work()
    connections.close_all()


def first_answer(http: httpx.Client) -> dict[str, object]:
    return http.get("/api/v1/answers").json()["answers"][0]


def test_a_submission_is_told_with_its_answers(web: Web):
    with web.http() as http:
        ticket = http.post("/api/v1/deliveries", files=web.files(PAYLOAD)).json()["ticket"]
        before = http.get(f"/api/v1/submissions/{ticket}").json()
        web.bench.work()
        after = http.get(f"/api/v1/submissions/{ticket}").json()

    assert (before["state"], before["answers"]) == ("SEALED", [])
    assert after["state"] == "FILED"
    assert [(answer["kind"], answer["is_waiting"]) for answer in after["answers"]] == [("ACRF", True), ("NOTI", True)]


def test_an_instant_is_told_alike_by_every_operation_and_as_it_is_described(web: Web):
    key = web.next_key()
    with web.http() as http:
        posted = http.post("/api/v1/deliveries", files=web.files(PAYLOAD)).json()
        for prefix, content in (("FI", PAYLOAD), ("FS", web.bench.sign(PAYLOAD))):
            http.put(f"/api/v1/deliveries/{prefix}.{key}.1.1/parts", content=content)
        put = http.put(f"/api/v1/deliveries/GO.{key}.1/parts").json()
        shown = {told["ticket"]: http.get(f"/api/v1/submissions/{told['ticket']}").json() for told in (posted, put)}
        described = http.get("/api/v1/openapi.json").json()["components"]["schemas"]

    for told in (posted, put):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", told["received_at"])
        assert shown[told["ticket"]]["received_at"] == told["received_at"]
    for name in ("SealedDelivery", "SubmissionState"):
        field = described[name]["properties"]["received_at"]
        assert (field["format"], field["description"]) == ("date-time", "RFC 3339, in UTC, to the millisecond")


@pytest.mark.parametrize(
    ("microseconds", "told"), [(0, "000"), (400, "000"), (999_999, "999"), (120_000, "120")], ids=str
)
def test_an_instant_is_told_to_the_millisecond_in_utc(microseconds: int, told: str):
    at = datetime(2026, 7, 1, 12, microsecond=microseconds, tzinfo=BRUSSELS)

    assert render_instant(at) == f"2026-07-01T10:00:00.{told}Z"


def test_a_submission_is_told_with_the_channels_of_every_file(web: Web):
    key = web.next_key()
    with web.http() as http:
        http.put(f"/api/v1/deliveries/FI.{key}.1.1/parts", content=PAYLOAD)
        web.bench.put(f"FS.{key}.1.1", web.bench.sign(PAYLOAD))
        web.bench.put(f"GO.{key}.1")
        told = http.get("/api/v1/submissions", params={"name": f"GO.{key}.1"}).json()

    assert (told["channel"], told["channels"]) == ("SFTP", ["SFTP", "WEB_SERVICE"])
    assert told["files"] == [
        {"name": f"FI.{key}.1.1", "channels": ["WEB_SERVICE"]},
        {"name": f"FS.{key}.1.1", "channels": ["SFTP"]},
    ]


def test_a_file_of_before_is_told_with_the_channel_that_is_known(web: Web):
    with web.http() as http:
        ticket = http.post("/api/v1/deliveries", files=web.files(PAYLOAD)).json()["ticket"]
        Submission.objects.update(channels=None)
        known = SubmissionPart.objects.get(prefix="FI")
        SubmissionPart.objects.create(
            submission=known.submission, prefix="FI", part=2, name="FI.of.before", blob=known.blob
        )
        told = http.get(f"/api/v1/submissions/{ticket}").json()

    assert told["channels"] == ["WEB_SERVICE"]
    assert told["files"][1] == {"name": "FI.of.before", "channels": ["WEB_SERVICE"]}


def test_answers_are_listed_oldest_first_with_what_they_answer(answered: Web):
    with answered.http() as http:
        page = http.get("/api/v1/answers").json()

    assert [answer["kind"] for answer in page["answers"]] == ["ACRF", "NOTI"]
    assert page["next"] is None
    assert page["answers"][0]["name"] == f"FO.{page['answers'][0]['id']}"


def test_a_long_list_has_pages(answered: Web):
    with answered.http() as http:
        first = http.get("/api/v1/answers", params={"limit": 1, "environment": "R"}).json()
        second = http.get(first["next"]).json()

    assert [answer["kind"] for answer in first["answers"] + second["answers"]] == ["ACRF", "NOTI"]
    assert second["next"] is None


def test_another_environment_lists_nothing(answered: Web):
    with answered.http() as http:
        assert http.get("/api/v1/answers", params={"environment": "T"}).json()["answers"] == []


def test_the_content_is_what_the_other_doors_show(answered: Web):
    with answered.http() as http:
        answer = first_answer(http)
        content = http.get(f"/api/v1/answers/{answer['id']}")
        signature = http.get(f"/api/v1/answers/{answer['id']}/signature")

    assert content.content == answered.bench.read(Tray.OUT, answer["name"])
    assert signature.content == answered.bench.read(Tray.OUT, f"FS.{answer['id']}")
    assert content.headers["ETag"] == f'"{hashlib.sha256(content.content).hexdigest()}"'
    assert content.headers["Content-Disposition"] == f'attachment; filename="{answer["name"]}"'


def test_reading_to_the_end_is_noted_once(answered: Web):
    with answered.http() as http:
        answer = first_answer(http)
        http.head(f"/api/v1/answers/{answer['id']}")
        http.get(f"/api/v1/answers/{answer['id']}/signature")
        assert AnswerFile.objects.filter(downloaded_at__isnull=False).count() == 0
        http.get(f"/api/v1/answers/{answer['id']}")
        http.get(f"/api/v1/answers/{answer['id']}")

    assert AnswerFile.objects.get(downloaded_at__isnull=False).name == answer["name"]
    assert AuditEvent.objects.filter(action="answer:downloaded").count() == 1


@pytest.mark.parametrize("path", ["answers/{id}", "answers/{id}/signature", "answers", "submissions/{ticket}"])
def test_what_the_client_has_already_is_not_sent_again(answered: Web, path: str):
    with answered.http() as http:
        answer = first_answer(http)
        address = f"/api/v1/{path.format(**answer)}"
        tag = http.get(address).headers["ETag"]
        again = http.get(address, headers={"If-None-Match": f'"other", W/{tag}'})

    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)


@pytest.mark.parametrize("path", ["answers/{id}", "answers/{id}/signature", "answers", "submissions/{ticket}"])
def test_a_head_tells_the_length_that_a_get_would_send(answered: Web, path: str):
    with answered.http() as http:
        address = f"/api/v1/{path.format(**first_answer(http))}"
        whole, head = http.get(address), http.head(address)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.content))
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_collecting_takes_all_three_files_together(answered: Web):
    with answered.http() as http:
        answer = first_answer(http)
        collected = http.delete(f"/api/v1/answers/{answer['id']}")
        again = http.delete(f"/api/v1/answers/{answer['id']}")
        gone = http.get(f"/api/v1/answers/{answer['id']}")

    assert (collected.status_code, again.status_code, gone.status_code) == (204, 404, 404)
    assert [entry.name for entry in answered.bench.mailbox().list_tray(Tray.OUT) if "ACRF" in entry.name] == []
    assert AuditEvent.objects.filter(action="answer:collected").count() == 3


def test_another_senders_submissions_and_answers_are_not_there(answered: Web):
    stranger = make_sender(
        "654321",
        entity=make_entity(company="0400767772", nsso="123456749"),
        identity=answered.bench.authority.issue_signer("Other", at=answered.bench.clock.now(), lifetime=timedelta(9)),
    )
    SenderChannel.objects.create(sender=stranger, channel="WEB_SERVICE")
    with answered.http() as http:
        answer = first_answer(http)
    answered.client_row = make_client(stranger)
    with answered.http() as http:
        assert http.get("/api/v1/answers").json()["answers"] == []
        for path in (f"answers/{answer['id']}", f"answers/{answer['id']}/signature", f"submissions/{answer['ticket']}"):
            assert http.get(f"/api/v1/{path}").status_code == 404
        assert http.delete(f"/api/v1/answers/{answer['id']}").status_code == 404


@pytest.mark.parametrize("path", ["answers/{}", "answers/{}/signature", "submissions/{}"])
@pytest.mark.parametrize("length", [13, 14, 65, 2000])
def test_a_name_of_any_length_that_nothing_has_is_not_found(answered: Web, path: str, length: int):
    with answered.http() as http:
        answer = http.get(f"/api/v1/{path.format('A' * length)}")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:guichet:problem:not-found")


def test_a_token_without_a_consult_scope_reads_no_answers(answered: Web):
    with answered.http(answered.token(scope="scope:dimona:declaration:declarant")) as http:
        assert http.get("/api/v1/answers").json()["type"] == "urn:guichet:problem:scope-missing"


@pytest.mark.parametrize(
    ("scope", "status"),
    [
        ("scope:dimona:declaration:declarant", 200),
        ("scope:dimona:declaration:consult", 200),
        ("scope:presence:declaration:consult", 404),
        ("scope:access:declaration:declarant", 404),
    ],
)
def test_a_submission_is_shown_to_tokens_of_its_service_alone(answered: Web, scope: str, status: int):
    with answered.http() as http:
        answer = first_answer(http)
    with answered.http(answered.token(scope=scope)) as http:
        assert http.get(f"/api/v1/submissions/{answer['ticket']}").status_code == status
        assert http.get("/api/v1/submissions", params={"name": answer["about"]}).status_code == status


def test_a_token_for_another_service_sees_no_answer_of_this_one(answered: Web):
    with answered.http(answered.token(scope="scope:access:declaration:consult")) as http:
        assert http.get("/api/v1/answers").json()["answers"] == []


def test_a_waiting_request_is_answered_when_the_answer_comes(web: Web):
    with web.http() as http:
        http.post("/api/v1/deliveries", files=web.files(PAYLOAD))
        timer = threading.Timer(0.5, work_and_let_go, [web])
        timer.start()
        began = time.monotonic()
        page = http.get("/api/v1/answers", params={"wait": 30}).json()
        timer.join()

    assert page["answers"][0]["kind"] == "ACRF"
    assert time.monotonic() - began < 10


def test_whoever_is_revoked_while_waiting_is_told_of_no_answer(web: Web):
    with web.http() as http:
        ticket = http.post("/api/v1/deliveries", files=web.files(PAYLOAD))
        waiting = threading.Thread(target=lambda: told.append(http.get("/api/v1/answers", params={"wait": 20})))
        told: list[httpx.Response] = []
        waiting.start()
        time.sleep(0.5)
        revoke_client(web.client_row, actor="test", at=SystemClock().now())
        web.bench.work()
        waiting.join(25)

    assert ticket.status_code == 202
    assert [(answer.status_code, "answers" in answer.json()) for answer in told] == [(401, False)]


def test_a_wait_without_an_answer_ends_in_time(web: Web):
    with web.http() as http:
        began = time.monotonic()
        page = http.get("/api/v1/answers", params={"wait": 1}).json()

    assert page["answers"] == []
    assert 0.9 < time.monotonic() - began < 5
