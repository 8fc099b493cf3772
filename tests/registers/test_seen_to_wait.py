"""Whoever waits for a lock is seen to wait, also by a transaction that saw others wait before he came."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from tests.waiting import wait_for

LOCK = "SELECT pg_advisory_xact_lock(7)"


def take_it() -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOCK)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_came_after_another_was_seen_to_wait_is_seen_too():
    """Within a transaction the server goes on showing the connections that it showed first, unless it is told to look anew."""
    with ThreadPoolExecutor(2) as threads:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOCK)
            taking = [threads.submit(take_it)]
            assert wait_for(1)
            taking.append(threads.submit(take_it))
            assert wait_for(2)
        for each in taking:
            each.result(timeout=30)
