"""Fold the events of a person into spells of work: a pure function, whatever the order in which they arrived (§2.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import TypeAlias

from domain.brussels import brussels_date
from domain.checkins.asking import SpellStanding
from domain.checkins.codes import Remark
from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import EventType

FOLDED_REMARKS = frozenset(
    {Remark.IN_WHILE_IN, Remark.OUT_WITHOUT_IN, Remark.OPEN_ELSEWHERE, Remark.MISSING_OUT, Remark.LONG_SPELL}
)
"""The remarks that follow from a person's other events, and change with them."""


@dataclass(frozen=True, slots=True, order=True)
class Clocking:
    """One event of a person; events are in the order of their instants (UTC), then of their receipt numbers."""

    at: datetime
    number: int
    type: EventType
    employer: str
    work_place: str

    @property
    def spot(self) -> tuple[str, str]:
        """For whom and where: an OUT closes an IN of the same spot alone."""
        return self.employer, self.work_place


Break: TypeAlias = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class FoldedSpell:
    """Work at one spot from the first IN to the last OUT, breaks inside.

    `again` is the IN that begins the next spell there once time gives this one up without an OUT: the last one that repeats its
    IN, and lies farther from the one that counted before than a break lasts. None as soon as there is nothing to give up.
    """

    employer: str
    work_place: str
    started_at: datetime
    last_in_at: datetime
    first_in: int
    last_in: int
    ended_at: datetime | None = None
    standing: SpellStanding = SpellStanding.OPEN
    breaks: tuple[Break, ...] = ()
    again: int | None = None
    again_at: datetime | None = field(default=None, compare=False)

    @property
    def spot(self) -> tuple[str, str]:
        """For whom and where."""
        return self.employer, self.work_place

    @property
    def work_date(self) -> date:
        """The day in Brussels of the first IN, past midnight too."""
        return brussels_date(self.started_at)

    def holds(self, event: Clocking) -> bool:
        """Whether the event is of this spell, as `work_dates` finds it: at its spot, from its first IN to its end."""
        if event.spot != self.spot or event.at < self.started_at:
            return False
        return self.standing is SpellStanding.OPEN or event.at <= (self.ended_at or self.last_in_at)


@dataclass(frozen=True, slots=True)
class Fold:
    """The spells in their order, and what is remarked of each event, by its number."""

    spells: tuple[FoldedSpell, ...]
    remarks: dict[int, frozenset[Remark]]

    def remarks_of(self, number: int) -> frozenset[Remark]:
        """Return what is remarked of one event."""
        return self.remarks.get(number, frozenset())


@dataclass(slots=True)
class _Folding:
    """Where the fold stands: `open` is the spell of somebody at work, `away` the one that ended last.

    `done` has all but the open one by their beginnings. `given_up` are those, by their spots, that an IN elsewhere came before
    the end of: their OUT may come yet. Of these, time alone changes but what was `repeated`, whose second IN begins the next
    spell: few, however many are given up, for there lies more than a break between both.
    """

    limits: DayLimits
    done: dict[tuple[datetime, int], FoldedSpell] = field(default_factory=dict)
    remarks: dict[int, set[Remark]] = field(default_factory=dict)
    open: FoldedSpell | None = None
    away: FoldedSpell | None = None
    given_up: dict[tuple[str, str], FoldedSpell] = field(default_factory=dict)
    repeated: dict[tuple[str, str], FoldedSpell] = field(default_factory=dict)

    def remark(self, number: int, remark: Remark) -> None:
        self.remarks.setdefault(number, set()).add(remark)

    def pass_time(self, at: datetime) -> None:
        """Give up waiting for an OUT that should have come by `at`; who came again meanwhile is at work since then."""
        for missed in [one for one in self.repeated.values() if self._is_late(one, at)]:
            self._give_up(self._begun_again(missed))
        while self.open is not None and self._is_late(self.open, at):
            missed = self._give_up(self.open)
            self.open = self._begun_again(missed) if missed.again is not None else None

    def _is_late(self, spell: FoldedSpell, at: datetime) -> bool:
        return at - spell.last_in_at > self.limits.longest_open

    def _give_up(self, spell: FoldedSpell) -> FoldedSpell:
        missed = replace(spell, standing=SpellStanding.MISSING_OUT)
        self.done[_beginning(missed)] = missed
        self.given_up[missed.spot] = missed
        if missed.again is not None:
            self.repeated[missed.spot] = missed
        self.remark(missed.last_in, Remark.MISSING_OUT)
        return missed

    def _begun_again(self, missed: FoldedSpell) -> FoldedSpell:
        """Begin the next spell by the IN that repeated the one of a spell that was given up."""
        self._wait_no_more(missed.spot)
        number, at = missed.last_in if missed.again is None else missed.again, missed.again_at or missed.last_in_at
        return FoldedSpell(missed.employer, missed.work_place, at, at, number, number)

    def _wait_no_more(self, spot: tuple[str, str]) -> None:
        """Let no OUT end what was given up at the spot, and no earlier IN begin anything after it."""
        self.given_up.pop(spot, None)
        missed = self.repeated.pop(spot, None)
        if missed is not None:
            self.done[_beginning(missed)] = replace(missed, again=None, again_at=None)

    def come(self, event: Clocking) -> None:
        if self.open is not None and self.open.spot == event.spot:
            self.remark(event.number, Remark.IN_WHILE_IN)
            self._come_again(self.open, event)
            return
        if self.open is not None:
            self.remark(event.number, Remark.OPEN_ELSEWHERE)
            self._give_up(self.open)
        self.open = self._begin(event)
        self.away = None
        self._wait_no_more(event.spot)

    def _come_again(self, spell: FoldedSpell, event: Clocking) -> None:
        """Keep for the next spell what repeats the IN of this one: not what would go on with it, had it been left between."""
        if event.at - (spell.again_at or spell.last_in_at) > self.limits.longest_break:
            self.open = replace(spell, again=event.number, again_at=event.at)

    def _begin(self, event: Clocking) -> FoldedSpell:
        away = self.away
        if away is None or not self._resumes(away, event):
            return FoldedSpell(event.employer, event.work_place, event.at, event.at, event.number, event.number)
        del self.done[_beginning(away)]
        return replace(
            away,
            last_in_at=event.at,
            last_in=event.number,
            ended_at=None,
            standing=SpellStanding.OPEN,
            breaks=(*away.breaks, (away.ended_at or event.at, event.at)),
        )

    def _resumes(self, away: FoldedSpell, event: Clocking) -> bool:
        """Whether what lies between is a break: back at the same spot in time."""
        return (
            away.spot == event.spot
            and away.ended_at is not None
            and event.at - away.ended_at <= self.limits.longest_break
        )

    def go(self, event: Clocking) -> None:
        left = self._left_by(event)
        if left is None:
            self.remark(event.number, Remark.OUT_WITHOUT_IN)
            return
        if event.at - left.started_at > self.limits.long_spell:
            self.remark(event.number, Remark.LONG_SPELL)
        ended = replace(left, ended_at=event.at, standing=SpellStanding.ENDED, again=None, again_at=None)
        if left is self.open:
            self.open = None
        else:
            del self.given_up[left.spot]
            self.repeated.pop(left.spot, None)
            self.remarks[left.last_in].remove(Remark.MISSING_OUT)
        self.done[_beginning(ended)] = ended
        if self.open is None:
            self.away = ended

    def _left_by(self, event: Clocking) -> FoldedSpell | None:
        """Return the spell that an OUT ends: the one that is open, or what was given up there as long as an OUT is waited for."""
        if self.open is not None and self.open.spot == event.spot:
            return self.open
        missed = self.given_up.get(event.spot)
        return missed if missed is not None and event.at - missed.last_in_at <= self.limits.longest_open else None

    def take(self, events: Iterable[Clocking]) -> None:
        """Go on with later events, in their order; none of them is of an instant of which others were taken."""
        for at, together in groupby(events, key=attrgetter("at")):
            self.pass_time(at)
            waiting = list(together)
            while waiting:
                event = min(waiting, key=self._turn) if len(waiting) > 1 else waiting[0]
                waiting.remove(event)
                if event.type is EventType.IN:
                    self.come(event)
                else:
                    self.go(event)

    def _turn(self, event: Clocking) -> tuple[int, int]:
        """Return which of several events of one instant comes first, whatever arrived first: clocks of whole seconds tell no more.

        The OUT of a spell, then an IN, then any other OUT.
        """
        if event.type is EventType.IN:
            return 1, event.number
        return (2 if self._left_by(event) is None else 0), event.number

    def end(self, at: datetime) -> Fold:
        """Return what it amounts to at the instant `at`; it may be gone on with afterwards."""
        ending = replace(
            self,
            done={**self.done},
            remarks={number: {*said} for number, said in self.remarks.items()},
            given_up={**self.given_up},
            repeated={**self.repeated},
        )
        ending.pass_time(at)
        spells = [*ending.done.values(), *(() if ending.open is None else (ending.open,))]
        remarks = {number: frozenset(said) for number, said in ending.remarks.items() if said}
        return Fold(tuple(sorted(spells, key=_beginning)), remarks)


def _beginning(spell: FoldedSpell) -> tuple[datetime, int]:
    return spell.started_at, spell.first_in


def fold(events: Iterable[Clocking], *, limits: DayLimits, at: datetime) -> Fold:
    """Return what the events of one person amount to at the instant `at`.

    A gap of at most four hours at one spot is a break. What has no OUT within sixteen hours, or is followed by an IN
    elsewhere, misses its OUT and stays open; no time of closing is invented. Who came again to its spot within those hours, hours
    later than a break lasts, begins the next spell by that IN when time gives the first one up. An OUT that comes for it within those hours, with
    no IN of its spot between, ends it: what another company says of the person takes no end from him. Of one instant, an OUT
    that ends a spell goes before an IN.
    """
    folding = _Folding(limits)
    folding.take(sorted(events))
    return folding.end(at)


def fold_before_and_after(
    events: Sequence[Clocking], added: Iterable[Clocking], *, limits: DayLimits, at: datetime
) -> tuple[Fold, Fold]:
    """Return what the events amount to, and what they do with the added ones; later ones go on where the others ended."""
    known, fresh = sorted(events), sorted(added)
    folding = _Folding(limits)
    folding.take(known)
    before = folding.end(at)
    if known and fresh and fresh[0].at <= known[-1].at:
        return before, fold([*known, *fresh], limits=limits, at=at)
    folding.take(fresh)
    return before, folding.end(at)
