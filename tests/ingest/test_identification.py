"""A form that waited is filed or refused later, with a second and final notification."""

import io
import secrets
from dataclasses import replace
from datetime import date, timedelta
from typing import cast

import pytest

from commands.__main__ import main
from commands.configuring import identification_actions
from domain.answers import ResultCode
from domain.configuration_refusals import ConfigurationRefusedError
from domain.tickets import Ticket
from evidence.models import AuditEvent
from ingest.dimona_message import DimonaMessage
from ingest.identify import identify, refuse_unidentified, show_details
from registers.student_days.models import PendingForm, Period
from tests.counter_bench import CounterBench
from tests.dimona_files import STUDENTS, a_payload, an_in


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
    result = identify(waiting, STUDENTS[1], **desk(bench))

    assert result.result is ResultCode.ACCEPTED
    assert [str(finding.code) for finding in result.findings] == ["00028-348"]
    answer = final_answer(bench)
    assert answer.texts("ResultCode") == ["1"]
    assert [text for text in answer.texts("TypeForm") if text != "SU"] == ["FA"]
    assert waiting in answer.texts("ReferenceNbr")
    assert len(bench.answers("NOTI")) == 2
    assert Period.objects.count() == 2


def test_what_was_told_of_the_worker_is_forgotten_then(bench: CounterBench, waiting: str):
    identify(waiting, STUDENTS[1], **desk(bench))
    pending = PendingForm.objects.get()

    assert (bytes(pending.ciphertext), pending.settled_at) == (b"", desk(bench)["at"])
    with pytest.raises(ConfigurationRefusedError):
        identify(waiting, STUDENTS[1], **desk(bench))


def test_a_worker_whom_nobody_finds_is_refused(bench: CounterBench, waiting: str):
    result = refuse_unidentified(waiting, **desk(bench))

    assert result.result is ResultCode.REFUSED
    assert final_answer(bench).codes == ["90017-151"]
    assert Period.objects.count() == 1


@pytest.mark.parametrize("large_bytes", [1, 10**9], ids=["large", "small"])
@pytest.mark.parametrize("uncut", ["", "<!-- read as a stream -->"])
def test_the_final_answer_tells_where_the_form_stood(bench: CounterBench, large_bytes: int, uncut: str):
    payloads = replace(bench.counter.desk.payloads, large_bytes=large_bytes)
    bench.counter = replace(bench.counter, desk=replace(bench.counter.desk, payloads=payloads))
    unknown = an_in(insz=None, start=date(2026, 8, 3), end=date(2026, 8, 28))
    bench.answers_to(a_payload(an_in().rstrip(), unknown, uncut))
    refuse_unidentified(PendingForm.objects.get().ticket, **desk(bench))

    (location,) = final_answer(bench).root.iter("AnomalyLocation")
    assert [node.text for node in location] == ["3", str(len(an_in().rstrip()) + 1), "1,2"]


def test_a_look_at_the_details_is_on_record(bench: CounterBench, waiting: str):
    at = {name: value for name, value in desk(bench).items() if name != "desk"}

    details = show_details(waiting, **at)
    assert (details.name, details.first_name, details.birth_date) == ("Peeters", "Noor", "2006-03-09")
    assert AuditEvent.objects.get(action="identification:shown").detail == {"ticket": waiting}


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
    code, told = run("", "show", waiting)

    assert code == 0
    assert "first name: Noor\n" in told


def test_an_operator_identifies_by_a_number_on_standard_input(waiting: str, run):
    wrong, reason = run("85011512300", "identify", waiting)
    right, told = run(f"{STUDENTS[1]}\n", "identify", waiting)

    assert (wrong, right) == (1, 0)
    assert "check digits" in reason
    assert "accepted" in told
    assert STUDENTS[1] not in told


def test_an_operator_refuses_what_nobody_can_identify(waiting: str, run):
    code, told = run("", "refuse", waiting)

    assert (code, told) == (0, f"{waiting}: refused (90017-151); its sender is notified\n")
