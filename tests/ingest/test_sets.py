"""Sets that are cancelled, incomplete or delivered over several channels: what the table of codes cannot say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from channels.deliveries import ArrivedFile, SignatureFiles, is_complete, signature_files
from domain.channels import Channel
from domain.environments import Environment, Tray
from domain.filenames import Prefix
from domain.reception_rules import ReceptionRules
from evidence.models import Submission, SubmissionState, UsedName
from tests.counter_bench import DAY, CounterBench
from tests.dimona_files import a_payload, an_in

PAYLOAD = a_payload(an_in())
KEY = f"DIMN.123456.{DAY}.00001.R"


def test_a_cancel_that_comes_too_late_names_the_first_ticket(bench: CounterBench):
    bench.deliver(PAYLOAD, key=KEY)
    bench.work()
    (ticket,) = bench.answers("ACRF")[0].texts("ReferenceNbr")
    bench.put(f"TD.{KEY}.1")
    bench.work()

    late = bench.answers("ACRF")[-1]
    assert (late.codes, late.texts("ReferenceNbr")) == (["ACRF-133"], [ticket])
    assert len(bench.answers("NOTI")) == 1


def test_a_cancel_while_parts_are_missing_sets_the_name_free(bench: CounterBench):
    bench.put(f"FI.{KEY}.2.1", PAYLOAD)
    bench.put(f"GO.{KEY}.2")
    bench.put(f"TD.{KEY}.2")
    assert bench.mailbox().list_tray(Tray.IN) == []
    assert not UsedName.objects.exists()
    bench.deliver(PAYLOAD, key=KEY)
    bench.work()

    assert [answer.codes for answer in bench.answers("ACRF")] == [[], []]
    assert len(bench.answers("NOTI")) == 1


def test_a_door_with_other_settings_than_the_judge_is_our_outage(bench: CounterBench):
    bench.put(f"FI.{KEY}.A.1", PAYLOAD)
    Submission.objects.update(subject_name=f"FI.{KEY}.9.1")
    bench.work()
    assert Submission.objects.get().state == SubmissionState.UNDECIDED
    bench.counter = replace(bench.counter, rules=ReceptionRules(max_parts=8))
    bench.clock.advance(timedelta(minutes=1))
    bench.work()

    assert [answer.codes for answer in bench.answers("ACRF")] == [["ACRF-128"]]


UNSIGNED = ReceptionRules(unsigned_channels=frozenset({Channel.FTP}))


@pytest.mark.parametrize(
    ("environment", "channels", "expected"),
    [
        (Environment.PRODUCTION, {Channel.SFTP}, SignatureFiles.REQUIRED),
        (Environment.TEST, {Channel.SFTP}, SignatureFiles.REQUIRED),
        (Environment.SIMULATION, {Channel.SFTP}, SignatureFiles.OPTIONAL),
        (Environment.PRODUCTION, {Channel.FTP}, SignatureFiles.FORBIDDEN),
        (Environment.SIMULATION, {Channel.FTP}, SignatureFiles.FORBIDDEN),
        (Environment.PRODUCTION, {Channel.FTP, Channel.SFTP}, SignatureFiles.REQUIRED),
        (Environment.SIMULATION, {Channel.FTP, Channel.SFTP}, SignatureFiles.OPTIONAL),
    ],
)
def test_signature_files_belong_where_neither_channels_nor_environment_say_otherwise(environment, channels, expected):
    assert signature_files(environment, channels, UNSIGNED) is expected


@pytest.mark.parametrize(
    ("environment", "channels", "expected"),
    [
        (Environment.PRODUCTION, {Channel.WEB_SERVICE}, SignatureFiles.OPTIONAL),
        (Environment.TEST, {Channel.WEB_SERVICE}, SignatureFiles.OPTIONAL),
        (Environment.SIMULATION, {Channel.WEB_SERVICE}, SignatureFiles.OPTIONAL),
        (Environment.PRODUCTION, {Channel.SFTP}, SignatureFiles.REQUIRED),
        (Environment.PRODUCTION, {Channel.WEB_SERVICE, Channel.SFTP}, SignatureFiles.REQUIRED),
        (Environment.PRODUCTION, {Channel.FTP}, SignatureFiles.FORBIDDEN),
    ],
)
def test_a_sender_leaves_them_out_where_all_files_come_through_channels_on_which_it_may(
    environment, channels, expected
):
    assert signature_files(environment, channels, UNSIGNED, unsigned=["WEB_SERVICE"]) is expected


@pytest.mark.parametrize(
    ("prefixes", "last", "complete"),
    [
        ("FI FS GO", Prefix.GO_AHEAD, {"REQUIRED", "OPTIONAL", "FORBIDDEN"}),
        ("FI GO", Prefix.GO_AHEAD, {"OPTIONAL", "FORBIDDEN"}),
        ("FI GO", Prefix.PAYLOAD, {"FORBIDDEN"}),
        ("FS GO", Prefix.GO_AHEAD, set()),
        ("FI FS", Prefix.SIGNATURE, set()),
    ],
)
def test_a_set_is_complete_by_what_holds_for_signatures(prefixes: str, last: Prefix, complete: set[str]):
    files = [ArrivedFile(Prefix(prefix), 1, 1, is_closed=True) for prefix in prefixes.split()]

    assert {rule.name for rule in SignatureFiles if is_complete(files, signatures=rule, last=last)} == complete
