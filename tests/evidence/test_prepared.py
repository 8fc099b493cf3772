"""Prepared statements are planned once a connection, and fail as Django's own do."""

import pytest
from django.db import DataError, InternalError, connection, transaction

from evidence.prepared import open_prepared, sent_together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_prepared():
    """Forget what the tests before prepared on the same connection."""
    connection.close()


def ask(number: int) -> int:
    with open_prepared() as cursor:
        cursor.execute("SELECT 12 / %(number)s::bigint", {"number": number})
        return cursor.fetchone()[0]


def send_together(*numbers: int) -> None:
    with sent_together(), open_prepared() as cursor:
        for number in numbers:
            cursor.execute("SELECT 12 / %s::bigint", [number])


def test_a_statement_is_prepared_at_its_first_execution():
    assert [ask(number) for number in (3, 4, 3)] == [4, 3, 4]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(generic_plans + custom_plans) FROM pg_prepared_statements")
        assert cursor.fetchone() == (1, 3)


def test_it_is_known_again_after_a_transaction_was_rolled_back():
    with pytest.raises(DataError), transaction.atomic():
        ask(0)
    assert ask(6) == 2


def test_a_failure_ends_the_transaction_that_it_runs_in():
    with transaction.atomic():
        with pytest.raises(DataError):
            ask(0)
        with pytest.raises(InternalError):
            ask(6)


def test_it_takes_part_in_the_running_transaction(django_assert_num_queries):
    with django_assert_num_queries(3), transaction.atomic():  # two of them begin and end it
        ask(2)


def test_a_connection_that_was_closed_is_opened_again():
    ask(1)
    connection.close()
    assert ask(2) == 6


def test_statements_that_are_sent_together_are_in_order_and_done_at_the_end_of_the_block():
    with transaction.atomic():
        with sent_together(), open_prepared() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE of_a_test ON COMMIT DROP AS SELECT 1 AS number")
            cursor.execute("UPDATE of_a_test SET number = number + %s::integer", [5])
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM of_a_test")
            assert cursor.fetchone() == (6,)


def test_a_failure_among_them_is_told_as_django_tells_it_and_takes_the_transaction_back():
    with pytest.raises(DataError), transaction.atomic():
        send_together(0, 1)
    assert ask(6) == 2


def test_a_statement_is_never_planned_again_for_its_values():
    for number in range(1, 9):
        ask(number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements")
        assert cursor.fetchall() == [(8, 0)]
