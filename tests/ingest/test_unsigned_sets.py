"""A sender whose signatures an operator waived leaves FS files out over the web service, and nowhere else."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from channels.configuring.openings import close_channel, open_channel
from channels.configuring.unsigned_sets import require_signatures, waive_signatures
from channels.models import Sender, SenderChannel
from channels.web.multipart import FileBegins, FileContent
from channels.web.noting_seal import Sealed
from channels.web.problems import Problem
from domain.channels import Channel
from domain.environments import Tray
from domain.reception_rules import ReceptionRules
from evidence.models import AuditEvent, Submission
from tests.counter_bench import NOON, CounterBench
from tests.dimona_files import a_payload, an_in
from tests.web.in_process import a_reception, events_of, open_channels

PAYLOAD = a_payload(an_in())
OUT = {"R": Tray.OUT, "T": Tray.OUT_TEST, "S": Tray.OUT_SIMULATION}


@pytest.fixture
def waived(bench: CounterBench) -> CounterBench:
    """A counter whose sender may leave its signatures out over the web service; every channel is open."""
    open_channels(bench)
    waive_signatures(Sender.objects.get(), actor="operator", at=NOON)
    return bench


def send(bench: CounterBench, *, environment: str = "R", signature: bytes | None = None, **deviation: object) -> Sealed:
    """Send a set in one request, without an FS file unless there is one."""
    key = bench.next_key(environment=environment)
    events = events_of(key, PAYLOAD, signature or b"")
    return a_reception(bench, **deviation).complete(events if signature is not None else events[:3])


def codes_of(bench: CounterBench, *, environment: str = "R") -> list[list[str]]:
    bench.work()
    return [answer.codes for answer in bench.answers("ACRF", tray=OUT[environment])]


@pytest.mark.parametrize("environment", ["R", "T", "S"])
def test_a_set_without_signature_files_is_taken_over_the_web_service(waived: CounterBench, environment: str):
    send(waived, environment=environment)

    assert codes_of(waived, environment=environment) == [[]]
    assert len(waived.answers("NOTI", tray=OUT[environment])) == 1


@pytest.mark.parametrize(("environment", "code"), [("R", "ACRF-122"), ("T", "ACRF-122"), ("S", None)])
def test_a_sender_of_whom_nobody_said_so_signs_as_on_every_channel(
    bench: CounterBench, environment: str, code: str | None
):
    open_channels(bench)
    if code is None:
        send(bench, environment=environment)
        return
    with pytest.raises(Problem) as refused:
        send(bench, environment=environment)

    assert refused.value.code == code
    assert not Submission.objects.exists()


@pytest.mark.parametrize(("of", "codes"), [(PAYLOAD, []), (b"another payload", ["ACRF-125"])], ids=["sound", "wrong"])
def test_a_signature_that_comes_nevertheless_is_verified(waived: CounterBench, of: bytes, codes: list[str]):
    send(waived, signature=waived.sign(of))

    assert codes_of(waived) == [codes]


def test_a_set_of_two_parts_is_signed_whole_or_not_at_all(waived: CounterBench):
    key = waived.next_key()
    parts = [FileBegins(f"FI.{key}.2.1"), FileContent(PAYLOAD), FileBegins(f"FI.{key}.2.2"), FileContent(PAYLOAD)]
    signature = [FileBegins(f"FS.{key}.2.1"), FileContent(waived.sign(PAYLOAD))]
    with pytest.raises(Problem) as refused:
        a_reception(waived).complete([*parts, *signature])

    assert (refused.value.code, refused.value.detail) == ("ACRF-122", f"the set lacks FS.{key}.2.2")


@pytest.mark.parametrize("channel", [Channel.SFTP, Channel.FTP])
@pytest.mark.parametrize("prefix", ["FI", "GO"])
def test_a_set_of_which_a_file_came_through_another_channel_needs_its_signature(
    waived: CounterBench, channel: Channel, prefix: str
):
    key = waived.next_key()
    for one, name, content in (("FI", f"FI.{key}.1.1", PAYLOAD), ("GO", f"GO.{key}.1", b"")):
        door = channel if one == prefix else Channel.WEB_SERVICE
        waived.put(name, content, mailbox=waived.mailbox(channel=door))
    assert not Submission.objects.exists()
    waived.put(f"FS.{key}.1.1", waived.sign(PAYLOAD), mailbox=waived.mailbox(channel=Channel.WEB_SERVICE))

    assert codes_of(waived) == [[]]


def test_a_set_that_is_staged_over_the_web_service_needs_none_either(waived: CounterBench):
    key = waived.next_key()
    for name, content in ((f"FI.{key}.1.1", PAYLOAD), (f"GO.{key}.1", b"")):
        waived.put(name, content, mailbox=waived.mailbox(channel=Channel.WEB_SERVICE))

    assert codes_of(waived) == [[]]


def test_what_was_received_without_a_signature_is_judged_as_its_sender_stood_then(waived: CounterBench):
    send(waived)
    require_signatures(Sender.objects.get(), actor="operator", at=NOON)

    assert codes_of(waived) == [[]]
    assert AuditEvent.objects.get(action="submission:sealed").detail["unsigned_channels"] == ["WEB_SERVICE"]


def test_a_set_that_was_sealed_before_this_was_kept_needed_its_signature(waived: CounterBench):
    send(waived)
    Submission.objects.update(unsigned_channels=None)

    assert codes_of(waived) == [["ACRF-122"]]


def test_a_counter_that_forbids_signatures_there_forbids_them_to_this_sender_too(waived: CounterBench):
    rules = ReceptionRules(unsigned_channels=frozenset({Channel.WEB_SERVICE}))
    waived.counter = replace(waived.counter, rules=rules)
    send(waived, signature=waived.sign(PAYLOAD), rules=rules)

    assert codes_of(waived) == [["ACRF-121"]]


def test_who_closes_the_web_service_asks_for_signatures_again(waived: CounterBench):
    sender = Sender.objects.get()
    close_channel(sender, Channel.WEB_SERVICE, actor="operator", at=NOON)
    open_channel(sender, Channel.WEB_SERVICE, actor="operator", at=NOON)

    with pytest.raises(Problem):
        send(waived)


@pytest.mark.parametrize("channel", [Channel.SFTP, Channel.FTP])
def test_the_database_lets_nobody_leave_signatures_out_on_another_channel(waived: CounterBench, channel: Channel):
    rows = SenderChannel.objects.filter(channel=channel)
    with pytest.raises(IntegrityError, match="sender_channel_unsigned_by_web"), transaction.atomic():
        rows.update(is_unsigned=True)
