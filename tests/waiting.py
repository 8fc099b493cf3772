"""Waits until other connections wait for a lock of the test's database."""

from time import monotonic, sleep

from django.db import connection

_WAITING = """
    SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND datname = current_database()
"""
_LOOK_ANEW = "SELECT pg_stat_clear_snapshot()"
"""Within a transaction the server goes on showing the connections that it showed first: who came later would never be seen."""


def wait_for(waiting: int) -> bool:
    """Tell whether so many waited at once within ten seconds."""
    until = monotonic() + 10
    while monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(_LOOK_ANEW)
            cursor.execute(_WAITING)
            if cursor.fetchone()[0] >= waiting:
                return True
        sleep(0.01)
    return False
