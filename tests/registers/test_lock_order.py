"""Batches that name the same persons in opposite orders never wait for each other in a circle."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import TypeAlias

import pytest
from django.db import connection

from domain.identifiers import insz
from domain.student_declarations import DimonaIn, PersonDetails
from registers.student_days.models import Period
from tests.registers.batch_filer import BatchFiler
from tests.registers.conftest import OTHER, OWN, Filer, an_action, make_employers

ROUNDS = int(os.environ.get("RACES", "25"))


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


@pytest.mark.parametrize(
    ("first", "second"),
    [(an_action, _told_otherwise), (_told_otherwise, _told_otherwise), (_other_worker, _other_worker)],
)
def test_batches_that_name_the_same_persons_in_opposite_orders_never_wait_in_a_circle(
    racing_filer: Filer, first: Start, second: Start
):
    """What is filed as a set and what is decided singly, in two submissions of one batch, takes one order of locks."""
    filer, together = BatchFiler(racing_filer.keys), Barrier(2, timeout=20)
    people = [insz(50714_000 + number, born_from_2000=True) for number in range(1, 2 * ROUNDS + 1)]
    filer([an_action(insz=one, planned_hours=1, ending_date=date(2026, 7, 2)) for one in people])

    def run(turn: int) -> None:
        try:
            for pair in zip(people[::2], people[1::2], strict=True):
                days = {
                    "employer": (OWN, OTHER)[turn],
                    "starting_date": date(2026, 8, 3),
                    "ending_date": date(2026, 8, 5),
                }
                together.wait()
                filer([first(insz=pair[turn], **days)], [second(insz=pair[1 - turn], **days)])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, (0, 1)))

    assert Period.objects.count() == 6 * ROUNDS
