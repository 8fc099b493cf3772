"""Hold persons and references until the transaction ends, always in the same order, and give out serials."""

import hashlib
from collections.abc import Collection, Iterable

from django.db import connection

from domain.refusals import OthersFirstError
from evidence.prepared import open_prepared

PERSONS = 7_301_000_000_000_000
"""Where the keys of persons begin among all advisory locks; those of references lie below 0."""
_MANY = PERSONS - 1
"""The key of who holds more than one call may bring; nobody's number is below 1."""
_LOCK = """
    WITH locks AS MATERIALIZED (SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key)
    SELECT nextval('checkins_presence_number') FROM (SELECT count(*) FROM locks) AS held, generate_series(1, %s::integer)
"""


def lock_and_number(
    person_ids: Iterable[int], *, references: Collection[tuple[str, str]] = (), serials: int = 0
) -> list[int]:
    """Let nobody else register for those persons, or use those references (bringer, reference), until the end.

    Return as many serials of receipt numbers as asked for. Whoever takes locks takes all of them by one call, so that
    nobody waits in a circle.
    """
    keys = [*keys_of(references), *sorted(PERSONS + one for one in set(person_ids))]
    with open_prepared() as cursor:
        cursor.execute(_LOCK, [keys, serials])
        return [serial for (serial,) in cursor.fetchall()]


def hold_off_others_of_many() -> None:
    """Let nobody else hold more than one call may bring, until the transaction ends; it comes before all other locks.

    The server keeps all locks of all transactions in one table of a fixed size: several of that many would fill it. Raises
    OthersFirstError while somebody else does: whoever waited would keep a worker from everything else.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_MANY])
        (is_alone,) = cursor.fetchone()
    if not is_alone:
        raise OthersFirstError("another simulation of as many check-ins is judged first")


def keys_of(references: Iterable[tuple[str, str]]) -> list[int]:
    """Return the keys by which references are held, in the order in which they are."""
    return sorted({_key(*reference) for reference in references})


def _key(bringer: str, reference: str) -> int:
    digest = hashlib.sha256(f"{bringer} {reference}".encode()).digest()
    return -1 - (int.from_bytes(digest[:8], "big") >> 1)
