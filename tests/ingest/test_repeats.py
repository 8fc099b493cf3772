"""A name is used once and for ever; the same bytes again bring the first answers back."""

from datetime import timedelta

from domain.environments import Tray
from registers.student_days.models import Declaration, Period
from tests.counter_bench import CounterBench
from tests.dimona_files import STUDENTS, a_payload, an_in


def test_the_same_name_again_names_the_first_ticket_and_files_nothing(bench: CounterBench):
    first, _ = bench.answers_to(a_payload(an_in()))
    ticket = first[0].texts("ReferenceNbr")
    key = first[0].texts("FileName")[0][3:].removesuffix(".1")
    again, notifications = bench.answers_to(a_payload(an_in(insz=STUDENTS[1])), key=key)

    assert again[0].codes == ["ACRF-133"]
    assert again[0].texts("ReferenceNbr") == ticket
    assert notifications == []
    assert Declaration.objects.count() == 1


def test_the_same_bytes_again_offer_the_first_answers_again(bench: CounterBench):
    payload = a_payload(an_in())
    signature = bench.sign(payload)
    bench.deliver(payload, key="DIMN.123456.20260701.00001.R", signature=signature)
    bench.work()
    first = {entry.name for entry in bench.mailbox().list_tray(Tray.OUT)}
    bench.collect_all()
    bench.deliver(payload, key="DIMN.123456.20260701.00001.R", signature=signature)
    bench.work()
    now = {entry.name for entry in bench.mailbox().list_tray(Tray.OUT)}

    assert first < now
    assert [name for name in now - first if name.startswith("FO.ACRF.")] != []
    assert Period.objects.count() == 1


def test_a_refused_name_is_used_up_too(bench: CounterBench):
    key = "DIMN.123456.20260701.00001.R"
    refused, _ = bench.answers_to(a_payload(an_in()), key=key, signature=b"bm8gc2lnbmF0dXJl")
    again, _ = bench.answers_to(a_payload(an_in()), key=key)

    assert refused[0].codes == ["ACRF-125"]
    assert again[0].codes == ["ACRF-133"]


def test_other_bytes_under_the_name_do_not_bring_answers_back(bench: CounterBench):
    key = "DIMN.123456.20260701.00001.R"
    bench.answers_to(a_payload(an_in()), key=key)
    bench.collect_all()
    bench.deliver(a_payload(an_in(hours=7)), key=key)
    bench.work()

    assert len(bench.mailbox().list_tray(Tray.OUT)) == 3


def test_the_same_content_under_another_name_is_a_duplicate_period(bench: CounterBench):
    bench.answers_to(a_payload(an_in()))
    accepted, notifications = bench.answers_to(a_payload(an_in()))

    assert accepted[0].codes == []
    assert notifications[0].codes == ["90373-333"]
    assert len(notifications[0].texts("DimonaPeriodId")) == 1


def test_a_name_stays_used_for_ever(bench: CounterBench):
    key = "DIMN.123456.20260701.00001.R"
    bench.answers_to(a_payload(an_in()), key=key)
    bench.clock.advance(timedelta(days=300))
    again, _ = bench.answers_to(a_payload(an_in()), key=key)

    assert again[0].codes == ["ACRF-133"]
