"""Take what goes on with a spell of work by what held where and on the day it began, as it is validated (§2.2)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain.checkins.codes import RefusalCode
from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import Sector
from registers.checkins.context import IntakeContext
from registers.checkins.drafts import Draft, refusals_of, with_principal
from registers.checkins.event_reading import PersonHistory
from registers.checkins.new_workers import NOBODY
from registers.checkins.records import PresenceRecord
from registers.checkins.standing import Standing
from registers.checkins.windows import spell_of
from registers.checkins.worker_days import Clocking, fold


@dataclass(frozen=True, slots=True)
class Begun:
    """On which day a spell began, and in which sector its work place was then; None where nobody knew the place."""

    day: date
    sector: Sector | None


def begun_before(
    event: Clocking,
    others: Iterable[Clocking],
    records: Iterable[PresenceRecord],
    *,
    limits: DayLimits,
    at: datetime,
) -> Begun | None:
    """Return how the spell began that the event goes on with; None for one that begins its own, or is of none.

    `others` are the person's events that bear on it, `records` the rows of these.
    """
    spell = spell_of(fold([*others, event], limits=limits, at=at), event)
    if spell is None or spell.first_in == event.number:
        return None
    first = next((one for one in records if one.number == spell.first_in and one.is_newest), None)
    if first is None:
        return None
    return Begun(spell.work_date, Sector(first.sector) if first.sector else None)


def may_be_of_a_spell(draft: Draft) -> bool:
    """Whether it is an event of somebody who is known: who is new has begun nothing."""
    return draft.clocking is not None and draft.record.person_id != NOBODY.person_id


def take_within_spells(
    doubted: Mapping[int, Draft],
    *,
    beside: Mapping[int, Draft],
    settle: Callable[[int, Draft], None],
    histories: Mapping[int, PersonHistory],
    standing: Standing,
    context: IntakeContext,
) -> None:
    """Settle those of the events refused by their own day and sector that go on with a spell, and are sound by its beginning.

    So the check-out of whoever came before the rule, the sector of the place or a part in the works changed is no lost
    evidence. `beside` is what is new with them, to which `settle` adds. They are looked at in the order of their instants:
    what is refused, for its reference too, begins and ends nothing.
    """
    taken: dict[int, list[tuple[Clocking, PresenceRecord]]] = {}
    for other, _, draft in _events_of(beside):
        taken.setdefault(draft.record.person_id, []).append((other, draft.record))
    for event, place, draft in sorted(_events_of(doubted), key=lambda one: one[0]):
        history = histories[draft.record.person_id]
        others = taken.setdefault(draft.record.person_id, [])
        begun = begun_before(
            event,
            [*history.bearing, *(other for other, _ in others)],
            [*history.records, *(record for _, record in others)],
            limits=context.limits.days,
            at=context.at,
        )
        if begun is not None and not _refusals_by(begun, draft, standing=standing, context=context):
            settle(place, with_principal(draft, day=begun.day, standing=standing, context=context))
            if place in beside:
                others.append((event, beside[place].record))


def _refusals_by(begun: Begun, draft: Draft, *, standing: Standing, context: IntakeContext) -> tuple[RefusalCode, ...]:
    record = replace(draft.record, work_date=begun.day, sector=str(begun.sector or ""))
    return refusals_of(replace(draft, record=record), standing=standing, context=context)


def _events_of(drafts: Mapping[int, Draft]) -> list[tuple[Clocking, int, Draft]]:
    return [(draft.clocking, place, draft) for place, draft in drafts.items() if draft.clocking is not None]
