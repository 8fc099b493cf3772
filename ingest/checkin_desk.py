"""The one way of check-ins into the register, from files, calls and pages: first the rules of every door, then the register."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.checkins.items import Item
from domain.checkins.limits import TimeLimits
from domain.checkins.outcomes import Declarant, Outcome, Refused
from validators.checkins import judge_item


class TakesItems(Protocol):
    """The register: takes items that are sound by themselves, all or none of them, and tells what became of each."""

    def __call__(
        self,
        items: Sequence[Item],
        *,
        by: Declarant,
        received_at: datetime,
        at: datetime,
        seqs: Sequence[int] | None = None,
    ) -> list[Outcome]:
        """Return one outcome for each item, in order; `seqs` are their numbers in a file."""
        ...


@dataclass(frozen=True, slots=True)
class CheckinDesk:
    """Takes 1 to 200 items at a time; `rules` are the limits that hold at every door."""

    register: TakesItems
    rules: TimeLimits

    def take(
        self,
        items: Sequence[Item],
        *,
        by: Declarant,
        received_at: datetime,
        at: datetime,
        seqs: Sequence[int] | None = None,
    ) -> list[Outcome]:
        """Return what became of each item, in order: each is judged alone, and what is sound is taken together.

        `received_at` is the instant of reception, by which days and lateness are told; `at` is now.
        """
        codes = [judge_item(item, received_at=received_at, rules=self.rules) for item in items]
        sound = [place for place, found in enumerate(codes) if not found]
        taken: list[Outcome] = []
        if sound:
            numbers = None if seqs is None else [seqs[place] for place in sound]
            taken = self.register(
                [items[place] for place in sound], by=by, received_at=received_at, at=at, seqs=numbers
            )
        outcomes = dict(zip(sound, taken, strict=True))
        return [outcomes[place] if place in outcomes else Refused(found) for place, found in enumerate(codes)]
