"""Filing as sets ends as filing one form after the other does."""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.environments import Environment
from domain.identifiers import insz, period_id
from domain.student_declarations import DimonaIn, EmployerId
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.batch_filing import file_batch
from registers.student_days.models import Declaration, Period, PeriodVersion, QuotaAccount
from tests.registers.batch_filer import BatchFiler
from tests.registers.conftest import (
    NOON,
    OTHER,
    OWN,
    STRANGER,
    Filer,
    a_cancellation,
    an_action,
    an_end,
    an_update,
    make_employers,
)
from tests.waiting import wait_for

EXAMPLES = int(os.environ.get("EXAMPLES", "10"))


@pytest.fixture
def batch_filer(filer: Filer) -> BatchFiler:
    return BatchFiler(filer.keys)


def test_a_plain_start_opens_a_period_with_its_whole_grant(batch_filer: BatchFiler):
    (filed,) = batch_filer([an_action(planned_hours=100)])

    (opened,) = filed.opened.values()
    period = Period.objects.get()
    assert (period.pk, period.granted, period.planned) == (opened.number, 100, 100)
    assert filed.decided == {}


def test_a_plain_start_that_came_on_its_first_day_and_is_filed_later_is_on_time(batch_filer: BatchFiler):
    (filed,) = batch_filer([an_action()], at=datetime(2026, 7, 2, 12, tzinfo=UTC))

    assert len(filed.opened) == 1
    assert Period.objects.values_list("is_late", "granted").get() == (False, 100)


def test_forms_of_a_file_share_the_contingent_in_their_order(batch_filer: BatchFiler):
    (filed,) = batch_filer(
        [
            an_action(planned_hours=400, starting_date=date(2026, 7, 2), ending_date=date(2026, 7, 31)),
            an_action(planned_hours=400, starting_date=date(2026, 8, 3), ending_date=date(2026, 8, 31)),
            an_action(planned_hours=400, starting_date=date(2026, 9, 1), ending_date=date(2026, 9, 30)),
        ]
    )

    assert [opened.granted for _, opened in sorted(filed.opened.items())] == [400, 250, 0]


def test_a_form_filed_before_is_not_filed_again(batch_filer: BatchFiler):
    persons = PersonDirectory(batch_filer.keys, environment=batch_filer.environment)
    first = batch_filer.stage([an_action()], NOON, {})
    again = replace(batch_filer.stage([an_action(insz="06020300277")], NOON, {}), context=first.context)
    with transaction.atomic():
        file_batch([first], persons=persons)
    lines = [line.replace(line.split(b"\t")[0], str(first.context.submission_id).encode(), 1) for line in again.lines]

    with pytest.raises(IntegrityError), transaction.atomic():
        file_batch([replace(again, lines=lines)], persons=persons)


def test_a_person_with_anything_but_plain_starts_is_left_whole(batch_filer: BatchFiler):
    (filed,) = batch_filer(
        [
            an_action(starting_date=date(2026, 7, 2), ending_date=date(2026, 7, 10)),
            an_action(starting_date=date(2026, 7, 5), ending_date=date(2026, 7, 20)),
            an_action(insz="06020300277"),
        ]
    )

    assert list(filed.opened) == [3]
    assert [[finding.code for finding in result.findings] for result in filed.decided.values()] == [[], ["90373-334"]]


def test_a_batch_takes_as_many_queries_for_twenty_submissions_as_for_two(batch_filer: BatchFiler, distinct_students):
    with CaptureQueriesContext(connection) as few:
        batch_filer(*([an_action(insz=distinct_students())] for _ in range(2)))
    with CaptureQueriesContext(connection) as many:
        batch_filer(*([an_action(insz=distinct_students())] for _ in range(20)))

    assert len(many) - 20 == len(few) - 2  # one submission is made by one query


STARTS = st.builds(
    lambda person, employer, start, length, hours, user: an_action(
        insz=insz(50714_000 + person, born_from_2000=True),
        employer=employer,
        starting_date=date(2026, 7, 1) + timedelta(days=start),
        ending_date=date(2026, 7, 1) + timedelta(days=start + length),
        planned_hours=hours,
        using_employer=user,
    ),
    person=st.integers(1, 4),
    employer=st.sampled_from([OWN, OTHER, STRANGER, EmployerId(company="0999999922")]),
    start=st.integers(-3, 40),
    length=st.integers(0, 20),
    hours=st.integers(1, 400),
    user=st.sampled_from([None, None, None, "0400767772"]),
)
OTHER_STARTS = st.builds(lambda start, kind: replace(start, worker_type=kind), STARTS, st.sampled_from(["OTH", "FLX"]))
CHANGES = st.one_of(
    st.just(a_cancellation),
    st.builds(lambda hours: partial(an_update, planned_hours=hours), st.integers(1, 700)),
    st.builds(
        lambda days: partial(an_update, planned_hours=100, ending_date=date(2026, 7, 1) + timedelta(days=days)),
        st.integers(0, 80),
    ),
    st.builds(lambda days: partial(an_end, ending_date=date(2026, 7, 1) + timedelta(days=days)), st.integers(0, 60)),
)
ACTIONS = STARTS | STARTS | STARTS | OTHER_STARTS | st.tuples(CHANGES, st.integers(0, 7))
FILES = st.lists(st.lists(ACTIONS, max_size=6), min_size=1, max_size=4)


def written(action: DimonaIn | tuple[Callable[[str], object], int], numbers: Sequence[int]) -> object:
    """Return the action; a change is about one of the periods there are by then, by its place among them."""
    if isinstance(action, DimonaIn):
        return action
    change, place = action
    number = numbers[place % len(numbers)] if numbers else int(period_id(9_999_999_999))
    return change(f"{number:012d}")


def opened(environment: Environment) -> list[int]:
    """Return the numbers of all periods, in the order of the declarations that opened them."""
    starts = Declaration.objects.filter(environment=environment, action="DimonaIn", accepted=True)
    return list(starts.order_by("submission_id", "form_index").values_list("period_id", flat=True))


def told(environment: Environment) -> list[tuple[object, ...]]:
    """Return what the register of an environment says, without the numbers by which it says it."""
    first = Declaration.objects.filter(environment=environment).order_by("submission_id", "form_index")
    order = {number: place for place, number in enumerate(opened(environment))}
    periods = Period.objects.filter(environment=environment).order_by("pk")
    return [
        *first.values_list("form_index", "action", "accepted", "is_late", "codes"),
        *sorted(
            (order[p.pk], p.planned, p.granted, p.is_late, p.state, p.version, str(p.starting_date)) for p in periods
        ),
        *sorted(
            (order[v.period_id], v.number, v.reason, v.planned, v.granted, v.change, v.state)
            for v in PeriodVersion.objects.filter(environment=environment)
        ),
        *sorted(QuotaAccount.objects.filter(environment=environment).values_list("year", "granted")),
    ]


@pytest.mark.django_db
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(rounds=st.lists(FILES, min_size=1, max_size=2))
def test_sets_and_single_decisions_leave_the_same_register(keys: PersonKeys, rounds: list[list[list[object]]]):
    """Each file is one submission; the files of a round are one batch on one side, and one after the other on the other."""
    with transaction.atomic():
        make_employers(environments=(Environment.PRODUCTION, Environment.TEST))
        batch_filer = BatchFiler(keys, environment=Environment.TEST)
        filer = Filer(keys, environment=Environment.PRODUCTION)
        for files in rounds:
            of_sets, of_singles = opened(Environment.TEST), opened(Environment.PRODUCTION)
            batch_filer(*([written(action, of_sets) for action in actions] for actions in files))
            for actions in files:
                filer(*(written(action, of_singles) for action in actions))

        assert told(Environment.TEST) == told(Environment.PRODUCTION)
        transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_an_account_that_somebody_opens_meanwhile_is_shared(keys: PersonKeys):
    make_employers()
    batch_filer, opened, others = BatchFiler(keys), threading.Event(), []

    def file_first() -> None:
        with transaction.atomic():
            batch_filer([an_action(planned_hours=400)])
            opened.set()
            others.append(wait_for(1))
        connection.close()

    first = threading.Thread(target=file_first)
    first.start()
    assert opened.wait(10)
    (filed,) = batch_filer([an_action(planned_hours=400, employer=OTHER)])
    first.join()

    assert others == [True]
    assert [one.granted for one in filed.opened.values()] == [250]
    assert QuotaAccount.objects.get().granted == 650
