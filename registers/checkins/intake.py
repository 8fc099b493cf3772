"""Take items into the register: the one way in for files, web services and pages."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import TypeAlias, assert_never

from django.db import OperationalError, transaction

from domain.checkins.items import Cancellation, CorrectionRequest, DayPresence, Item, PresenceEvent
from domain.checkins.limits import CheckInLimits
from domain.checkins.outcomes import Cancelled, CorrectionTaken, Declarant, Outcome, Refused, Registered
from evidence.audit import append_event
from evidence.prepared import sent_together
from registers.checkins.cancelling import cancel
from registers.checkins.context import IntakeContext, bringer_of
from registers.checkins.correcting import request_corrections
from registers.checkins.evidence_of_corrections import NO_SHELF, EvidenceShelf
from registers.checkins.holding import hold_everyone
from registers.checkins.locking import hold_off_others_of_many
from registers.checkins.merged_meanwhile import PersonMergedError, is_of_a_merging
from registers.checkins.registering import register
from registers.checkins.surroundings import Surroundings, read_surroundings
from registers.persons.aliases import Aliases
from registers.persons.merging import current_id

_Numbered: TypeAlias = tuple[Item, int | None]
_Write: TypeAlias = Callable[[], None]


def take_items(
    items: Sequence[Item],
    *,
    by: Declarant,
    received_at: datetime,
    at: datetime,
    aliases: Aliases,
    limits: CheckInLimits,
    seqs: Sequence[int] | None = None,
    shelf: EvidenceShelf = NO_SHELF,
) -> list[Outcome]:
    """Judge each item alone by what the register knows, and return what became of each, in order; one transaction.

    Shapes, check digits and dates were judged before (`judge_item`); what is asked here are sector rules (P204, P207),
    mandates (P205), references (P206), and for cancellations and corrections 1, 7 to 11 and P301 to P307. `received_at` is
    the instant of reception, as of which mandates count, and `at` that of processing; `seqs` are the places of the items in
    their file, by which a file that is taken anew is answered as it was; `shelf` knows which documents were handed in already.
    Few statements, however many items; 200 at most are meant. What had to wait until two persons were one is taken for that one.
    """
    take = partial(
        _take_all, items, received_at=received_at, at=at, aliases=aliases, limits=limits, seqs=seqs, shelf=shelf
    )
    try:
        return take(by=by)
    except (PersonMergedError, OperationalError) as trouble:
        if not is_of_a_merging(trouble):
            raise
        return take(by=_as_known_now(by))


def hold_items(
    items: Sequence[Item],
    *,
    by: Declarant,
    received_at: datetime,
    at: datetime,
    aliases: Aliases,
    limits: CheckInLimits,
) -> None:
    """Hold at once, until the running transaction ends, whom items concern that several calls of it bring; take nothing.

    Call after call would hold them in the order of the items, and wait in a circle with who holds them in that of all others.
    Transactions that hold so many go one at a time: OthersFirstError while another one does.
    """
    hold_off_others_of_many()
    context = IntakeContext(
        by=by,
        received_at=received_at,
        at=at,
        aliases=aliases,
        limits=limits,
        surroundings=read_surroundings(_places_named(items), aliases=aliases),
        shelf=NO_SHELF,
    )
    hold_everyone(items, context=context)


@transaction.atomic
def _take_all(
    items: Sequence[Item],
    *,
    by: Declarant,
    received_at: datetime,
    at: datetime,
    aliases: Aliases,
    limits: CheckInLimits,
    seqs: Sequence[int] | None,
    shelf: EvidenceShelf,
) -> list[Outcome]:
    numbered: list[_Numbered] = list(zip(items, _places_in_file(items, seqs), strict=True))
    runs = [list(run) for _, run in groupby(numbered, key=lambda one: _group(one[0]))]
    surroundings = _read_surroundings(items, by=by, aliases=aliases, is_mixed=len(runs) > 1)
    context = IntakeContext(
        by=by,
        received_at=received_at,
        at=at,
        aliases=aliases,
        limits=limits,
        surroundings=surroundings,
        shelf=shelf,
    )
    if len(runs) > 1:
        context = replace(context, surroundings=replace(surroundings, aliases=hold_everyone(items, context=context)))
    outcomes: list[Outcome] = []
    write = _nothing
    for run in runs:
        write()
        taken, write = _take(run, context=context)
        outcomes += taken
    with sent_together():
        write()
        _note(outcomes, by=by, at=at)
    return outcomes


def _as_known_now(by: Declarant) -> Declarant:
    """Return the declarant as who he is by now: he may be the person who became another one."""
    return by if by.person_id is None else replace(by, person_id=current_id(by.person_id))


def _read_surroundings(items: Sequence[Item], *, by: Declarant, aliases: Aliases, is_mixed: bool) -> Surroundings:
    """Read what the items meet; registrations alone hold their workers by that, mixed items all that they concern later."""
    registrations = [item for item in items if isinstance(item, DayPresence | PresenceEvent) and not is_mixed]
    return read_surroundings(
        _places_named(items),
        {item.worker for item in registrations},
        references={(bringer_of(by), item.reference) for item in registrations if item.reference},
        serials=len(registrations),
        aliases=aliases,
    )


def _take(run: Sequence[_Numbered], *, context: IntakeContext) -> tuple[list[Outcome], _Write]:
    """Take neighbouring items of one group, and return what became of them and what is still to be written."""
    registrations = [(item, seq) for item, seq in run if isinstance(item, DayPresence | PresenceEvent)]
    if registrations:
        return register(registrations, context=context)
    cancellations = [item for item, _ in run if isinstance(item, Cancellation)]
    if cancellations:
        return cancel(cancellations, context=context), _nothing
    requests = [item for item, _ in run if isinstance(item, CorrectionRequest)]
    return request_corrections(requests, context=context), _nothing


def _nothing() -> None:
    """Write nothing."""


def _group(item: Item) -> int:
    match item:
        case DayPresence() | PresenceEvent():
            return 0
        case Cancellation():
            return 1
        case CorrectionRequest():
            return 2
        case _:
            assert_never(item)


def _places_in_file(items: Sequence[Item], seqs: Sequence[int] | None) -> Sequence[int | None]:
    return [None for _ in items] if seqs is None else seqs


def _places_named(items: Sequence[Item]) -> set[str]:
    named = {item.work_place_id for item in items if isinstance(item, DayPresence | PresenceEvent)}
    asked = [item for item in items if isinstance(item, CorrectionRequest)]
    missing = {item.missing.work_place_id for item in asked if item.missing is not None}
    return named | missing | {item.corrected_work_place for item in asked if item.corrected_work_place is not None}


def _note(outcomes: Sequence[Outcome], *, by: Declarant, at: datetime) -> None:
    """Record what came in, as one event: by whom, how many, and the first and last receipt number."""
    numbers = [one.registration.id for one in outcomes if isinstance(one, Registered)]
    append_event(
        "presence:taken",
        at=at,
        actor=by.sender or by.enterprise_number or f"person {by.person_id}",
        submission_id=by.batch_id,
        environment=str(by.environment),
        channel=str(by.channel),
        registered=len(numbers),
        cancelled=sum(isinstance(one, Cancelled) for one in outcomes),
        corrections=sum(isinstance(one, CorrectionTaken) for one in outcomes),
        refused=sum(isinstance(one, Refused) for one in outcomes),
        first=min(numbers, default=None),
        last=max(numbers, default=None),
    )
