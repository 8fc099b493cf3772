"""Which periods may stand beside each other, and which may be cancelled by whom."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domain.answers import ResultCode
from domain.student_declarations import EmployerId
from registers.access.models import Entity, EntityState
from registers.persons.models import Person
from registers.student_days.models import Declaration, Period, PeriodState, PeriodVersion
from tests.registers.batch_filer import BatchFiler
from tests.registers.conftest import (
    NOON,
    OTHER,
    STRANGER,
    Filer,
    a_cancellation,
    a_registration,
    an_action,
    an_end,
    an_update,
    codes,
    period_of,
)


def test_the_same_period_twice_is_a_duplicate_that_names_the_first(filer: Filer):
    (first,) = filer(an_action())
    (second,) = filer(an_action())

    assert codes(second) == ["90373-333"]
    assert second.result is ResultCode.REFUSED
    assert [period.period_id for period in second.findings[0].conflicting] == [period_of(first)]


def test_an_overlapping_period_of_the_same_employer_is_refused(filer: Filer):
    filer(an_action())
    (second,) = filer(an_action(starting_date=date(2026, 7, 31), ending_date=date(2026, 8, 5)))

    assert codes(second) == ["90373-334"]


def test_periods_that_touch_do_not_overlap(filer: Filer):
    filer(an_action())
    (second,) = filer(an_action(starting_date=date(2026, 8, 1), ending_date=date(2026, 8, 5)))

    assert codes(second) == []


@pytest.mark.parametrize("deviation", [{"employer": OTHER}, {"using_employer": "0400767772"}, {"insz": "06020300277"}])
def test_periods_of_another_employer_user_firm_or_worker_may_overlap(filer: Filer, deviation: dict[str, object]):
    filer(an_action())
    (second,) = filer(an_action(**deviation))

    assert codes(second) == []


@pytest.mark.parametrize(
    ("known", "again"),
    [
        ("Acme NV", "ACME nv"),
        ("Acme NV", " Acme  NV"),
        ("AcmeNV", "Acme NV"),
        ("Acme NV", "Acme N.V."),
        ("0400767772", "0400.767.772"),
        ("0400767772", "BE 400 767 772"),
    ],
)
def test_one_user_written_in_two_ways_is_one(filer: Filer, known: str, again: str):
    filer(an_action(using_employer=known))
    (second,) = filer(an_action(using_employer=again))

    assert codes(second) == ["90373-333"]


@pytest.mark.parametrize("again", ["Acme BV", "0400767772"])
def test_another_name_or_a_number_is_another_user(filer: Filer, again: str):
    filer(an_action(using_employer="Acme NV"))
    (second,) = filer(an_action(using_employer=again))

    assert codes(second) == []


def test_a_duplicate_within_one_file_is_seen(filer: Filer):
    first, second = filer(an_action(), an_action())

    assert (codes(first), codes(second)) == ([], ["90373-333"])


def test_a_cancelled_period_no_longer_conflicts(filer: Filer):
    (first,) = filer(an_action())
    filer(a_cancellation(period_of(first)))
    (second,) = filer(an_action())

    assert codes(second) == []


def test_a_late_cancellation_is_refused_where_a_setting_says_so(filer: Filer):
    (made,) = filer(an_action())
    first_day, after = datetime(2026, 7, 2, 20, tzinfo=UTC), datetime(2026, 7, 3, 20, tzinfo=UTC)

    (refused,) = filer(a_cancellation(period_of(made)), at=after, late_cancels=False)
    (taken,) = filer(a_cancellation(period_of(made)), at=first_day, late_cancels=False)

    assert (codes(refused), codes(taken)) == (["90379-460"], [])


def test_an_unknown_employer_is_refused_and_makes_no_person(filer: Filer):

    (result,) = filer(an_action(employer=EmployerId(nsso="070500472")))

    assert codes(result) == ["90256-151"]
    assert not Person.objects.exists()


def test_an_employer_that_is_not_active_declares_no_start_and_no_change(filer: Filer):
    (made,) = filer(an_action(employer=OTHER))
    Entity.objects.filter(nsso_number=OTHER.nsso).update(state=EntityState.SUSPENDED, state_since=NOON)
    number = period_of(made)

    start, change, end = filer(
        an_action(employer=OTHER, insz="06020300277"),
        an_update(number, employer=OTHER, planned_hours=80),
        an_end(number, employer=OTHER),
    )
    (filed,) = BatchFiler(filer.keys)([an_action(employer=OTHER, insz="06020300277")])

    assert [codes(one) for one in (start, change, end)] == [["90373-343"], ["90378-343"], ["90256-151"]]
    assert (filed.opened, codes(filed.decided[1])) == ({}, ["90373-343"])
    assert Person.objects.count() == 1


def test_an_employer_without_a_mandate_for_the_sender_is_refused(filer: Filer):
    (result,) = filer(an_action(employer=STRANGER))

    assert codes(result) == ["90256-155"]


def test_the_registration_number_prevails_over_the_company_number(filer: Filer):
    (result,) = filer(an_action(employer=EmployerId(nsso="012345674", company="0400767772")))

    assert codes(result) == []
    assert Period.objects.get().employer.company_number == "0412345614"


def test_an_unknown_period_cannot_be_cancelled(filer: Filer):
    (result,) = filer(a_cancellation("610000000192"))

    assert codes(result) == ["00913-354"]


def test_a_period_is_cancelled_once(filer: Filer):
    (first,) = filer(an_action())
    filer(a_cancellation(period_of(first)))
    (again,) = filer(a_cancellation(period_of(first)))

    assert codes(again) == ["00913-355"]


def test_a_period_is_cancelled_once_within_a_file_too(filer: Filer):
    (first,) = filer(an_action())
    results = filer(a_cancellation(period_of(first)), a_cancellation(period_of(first)))

    assert [codes(result) for result in results] == [[], ["00913-355"]]


@pytest.mark.parametrize(("state", "code"), [(PeriodState.LOCKED, "00913-362"), (PeriodState.BLOCKED, "00913-357")])
def test_a_locked_or_blocked_period_cannot_be_cancelled(filer: Filer, state: PeriodState, code: str):
    (first,) = filer(an_action())
    Period.objects.update(state=state)
    (result,) = filer(a_cancellation(period_of(first)))

    assert codes(result) == [code]


def test_a_cancellation_that_names_another_employer_is_refused(filer: Filer):
    (first,) = filer(an_action())
    (by_number,) = filer(a_cancellation(period_of(first), employer=OTHER))
    (by_company,) = filer(a_cancellation(period_of(first), employer=EmployerId(company="0400767772")))
    both = EmployerId(nsso="123456749", company="0400767772")
    (by_both,) = filer(a_cancellation(period_of(first), employer=both))

    assert (codes(by_number), codes(by_company), codes(by_both)) == (["00011-347"], ["00014-347"], ["90256-347"])


def test_a_cancellation_that_names_another_employer_by_a_provisional_number_is_refused(filer: Filer):
    (first,) = filer(an_action())
    Entity.objects.filter(nsso_number=OTHER.nsso).update(nsso_number="5123456773")
    (result,) = filer(a_cancellation(period_of(first), employer=EmployerId(provisional_nsso="5123456773")))

    assert codes(result) == ["00948-347"]


def test_a_cancellation_that_names_another_worker_is_refused(filer: Filer):
    (first,) = filer(an_action())
    (result,) = filer(a_cancellation(period_of(first), insz="06020300277"))

    assert codes(result) == ["00024-347"]


def test_a_period_of_an_employer_that_the_sender_does_not_cover_cannot_be_cancelled(filer: Filer):
    (first,) = filer(an_action())
    stranger = Filer(filer.keys, company="0123456749")
    (result,) = stranger(a_cancellation(period_of(first)))

    assert codes(result) == ["00913-354"]
    assert Period.objects.get().state == PeriodState.ACTIVE


@pytest.mark.parametrize(("day", "late"), [(2, False), (3, True)])
def test_a_cancellation_after_the_first_day_is_accepted_and_marked_late(filer: Filer, day: int, late: bool):

    (first,) = filer(an_action())
    (result,) = filer(a_cancellation(period_of(first)), at=datetime(2026, 7, day, 12, tzinfo=UTC))

    assert codes(result) == []
    assert Declaration.objects.order_by("pk").last().is_late is late


def test_a_period_takes_the_place_that_a_cancelled_one_leaves_in_the_same_file(filer: Filer):
    (first,) = filer(an_action())
    results = filer(a_cancellation(period_of(first)), an_action())

    assert [codes(result) for result in results] == [[], []]


def test_history_keeps_every_state_of_a_period(filer: Filer):
    (first,) = filer(an_action())
    (cancelled,) = filer(a_cancellation(period_of(first)))

    versions = PeriodVersion.objects.order_by("number").values_list("number", "state")
    assert list(versions) == [(1, "ACTIVE"), (2, "CANCELLED")]
    assert (first.impact.before, cancelled.impact.after) == (None, None)


def test_filing_takes_as_many_queries_for_fifty_forms_as_for_five(
    filer: Filer, distinct_students, django_assert_num_queries
):

    with CaptureQueriesContext(connection) as few:
        filer(*(an_action(insz=distinct_students()) for _ in range(5)))
    with CaptureQueriesContext(connection) as many:
        filer(*(an_action(insz=distinct_students()) for _ in range(50)))

    assert len(many) == len(few)


def test_changes_ends_and_presences_take_a_constant_number_of_queries_too(filer: Filer, distinct_students):
    def file(count: int) -> int:
        made = filer(*(an_action(insz=distinct_students()) for _ in range(3 * count)))
        numbers = [period_of(result) for result in made]
        actions = [
            *(an_update(number, planned_hours=50) for number in numbers[:count]),
            *(an_end(number) for number in numbers[count : 2 * count]),
            *(a_cancellation(number) for number in numbers[2 * count :]),
            *(a_registration(period_id=number) for number in numbers[:count]),
            *(an_action(insz=distinct_students(), worker_type="OTH") for _ in range(count)),
        ]
        with CaptureQueriesContext(connection) as queries:
            results = filer(*actions)
        assert [codes(result) for result in results] == [[]] * len(actions)
        return len(queries)

    assert file(20) == file(2)
