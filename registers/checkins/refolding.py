"""Fold anew the days of persons whose spells stand as an older fold or the move of a migration left them, person by person.

A mark for each environment says up to which person, in the order of their ids, it is done; the migration that sets it knows
why there is something to do. Without a mark nothing is left. Whoever is registered for the first time meanwhile was folded
as persons are now. Of whom a missing check-out would be told, the days are folded before his turn.
"""

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from domain.checkins.limits import CheckInLimits
from domain.environments import Environment
from evidence.outages import is_database_gone
from evidence.prepared import open_prepared
from registers.checkins.merged_meanwhile import hold_person
from registers.checkins.models import SourceMark
from registers.checkins.rebuilding import rebuild_person
from registers.checkins.validating import ask_after_upgrade
from registers.persons.models import Person

log = logging.getLogger(__name__)

FOLDS = "folds"
_DUE = """
    SELECT person_id, bool_or(was_given) FROM (
        SELECT person_id, false AS was_given FROM checkins_presence
        WHERE environment = %(environment)s::varchar AND person_id = ANY(%(persons)s::bigint[]) AND kind = 'EVENT'
            AND next_date IS NULL
        GROUP BY person_id, event_at HAVING count(*) > 1
        UNION ALL
        SELECT person_id, false FROM checkins_presence
        WHERE environment = %(environment)s::varchar AND person_id = ANY(%(persons)s::bigint[]) AND kind = 'EVENT'
            AND next_date IS NULL AND remarks @> ARRAY['OUT_WITHOUT_IN']::varchar[]
            AND EXISTS (
                SELECT FROM checkins_spell missed
                WHERE missed.person_id = checkins_presence.person_id AND missed.state = 'MISSING_OUT'
            )
        UNION ALL
        SELECT person_id, false FROM checkins_presence
        WHERE environment = %(environment)s::varchar AND person_id = ANY(%(persons)s::bigint[]) AND kind = 'EVENT'
            AND next_date IS NULL AND remarks @> ARRAY['IN_WHILE_IN']::varchar[]
            AND EXISTS (
                SELECT FROM checkins_spell missed
                WHERE missed.person_id = checkins_presence.person_id AND missed.state = 'MISSING_OUT'
                    AND missed.last_in_at < checkins_presence.event_at
            )
        UNION ALL
        SELECT merged_into_id, true FROM persons_person
        WHERE environment = %(environment)s::varchar AND merged_into_id = ANY(%(persons)s::bigint[])
            AND EXISTS (SELECT FROM checkins_presence WHERE person_id = merged_into_id AND kind = 'EVENT')
    ) AS due
    GROUP BY person_id ORDER BY person_id
"""
"""Two events of one instant have an order that others gave them; an OUT may end what was given up for an IN elsewhere; who came
again may have begun the next spell by it; who became one has days that two were folded for.
"""
_PERSONS_A_RUN = 20_000
_PERSONS_AT_ONCE = 1000


def refold_older(
    *,
    environment: Environment,
    limits: CheckInLimits,
    at: datetime,
    persons_a_run: int = _PERSONS_A_RUN,
    persons_at_once: int = _PERSONS_AT_ONCE,
) -> int | None:
    """Go on from the mark until as many persons as a run may have were looked at; return whose days it made others, how many.

    None where nothing is left. Each person is held for himself; whatever stops a run, the next one goes on with the part that
    this one did not end.
    """
    mark = _mark(environment)
    if mark is None:
        return None
    looked_at, folded, last = 0, 0, mark.settled_below
    while looked_at < persons_a_run:
        persons = _persons_after(last, environment=environment, count=persons_at_once)
        if not persons:
            mark.delete()
            return folded
        for person_id, was_given in _due_among(persons, environment=environment):
            folded += _refold(person_id, was_given=was_given, environment=environment, limits=limits, at=at)
        looked_at, last = looked_at + len(persons), persons[-1]
        SourceMark.objects.filter(pk=mark.pk).update(settled_below=last)
    return folded


@dataclass(frozen=True, slots=True)
class FoldedAhead:
    """Of how many persons the days became otherwise, and who is left as an older fold had him: it failed at him, or he waits."""

    became_others: int = 0
    left: frozenset[int] = frozenset()


def refold_ahead(
    person_ids: Callable[[], Collection[int]],
    *,
    environment: Environment,
    limits: CheckInLimits,
    at: datetime,
    persons_a_run: int = _PERSONS_A_RUN,
) -> FoldedAhead:
    """Fold anew those of the persons to whom the mark has not come, before their turn; without a mark nobody is looked for.

    As many as a run may have are folded, in the order of their ids; the others who are due wait for the next one. Whoever cannot
    be folded harms no other: he is logged, and stops `refold_older` when his turn comes.
    """
    mark = _mark(environment)
    if mark is None:
        return FoldedAhead()
    waiting = [person_id for person_id in person_ids() if person_id > mark.settled_below]
    due = _due_among(waiting, environment=environment)
    folded, left = 0, {person_id for person_id, _was_given in due[persons_a_run:]}
    for person_id, was_given in due[:persons_a_run]:
        try:
            folded += _refold(person_id, was_given=was_given, environment=environment, limits=limits, at=at)
        except Exception as trouble:
            if is_database_gone(trouble):
                raise
            log.exception("days not folded anew person=%s", person_id)
            left.add(person_id)
    return FoldedAhead(folded, frozenset(left))


def _mark(environment: Environment) -> SourceMark | None:
    return SourceMark.objects.filter(environment=environment, source=FOLDS).first()


def _persons_after(last: int, *, environment: Environment, count: int) -> list[int]:
    own = Person.objects.filter(environment=environment, pk__gt=last, merged_into__isnull=True)
    return list(own.order_by("pk").values_list("pk", flat=True)[:count])


def _due_among(persons: Collection[int], *, environment: Environment) -> list[tuple[int, bool]]:
    """Return who among them is due, each with whether something was given over to him."""
    with open_prepared() as cursor:
        cursor.execute(_DUE, {"environment": str(environment), "persons": list(persons)})
        return list(cursor.fetchall())


def _refold(person_id: int, *, was_given: bool, environment: Environment, limits: CheckInLimits, at: datetime) -> bool:
    """Fold the days of one who is due; have validated again what became otherwise and what was given over."""
    with transaction.atomic():
        held = hold_person(person_id)
        became_otherwise = rebuild_person(held, environment=environment, limits=limits, at=at)
        if became_otherwise or was_given:
            ask_after_upgrade(environment=environment, at=at, person_ids=[held])
    return became_otherwise
