"""Sets delivered over the web service, as a client sends them."""

import io
import zipfile
from dataclasses import replace

import pytest

from channels.models import SenderChannel, SenderState, StagedFile
from domain.channels import Channel
from domain.environments import Tray
from domain.reception_rules import ReceptionRules
from evidence.models import Submission, SubmissionPart
from tests.dimona_files import a_payload, an_in
from tests.web.conftest import Web

PAYLOAD = a_payload(an_in())


def test_a_whole_set_is_sealed_when_it_is_answered(web: Web):
    key = web.next_key()
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=web.files(PAYLOAD, key))

    assert answer.status_code == 202, answer.text
    submission = Submission.objects.get()
    assert answer.json()["ticket"] == submission.ticket
    assert answer.json()["name"] == submission.subject_name == f"GO.{key}.1"
    assert (submission.channel, submission.environment) == ("WEB_SERVICE", "R")
    assert next(part.blob.size for part in SubmissionPart.objects.order_by("prefix")) == len(PAYLOAD)
    assert not StagedFile.objects.exists()


def test_a_go_that_is_sent_along_counts_as_the_one_that_is_implied(web: Web):
    key = web.next_key()
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=[*web.files(PAYLOAD, key), ("file", (f"GO.{key}.1", b""))])

    assert answer.status_code == 202, answer.text
    assert Submission.objects.get().subject_name == f"GO.{key}.1"


def test_a_set_of_several_parts_is_one_submission(web: Web):
    key = web.next_key()
    files = [("file", (f"FI.{key}.2.{part}", PAYLOAD)) for part in (1, 2)]
    files += [("file", (f"FS.{key}.2.{part}", web.bench.sign(PAYLOAD))) for part in (2, 1)]
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=files)

    assert answer.json()["name"] == f"GO.{key}.2"
    assert SubmissionPart.objects.filter(submission__ticket=answer.json()["ticket"]).count() == 4


def test_a_large_set_goes_through_staging_in_pieces(web: Web):
    payload = PAYLOAD + b" " * 3_000_000
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=web.files(payload))

    assert answer.status_code == 202, answer.text
    assert SubmissionPart.objects.get(prefix="FI").blob.size == len(payload)


@pytest.mark.parametrize(("environment", "tray"), [("R", Tray.IN), ("T", Tray.IN_TEST), ("S", Tray.IN_SIMULATION)])
def test_the_environment_in_the_name_is_where_it_goes(web: Web, environment: str, tray: Tray):
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=web.files(PAYLOAD, web.next_key(environment)))

    assert answer.json()["environment"] == environment
    assert Submission.objects.get().tray == tray


def test_a_simulation_needs_no_signature(web: Web):
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=web.files(PAYLOAD, web.next_key("S"))[:1])

    assert answer.status_code == 202


def test_a_name_meant_for_another_environment_is_answered_by_the_protocol(web: Web):
    with web.http() as http:
        http.post("/api/v1/deliveries", params={"environment": "T"}, files=web.files(PAYLOAD, web.next_key("R")))
    web.bench.work()

    (answer,) = web.bench.answers("ACRF", tray=Tray.OUT_TEST)
    assert answer.codes == ["ACRF-118"]


def test_a_name_that_fails_the_grammar_is_sealed_and_answered(web: Web):
    key = web.next_key().replace(".R", ".P")
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=[("file", (f"FI.{key}.1.1", PAYLOAD))])
    web.bench.work()

    assert answer.status_code == 202, answer.text
    assert Submission.objects.get(ticket=answer.json()["ticket"]).reception == "MALFORMED_NAME"
    assert web.bench.answers("ACRF")[0].codes == ["ACRF-117"]
    assert not StagedFile.objects.exists()


def test_a_repeated_name_gets_the_first_ticket(web: Web):
    key = web.next_key()
    with web.http() as http:
        first = http.post("/api/v1/deliveries", files=web.files(PAYLOAD, key)).json()
        second = http.post("/api/v1/deliveries", files=web.files(PAYLOAD, key)).json()

    assert (first["is_repeated"], second["is_repeated"]) == (False, True)
    assert second["ticket"] == first["ticket"]


def test_a_cancellation_alone_is_taken(web: Web):
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=[("file", (f"TD.{web.next_key()}.1", b""))])

    assert answer.status_code == 202
    assert Submission.objects.get().reception == "CANCELLED_TOO_LATE"


def test_a_receipt_alone_is_taken(web: Web):
    key = web.next_key(purpose="ACRF")
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=[("file", (f"FI.{key}", b""))])

    assert answer.status_code == 202
    assert Submission.objects.get().reception == "RECEIPT"


@pytest.mark.parametrize(
    ("sent", "code"),
    [(slice(0, 1), "ACRF-122"), (slice(1, 2), "ACRF-120")],
    ids=["without its signature", "without its payload"],
)
def test_half_a_set_is_refused_with_its_code_and_leaves_nothing(web: Web, sent: slice, code: str):
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=web.files(PAYLOAD)[sent])

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert not Submission.objects.exists()
    assert not StagedFile.objects.exists()


def test_two_sets_in_one_request_are_refused(web: Web):
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=[*web.files(PAYLOAD), *web.files(PAYLOAD)])

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:guichet:problem:set-incomplete")
    assert not Submission.objects.exists()


@pytest.mark.parametrize("name", ["a/b", "with space", "x" * 65, "FI.DIMN.filepart", "\u00fc"])
def test_a_name_that_no_door_takes_is_refused(web: Web, name: str):
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=[("file", (name, PAYLOAD))])

    assert (answer.status_code, answer.json()["type"]) == (422, "urn:guichet:problem:name-not-taken")


def test_a_suspended_sender_collects_but_delivers_nothing(web: Web):
    with web.http() as http:
        web.sender.state, web.sender.suspended_by = SenderState.SUSPENDED, "COMPANY"
        web.sender.save()
        refused = http.post("/api/v1/deliveries", files=web.files(PAYLOAD))
        listed = http.get("/api/v1/answers")

    assert (refused.status_code, refused.json()["code"]) == (403, "ACRF-103")
    assert listed.status_code == 200


def test_a_channel_that_was_closed_is_refused_with_its_code(web: Web):
    with web.http() as http:
        SenderChannel.objects.filter(channel="WEB_SERVICE").delete()
        answer = http.post("/api/v1/deliveries", files=web.files(PAYLOAD))

    assert (answer.status_code, answer.json()["code"]) == (403, "ACRF-249")


def test_a_message_without_its_declarant_scope_is_refused(web: Web):
    with web.http(web.token(scope="scope:dimona:declaration:consult")) as http:
        answer = http.post("/api/v1/deliveries", files=web.files(PAYLOAD))

    assert (answer.status_code, answer.json()["type"]) == (403, "urn:guichet:problem:scope-missing")
    assert not Submission.objects.exists()


def test_a_zip_bomb_is_refused_by_its_acknowledgement(web: Web):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("FI", b"\0" * 300_000_000)
    with web.http() as http:
        answer = http.post("/api/v1/deliveries", files=web.files(packed.getvalue()))
    web.bench.counter = replace(web.bench.counter, rules=ReceptionRules(zip_channels=frozenset({Channel.WEB_SERVICE})))
    web.bench.work()

    assert answer.status_code == 202
    assert web.bench.answers("ACRF")[0].codes == ["ACRF-184"]


def test_a_set_begun_over_sftp_is_completed_here(web: Web):
    key = web.next_key()
    payload = ("file", (f"FI.{key}.1.1", PAYLOAD))
    web.bench.put(*payload[1])
    with web.http() as http:
        for name, content in ((f"FS.{key}.1.1", web.bench.sign(PAYLOAD)), (f"GO.{key}.1", b"")):
            answer = http.put(f"/api/v1/deliveries/{name}/parts", content=content)

    assert answer.status_code == 202, answer.text
    assert Submission.objects.get().ticket == answer.json()["ticket"]


def test_a_set_begun_here_is_completed_over_sftp(web: Web):
    key = web.next_key()
    with web.http() as http:
        http.put(f"/api/v1/deliveries/FI.{key}.1.1/parts", content=PAYLOAD)
    web.bench.put(f"FS.{key}.1.1", web.bench.sign(PAYLOAD))
    web.bench.put(f"GO.{key}.1")

    assert Submission.objects.get().channel == "SFTP"
