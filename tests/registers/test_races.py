"""Two senders at once never grant more than there is."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import OperationalError, connection

from domain.identifiers import insz
from domain.student_declarations import DimonaIn
from registers.persons.models import Person
from registers.student_days.models import Period, PeriodVersion, QuotaAccount
from tests.registers.batch_filer import BatchFiler
from tests.registers.conftest import OTHER, OWN, Filer, an_action, an_update, codes, make_employers

ROUNDS = int(os.environ.get("RACES", "10"))


@pytest.fixture
def racing_filer(transactional_db: None, keys) -> Filer:
    make_employers()
    return Filer(keys)


def test_two_employers_racing_for_the_last_hours_share_the_limit(racing_filer: Filer):
    rounds, together = ROUNDS, Barrier(2)

    def declare(employer, round_number: int) -> None:

        together.wait()
        racing_filer(
            an_action(
                employer=employer,
                insz=insz(50714_000 + round_number, born_from_2000=True),
                planned_hours=400,
                starting_date=date(2026, 7, 2),
            ),
        )

    def run(employer) -> None:
        try:
            for round_number in range(1, rounds + 1):
                declare(employer, round_number)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, (OWN, OTHER)))

    assert Person.objects.count() == rounds
    assert set(QuotaAccount.objects.values_list("granted", flat=True)) == {650}
    assert Period.objects.count() == 2 * rounds


def test_two_senders_never_file_overlapping_periods_of_a_worker_and_never_wait_in_a_circle(racing_filer: Filer):
    """Each names the same two persons, in opposite orders, with and without a contingent."""
    together, refused = Barrier(2), []

    def run(turn: int) -> None:
        try:
            for number in range(1, 2 * ROUNDS, 2):
                people = [insz(50714_000 + number + other, born_from_2000=True) for other in (turn, 1 - turn)]
                together.wait()
                first, *_ = racing_filer(
                    an_action(worker_type="OTH", ending_date=None, planned_hours=None, insz=people[0]),
                    an_action(insz=people[1], employer=(OWN, OTHER)[turn]),
                    an_action(worker_type="OTH", ending_date=None, planned_hours=None, insz=people[1]),
                )
                refused.extend(codes(first))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, (0, 1)))

    assert set(refused) <= {"90373-333"}
    assert Period.objects.filter(worker_type="OTH").count() == 2 * ROUNDS
    assert Period.objects.filter(worker_type="STU").count() == 2 * ROUNDS


LIMIT = 650
LARGE = 50
"""Persons of a large batch."""


def race(runs: Iterable[Callable[[], None]]) -> None:
    """Run all at once, each on a connection of its own; raises what the first to fail raised."""

    def run(one: Callable[[], None]) -> None:
        try:
            one()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, runs))


def persist(work: Callable[[], object], again: Counter) -> None:
    """Do the work until nothing is in its way; count what was, by its kind."""
    while True:
        try:
            work()
        except OperationalError as trouble:
            again[type(trouble.__cause__).__name__] += 1
        else:
            return


def require_even_ledger() -> None:
    """Every account holds what its ledger adds up to and what its periods were granted, and no more than the limit."""
    held = {(one.person_id, one.year): one.granted for one in QuotaAccount.objects.all()}
    entries, periods = Counter(), Counter()
    for version in PeriodVersion.objects.filter(period__worker_type="STU").select_related("period"):
        entries[version.period.person_id, version.starting_date.year] += version.change
    for period in Period.objects.filter(worker_type="STU").exclude(state="CANCELLED"):
        periods[period.person_id, period.starting_date.year] += period.granted
    assert max(held.values()) <= LIMIT
    assert held == dict(entries) == dict(periods)


def student(number: int) -> str:
    return insz(50714_000 + number, born_from_2000=True)


def know_people(file: Filer) -> None:
    """Let two persons a round be known, without an account of the year of the race."""
    day = date(2027, 7, 2)
    file(
        *(
            a_start(number, 0, starting_date=day, ending_date=day, planned_hours=1)
            for number in range(1, 2 * ROUNDS + 1)
        )
    )


def a_start(number: int, turn: int, **deviation: object) -> DimonaIn:
    """Return a start of the student at one employer, on a day of its own for each turn."""
    day = date(2026, 7, 2) + timedelta(days=turn)
    standard = an_action(
        insz=student(number), employer=(OWN, OTHER)[turn % 2], starting_date=day, ending_date=day, planned_hours=400
    )
    return replace(standard, **deviation)


def test_two_batches_racing_for_the_last_hours_share_the_limit(racing_filer: Filer):
    file, together, opened = BatchFiler(racing_filer.keys), Barrier(2), Counter()

    def run(turn: int) -> None:
        for number in range(1, ROUNDS + 1):
            together.wait()
            (filed,) = file([a_start(number, turn)])
            opened[turn] += len(filed.opened)

    race([lambda: run(0), lambda: run(1)])

    assert opened == {0: ROUNDS, 1: ROUNDS}
    assert set(QuotaAccount.objects.values_list("granted", flat=True)) == {LIMIT}
    assert Person.objects.count() == ROUNDS
    require_even_ledger()


def test_a_batch_and_a_single_decision_racing_for_the_last_hours_share_the_limit(racing_filer: Filer):
    file, together = BatchFiler(racing_filer.keys), Barrier(2)

    def as_set() -> None:
        for number in range(1, ROUNDS + 1):
            together.wait()
            file([a_start(number, 0)])

    def alone() -> None:
        for number in range(1, ROUNDS + 1):
            together.wait()
            racing_filer(a_start(number, 1))

    race([as_set, alone])

    assert set(QuotaAccount.objects.values_list("granted", flat=True)) == {LIMIT}
    require_even_ledger()


def test_a_large_batch_and_small_ones_in_another_order_never_wait_in_a_circle(racing_filer: Filer):
    """In every turn the persons are new at first, and all touch them; small ones go as sets, as changes, and singly.

    What deadlocks would be tried again by the counter, so here it is counted.
    """
    file, again, together = BatchFiler(racing_filer.keys), Counter(), Barrier(3, timeout=60)
    (first,) = file([a_start(number, 9, planned_hours=10) for number in range(LARGE)])
    numbers = [f"{first.opened[index].number:012d}" for index in range(1, LARGE + 1)]
    turns = [range(LARGE * turn, LARGE * (turn + 1)) for turn in range(1, max(3, ROUNDS // 10 + 1))]

    def large() -> None:
        for people in turns:
            starts = [a_start(number, 10, planned_hours=90) for number in people]
            changes = [an_update(number, planned_hours=30) for number in numbers]
            together.wait()
            persist(lambda starts=starts, changes=changes: file(starts, changes), again)

    def small(turn: int) -> None:
        for people in turns:
            together.wait()
            for place in reversed(range(turn, LARGE, 2)):
                other = (place * 37 + turn) % LARGE
                starts = [a_start(people[place], 100 + turn), a_start(people[other], 110 + turn)]
                changes = [
                    an_update(numbers[other], planned_hours=place + 1),
                    an_update(numbers[place], planned_hours=20),
                ]
                persist(lambda starts=starts, changes=changes: file(starts, changes), again)
                lone = [replace(start, starting_date=date(2027, 1, 4), ending_date=None) for start in starts]
                persist(lambda lone=lone: racing_filer(*(replace(start, worker_type="OTH") for start in lone)), again)

    race([large, lambda: small(0), lambda: small(1)])

    assert again == {}
    require_even_ledger()


def test_batches_that_open_the_same_accounts_in_another_order_never_wait_in_a_circle(racing_filer: Filer):
    """Of two known persons without an account of the year, one is filed as a set and the other by single decisions."""
    file, again, together = BatchFiler(racing_filer.keys), Counter(), Barrier(2, timeout=60)
    know_people(racing_filer)

    def run(turn: int) -> None:
        for number in range(1, 2 * ROUNDS, 2):
            as_set, alone = (number, number + 1) if turn else (number + 1, number)
            starts = [a_start(as_set, turn), a_start(alone, turn), a_start(alone, turn)]
            together.wait()
            persist(lambda starts=starts: file(starts), again)

    race([lambda: run(0), lambda: run(1)])

    assert again == {}
    require_even_ledger()


def test_batches_whose_files_name_the_same_workers_in_another_order_never_wait_in_a_circle(racing_filer: Filer):
    """Workers without a contingent, whose own row is their lock; each batch has one file about each."""
    file, again, together = BatchFiler(racing_filer.keys), Counter(), Barrier(2, timeout=60)
    know_people(racing_filer)

    def run(turn: int) -> None:
        for number in range(1, 2 * ROUNDS, 2):
            people = (number, number + 1) if turn else (number + 1, number)
            starts = [[a_start(one, turn, worker_type="OTH", planned_hours=None)] for one in people]
            together.wait()
            persist(lambda starts=starts: file(*starts), again)

    race([lambda: run(0), lambda: run(1)])

    assert again == {}
    assert Period.objects.filter(worker_type="OTH").count() == 4 * ROUNDS
