"""Let a database that was restored from a backup give no number that was given since the backup was made.

Receipt numbers, period numbers, numbers of requests and of persons come from sequences, which stand in a restored database
where they stood in the backup. Whoever was given a number since would meet somebody else's registration under it.
"""

from datetime import datetime

from django.db import connection, transaction

from evidence.audit import append_event

_FULL = """
SELECT sequencename FROM pg_sequences
WHERE schemaname = current_schema() AND coalesce(last_value, start_value) > max_value - %(ahead)s
ORDER BY sequencename
"""
_SKIP = """
SELECT setval(format('%%I.%%I', schemaname, sequencename)::regclass, coalesce(last_value, start_value) + %(ahead)s)
FROM pg_sequences WHERE schemaname = current_schema()
"""


class NumbersUsedUpError(Exception):
    """A sequence has not so many numbers left; none was skipped."""


def skip_given_numbers(*, ahead: int, actor: str, at: datetime) -> int:
    """Let every sequence go on `ahead` numbers after the one it gave last, and record it; return how many sequences there are.

    NumbersUsedUpError where one of them would end. What is skipped stays skipped, whatever becomes of the transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FULL, {"ahead": ahead})
        if full := [name for (name,) in cursor.fetchall()]:
            raise NumbersUsedUpError(f"fewer than {ahead:,} numbers are left in {', '.join(full)}")
        cursor.execute(_SKIP, {"ahead": ahead})
        sequences = len(cursor.fetchall())
        append_event("database:restored", at=at, actor=actor, ahead=ahead, sequences=sequences)
    return sequences
