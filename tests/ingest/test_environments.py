"""Production, circuit test and simulation do not see each other."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.environments import Environment, Tray
from evidence.models import Submission
from registers.persons.models import Person
from registers.student_days.models import Declaration, PendingForm, Period, QuotaAccount
from tests.counter_bench import DAY, CounterBench
from tests.dimona_files import STUDENTS, a_payload, an_in


def test_the_test_circuit_files_under_its_own_environment(bench: CounterBench):
    bench.deliver(a_payload(an_in()), key=f"DIMN.123456.{DAY}.00001.T", tray=Tray.IN_TEST)
    bench.deliver(a_payload(an_in()), key=f"DIMN.123456.{DAY}.00001.R")
    bench.work()

    assert bench.answers("NOTI", tray=Tray.OUT_TEST)[0].codes == []
    assert bench.answers("NOTI")[0].codes == []
    assert sorted(Period.objects.values_list("environment", flat=True)) == [Environment.PRODUCTION, Environment.TEST]


def test_what_was_filed_in_the_test_circuit_counts_for_nothing_in_production(bench: CounterBench):
    for environment, tray in (("T", Tray.IN_TEST), ("S", Tray.IN_SIMULATION), ("R", Tray.IN)):
        bench.deliver(a_payload(an_in(hours=600)), key=f"DIMN.123456.{DAY}.00001.{environment}", tray=tray)
        bench.work()

    assert bench.answers("NOTI", tray=Tray.OUT_TEST)[0].codes == []
    assert bench.answers("NOTI", tray=Tray.OUT_SIMULATION)[0].codes == ["90373-333"]
    assert bench.answers("NOTI")[0].codes == []
    assert sorted(QuotaAccount.objects.values_list("environment", "granted")) == [("R", 600), ("T", 600)]


def test_a_simulation_is_judged_and_answered_without_any_effect(bench: CounterBench):
    key = f"DIMN.123456.{DAY}.00001.S"
    bench.put(f"FI.{key}.1.1", a_payload(an_in()), tray=Tray.IN_SIMULATION)
    bench.put(f"GO.{key}.1", tray=Tray.IN_SIMULATION)
    bench.work()

    (notification,) = bench.answers("NOTI", tray=Tray.OUT_SIMULATION)
    assert notification.texts("ResultCode") == ["1"]
    for table in (Person, Period, Declaration, QuotaAccount):
        assert not table.objects.exists()


def test_a_start_that_would_wait_for_an_identification_is_answered_at_once_in_a_simulation(bench: CounterBench):
    bench.deliver(a_payload(an_in(insz=None)), key=f"DIMN.123456.{DAY}.00001.S", tray=Tray.IN_SIMULATION)
    bench.work()

    (notification,) = bench.answers("NOTI", tray=Tray.OUT_SIMULATION)
    assert (notification.texts("ResultCode"), notification.texts("TypeForm")) == (["2"], ["FA", "SU"])
    assert not PendingForm.objects.exists()


def test_a_signature_in_a_simulation_is_verified_when_it_is_there(bench: CounterBench):
    bench.deliver(
        a_payload(an_in()),
        key=f"DIMN.123456.{DAY}.00001.S",
        tray=Tray.IN_SIMULATION,
        signature=bench.sign(b"something else"),
    )
    bench.work()

    assert bench.answers("ACRF", tray=Tray.OUT_SIMULATION)[0].codes == ["ACRF-125"]


def test_a_signature_after_an_early_go_is_waited_for_in_a_simulation(bench: CounterBench):
    key = f"DIMN.123456.{DAY}.00001.S"
    bench.put(f"GO.{key}.1", tray=Tray.IN_SIMULATION)
    bench.put(f"FI.{key}.1.1", a_payload(an_in()), tray=Tray.IN_SIMULATION)
    bench.put(f"FS.{key}.1.1", bench.sign(b"something else"), tray=Tray.IN_SIMULATION)
    bench.work()

    assert bench.answers("ACRF", tray=Tray.OUT_SIMULATION)[0].codes == ["ACRF-125"]


def test_a_simulation_with_an_early_go_and_no_signature_is_judged_after_the_grace(bench: CounterBench):
    key = f"DIMN.123456.{DAY}.00001.S"
    bench.put(f"GO.{key}.1", tray=Tray.IN_SIMULATION)
    bench.put(f"FI.{key}.1.1", a_payload(an_in()), tray=Tray.IN_SIMULATION)
    assert not Submission.objects.exists()
    bench.clock.advance(timedelta(minutes=16))
    bench.counter.sweep()
    bench.work()

    assert bench.answers("ACRF", tray=Tray.OUT_SIMULATION)[0].codes == []


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_file_of_a_simulation_that_was_cut_is_refused_after_the_grace_and_files_nothing(
    bench: CounterBench, share: float
):
    """No signature tells there that bytes are missing: the XML does."""
    key, payload = f"DIMN.123456.{DAY}.00001.S", a_payload(an_in())
    bench.put(f"GO.{key}.1", tray=Tray.IN_SIMULATION)
    bench.put(f"FI.{key}.1.1", payload[: int(share * len(payload))], tray=Tray.IN_SIMULATION)
    assert not Submission.objects.exists()
    bench.clock.advance(timedelta(minutes=16))
    bench.counter.sweep()
    bench.work()

    assert bench.answers("ACRF", tray=Tray.OUT_SIMULATION)[0].codes == ["ACRF-102"]


def test_a_file_of_a_simulation_that_was_cut_may_be_sent_again_during_the_grace(bench: CounterBench):
    key, payload = f"DIMN.123456.{DAY}.00001.S", a_payload(an_in())
    bench.put(f"GO.{key}.1", tray=Tray.IN_SIMULATION)
    for sent in (payload[:100], payload):
        bench.put(f"FI.{key}.1.1", sent, tray=Tray.IN_SIMULATION)
    bench.clock.advance(timedelta(minutes=16))
    bench.counter.sweep()
    bench.work()

    assert bench.answers("ACRF", tray=Tray.OUT_SIMULATION)[0].codes == []


def test_each_register_is_locked_once_whatever_the_order_in_which_sets_came(bench: CounterBench):
    """Whoever came back to the same register would lock persons in another order than other workers do."""
    for number, (environment, tray) in enumerate((("R", Tray.IN), ("T", Tray.IN_TEST), ("R", Tray.IN)), start=1):
        bench.deliver(
            a_payload(an_in(insz=STUDENTS[number])), key=f"DIMN.123456.{DAY}.{number:05d}.{environment}", tray=tray
        )
        bench.clock.advance(timedelta(microseconds=1))
    to_be_filed = bench.counter.claim_and_acknowledge("test")
    with CaptureQueriesContext(connection) as queries:
        bench.counter.file_and_notify(to_be_filed, "test")

    batches = [query for query in queries if "INSERT INTO student_days_batch" in (query["sql"] or "")]
    assert (len(batches), Period.objects.count()) == (2, 3)
