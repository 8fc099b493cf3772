"""Take check-ins at once: judge each item by itself and have the register take the rest; the same for files, calls and pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.checkins.items import Item
from domain.checkins.limits import TimeLimits
from domain.checkins.outcomes import Declarant, Outcome, Refused
from validators.checkins.judging import judge_item

MOST_ITEMS = 200
"""What one call brings at most (check-in declarations §1.1)."""


class TakeItems(Protocol):
    """The register's way in: each item by itself, all in one transaction, the outcomes in the order of the items."""

    def __call__(
        self,
        items: Sequence[Item],
        *,
        by: Declarant,
        received_at: datetime,
        at: datetime,
        seqs: Sequence[int] | None = None,
    ) -> Sequence[Outcome]:
        """Return what becomes of each item; `seqs` are their numbers in the file they came in."""
        ...


@dataclass(frozen=True, slots=True)
class CheckInDesk:
    """Where check-ins are brought, from files, calls and pages."""

    take_items: TakeItems
    limits: TimeLimits

    def take(
        self,
        items: Sequence[Item],
        *,
        by: Declarant,
        received_at: datetime,
        at: datetime,
        seqs: Sequence[int] | None = None,
    ) -> list[Outcome]:
        """Return what becomes of each of at most 200 items, in their order; ValueError for more.

        What its own shape refuses never reaches the register. `received_at` is when the items came, whenever they are
        handled; `seqs` are their numbers in a file.
        """
        if len(items) > MOST_ITEMS:
            message = f"at most {MOST_ITEMS} items are taken at once, got {len(items)}"
            raise ValueError(message)
        codes = [judge_item(item, received_at=received_at, rules=self.limits) for item in items]
        sound = [place for place, found in enumerate(codes) if not found]
        numbers = None if seqs is None else [seqs[place] for place in sound]
        some = [items[place] for place in sound]
        taken = iter(self.take_items(some, by=by, received_at=received_at, at=at, seqs=numbers) if sound else ())
        return [Refused(found) if found else next(taken) for found in codes]
