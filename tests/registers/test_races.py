"""Two senders at once never grant more than there is."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from domain.identifiers import insz
from registers.persons.models import Person
from registers.student_days.models import Period, QuotaAccount
from tests.registers.conftest import OTHER, OWN, Filer, an_action, make_employers

ROUNDS = int(os.environ.get("RACES", "25"))


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
