"""Batches that name the same persons in opposite orders never wait for each other in a circle."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import TypeAlias

import pytest
from django.db import connection

from domain.identifiers import insz
from domain.student_declarations import DimonaIn, EmployerId, PersonDetails
from registers.student_days.models import DailyRegistration, Period
from tests.registers.batch_filer import BatchFiler
from tests.registers.conftest import OTHER, OWN, Filer, a_registration, an_action, make_employers, period_of

ROUNDS = int(os.environ.get("RACES", "10"))


@pytest.fixture
def racing_filer(transactional_db: None, keys) -> Filer:
    make_employers()
    return Filer(keys)


def _told_otherwise(**values: object) -> DimonaIn:
    """Return a start that is decided singly, since it tells of the person."""
    return an_action(person=PersonDetails(name="Peeters"), **values)


def _other_worker(**values: object) -> DimonaIn:
    return an_action(**values, worker_type="OTH", planned_hours=None)


Start: TypeAlias = Callable[..., DimonaIn]
AUGUST = {"starting_date": date(2026, 8, 3), "ending_date": date(2026, 8, 5)}
ONE_DAY = {"starting_date": date(2026, 7, 2), "ending_date": date(2026, 7, 2)}


@pytest.fixture
def people() -> list[str]:
    return [insz(50714_000 + number, born_from_2000=True) for number in range(1, 2 * ROUNDS + 1)]


def race(people: Sequence[str], declare: Callable[[str, str, EmployerId], object]) -> None:
    """Let two senders, each with an employer, declare at once of the two persons of every pair, each of the other one first."""
    together = Barrier(2, timeout=20)

    def run(turn: int) -> None:
        try:
            for pair in zip(people[::2], people[1::2], strict=True):
                together.wait()
                declare(pair[turn], pair[1 - turn], (OWN, OTHER)[turn])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, (0, 1)))


@pytest.mark.parametrize(
    ("first", "second"),
    [(an_action, _told_otherwise), (_told_otherwise, _told_otherwise), (_other_worker, _other_worker)],
)
def test_batches_that_name_the_same_persons_in_opposite_orders_never_wait_in_a_circle(
    racing_filer: Filer, people: list[str], first: Start, second: Start
):
    """What is filed as a set and what is decided singly, in two submissions of one batch, takes one order of locks."""
    filer = BatchFiler(racing_filer.keys)
    filer([an_action(insz=one, planned_hours=1, **ONE_DAY) for one in people])

    def declare(one: str, other: str, employer: EmployerId) -> None:
        filer(
            [first(insz=one, employer=employer, **AUGUST)],
            [second(insz=other, employer=employer, **AUGUST)],
        )

    race(people, declare)

    assert Period.objects.count() == 6 * ROUNDS


def test_batches_that_name_registrations_by_their_numbers_alone_never_wait_in_a_circle(
    racing_filer: Filer, people: list[str]
):
    """The persons of these registrations are locked with all others that the batch concerns."""
    filer = BatchFiler(racing_filer.keys)
    opened = racing_filer(*(an_action(insz=one, planned_hours=1, **ONE_DAY) for one in people))
    made = racing_filer(*(a_registration(period_id=period_of(one), **ONE_DAY) for one in opened))
    numbers = {person: one.registration.registration.registration_id for person, one in zip(people, made, strict=True)}

    def declare(one: str, other: str, employer: EmployerId) -> None:
        withdrawal = a_registration(status="3", registration_id=numbers[other])
        filer([an_action(insz=one, employer=employer, **AUGUST)], [withdrawal])

    race(people, declare)

    assert DailyRegistration.objects.filter(is_withdrawn=True).count() == 2 * ROUNDS
    assert Period.objects.count() == 4 * ROUNDS
