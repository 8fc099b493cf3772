"""Tell that a person who was read before he was held is another one by now: two numbers were found to be one person's.

Whoever reads a number and then waits for its person may have waited for the merging itself. What he read is begun anew:
under the person who is no longer one, nobody would find what he writes.
"""

from collections.abc import Iterable

from django.db import transaction
from psycopg.errors import SerializationFailure

from domain.refusals import OutageError
from registers.checkins.locking import lock_and_number
from registers.persons.merging import current_id
from registers.persons.models import Person


class PersonMergedError(OutageError):
    """A person became another one while he was waited for; begun anew, the same work finds that one."""


def is_of_a_merging(trouble: Exception) -> bool:
    """Whether it says that a person became another one, by a check here or by the database's own of new presences."""
    return isinstance(trouble, PersonMergedError) or isinstance(trouble.__cause__, SerializationFailure)


def require_the_same(before: Iterable[int], now: Iterable[int]) -> None:
    """Raise PersonMergedError where what was read again, after the persons were held, is another person's than before."""
    if set(now) - set(before):
        raise PersonMergedError("a registration went over to another person")


def require_unmerged(person_ids: Iterable[int]) -> None:
    """Raise PersonMergedError where one of the persons, who are held, is another one by now; one query."""
    if Person.objects.filter(pk__in=set(person_ids), merged_into__isnull=False).exists():
        raise PersonMergedError("a person became another one")


def hold_person(person_id: int) -> int:
    """Hold the person until the running transaction ends, as who he is by then, and return the id of that one.

    It is called within one: without it nobody is held.
    Who is no longer one is let go before the other is waited for: a delivery of both may hold that one and wait for this.
    """
    before = transaction.savepoint()
    lock_and_number({person_id})
    now = current_id(person_id)
    if now == person_id:
        transaction.savepoint_commit(before)
        return now
    transaction.savepoint_rollback(before)
    transaction.savepoint_commit(before)
    return hold_person(now)
