"""Hold a sender until the transaction ends, so that what it sends twice at once is filed one after the other."""

from django.db import connection

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7304001))"


def hold_sender(sender: str) -> None:
    """Let nobody else file what that sender declares, until the running transaction ends.

    Call it before anything of a company or a person is held: nobody waits in a circle.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [f"access declarations of {sender}"])
