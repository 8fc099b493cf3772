"""The way of a set from its last close to its notification, without a door or a DAG."""

from datetime import date

from tests.counter_bench import CounterBench
from tests.dimona_files import STUDENTS, a_payload, an_in


def test_a_signed_declaration_is_acknowledged_filed_and_notified(bench: CounterBench):
    acknowledgements, notifications = bench.answers_to(a_payload(an_in(hours=100, reference="STU-1")))

    assert [answer.texts("ResultCode") for answer in acknowledgements] == [["1"]]
    assert [answer.texts("ResultCode") for answer in notifications] == [["1"]]
    assert notifications[0].codes == []
    assert "STU-1" in notifications[0].texts("ReferenceNbr")
    assert notifications[0].texts("PlannedHoursNbr") == ["100"]


def test_hours_above_the_limit_are_accepted_with_the_excess(bench: CounterBench):
    _, notifications = bench.answers_to(
        a_payload(
            an_in(hours=600, start=date(2026, 7, 2), end=date(2026, 7, 31)),
            an_in(hours=100, start=date(2026, 8, 1), end=date(2026, 8, 31)),
        ),
    )

    assert notifications[0].texts("ResultCode") == ["1", "1"]
    assert notifications[0].codes == ["90017-369"]
    assert notifications[0].texts("ExceedingHoursNbr") == ["50"]


def test_a_late_declaration_reserves_nothing(bench: CounterBench):
    _, notifications = bench.answers_to(
        a_payload(
            an_in(hours=600, start=date(2026, 6, 1), end=date(2026, 6, 30)),
            an_in(hours=600, start=date(2026, 7, 2), end=date(2026, 7, 31)),
        ),
    )

    assert notifications[0].codes == ["90373-460"]


def test_a_wrong_check_digit_in_one_of_three_forms_refuses_that_form_alone(bench: CounterBench):
    _, notifications = bench.answers_to(
        a_payload(an_in(insz=STUDENTS[0]), an_in(insz="85011512300"), an_in(insz=STUDENTS[1])),
    )

    assert notifications[0].texts("ResultCode") == ["1", "0", "1"]
    assert notifications[0].codes == ["00024-004"]
