"""A form that waited is filed or refused later, with a second and final notification."""

import io
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest

from commands.__main__ import main
from commands.configuring import identification_actions
from correspondence.models import OutboxMessage
from domain.answers import ResultCode
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.identifiers import insz
from domain.student_day_questions import Asker, AskerKind
from domain.tickets import Ticket
from evidence.models import AuditEvent
from ingest.dimona_message import DimonaMessage
from ingest.identify import identify, refuse_unidentified, show_details
from registers.access.models import RegistrationNumber
from registers.persons.models import Person
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.models import Declaration, PendingForm, Period
from registers.student_days.question_tables import ConsultationLog
from registers.student_days.questions.consultations import looks_at
from tests.counter_bench import CounterBench
from tests.dimona_files import STUDENTS, a_payload, an_in
from tests.ingest.answer_checks import require_valid_answer, standing_at

Settle = Callable[[CounterBench, str], None]
NOOR = insz(60_309_002, born_from_2000=True)
"""A number that fits what the form tells of its worker."""


def message_of(bench: CounterBench) -> DimonaMessage:
    return cast("DimonaMessage", bench.counter.desk.messages["DIMN"])


def desk(bench: CounterBench) -> dict[str, object]:
    return {
        "message": message_of(bench),
        "desk": bench.counter.desk,
        "actor": "operator",
        "at": bench.clock.now() + timedelta(days=60),
    }


@pytest.fixture
def waiting(bench: CounterBench) -> str:
    """The ticket of the second form of a delivery, which names its worker by everything but a number."""
    unknown = an_in(insz=None, start=date(2026, 8, 3), end=date(2026, 8, 28))
    bench.answers_to(a_payload(an_in(insz=STUDENTS[0]), unknown))
    return PendingForm.objects.get().ticket


def final_answer(bench: CounterBench):
    return bench.answers("NOTI")[-1]


def test_the_first_answer_is_provisional(bench: CounterBench, waiting: str):
    (notification,) = bench.answers("NOTI")
    first, second = notification.root.findall("Form")

    assert (first.findtext("TypeForm"), first.findtext(".//ResultCode")) == ("FA", "1")
    assert (second.findtext("TypeForm"), second.findtext(".//ResultCode")) == ("PA", "2")
    assert waiting in [number.text for number in second.iter("ReferenceNbr")]


def test_an_identified_worker_is_filed_with_a_final_answer_under_the_same_ticket(bench: CounterBench, waiting: str):
    result = identify(waiting, NOOR, **desk(bench))

    assert result.result is ResultCode.ACCEPTED
    assert result.findings == ()
    answer = final_answer(bench)
    assert answer.texts("ResultCode") == ["1"]
    assert [text for text in answer.texts("TypeForm") if text != "SU"] == ["FA"]
    assert waiting in answer.texts("ReferenceNbr")
    assert len(bench.answers("NOTI")) == 2
    assert Period.objects.count() == 2


def test_what_was_told_of_the_worker_is_forgotten_then(bench: CounterBench, waiting: str):
    identify(waiting, NOOR, **desk(bench))
    pending = PendingForm.objects.get()

    assert (bytes(pending.ciphertext), pending.settled_at) == (b"", desk(bench)["at"])
    with pytest.raises(ConfigurationRefusedError):
        identify(waiting, NOOR, **desk(bench))


def test_a_worker_whom_nobody_finds_is_refused(bench: CounterBench, waiting: str):
    result = refuse_unidentified(waiting, **desk(bench))

    assert result.result is ResultCode.REFUSED
    assert final_answer(bench).codes == ["90017-151"]
    assert Period.objects.count() == 1


UNKNOWN = {"insz": None, "start": date(2026, 8, 3), "end": date(2026, 8, 28)}


def refused_as_unknown(bench: CounterBench, ticket: str) -> None:
    refuse_unidentified(ticket, **desk(bench))


def identified(bench: CounterBench, ticket: str) -> None:
    identify(ticket, NOOR, **desk(bench))


def identified_as_another(bench: CounterBench, ticket: str) -> None:
    another = frozenset({RegisterAnomaly.BIRTH_DATE_DIFFERS, RegisterAnomaly.SEX_DIFFERS})
    identify(ticket, STUDENTS[0], despite=another, **desk(bench))


def identified_without_employer(bench: CounterBench, ticket: str) -> None:
    RegistrationNumber.objects.all().delete()
    identified(bench, ticket)


@pytest.mark.parametrize("way", ["small", "large", "large, as a stream"])
@pytest.mark.parametrize(
    ("deviation", "settled", "expected"),
    [
        ({}, refused_as_unknown, {"90017-151": "NaturalPerson"}),
        ({"start": date(2026, 6, 30), "end": date(2026, 6, 30)}, identified, {"90373-460": "DimonaIn"}),
        ({"hours": 700}, identified, {"90017-369": "NaturalPerson"}),
        ({}, identified_as_another, {"00028-348": "WorkerBirthdate", "00029-348": "WorkerSex"}),
        ({"start": date(2026, 7, 2), "end": date(2026, 7, 31)}, identified, {"90373-333": "DimonaIn"}),
        ({}, identified_without_employer, {"90256-151": "EmployerId"}),
    ],
    ids=["nobody", "late", "above the contingent", "another's number", "twice", "an employer that is gone"],
)
def test_the_final_answer_tells_where_what_it_is_about_stood(
    bench: CounterBench, way: str, deviation: dict[str, object], settled: Settle, expected: dict[str, str]
):
    payloads = replace(bench.counter.desk.payloads, large_bytes=10**9 if way == "small" else 1)
    bench.counter = replace(bench.counter, desk=replace(bench.counter.desk, payloads=payloads))
    comment = "<!-- é -->" if way == "large, as a stream" else ""
    payload = a_payload(an_in(insz=NOOR).rstrip(), comment, an_in(**UNKNOWN | deviation))
    bench.answers_to(payload)
    settled(bench, PendingForm.objects.get().ticket)

    seen = {
        anomaly.findtext("ErrorID"): standing_at(*[node.text for node in anomaly.find("AnomalyLocation")], payload)
        for anomaly in require_valid_answer(final_answer(bench).content).iter("AnomalyReport")
    }
    assert seen == expected


def test_a_look_at_the_details_is_on_record_with_its_reason(bench: CounterBench, waiting: str):
    asker = Asker(AskerKind.OPERATOR, "els", "called by the employer")

    details = show_details(waiting, message=message_of(bench), asker=asker, at=bench.clock.now())

    assert (details.name, details.first_name, details.birth_date) == ("Peeters", "Noor", "2006-03-09")
    event = AuditEvent.objects.get(action="identification:shown")
    assert (event.actor, event.detail) == ("els", {"ticket": waiting})
    look = ConsultationLog.objects.get()
    assert (look.asker_kind, look.asker, look.reason) == ("OPERATOR", "els", "called by the employer")
    assert (look.question, look.about, look.person_id) == ("DECLARATION", waiting, None)


def test_who_looked_at_a_waiting_form_is_told_to_its_worker_once_he_is_known(bench: CounterBench, waiting: str):
    asker = Asker(AskerKind.OPERATOR, "els", "called by the employer")
    show_details(waiting, message=message_of(bench), asker=asker, at=bench.clock.now())
    assert identify(waiting, NOOR, **desk(bench)).result is ResultCode.ACCEPTED

    (person,) = set(Declaration.objects.filter(ticket=waiting).values_list("period__person_id", flat=True))
    others = set(Person.objects.exclude(pk=person).values_list("pk", flat=True))
    assert [look.about for look in looks_at(person, environment=Environment.PRODUCTION)] == [waiting]
    assert [list(looks_at(other, environment=Environment.PRODUCTION)) for other in others] == [[]] * len(others)


@pytest.mark.parametrize(
    ("other", "code"),
    [
        (insz(60_310_002, born_from_2000=True), RegisterAnomaly.BIRTH_DATE_DIFFERS),
        (insz(60_309_001, born_from_2000=True), RegisterAnomaly.SEX_DIFFERS),
    ],
    ids=["another day", "a man's"],
)
def test_a_number_of_somebody_else_than_the_form_tells_is_filed_only_when_one_insists(
    bench: CounterBench, waiting: str, other: str, code: RegisterAnomaly
):
    with pytest.raises(ConfigurationRefusedError) as refused:
        identify(waiting, other, **desk(bench))

    assert refused.value.what == f"The number does not fit what the form tells: {code.sentence}."
    assert f"--despite {code}" in refused.value.next_step
    assert Period.objects.count() == 1
    assert identify(waiting, other, despite=frozenset({code}), **desk(bench)).result is ResultCode.ACCEPTED
    assert Period.objects.count() == 2


def test_a_ticket_that_nobody_knows_is_refused_with_a_next_step(bench: CounterBench):
    ticket = str(Ticket.from_random(secrets.token_bytes(16)))

    with pytest.raises(ConfigurationRefusedError, match=ticket):
        identify(ticket, STUDENTS[0], **desk(bench))


@pytest.fixture
def run(bench: CounterBench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """Type a command, what is piped into it first; the counter is that of the bench."""
    monkeypatch.setattr(identification_actions, "open_counter", lambda: bench.counter)

    def typed(piped: str, *words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(piped))
        code = main(["identifications", *words])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return typed


def test_an_operator_sees_what_waits_without_a_name(waiting: str, run):
    code, told = run("", "list")

    assert code == 0
    assert waiting in told
    assert "Peeters" not in told


def test_an_operator_sees_what_one_form_tells_of_its_worker(waiting: str, run):
    code, told = run("", "show", waiting, "--reason", "to identify")

    assert code == 0
    assert "first name: Noor\n" in told
    assert "[info" not in told


def test_an_operator_identifies_by_a_number_on_standard_input(waiting: str, run):
    wrong, reason = run("85011512300", "identify", waiting)
    right, told = run(f"{NOOR}\n", "identify", waiting)

    assert (wrong, right) == (1, 0)
    assert "no national or bis number" in reason
    assert "accepted" in told
    assert NOOR not in told


def test_an_operator_insists_on_a_number_that_differs(waiting: str, run):
    refused, reason = run(f"{STUDENTS[0]}\n", "identify", waiting)
    insisted, told = run(f"{STUDENTS[0]}\n", "identify", waiting, *reason.strip(".\n").split("repeat with ")[1].split())

    assert (refused, insisted) == (1, 0)
    assert "(00028-348, 00029-348)" in told


def test_a_look_without_a_reason_is_not_understood(waiting: str, run):
    with pytest.raises(SystemExit):
        run("", "show", waiting)


def test_an_operator_refuses_what_nobody_can_identify(waiting: str, run):
    code, told = run("", "refuse", waiting)

    assert (code, told) == (0, f"{waiting}: refused (90017-151); its sender is notified\n")


def test_an_operator_is_reminded_once_a_day_while_a_worker_is_to_be_identified(bench: CounterBench, waiting: str):
    bench.counter.sweep()
    bench.counter.sweep()

    (letter,) = OutboxMessage.objects.filter(occasion__startswith="identifications:")
    assert letter.subject == "Declarations that wait for an identification: 1"
    assert "guichet identifications list" in letter.body
    bench.clock.advance(timedelta(days=1))
    refuse_unidentified(waiting, **desk(bench))
    bench.counter.sweep()
    assert OutboxMessage.objects.filter(occasion__startswith="identifications:").count() == 1
