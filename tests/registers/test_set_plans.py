"""Statements that file sets find what the register holds by its keys, before anybody has analysed a table."""

from datetime import timedelta

import pytest
from django.db import connection

from commands.bench.dimona.full_register import FilledSize, fill_register, name_filled
from domain.identifiers import period_id
from registers.student_days.models import DailyRegistration, Period
from tests.registers.batch_filer import BatchFiler
from tests.registers.conftest import NOON, Filer, a_cancellation, a_registration, an_action

GROWN = FilledSize(accounts=4_000, periods=8_000)
TABLES = (
    "persons_person",
    "persons_personidentifier",
    "student_days_period",
    "student_days_quotaaccount",
)


def rows_read_in_passing() -> dict[str, int]:
    """Return how many rows this transaction has read of each table that it read from one end to the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = ANY(%s)", [list(TABLES)]
        )
        return dict(cursor.fetchall())


@pytest.fixture
def grown(filer: Filer) -> BatchFiler:
    """Return a filer on a register that has just grown, of which the planner knows nothing yet."""
    fill_register(GROWN, year=NOON.year, at=NOON - timedelta(minutes=1))
    return BatchFiler(filer.keys)


def test_new_students_are_filed_without_reading_a_table_through(grown: BatchFiler, distinct_students):
    before = rows_read_in_passing()

    (filed,) = grown([an_action(insz=number) for number in (distinct_students() for _ in range(60))])

    assert len(filed.opened) == 60
    assert rows_read_in_passing() == before


def test_known_students_are_filed_without_reading_a_table_through(grown: BatchFiler):
    numbers = name_filled(60, keys=grown.keys, size=GROWN)
    before = rows_read_in_passing()

    (filed,) = grown([an_action(insz=number, planned_hours=10) for number in numbers])

    assert sorted({opened.granted for opened in filed.opened.values()}) == [10]
    assert rows_read_in_passing() == before


def test_a_period_that_a_form_names_is_found_by_its_number(grown: BatchFiler):
    named = Period.objects.order_by("pk")[0].pk
    before = rows_read_in_passing()

    (filed,) = grown([a_cancellation(f"{named:012d}")])

    assert list(filed.decided) == [1]
    assert rows_read_in_passing() == before


def test_the_period_of_a_registration_that_a_form_names_is_found_by_their_numbers(grown: BatchFiler):
    named, days = Period.objects.order_by("pk")[0].pk, {"starting_date": NOON.date(), "ending_date": NOON.date()}
    number = period_id(6_200_000_000)
    DailyRegistration.objects.create(
        pk=int(number), environment="R", period_id=named, **days, first_declared_at=NOON, last_changed_at=NOON
    )
    before = rows_read_in_passing()

    (filed,) = grown([a_registration(status="3", registration_id=number)])

    assert list(filed.decided) == [1]
    assert rows_read_in_passing() == before
