"""Make persons of workers who are new, once something of theirs is taken: a refused item leaves nobody behind (§2.1)."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from domain.checkins.items import DayPresence, PresenceEvent, Worker
from registers.checkins.context import IntakeContext
from registers.checkins.drafts import draft_of, refusals_of
from registers.checkins.standing import Standing
from registers.persons.aliases import Alias

Presented: TypeAlias = DayPresence | PresenceEvent
NOBODY = Alias(0, 0)
"""Who stands for a worker of whom nothing is taken; no person has this id."""


def workers_presented(
    items: Iterable[Presented], *, known: Mapping[Worker, Alias], standing: Standing, context: IntakeContext
) -> set[Worker]:
    """Return the new workers of whom something will be registered: what is refused of them is so whoever they are."""
    return {
        item.worker
        for item in items
        if item.worker not in known
        and not refusals_of(
            draft_of(item, alias=NOBODY, serial=0, seq=None, context=context), standing=standing, context=context
        )
    }


def with_made(known: Mapping[Worker, Alias], fresh: set[Worker], *, context: IntakeContext) -> Mapping[Worker, Alias]:
    """Return the known workers with the fresh ones, who are made; three queries, none for nobody."""
    return {**known, **context.aliases.find_or_create(fresh, at=context.at)}
