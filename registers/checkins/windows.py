"""Say which of a person's events bear on a change, and what the change makes of their spells and remarks. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.brussels import brussels_date
from domain.checkins.asking import SpellStanding
from domain.checkins.codes import Remark
from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import EventType
from registers.checkins.worker_days import Clocking, Fold, FoldedSpell, fold, fold_before_and_after

SpellKey = tuple[date, int]


@dataclass(frozen=True, slots=True)
class Known:
    """The events of a person that were read, in their order, and between which instants there are no others."""

    events: Sequence[Clocking]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one person's spells: rows to write, rows to take away, and the new remarks of known events.

    `is_of_another_day` says whether a known event is now of a spell that began on another day than the one it was of.
    """

    after: Fold
    written: tuple[FoldedSpell, ...]
    gone: tuple[SpellKey, ...]
    remarked: dict[int, frozenset[Remark]]
    is_of_another_day: bool = False


def key_of(spell: FoldedSpell) -> SpellKey:
    """Return what tells a spell from the others of its person."""
    return spell.work_date, spell.first_in


def bearing_on(known: Known, first: datetime, last: datetime, *, limits: DayLimits) -> Sequence[Clocking] | None:
    """Return the events that may bear on a change between `first` and `last`; None when more have to be read."""
    start = _start(known, first, limits=limits)
    end = _end(known, last, limits=limits)
    return None if start is None or end is None else known.events[start:end]


def change(
    events: Sequence[Clocking],
    *,
    added: Collection[Clocking],
    removed: Collection[int] = (),
    limits: DayLimits,
    at: datetime,
) -> Change:
    """Return what it makes to add some events to those that bear on them, and to remove others by their number."""
    kept = [event for event in events if event.number not in removed]
    if len(kept) < len(events):
        before, after = fold(events, limits=limits, at=at), fold([*kept, *added], limits=limits, at=at)
    else:
        before, after = fold_before_and_after(events, added, limits=limits, at=at)
    old = {key_of(spell): spell for spell in before.spells}
    new = {key_of(spell): spell for spell in after.spells}
    return Change(
        after=after,
        written=tuple(spell for key, spell in new.items() if old.get(key) != spell),
        gone=tuple(key for key in old if key not in new),
        remarked={
            event.number: after.remarks_of(event.number)
            for event in kept
            if before.remarks_of(event.number) != after.remarks_of(event.number)
        },
        is_of_another_day=work_dates(before, kept) != work_dates(after, kept),
    )


def work_dates(folded: Fold, events: Sequence[Clocking]) -> list[date]:
    """Return for each event the day of the spell that it is of; of none, its own. Spells at one spot never overlap."""
    by_spot: dict[tuple[str, str], list[FoldedSpell]] = {}
    for spell in folded.spells:
        by_spot.setdefault(spell.spot, []).append(spell)
    found = [(_holding(by_spot.get(event.spot, ()), event), event) for event in events]
    return [brussels_date(event.at) if spell is None else spell.work_date for spell, event in found]


def spell_of(folded: Fold, event: Clocking) -> FoldedSpell | None:
    """Return the spell that the event is of; None for an event of none."""
    return _holding([spell for spell in folded.spells if spell.spot == event.spot], event)


def _holding(spells: Sequence[FoldedSpell], event: Clocking) -> FoldedSpell | None:
    begun = bisect_right(spells, event.at, key=_start_of_spell)
    latest = spells[begun - 1] if begun else None
    return latest if latest is not None and latest.holds(event) else None


def _start_of_spell(spell: FoldedSpell) -> datetime:
    return spell.started_at


def is_overdue(spell: FoldedSpell) -> bool:
    """Whether the OUT of the spell is missing."""
    return spell.standing is SpellStanding.MISSING_OUT


def _start(known: Known, first: datetime, *, limits: DayLimits) -> int | None:
    """Return the place of the earliest event that bears on something at `first`; None when it lies before what was read."""
    events, following = known.events, first
    for place in range(bisect_left(events, first, key=_instant), 0, -1):
        if _is_over(events, place - 1, following, earliest=0, unread=known.since, limits=limits):
            return place
        following = events[place - 1].at
    return 0 if following - known.since > limits.longest_open else None


def _end(known: Known, last: datetime, *, limits: DayLimits) -> int | None:
    """Return the place after the latest event on which something at `last` bears; None when it lies after what was read."""
    events, before = known.events, last
    beyond = bisect_right(events, last, key=_instant)
    for place in range(beyond, len(events)):
        event = events[place]
        if event.at - before > limits.longest_open:
            return place
        if place > beyond and _is_over(events, place - 1, event.at, earliest=beyond, unread=last, limits=limits):
            return place
        before = event.at
    return len(events) if known.until - before > limits.longest_open else None


def _is_over(
    events: Sequence[Clocking],
    place: int,
    following: datetime,
    *,
    earliest: int,
    unread: datetime,
    limits: DayLimits,
) -> bool:
    """Whether nothing up to `events[place]` bears on what happens at `following` or later.

    That is so after a long silence, and once an OUT closed the IN just before it, no break can follow any more, and no OUT is
    waited for. Until `unread` there may be others than those from the place `earliest` on.
    """
    silence = following - events[place].at
    if silence > limits.longest_open:
        return True
    if silence <= limits.longest_break or not _is_stay(events, place, earliest=earliest):
        return False
    since = following - limits.longest_open
    for end in range(place, earliest - 1, -2):
        if events[end].at < since:
            return True
        if not _is_stay(events, end, earliest=earliest):
            return False
    return unread < since


def _is_stay(events: Sequence[Clocking], end: int, *, earliest: int) -> bool:
    """Whether an OUT closed the IN just before it."""
    if end <= earliest:
        return False
    came, left = events[end - 1], events[end]
    return came.type is EventType.IN and left.type is EventType.OUT and came.spot == left.spot and came.at < left.at


def _instant(event: Clocking) -> datetime:
    return event.at


def widened(first: date, last: date, *, attempt: int) -> tuple[date, date]:
    """Return which days are read at the given attempt (0, 1, …): two more on each side, then eight times as many."""
    days = timedelta(days=2 * 8**attempt)
    return _earlier(first, days), _later(last, days)


def _earlier(day: date, days: timedelta) -> date:
    return day - days if day - date.min > days else date.min


def _later(day: date, days: timedelta) -> date:
    return day + days if date.max - day > days else date.max
