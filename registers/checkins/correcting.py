"""Take requests to correct events, or to add missing ones, from employers and the self-employed (§2.6)."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from django.db import connection

from domain.brussels import brussels_date, end_of_day
from domain.checkins.codes import RefusalCode
from domain.checkins.items import CorrectionRequest, MissingEvent, Worker
from domain.checkins.outcomes import CorrectionTaken, Outcome, Refused
from domain.checkins.vocabulary import CorrectionState, PresenceKind
from evidence.audit import append_event
from registers.checkins.bringers import company_concerned
from registers.checkins.context import IntakeContext
from registers.checkins.corrected_versions import is_self_employed_there, may_be_self_employed_there
from registers.checkins.correction_notes import correction_actor
from registers.checkins.correction_targets import Target, begun_before_it, is_own, placed_one
from registers.checkins.correction_windows import is_late, last_day
from registers.checkins.drafts import offset_of
from registers.checkins.evidence_of_corrections import handed_in, owner_of
from registers.checkins.locking import lock_and_number
from registers.checkins.merged_meanwhile import require_unmerged
from registers.checkins.models import Correction, CorrectionEvidence, HandedInEvidence, Presence
from registers.checkins.new_workers import NOBODY, with_made
from registers.checkins.pending_corrections import MissingOne, PendingCorrections, read_pending
from registers.checkins.presence_tables import BROUGHT_FOR, OF_NO_COMPANY
from registers.checkins.records import PresenceRecord, employer_text, is_company, read_newest
from registers.checkins.standing import companies_covered
from registers.checkins.within_spells import Begun
from registers.persons.aliases import Alias

_NUMBERS = "SELECT nextval('checkins_correction_number') FROM generate_series(1, %s)"
BROUGHT_WITHIN = timedelta(days=31)
"""How far from a missing event of no company here a company has registered the person there, to be asked of it."""
_BroughtFor: TypeAlias = Mapping[tuple[int, str, str], str]
_UNKNOWN = Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,))
_DAY = Refused((RefusalCode.CORRECTION_TARGET_UNKNOWN,), detail="a presence on a day is cancelled and registered anew")


def request_corrections(items: Sequence[CorrectionRequest], *, context: IntakeContext) -> list[Outcome]:
    """Note each request, or say why not: P301 to P306, P204; in the running transaction.

    An employer asks for its own staff until the end of the days that the sector's rule gives after the registration date;
    a self-employed person asks for himself, and what comes later is taken and marked. Until its evidence is there a request
    is a draft, for a day.
    """
    named = {item.registration_id for item in items if item.registration_id is not None}
    known = read_newest(named, environment=context.environment)
    companies = companies_covered(context.by, at=context.received_at)
    aliases = _aliases_of(items, companies=companies, context=context)
    brought = _brought_for(companies, items, aliases, context=context)
    targets = [_target_of(item, known, aliases, brought, context=context) for item in items]
    held = {target.person_id for target in targets if target is not None} - {NOBODY.person_id}
    lock_and_number(held)
    require_unmerged(held)
    known = read_newest(named, environment=context.environment)
    targets = [_target_of(item, known, aliases, brought, context=context) for item in items]
    pending = _read_pending(items, targets, known, context=context)
    outcomes: list[Outcome] = []
    taken: list[tuple[CorrectionRequest, Target, bool]] = []
    places: list[int] = []
    for place, (item, found) in enumerate(zip(items, targets, strict=True)):
        record = known.get(item.registration_id or 0)
        begun = None if found is None else begun_before_it(item, found, record, pending, at=context.at)
        target = found if found is None or begun is None else found.in_the_sector_of(begun)
        refused = _refusal_of(item, target, record, begun, companies=companies, context=context)
        if refused is None and target is not None:
            refused = _refusal_among(item, target, pending, companies=companies, context=context)
        outcomes.append(refused or _UNKNOWN)
        if refused is None and target is not None:
            _add(item, target, pending)
            taken.append((item, target, is_late(item, target, context=context)))
            places.append(place)
    for place, outcome in zip(places, _write(taken, context=context), strict=True):
        outcomes[place] = outcome
    return outcomes


def _read_pending(
    items: Sequence[CorrectionRequest],
    targets: Sequence[Target | None],
    known: Mapping[int, PresenceRecord],
    *,
    context: IntakeContext,
) -> PendingCorrections:
    found = [(item, target) for item, target in zip(items, targets, strict=True) if target is not None]
    placed = (placed_one(item, target, known.get(item.registration_id or 0)) for item, target in found)
    return read_pending(
        {target.person_id for _, target in found},
        [one for one in placed if one is not None],
        environment=context.environment,
        limits=context.limits.days,
    )


def _refusal_among(
    item: CorrectionRequest,
    target: Target,
    pending: PendingCorrections,
    *,
    companies: Collection[str],
    context: IntakeContext,
) -> Refused | None:
    """Say what is registered so already (P306), and what waits already (P305); each named to whoever may see it."""
    missing = target.missing_one(item)
    there = None if missing is None else pending.registered_as(missing)
    if there is not None:
        of_himself = context.by.enterprise_number is None
        may_see = is_company(target.employer) or of_himself or company_concerned(there) in companies
        said = "is so" if there.is_newest else "was so, and was corrected since"
        return Refused(
            (RefusalCode.NOTHING_TO_CORRECT,), detail=f"registration {there.number} {said}" if may_see else ""
        )
    waiting = _waiting_for(target, missing, pending)
    if waiting is None:
        return None
    is_seen = pending.asked_for.get(waiting, "") in companies
    return Refused((RefusalCode.CORRECTION_PENDING,), waiting, f"request {waiting}" if is_seen else "")


def _waiting_for(target: Target, missing: MissingOne | None, pending: PendingCorrections) -> str | None:
    """Return the request of the same that waits; None for none, empty for one that is being made."""
    if missing is not None:
        return pending.of_missing(missing)
    return None if target.number is None else pending.of_target(target.number)


def _add(item: CorrectionRequest, target: Target, pending: PendingCorrections) -> None:
    if target.number is not None:
        pending.targets[target.number] = ""
    elif (missing := target.missing_one(item)) is not None:
        pending.missing[missing.person_id].append(missing)


def _target_of(
    item: CorrectionRequest,
    known: Mapping[int, PresenceRecord],
    aliases: Mapping[Worker, Alias],
    brought: _BroughtFor,
    *,
    context: IntakeContext,
) -> Target | None:
    """Return what the request is about; None for an unknown registration."""
    if item.missing is not None and item.corrected_at is not None:
        alias = aliases.get(item.missing.worker, NOBODY)
        return _missing_target(item.missing, item.corrected_at, alias, brought, context=context)
    record = known.get(item.registration_id or 0)
    return None if record is None else Target.of(record)


def workers_asked_for(
    items: Iterable[CorrectionRequest],
    *,
    known: Mapping[Worker, Alias],
    companies: frozenset[str],
    context: IntakeContext,
) -> set[Worker]:
    """Return the new workers for whom a missing event may be asked; what is refused of the others is so whoever they are."""
    fresh: set[Worker] = set()
    for item in items:
        if item.missing is not None and item.missing.worker not in known and item.corrected_at is not None:
            target = _missing_target(item.missing, item.corrected_at, NOBODY, {}, context=context)
            if _refusal_of(item, target, None, None, companies=companies, context=context) is None:
                fresh.add(item.missing.worker)
    return fresh


def _aliases_of(
    items: Sequence[CorrectionRequest], *, companies: frozenset[str], context: IntakeContext
) -> Mapping[Worker, Alias]:
    """Return the workers whose events are said to be missing; who is new is made unless all is refused."""
    named = {item.missing.worker for item in items if item.missing is not None}
    held = context.surroundings.aliases
    known = {**held, **context.aliases.find(named - set(held))}
    fresh = workers_asked_for(items, known=known, companies=companies, context=context)
    return with_made(known, fresh, context=context)


def _brought_for(
    companies: Collection[str],
    items: Iterable[CorrectionRequest],
    aliases: Mapping[Worker, Alias],
    *,
    context: IntakeContext,
) -> _BroughtFor:
    """Return who was brought for those companies, of those whose events of no company here are said to be missing.

    Each comes with his employer and work place, and the company for which he was brought there last. One query, where a
    request is of such an event.
    """
    asked = [
        (aliases[item.missing.worker].person_id, brussels_date(item.corrected_at))
        for item in items
        if item.missing is not None and item.missing.worker in aliases and item.corrected_at is not None
        if not is_company(employer_text(item.missing.employer))
    ]
    if not asked or not companies:
        return {}
    days = [day for _, day in asked]
    rows = Presence.objects.annotate(whose=BROUGHT_FOR).filter(
        OF_NO_COMPANY,
        environment=context.environment,
        whose__in=sorted(companies),
        person_id__in={person_id for person_id, _ in asked},
        registration_date__range=(min(days) - BROUGHT_WITHIN, max(days) + BROUGHT_WITHIN),
    )
    told = rows.order_by("registration_date", "number").values_list("person_id", "employer", "work_place", "whose")
    return {(person, employer, place): company for person, employer, place, company in told}


def _missing_target(
    missing: MissingEvent,
    corrected_at: datetime,
    alias: Alias,
    brought: _BroughtFor,
    *,
    context: IntakeContext,
) -> Target:
    day, employer = brussels_date(corrected_at), employer_text(missing.employer)
    place = context.places.get(missing.work_place_id)
    is_himself = context.by.enterprise_number is None and context.by.person_id == alias.person_id
    says_he_is = may_be_self_employed_there if is_himself else is_self_employed_there
    return Target(
        None,
        alias.person_id,
        alias.identifier_id,
        employer,
        brought.get((alias.person_id, employer, missing.work_place_id), ""),
        missing.work_place_id,
        str(missing.type),
        day,
        None if place is None else place.sector,
        alias != NOBODY and says_he_is(alias.person_id, employer, environment=context.environment, on=day),
    )


def _refusal_of(
    item: CorrectionRequest,
    target: Target | None,
    record: PresenceRecord | None,
    begun: Begun | None,
    *,
    companies: frozenset[str],
    context: IntakeContext,
) -> Refused | None:
    """Return what stands first against the request, whatever is registered beside its target or waits.

    `begun` is how the spell began that its event will go on with; None where it will begin one.
    """
    if target is None or not is_own(target, companies=companies, context=context):
        return _UNKNOWN
    if record is not None and record.is_cancelled:
        return Refused((RefusalCode.CORRECTION_TARGET_CANCELLED,))
    if record is not None and record.kind == PresenceKind.DAY:
        return _DAY
    if is_late(item, target, context=context) and not target.is_self_employed:
        last, day = last_day(item, target, context=context)
        said = f"what is of {day} was to be asked for until {last}"
        return Refused((RefusalCode.CORRECTION_WINDOW_CLOSED,), detail=said)
    if not _knows_events(item, target, begun, context=context):
        return Refused((RefusalCode.KIND_NOT_OF_SECTOR,))
    is_so = record is not None and _is_as_registered(item, record)
    return Refused((RefusalCode.NOTHING_TO_CORRECT,)) if is_so else None


def _is_as_registered(item: CorrectionRequest, record: PresenceRecord) -> bool:
    """Whether instant and work place would be those of the newest version (P306); an hour shown twice equals none but in UTC."""
    at = record.event_at if item.corrected_at is None else item.corrected_at.astimezone(UTC)
    return at == record.event_at and item.corrected_work_place in {None, record.work_place}


def _knows_events(item: CorrectionRequest, target: Target, begun: Begun | None, *, context: IntakeContext) -> bool:
    """Whether events are registered in the sector where the event will be, on the day that it will be of (P204).

    Where it goes on with a spell, those of its beginning do as well: no check-out is lost because a rule or a sector changed.
    """
    if item.missing is None and item.corrected_work_place is None:
        return True
    place = context.places.get(item.corrected_work_place or target.work_place)
    day = target.registration_date if item.corrected_at is None else brussels_date(item.corrected_at)
    asked = [(None if place is None else place.sector, day)]
    asked += [] if begun is None else [(begun.sector, begun.day)]
    rules = [context.rules.on(*one) for one in asked]
    return any(rule is None or PresenceKind.EVENT in rule.kinds for rule in rules)


def _write(taken: Sequence[tuple[CorrectionRequest, Target, bool]], *, context: IntakeContext) -> list[CorrectionTaken]:
    if not taken:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS, [len(taken)])
        serials = [serial for (serial,) in cursor.fetchall()]
    there = handed_in(
        {one.sha256 for item, _, _ in taken for one in item.evidence},
        owner=owner_of(context.by),
        environment=context.environment,
        shelf=context.shelf,
    )
    rows = [
        _row_of(item, target, serial=serial, is_late=is_late, there=there, context=context)
        for serial, (item, target, is_late) in zip(serials, taken, strict=True)
    ]
    Correction.objects.bulk_create(rows)
    CorrectionEvidence.objects.bulk_create(
        evidence
        for row, (item, _, _) in zip(rows, taken, strict=True)
        for evidence in _evidence_of(row, item, there=there, context=context)
    )
    for row in rows:
        append_event(
            "correction:requested",
            at=context.at,
            actor=correction_actor(context.by),
            environment=row.environment,
            correction=row.number,
            registration=row.target,
            state=row.state,
        )
    return [CorrectionTaken(row.number, CorrectionState(row.state), row.deadline, row.evidence_due_at) for row in rows]


def _row_of(
    item: CorrectionRequest,
    target: Target,
    *,
    serial: int,
    is_late: bool,
    there: Mapping[str, HandedInEvidence],
    context: IntakeContext,
) -> Correction:
    is_whole = all(one.sha256 in there for one in item.evidence)
    at = item.corrected_at
    deadline, _ = last_day(item, target, context=context)
    return Correction(
        environment=context.environment,
        number=f"C-{brussels_date(context.at):%Y%m%d}-{serial:07d}",
        target=target.number,
        person_id=target.person_id,
        identifier_id=target.identifier_id,
        employer=target.employer,
        work_place=target.work_place,
        event_type=target.event_type,
        registration_date=target.registration_date,
        deadline=deadline,
        corrected_at=None if at is None else at.astimezone(UTC),
        corrected_offset=None if at is None else offset_of(at),
        corrected_work_place=item.corrected_work_place or "",
        justification=item.justification,
        state=CorrectionState.SUBMITTED if is_whole else CorrectionState.DRAFT,
        is_late=is_late,
        channel=context.by.channel,
        asked_for=context.by.enterprise_number or "",
        asked_by=correction_actor(context.by),
        asked_at=context.received_at,
        evidence_due_at=_evidence_due_at(deadline, is_late=is_late, context=context),
        submitted_at=context.received_at if is_whole else None,
        brought_for=target.principal_of(context.by.enterprise_number),
    )


def _evidence_due_at(deadline: date, *, is_late: bool, context: IntakeContext) -> datetime:
    """Return until when evidence is waited for: never beyond the last day, unless no last day holds."""
    due_at = context.received_at + context.limits.evidence_within
    return due_at if is_late else min(due_at, end_of_day(deadline))


def _evidence_of(
    row: Correction, item: CorrectionRequest, *, there: Mapping[str, HandedInEvidence], context: IntakeContext
) -> Iterator[CorrectionEvidence]:
    for one in {one.sha256: one for one in item.evidence}.values():
        known = there.get(one.sha256)
        yield CorrectionEvidence(
            environment=context.environment,
            correction=row,
            file_name=one.file_name,
            sha256=one.sha256,
            media_type="" if known is None else known.media_type,
            size=None if known is None else known.size,
            stored_at=None if known is None else context.at,
            scanned_at=None if known is None else known.scanned_at,
            is_scan_noted=known is not None and known.is_scan_noted,
        )
