"""Let a database that was restored from a backup give no number that was given since the backup was made.

Receipt numbers, period numbers, numbers of requests and of persons come from sequences, names of answers from a counter of
each recipient and day: in a restored database they stand where they stood in the backup. Whoever was given a number since
would meet somebody else's registration under it, and take a new answer for one that he has.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction

from domain.brussels import brussels_date
from domain.environments import Environment
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
_SKIP_NAMES = """
INSERT INTO evidence_answercounter AS counter (recipient, environment, day, last)
SELECT recipient, environment, %(day)s, %(ahead)s
FROM unnest(%(recipients)s::text[]) AS recipient, unnest(%(environments)s::text[]) AS environment
ON CONFLICT (recipient, environment, day) DO UPDATE SET last = counter.last + excluded.last
"""
_ANSWERS_A_DAY = 50_000
"""More answers than anybody is given in a day; half of the names that are digits alone."""


class NumbersUsedUpError(Exception):
    """A sequence has not so many numbers left; none was skipped."""


def skip_given_numbers(*, ahead: int, recipients: Collection[str], actor: str, at: datetime) -> int:
    """Let every sequence go on `ahead` numbers after the one it gave last, and record it; return how many sequences there are.

    So do the names of this day's answers to the `recipients`, far beyond what a day gives. NumbersUsedUpError where one of them would end. What is skipped stays skipped, whatever becomes of the transaction.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_FULL, {"ahead": ahead})
        if full := [name for (name,) in cursor.fetchall()]:
            raise NumbersUsedUpError(f"fewer than {ahead:,} numbers are left in {', '.join(full)}")
        cursor.execute(_SKIP, {"ahead": ahead})
        sequences = len(cursor.fetchall())
        cursor.execute(
            _SKIP_NAMES,
            {
                "day": brussels_date(at),
                "ahead": _ANSWERS_A_DAY,
                "recipients": sorted(recipients),
                "environments": [str(environment) for environment in Environment],
            },
        )
        append_event("database:restored", at=at, actor=actor, ahead=ahead, sequences=sequences)
    return sequences
