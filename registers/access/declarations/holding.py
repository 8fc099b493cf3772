"""Hold senders until the transaction ends, so that what one sends twice at once is filed one after the other."""

from collections.abc import Collection

from django.db import connection

_LOCK = """
    SELECT pg_advisory_xact_lock(key) FROM (
        SELECT hashtextextended(name, 7304001) AS key FROM unnest(%s::text[]) AS name ORDER BY key
    ) AS keys
"""


def hold_senders(senders: Collection[str]) -> None:
    """Let nobody else file what those senders declare, until the running transaction ends.

    Call it once, for all that is filed together, and before any other lock is taken: nobody waits in a circle.
    """
    names = sorted({f"access declarations of {sender}" for sender in senders})
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [names])
