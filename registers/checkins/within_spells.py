"""Take what goes on with a spell that began on an earlier day by what held on that day, as it is validated (§2.2)."""

from collections.abc import Mapping
from dataclasses import replace

from registers.checkins.context import IntakeContext
from registers.checkins.drafts import Draft, refusals_of
from registers.checkins.event_reading import PersonHistory
from registers.checkins.new_workers import NOBODY
from registers.checkins.standing import Standing
from registers.checkins.windows import work_dates
from registers.checkins.worker_days import Clocking, fold


def may_be_of_a_spell(draft: Draft) -> bool:
    """Whether it is an event of somebody who is known: who is new has begun nothing."""
    return draft.clocking is not None and draft.record.person_id != NOBODY.person_id


def taken_within_spells(
    doubted: Mapping[int, Draft],
    *,
    beside: Mapping[int, Draft],
    histories: Mapping[int, PersonHistory],
    standing: Standing,
    context: IntakeContext,
) -> dict[int, Draft]:
    """Return those of the events refused by their own day that are of a spell begun before, and sound by the day it began.

    So the check-out after midnight of whoever had a part in the works until then is no lost evidence. `beside` is what is
    taken with them. They are looked at in the order of their instants: what is refused begins and ends nothing.
    """
    found: dict[int, Draft] = {}
    for event, place, draft in sorted(_events_of(doubted), key=lambda one: one[0]):
        person = draft.record.person_id
        others = [other for other, _, one in _events_of({**beside, **found}) if one.record.person_id == person]
        events = [*histories[person].bearing, *others, event]
        (day,) = work_dates(fold(events, limits=context.limits.days, at=context.at), [event])
        judged = replace(draft, record=replace(draft.record, work_date=day))
        if day < draft.record.registration_date and not refusals_of(judged, standing=standing, context=context):
            found[place] = draft
    return found


def _events_of(drafts: Mapping[int, Draft]) -> list[tuple[Clocking, int, Draft]]:
    return [(draft.clocking, place, draft) for place, draft in drafts.items() if draft.clocking is not None]
