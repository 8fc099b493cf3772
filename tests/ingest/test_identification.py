"""A form that waited is filed or refused later, with a second and final notification."""

import io
import secrets
from datetime import date, timedelta
from typing import cast

import pytest
from django.db import transaction

from channels.models import Sender
from commands.__main__ import main
from commands.configuring import identification_actions
from domain.answers import FormResult, ResultCode
from domain.configuration_refusals import ConfigurationRefusedError
from domain.student_declarations import DimonaIn, EmployerId, FormHeader, JudgedForm
from domain.tickets import Ticket
from evidence.models import AuditEvent, Submission
from ingest.dimona_message import DimonaMessage
from ingest.file_declarations import notification_of
from ingest.identify import identify, refuse_unidentified, show_details
from ingest.render_notification import render_notification
from registers.student_days.models import PendingForm, Period
from tests.counter_bench import CounterBench
from tests.dimona_files import STUDENTS, a_payload, an_in
from tests.ingest.answer_checks import require_valid_answer
from tests.registers.test_waiting_forms import NOOR

ACTION = DimonaIn(
    starting_date=date(2026, 8, 3),
    ending_date=date(2026, 8, 28),
    planned_hours=100,
    planned_days=None,
    employer=EmployerId(nsso="012345674"),
    insz=None,
    joint_commission="XXX",
    worker_type="STU",
    person=NOOR,
)


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
def waiting(bench: CounterBench) -> FormResult:
    """A second form of a submission that is filed already, as if it had stood in its file."""
    bench.answers_to(a_payload(an_in(insz=STUDENTS[0])))
    submission = Submission.objects.get()
    header = FormHeader("DIMONA", "2026-07-01", "09:12:44.121", "0", "SU")
    form = JudgedForm(2, header, (), ACTION.employer, None, ACTION, ())
    with transaction.atomic():
        (result,) = message_of(bench).file_forms(
            [form], submission=submission, declaring_company="0412345614", filed_at=bench.clock.now()
        )
    return result


def final_answer(bench: CounterBench):
    return bench.answers("NOTI")[-1]


def test_the_first_answer_is_provisional(bench: CounterBench, waiting: FormResult, tmp_path):
    submission = Submission.objects.get()
    sender = Sender.objects.select_related("entity").get()
    notification = notification_of(submission, [waiting], sender=sender, at=bench.clock.now())
    with (tmp_path / "answer").open("w+b") as file:
        render_notification(notification, file)
        file.seek(0)
        root = require_valid_answer(file.read())

    assert (root.findtext("Form/TypeForm"), root.findtext(".//ResultCode")) == ("PA", "2")


def test_an_identified_worker_is_filed_with_a_final_answer_under_the_same_ticket(
    bench: CounterBench, waiting: FormResult
):
    result = identify(str(waiting.ticket), STUDENTS[1], **desk(bench))

    assert result.result is ResultCode.ACCEPTED
    assert [str(finding.code) for finding in result.findings] == ["00028-348"]
    answer = final_answer(bench)
    assert answer.texts("ResultCode") == ["1"]
    assert [text for text in answer.texts("TypeForm") if text != "SU"] == ["FA"]
    assert str(waiting.ticket) in answer.texts("ReferenceNbr")
    assert len(bench.answers("NOTI")) == 2
    assert Period.objects.count() == 2


def test_what_was_told_of_the_worker_is_forgotten_then(bench: CounterBench, waiting: FormResult):
    identify(str(waiting.ticket), STUDENTS[1], **desk(bench))
    pending = PendingForm.objects.get()

    assert (bytes(pending.ciphertext), pending.settled_at) == (b"", desk(bench)["at"])
    with pytest.raises(ConfigurationRefusedError):
        identify(str(waiting.ticket), STUDENTS[1], **desk(bench))


def test_a_worker_whom_nobody_finds_is_refused(bench: CounterBench, waiting: FormResult):
    result = refuse_unidentified(str(waiting.ticket), **desk(bench))

    assert result.result is ResultCode.REFUSED
    assert final_answer(bench).codes == ["90017-151"]
    assert Period.objects.count() == 1


def test_a_look_at_the_details_is_on_record(bench: CounterBench, waiting: FormResult):
    at = {name: value for name, value in desk(bench).items() if name != "desk"}

    assert show_details(str(waiting.ticket), **at) == NOOR
    assert AuditEvent.objects.get(action="identification:shown").detail == {"ticket": str(waiting.ticket)}


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


def test_an_operator_sees_what_waits_without_a_name(waiting: FormResult, run):
    code, told = run("", "list")

    assert code == 0
    assert str(waiting.ticket) in told
    assert "Peeters" not in told


def test_an_operator_sees_what_one_form_tells_of_its_worker(waiting: FormResult, run):
    code, told = run("", "show", str(waiting.ticket))

    assert code == 0
    assert "first name: Noor\n" in told


def test_an_operator_identifies_by_a_number_on_standard_input(waiting: FormResult, run):
    wrong, reason = run("85011512300", "identify", str(waiting.ticket))
    right, told = run(f"{STUDENTS[1]}\n", "identify", str(waiting.ticket))

    assert (wrong, right) == (1, 0)
    assert "check digits" in reason
    assert "accepted" in told
    assert STUDENTS[1] not in told


def test_an_operator_refuses_what_nobody_can_identify(waiting: FormResult, run):
    code, told = run("", "refuse", str(waiting.ticket))

    assert (code, told) == (0, f"{waiting.ticket}: refused (90017-151); its sender is notified\n")
