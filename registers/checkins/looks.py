"""Write down every look at presences, in the transaction of the read, and forget it after its years (§5.1)."""

from collections.abc import Collection, Iterable
from datetime import datetime

import structlog
from django.db import transaction

from domain.checkins.asking import PresenceAsker, PresenceQuestion
from domain.environments import Environment
from domain.kept_reasons import kept_reason
from registers.checkins.models import PresenceLook

log = structlog.get_logger()

_NOTE = """
    INSERT INTO checkins_presencelook (environment, asked_at, asker_kind, asker, question, about, reason, person_id)
    SELECT %s, %s, %s, %s, %s, %s, %s, person FROM unnest(%s::bigint[]) AS person
"""
_ROWS_AT_ONCE = 10_000


def note_presence_look(
    question: PresenceQuestion,
    people: Iterable[int | None],
    *,
    environment: Environment,
    asker: PresenceAsker,
    at: datetime,
    about: str = "",
) -> None:
    """Record that `asker` looked at each of `people`, once each (None: nobody was found); one query.

    Raises ValueError without a reason, so that nothing is read for none, and outside a transaction: the record and the
    read belong together.
    """
    if not asker.reason.strip():
        message = "whoever looks at presences says why"
        raise ValueError(message)
    if not transaction.get_connection().in_atomic_block:
        message = "a look is recorded in the transaction of its read"
        raise ValueError(message)
    looked_at = set(people) or {None}
    with transaction.get_connection().cursor() as cursor:
        cursor.execute(
            _NOTE,
            [
                str(environment),
                at,
                str(asker.kind),
                asker.name,
                str(question),
                about,
                kept_reason(asker.reason),
                _as_array(looked_at),
            ],
        )
    log.info(
        "presences consulted",
        question=str(question),
        asker_kind=str(asker.kind),
        asker=asker.name,
        people=len(looked_at),
    )


def _as_array(people: Collection[int | None]) -> str:
    """Return them as PostgreSQL writes an array, in the order of the index: thousands are looked at for an evacuation.

    The driver would look at each element by itself, which takes as long as asking who is there.
    """
    numbers = [str(person) for person in sorted(person for person in people if person is not None)]
    return "{" + ",".join([*numbers, "NULL"] if None in people else numbers) + "}"


def forget_presence_looks(*, before: datetime, rows_at_once: int = _ROWS_AT_ONCE) -> int:
    """Delete what was recorded before that instant, in batches that commit for themselves; return how many rows went.

    The database itself refuses to delete what is younger than five years.
    """
    forgotten = 0
    while oldest := list(
        PresenceLook.objects.filter(asked_at__lt=before).order_by("asked_at").values_list("pk")[:rows_at_once]
    ):
        count, _ = PresenceLook.objects.filter(pk__in=[pk for (pk,) in oldest]).delete()
        forgotten += count
    return forgotten
