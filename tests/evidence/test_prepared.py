"""Prepared statements are planned once a connection, and fail as Django's own do."""

import pytest
from django.db import DataError, InternalError, connection, transaction

from evidence.prepared import open_prepared

pytestmark = pytest.mark.django_db(transaction=True)


def ask(number: int) -> int:
    with open_prepared() as cursor:
        cursor.execute("SELECT 12 / %(number)s::bigint", {"number": number})
        return cursor.fetchone()[0]


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
