"""Declarations, periods and remaining hours, asked by a sender's program."""

import json
import secrets
from datetime import date, timedelta

import httpx
import pytest

from channels.configuring.web_clients import revoke_client
from domain.brussels import brussels_date
from domain.environments import Environment
from domain.languages import Language
from domain.student_day_questions import Asker, AskerKind
from evidence.clock import SystemClock
from registers.persons.numbers import PersonKeys
from registers.student_days.models import Attestation, ConsultationLog, Declaration, Period
from registers.student_days.questions.access_codes import CodeKey
from registers.student_days.questions.attestation_paper import Holder
from registers.student_days.questions.attestations import AttestationDesk, IssuedAttestation, issue_attestation
from tests.counter_bench import make_entity
from tests.dimona_files import STUDENTS, a_payload, an_in
from tests.web.conftest import Web, make_client

REMAINING = "/api/v1/student-days/remaining"
WRONG = {"access_code": "0000-0000-0000-0000"}


def today() -> date:
    return brussels_date(SystemClock().now())


def coming(hours: int = 240, **deviation: object) -> str:
    """Return what is declared on its first day: in time, and of this year on its last day too."""
    return an_in(**({"start": today(), "end": today(), "hours": hours, "created": today()} | deviation))


@pytest.fixture
def filed(web: Web) -> Web:
    """One accepted declaration, one with a warning, one refused."""
    late = coming(start=today() - timedelta(days=1), end=today() - timedelta(days=1), insz=STUDENTS[1])
    deliver(web, coming(), late, coming())
    return web


def deliver(web: Web, *forms: str) -> None:
    with web.http() as http:
        assert http.post("/api/v1/deliveries", files=web.files(a_payload(*forms))).status_code == 202
    web.bench.work()


@pytest.fixture
def issued(filed: Web) -> IssuedAttestation:
    return issue(filed)


def issue(web: Web) -> IssuedAttestation:
    keys = PersonKeys.read(web.server.home / "keys" / "persons.json")
    return issue_attestation(
        Period.objects.get(is_late=False).person_id,
        Holder(STUDENTS[0]),
        language=Language.NL,
        environment=Environment.PRODUCTION,
        desk=AttestationDesk(CodeKey.derive(keys), secrets.token_bytes, web.server.url),
        asker=Asker(AskerKind.STUDENT, "own page", "asked for by the student"),
        at=SystemClock().now(),
    )


def tickets() -> list[str]:
    return list(Declaration.objects.order_by("form_index").values_list("ticket", flat=True))


def looks() -> list[tuple[str, str, str, bool]]:
    rows = ConsultationLog.objects.filter(asker_kind="SENDER").order_by("pk")
    return [(row.question, row.asker, row.about, row.person_id is not None) for row in rows]


def ask(web: Web, path: str, **options: object) -> httpx.Response:
    with web.http() as http:
        return http.get(f"/api/v1/{path}", **options)


def try_code(web: Web, question: object, **options: object) -> httpx.Response:
    with web.http() as http:
        return http.post(REMAINING, json=question, **options)


def test_a_declaration_is_told_with_its_result_and_period(filed: Web):
    told = [ask(filed, f"declarations/{ticket}").json() for ticket in tickets()]
    accepted = Period.objects.get(is_late=False)

    assert [one["result"] for one in told] == ["A", "W", "B"]
    assert (told[0]["period"], told[0]["anomalies"], told[0]["action"]) == (accepted.number, [], "DimonaIn")
    assert [anomaly["code"] for one in told for anomaly in one["anomalies"]] == ["90373-460", "90373-333"]
    assert told[2]["period"] is None


@pytest.mark.parametrize(
    ("language", "beginning"), [("nl", "Laattijdige"), ("fr", "Déclaration tardive"), ("de", "Versp"), ("en", "Late")]
)
def test_anomalies_are_explained_in_the_language_of_the_sender(filed: Web, language: str, beginning: str):
    filed.sender.language = language
    filed.sender.save()
    (anomaly,) = ask(filed, f"declarations/{tickets()[1]}").json()["anomalies"]

    assert anomaly["label"].startswith(beginning)


@pytest.mark.parametrize("ticket", ["0000000000000", "00000000000000", "0" * 2000])
def test_a_declaration_that_is_not_handled_is_not_found(filed: Web, ticket: str):
    answer = ask(filed, f"declarations/{ticket}")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:guichet:problem:not-found")


def test_a_declaration_of_another_sender_is_not_found(filed: Web):
    with filed.http() as http:
        token = filed.token()
        Declaration.objects.first().submission.__class__.objects.update(owner="654321")
        answer = http.get(f"/api/v1/declarations/{tickets()[0]}", headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 404


def test_a_period_is_told_with_its_history(filed: Web):
    period = Period.objects.get(is_late=False)
    told = ask(filed, f"student-days/{period.number}").json()

    assert (told["number"], told["state"], told["unit"], told["environment"]) == (period.number, "ACTIVE", "HOURS", "R")
    assert told["employer"] == {"name": "Voorbeeld Winkels", "number": "012345674"}
    assert [(one["reason"], one["planned"], one["exceeding"]) for one in told["versions"]] == [("GRANTED", 240, 0)]
    assert STUDENTS[0] not in json.dumps(told)


def test_a_period_of_an_employer_without_a_mandate_is_told_as_little_as_none(filed: Web):
    period = Period.objects.get(is_late=False)
    Period.objects.update(employer=make_entity(name="Other", company="0400767772", nsso="123456749"))
    theirs, none = ask(filed, f"student-days/{period.number}"), ask(filed, "student-days/610000000192")

    assert (theirs.status_code, theirs.json()) == (404, none.json())


@pytest.mark.parametrize(
    "number", ["610000000193", "1", "x", "%00", "61000000019²", "remaining2", "6100000001920", "0610000000192"]
)
def test_what_is_no_number_of_a_period_is_not_found(filed: Web, number: str):
    assert ask(filed, f"student-days/{number}").status_code == 404


def test_a_code_tells_what_remains(filed: Web, issued: IssuedAttestation):
    told = try_code(filed, {"access_code": str(issued.code).lower()}).json()

    assert (told["remaining"], told["limit"], told["year"], told["unit"]) == (410, 650, today().year, "HOURS")
    assert told["attestation"] == issued.number
    assert sorted(told) == ["at", "attestation", "issued_at", "limit", "remaining", "unit", "year"]


def test_wrong_and_expired_codes_are_answered_alike(filed: Web, issued: IssuedAttestation):
    Attestation.objects.update(expires_at=SystemClock().now())
    expired, wrong = try_code(filed, {"access_code": str(issued.code)}), try_code(filed, WRONG)

    assert (expired.status_code, wrong.status_code) == (404, 404)
    assert expired.json() == wrong.json()
    assert wrong.json()["type"] == "urn:guichet:problem:access-code-unknown"


def test_a_code_never_stands_in_an_address(filed: Web, issued: IssuedAttestation):
    with filed.http() as http:
        answer = http.post(f"{REMAINING}?access_code={issued.code}", json={})

    assert answer.status_code == 422
    assert ask(filed, "student-days/remaining").status_code == 405


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"{}", b'{"access_code": 7}', b'{"access_code": "x", "y": 1}', b'{"access_code": null}']
)
def test_a_question_that_cannot_be_read_is_refused_without_being_repeated(filed: Web, body: bytes):
    with filed.http() as http:
        answer = http.post(REMAINING, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == 422
    assert answer.json()["detail"] == 'send {"access_code": "..."} and nothing else'


def test_a_question_of_another_type_is_refused(filed: Web):
    with filed.http() as http:
        assert http.post(REMAINING, data=WRONG).status_code == 415


def test_a_long_question_is_refused(filed: Web):
    assert try_code(filed, {"access_code": "0" * 2000}).status_code == 413


@pytest.mark.parametrize("path", ["declarations/0000000000000", "student-days/610000000192"])
def test_reading_needs_the_consult_scope_of_dimona(web: Web, path: str):
    with web.http(web.token(scope="scope:dimona:declaration:declarant scope:access:declaration:consult")) as http:
        answers = [http.get(f"/api/v1/{path}"), http.post(REMAINING, json=WRONG)]

    assert [(one.status_code, one.json()["type"]) for one in answers] == [
        (403, "urn:guichet:problem:scope-missing")
    ] * 2
    assert looks() == []


@pytest.mark.parametrize("path", ["declarations/0000000000000", "student-days/610000000192"])
def test_reading_needs_a_token(web: Web, path: str):
    with web.server.client() as http:
        assert [http.get(f"/api/v1/{path}").status_code, http.post(REMAINING, json=WRONG).status_code] == [401, 401]


def test_a_revoked_client_reads_nothing(filed: Web):
    with filed.http() as http:
        revoke_client(filed.client_row, actor="test", at=SystemClock().now())
        assert http.get(f"/api/v1/declarations/{tickets()[0]}").status_code == 401


def test_every_look_is_on_record_with_the_sender(filed: Web, issued: IssuedAttestation):
    ticket, period = tickets()[0], Period.objects.get(is_late=False).number
    ask(filed, f"declarations/{ticket}")
    ask(filed, f"student-days/{period}")
    try_code(filed, {"access_code": str(issued.code)})
    try_code(filed, WRONG)

    sender = str(filed.sender.number)
    assert looks() == [
        ("DECLARATION", sender, ticket, True),
        ("PERIOD", sender, period, True),
        ("REMAINING", sender, issued.number, True),
        ("REMAINING", sender, "", False),
    ]


def test_no_log_line_tells_code_number_or_person(filed: Web, issued: IssuedAttestation):
    mark = len(filed.server.log)
    try_code(filed, {"access_code": str(issued.code)})
    try_code(filed, WRONG)
    ask(filed, f"student-days/{Period.objects.get(is_late=False).number}")
    told = filed.server.log[mark:]

    assert told.count("student days consulted") == 3
    secret = (str(issued.code), issued.code.value, issued.number, STUDENTS[0], WRONG["access_code"])
    assert [word for word in secret if word in told] == []


def test_who_guesses_is_made_to_wait_whichever_program_of_the_sender_asks(filed: Web, issued: IssuedAttestation):
    for _ in range(30):
        assert try_code(filed, WRONG).status_code == 404
    answer = try_code(filed, {"access_code": str(issued.code)})
    other = make_client(filed.sender, suffix="9876543210")
    filed.client_row = other
    again = try_code(filed, {"access_code": str(issued.code)})

    assert (answer.status_code, answer.json()["type"]) == (429, "urn:guichet:problem:too-many-requests")
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert again.status_code == 429
