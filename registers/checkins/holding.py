"""Hold all persons and references that mixed items concern by one call, so that two deliveries never wait for each other."""

from collections.abc import Iterator, Sequence

from domain.checkins.items import Cancellation, CorrectionRequest, DayPresence, Item, PresenceEvent, Worker
from registers.checkins.context import IntakeContext
from registers.checkins.locking import lock_and_number
from registers.checkins.records import read_newest
from registers.checkins.references import read_references


def hold_everyone(items: Sequence[Item], *, context: IntakeContext) -> None:
    """Let nobody else change what the items concern until the transaction ends; workers who are new are made.

    Each group of neighbouring items holds its own as well, which is then without effect.
    """
    aliases = context.aliases.find_or_create(set(_workers(items)), at=context.at)
    known = read_newest(_numbers(items, context=context), environment=context.environment)
    lock_and_number(
        {alias.person_id for alias in aliases.values()} | {record.person_id for record in known.values()},
        references={
            (context.bringer, item.reference)
            for item in items
            if isinstance(item, DayPresence | PresenceEvent) and item.reference
        },
    )


def _workers(items: Sequence[Item]) -> Iterator[Worker]:
    for item in items:
        if isinstance(item, DayPresence | PresenceEvent):
            yield item.worker
        elif isinstance(item, CorrectionRequest) and item.missing is not None:
            yield item.missing.worker


def _numbers(items: Sequence[Item], *, context: IntakeContext) -> set[int]:
    """Return the receipt numbers that are named, by themselves or by a reference of an earlier call."""
    named = [item for item in items if isinstance(item, Cancellation | CorrectionRequest)]
    references = {item.reference for item in named if isinstance(item, Cancellation) and item.registration_id is None}
    used = read_references(references, bringer=context.bringer, environment=context.environment)
    by_id = {item.registration_id for item in named if item.registration_id is not None}
    return by_id | {one.number for one in used.values()}
