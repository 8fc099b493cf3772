"""The name test set of the batch protocol, §5.1: what is put where, and the first code of the answer."""

from datetime import timedelta

import pytest

from channels.models import Sender, SenderChannel, SenderService, SenderState
from domain.environments import Environment, Tray
from evidence.models import UsedName
from tests.counter_bench import DAY, CounterBench, make_entity, make_sender
from tests.dimona_files import a_payload, an_in

PAYLOAD = a_payload(an_in())


def codes(bench: CounterBench, tray: Tray = Tray.OUT) -> list[list[str]]:
    bench.work()
    return [answer.codes for answer in bench.answers("ACRF", tray=tray)]


def put_set(bench: CounterBench, key: str, *, tray: Tray = Tray.IN, tail: str = ".1.1", go: str = ".1") -> None:
    bench.put(f"FI.{key}{tail}", PAYLOAD, tray=tray)
    bench.put(f"FS.{key}{tail}", bench.sign(PAYLOAD), tray=tray)
    bench.put(f"GO.{key}{go}", tray=tray)


def test_a_complete_set_is_accepted(bench: CounterBench):
    put_set(bench, f"DIMN.123456.{DAY}.00001.R")

    assert codes(bench) == [[]]


def test_a_set_without_tails_passes_the_stages_of_the_name(bench: CounterBench):
    bench.counter.desk.schemas  # noqa: B018 - a sender of a second message is configured below

    SenderService.objects.create(sender_id="123456", purpose="ZIMA", environment=Environment.PRODUCTION)
    put_set(bench, f"ZIMA.123456.{DAY}.0000A.R", tail="", go="")

    assert codes(bench) == [["ACRF-158"]]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (f"FX.DIMN.123456.{DAY}.00001.R.1.1", "ACRF-129"),
        (f"FI.DIMN.123456.{DAY}.00001.R.1.1.xml", "ACRF-131"),
        (f"GO.DIMN.123456.{DAY}.00001.R.1.1", "ACRF-107"),
        ("FI.DIMN.123456.2026041.00001.R.1.1", "ACRF-109"),
        ("FI.DIMN.123456.20260231.00001.R.1.1", "ACRF-110"),
        ("FI.DIMN.123456.20260702.00001.R.1.1", "ACRF-111"),
        ("FI.DIMN.123456.20250401.00001.R.1.1", "ACRF-126"),
        (f"FI.DIMN.123456.{DAY}.0001.R.1.1", "ACRF-112"),
        (f"FI.DIMN.123456.{DAY}.00a01.R.1.1", "ACRF-367"),
        (f"FI.DIMN.123456.{DAY}.00000.R.1.1", "ACRF-127"),
        (f"FI.DIMN.123456.{DAY}.00001.R.12.1", "ACRF-114"),
        (f"FI.DIMN.123456.{DAY}.00001.R.A.1", "ACRF-115"),
        (f"FI.DIMN.123456.{DAY}.00001.R.0.1", "ACRF-116"),
        (f"FI.DIMN.123456.{DAY}.00001.P.1.1", "ACRF-117"),
        ("no-such-thing", "ACRF-129"),
    ],
)
def test_a_name_with_one_fault_is_answered_with_its_code_and_staged_nowhere(bench: CounterBench, name: str, code: str):
    bench.put(name, PAYLOAD)
    bench.work()

    (answer,) = bench.answers("ACRF")
    assert answer.codes == [code]
    assert answer.texts("FileName") == [name]
    assert bench.mailbox().list_tray(Tray.IN) == []


def test_a_signature_without_the_tail_of_its_payload_is_misnamed(bench: CounterBench):
    key = f"DIMN.123456.{DAY}.00001.R"
    bench.put(f"FI.{key}.1.1", PAYLOAD)
    bench.put(f"FS.{key}", bench.sign(PAYLOAD))
    bench.put(f"GO.{key}.1")

    assert codes(bench) == [["ACRF-132"]]


def test_another_senders_number_in_the_name_is_refused_and_uses_up_none_of_its_names(bench: CounterBench):
    other = make_sender("654321", entity=make_entity(company="0400767772", nsso="123456749"), identity=_other(bench))
    key = f"DIMN.{other.number}.{DAY}.00001.R"
    put_set(bench, key)

    assert codes(bench) == [["ACRF-108"]]
    assert bench.counter.desk is not None

    assert not UsedName.objects.filter(owner=other.number).exists()


def _other(bench: CounterBench):
    return bench.authority.issue_signer("Sender 654321", at=bench.clock.now(), lifetime=timedelta(days=9))


@pytest.mark.parametrize(
    ("environment", "tray", "out", "code"),
    [
        ("R", Tray.IN_TEST, Tray.OUT_TEST, "ACRF-118"),
        ("T", Tray.IN, Tray.OUT, "ACRF-119"),
        ("S", Tray.IN_TEST, Tray.OUT_TEST, "ACRF-257"),
    ],
)
def test_an_environment_in_the_wrong_tray_is_refused(
    bench: CounterBench,
    environment: str,
    tray: Tray,
    out: Tray,
    code: str,
):
    put_set(bench, f"DIMN.123456.{DAY}.00001.{environment}", tray=tray)

    assert codes(bench, out) == [[code]]


def test_a_second_part_that_never_comes_is_missed_after_the_grace(bench: CounterBench):
    key = f"DIMN.123456.{DAY}.00001.R"
    bench.put(f"FI.{key}.2.1", PAYLOAD)
    bench.put(f"FS.{key}.2.1", bench.sign(PAYLOAD))
    bench.put(f"GO.{key}.2")
    bench.clock.advance(timedelta(minutes=16))
    bench.counter.sweep()

    assert codes(bench) == [["ACRF-120", "ACRF-122"]]


def test_a_set_without_its_go_lapses(bench: CounterBench):
    key = f"DIMN.123456.{DAY}.00001.R"
    bench.put(f"FI.{key}.1.1", PAYLOAD)
    bench.put(f"FS.{key}.1.1", bench.sign(PAYLOAD))
    bench.clock.advance(timedelta(hours=23))
    bench.counter.sweep()
    assert codes(bench) == []
    bench.clock.advance(timedelta(hours=2))
    bench.counter.sweep()

    assert codes(bench) == [["ACRF-130"]]


def test_a_service_that_is_not_configured_is_refused(bench: CounterBench):
    put_set(bench, f"DMFA.123456.{DAY}.00001.R")

    assert codes(bench) == [["ACRF-154"]]


def test_content_of_another_message_than_the_name_says_is_refused(bench: CounterBench):
    payload = b'<?xml version="1.0" encoding="UTF-8"?><DmfAOriginal/>'
    bench.deliver(payload)

    assert codes(bench) == [["ACRF-158"]]


def test_a_set_that_came_over_a_channel_that_is_closed_meanwhile_is_refused(bench: CounterBench):
    bench.deliver(PAYLOAD)
    SenderChannel.objects.all().delete()

    assert codes(bench) == [["ACRF-249"]]


def test_a_sender_that_is_suspended_meanwhile_is_not_authorised(bench: CounterBench):
    bench.deliver(PAYLOAD)
    Sender.objects.update(state=SenderState.SUSPENDED)

    assert codes(bench) == [["ACRF-103"]]


@pytest.mark.parametrize("second", ["", ".2.1"])
def test_a_part_that_comes_under_two_names_is_counted_and_refused(bench: CounterBench, second: str):
    key = f"DIMN.123456.{DAY}.00001.R"
    bench.put(f"FI.{key}.1.1", PAYLOAD)
    bench.put(f"FI.{key}{second}", PAYLOAD)
    bench.put(f"FS.{key}.1.1", bench.sign(PAYLOAD))
    bench.put(f"GO.{key}.1")

    assert codes(bench) == [["ACRF-120"]]


def test_a_cancel_that_comes_too_late_names_the_first_ticket(bench: CounterBench):
    put_set(bench, f"DIMN.123456.{DAY}.00001.R")
    bench.work()
    (ticket,) = bench.answers("ACRF")[0].texts("ReferenceNbr")
    bench.put(f"TD.DIMN.123456.{DAY}.00001.R.1")
    bench.work()

    late = bench.answers("ACRF")[-1]
    assert (late.codes, late.texts("ReferenceNbr")) == (["ACRF-133"], [ticket])


def test_a_cancel_in_another_senders_name_is_refused(bench: CounterBench):
    bench.put(f"TD.DIMN.654321.{DAY}.00001.R.1")

    assert codes(bench) == [["ACRF-108"]]


def test_a_cancel_in_the_wrong_tray_is_refused(bench: CounterBench):
    bench.put(f"TD.DIMN.123456.{DAY}.00001.R.1", tray=Tray.IN_TEST)

    assert codes(bench, Tray.OUT_TEST) == [["ACRF-118"]]
