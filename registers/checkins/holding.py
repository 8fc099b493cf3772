"""Hold all persons and references that mixed items concern by one call, so that two deliveries never wait for each other."""

from collections.abc import Mapping, Sequence

from domain.checkins.items import Cancellation, CorrectionRequest, DayPresence, Item, PresenceEvent, Worker
from registers.checkins.context import IntakeContext
from registers.checkins.correcting import workers_asked_for
from registers.checkins.locking import lock_and_number
from registers.checkins.new_workers import with_made, workers_presented
from registers.checkins.records import employer_text, read_newest
from registers.checkins.references import read_references
from registers.checkins.standing import companies_covered, standing_of
from registers.persons.aliases import Alias


def hold_everyone(items: Sequence[Item], *, context: IntakeContext) -> Mapping[Worker, Alias]:
    """Let nobody else change what the items concern until the transaction ends; return who the workers are.

    Workers who are new are made, but for those of whom nothing will be taken. Each group of neighbouring items holds its
    own as well, which is then without effect.
    """
    aliases = _workers_of(items, context=context)
    known = read_newest(_numbers(items, context=context), environment=context.environment)
    lock_and_number(
        {alias.person_id for alias in aliases.values()} | {record.person_id for record in known.values()},
        references={
            (context.bringer, item.reference)
            for item in items
            if isinstance(item, DayPresence | PresenceEvent) and item.reference
        },
    )
    return aliases


def _workers_of(items: Sequence[Item], *, context: IntakeContext) -> Mapping[Worker, Alias]:
    presented = [item for item in items if isinstance(item, DayPresence | PresenceEvent)]
    missing = [item for item in items if isinstance(item, CorrectionRequest) and item.missing is not None]
    named = {item.worker for item in presented} | {one.missing.worker for one in missing if one.missing is not None}
    known = context.aliases.find(named)
    if len(known) == len(named):
        return known
    employers = {employer_text(item.employer) for item in presented}
    standing = standing_of(context.by, employers=employers, at=context.received_at)
    fresh = workers_presented(presented, known=known, standing=standing, context=context)
    if missing:
        companies = companies_covered(context.by, at=context.received_at)
        fresh |= workers_asked_for(missing, known=known, companies=companies, context=context)
    return with_made(known, fresh, context=context)


def _numbers(items: Sequence[Item], *, context: IntakeContext) -> set[int]:
    """Return the receipt numbers that are named, by themselves or by a reference of an earlier call."""
    named = [item for item in items if isinstance(item, Cancellation | CorrectionRequest)]
    references = {item.reference for item in named if isinstance(item, Cancellation) and item.registration_id is None}
    used = read_references(references, bringer=context.bringer, environment=context.environment)
    by_id = {item.registration_id for item in named if item.registration_id is not None}
    return by_id | {one.number for one in used.values()}
