"""Register day presences and events: each alone, all in few statements, the same one only once (§2.2, §5.1)."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from domain.brussels import brussels_date
from domain.checkins.codes import RefusalCode, Remark
from domain.checkins.items import Worker
from domain.checkins.outcomes import Outcome, Refused, Registered
from domain.checkins.vocabulary import Sector
from registers.checkins.bringers import company_concerned
from registers.checkins.context import IntakeContext
from registers.checkins.drafts import Draft, draft_of, refusals_of, with_principal
from registers.checkins.event_reading import Concerned, PersonHistory, read_around
from registers.checkins.first_details import read_first_details
from registers.checkins.locking import lock_and_number
from registers.checkins.new_workers import NOBODY, Presented, with_made, workers_presented
from registers.checkins.presence_writing import PresenceDetails, write_presences
from registers.checkins.projecting import write_changes
from registers.checkins.records import PresenceRecord, employer_text, read_newest, registration_of, remarks_of
from registers.checkins.references import UsedReference, read_references, write_references
from registers.checkins.standing import Standing, standing_of
from registers.checkins.windows import Change, change
from registers.checkins.within_spells import may_be_of_a_spell, take_within_spells
from registers.checkins.worker_days import Clocking
from registers.persons.aliases import Alias
from registers.persons.merging import absorbed_by

_RETRIED_WITHIN = timedelta(hours=6)
"""How long after it came first an item without a day may be a retry over midnight; later the same words mean another day."""


@dataclass(frozen=True, slots=True)
class _Repeat:
    """An item that stands in the register already; a quiet one is answered as it was the first time.

    `sent` is what this item says, whose reference its answer names.
    """

    number: int
    is_quiet: bool
    sent: PresenceRecord

    def is_gone(self, known: PresenceRecord) -> bool:
        """Whether it was cancelled since, so that the item, unless its file is read again, wants what is no more."""
        return known.is_cancelled and not _is_rerun(self.sent, known)


@dataclass(slots=True)
class _Intake:
    """What is on the way, by the place of its item: what is new, what is repeated, what has its outcome.

    `known` are the registrations that were read, by receipt number, and `details` how events among them were captured that
    references name; `absorbed` the ids that persons had besides their own.
    """

    context: IntakeContext
    used: dict[str, UsedReference]
    known: dict[int, PresenceRecord] = field(default_factory=dict)
    details: dict[int, PresenceDetails] = field(default_factory=dict)
    absorbed: Mapping[int, Collection[int]] = field(default_factory=dict)
    outcomes: dict[int, Outcome] = field(default_factory=dict)
    fresh: dict[int, Draft] = field(default_factory=dict)
    repeated: dict[int, _Repeat] = field(default_factory=dict)
    taken: dict[tuple[object, ...], PresenceRecord] = field(default_factory=dict)
    references: list[UsedReference] = field(default_factory=list)

    def settle(self, place: int, draft: Draft) -> None:
        """Tell whether the item is new, a repeat, or refused for its reference."""
        self.outcomes.pop(place, None)
        record = draft.record
        used = self.used.get(record.reference) if record.reference else None
        if used is not None and not (self._is_same(used, draft) and self._is_captured_so(used, draft)):
            self.outcomes[place] = Refused((RefusalCode.REFERENCE_USED_OTHERWISE,))
        elif used is not None:
            self.repeated[place] = _Repeat(used.number, is_quiet=True, sent=record)
        else:
            self._settle_by_content(place, draft)

    def _is_same(self, used: UsedReference, draft: Draft) -> bool:
        """Whether the reference stands for the same content; an item without a day, for that of the day it was sent first.

        It was used for who the person was then, before another number was found to be his too.
        """
        days = {draft.record.registration_date}
        first = self.known.get(used.number)
        if not draft.is_dated and first and self.context.received_at - first.received_at <= _RETRIED_WITHIN:
            days.add(used.registration_date)
        people = draft.record.person_id, *self.absorbed.get(draft.record.person_id, ())
        return any(used.digest == draft.digest_as(person, day=day) for person in people for day in days)

    def _is_captured_so(self, used: UsedReference, draft: Draft) -> bool:
        """Whether the event was captured where and by what the one was that was registered under the reference.

        What stood there already when the reference came keeps what it was first told with, and nothing is compared; nor is
        a point that is kept no more.
        """
        known, details = self.known.get(used.number), self.details.get(used.number)
        if (
            known is None
            or details is None
            or (known.bringer, known.reference) != (self.context.bringer, used.reference)
        ):
            return True
        if details.capturing != draft.details.capturing:
            return False
        return details.point == draft.details.point or not self._keeps_point(known)

    def _keeps_point(self, known: PresenceRecord) -> bool:
        rule = self.context.rules.on(Sector(known.sector) if known.sector else None, known.registration_date)
        age = brussels_date(self.context.at) - known.registration_date
        return rule is None or age.days <= rule.keep_position_days

    def _settle_by_content(self, place: int, draft: Draft) -> None:
        record = draft.record
        known = self.taken.setdefault(record.key, record)
        if known is record:
            self.fresh[place] = draft
            self.known[record.number], self.details[record.number] = record, draft.details
        else:
            self.repeated[place] = _Repeat(known.number, _is_rerun(record, known), record)
        if record.reference:
            one = UsedReference(record.reference, draft.digest, known.number, known.registration_date)
            self.used[record.reference] = one
            self.references.append(one)


def register(
    items: Sequence[tuple[Presented, int | None]], *, context: IntakeContext
) -> tuple[list[Outcome], Callable[[], None]]:
    """Return what becomes of the items, in their order, and what writes it, of which nothing is read here.

    It is to be called once in the running transaction, before anything else is taken. Each item comes with its place in
    its file, or None. The numbers in it are sound, which the validators saw to.
    """
    employers = {employer_text(item.employer) for item, _ in items}
    standing = standing_of(context.by, employers=employers, at=context.received_at)
    drafts = _numbered_drafts(items, standing=standing, context=context)
    refused = {place: refusals_of(draft, standing=standing, context=context) for place, draft in enumerate(drafts)}
    sound = {
        place: with_principal(draft, day=draft.record.asked_day, standing=standing, context=context)
        for place, draft in enumerate(drafts)
        if not refused[place]
    }
    doubted = {place: draft for place, draft in enumerate(drafts) if refused[place] and may_be_of_a_spell(draft)}
    intake, histories = _open_intake([*sound.values(), *doubted.values()], context=context)
    intake.outcomes |= {place: Refused(codes) for place, codes in refused.items() if codes}
    for place, draft in sound.items():
        intake.settle(place, draft)
    take_within_spells(
        doubted, beside=intake.fresh, settle=intake.settle, histories=histories, standing=standing, context=context
    )
    changes = _changes(intake, histories)
    fresh = [(_with_fold(one.record, changes.get(one.record.person_id)), one.details) for one in intake.fresh.values()]
    for place, (record, _) in zip(intake.fresh, fresh, strict=True):
        intake.outcomes[place] = Registered(
            registration_of(record, bringer=context.bringer), remarks_of(record.remarks)
        )
    _answer_repeated(intake, standing=standing)

    def write() -> None:
        write_references(intake.references, bringer=context.bringer, environment=context.environment)
        write_presences(fresh, environment=context.environment)
        write_changes(changes, histories, environment=context.environment, at=context.at)

    return [intake.outcomes[place] for place in range(len(items))], write


def _numbered_drafts(
    items: Sequence[tuple[Presented, int | None]], *, standing: Standing, context: IntakeContext
) -> list[Draft]:
    """Return the registrations asked for, their persons and references held until the transaction ends."""
    found = context.surroundings
    aliases = found.aliases if found.serials else _make_aliases(items, standing=standing, context=context)
    serials = found.serials or lock_and_number(
        {alias.person_id for alias in aliases.values()},
        references={(context.bringer, item.reference) for item, _ in items if item.reference},
        serials=len(items),
    )
    return [
        draft_of(item, alias=aliases.get(item.worker, NOBODY), serial=serial, seq=seq, context=context)
        for (item, seq), serial in zip(items, serials, strict=True)
    ]


def _open_intake(drafts: Sequence[Draft], *, context: IntakeContext) -> tuple[_Intake, Mapping[int, PersonHistory]]:
    """Return an intake of these, of which nothing is settled yet, and what was read of their persons."""
    histories = read_around(_concerned(drafts), environment=context.environment, limits=context.limits.days)
    used = _read_used(drafts, context=context)
    rows = [record for history in histories.values() for record in history.records] if used else []
    details, absorbed = _read_details(drafts, used, context=context), _read_absorbed(drafts, used)
    intake = _Intake(context, used, {record.number: record for record in rows}, details, absorbed)
    for history in histories.values():
        intake.taken |= {record.key: record for record in history.records if record.slot == 0}
    return intake, histories


def _make_aliases(
    items: Sequence[tuple[Presented, int | None]], *, standing: Standing, context: IntakeContext
) -> Mapping[Worker, Alias]:
    known = context.surroundings.aliases
    fresh = workers_presented([item for item, _ in items], known=known, standing=standing, context=context)
    return with_made(known, fresh, context=context)


def _read_used(drafts: Iterable[Draft], *, context: IntakeContext) -> dict[str, UsedReference]:
    references = {draft.record.reference for draft in drafts if draft.record.reference}
    return read_references(references, bringer=context.bringer, environment=context.environment)


def _read_details(
    drafts: Iterable[Draft], used: Mapping[str, UsedReference], *, context: IntakeContext
) -> dict[int, PresenceDetails]:
    """Return how events were captured that the references of drafts name; none for days, which are captured nowhere."""
    told = [used.get(draft.record.reference) for draft in drafts if draft.clocking is not None]
    dates = {one.number: one.registration_date for one in told if one is not None}
    return read_first_details(dates, environment=context.environment)


def _read_absorbed(drafts: Iterable[Draft], used: Mapping[str, UsedReference]) -> Mapping[int, Collection[int]]:
    """Return whom the persons absorbed of whose drafts a reference tells other content; one query, none for none."""
    told = [(draft, used.get(draft.record.reference)) for draft in drafts]
    return absorbed_by(
        {draft.record.person_id for draft, one in told if one is not None and one.digest != draft.digest}
    )


def _changes(intake: _Intake, histories: Mapping[int, PersonHistory]) -> dict[int, Change]:
    """Return what the new events make of the spells of their persons, and of the remarks of their other events."""
    context = intake.context
    added: dict[int, list[Clocking]] = {}
    for draft in intake.fresh.values():
        if draft.clocking is not None:
            added.setdefault(draft.record.person_id, []).append(draft.clocking)
    return {
        person: change(histories[person].bearing, added=events, limits=context.limits.days, at=context.at)
        for person, events in added.items()
    }


def _with_fold(record: PresenceRecord, folded: Change | None) -> PresenceRecord:
    if folded is None or record.event_at is None:
        return record
    said = folded.after.remarks_of(record.number)
    if not said:
        return record
    return replace(record, remarks=[*record.remarks, *(remark.name for remark in said)])


def _answer_repeated(intake: _Intake, *, standing: Standing) -> None:
    """Answer with the registration that stands; who sent it anew is told that it does, under the reference he sent.

    A reference whose registration was cancelled is refused: the answer would read as if something stood there.
    """
    context = intake.context
    here = {one.registration.id: one.registration for one in intake.outcomes.values() if isinstance(one, Registered)}
    stored = read_newest({one.number for one in intake.repeated.values()} - set(here), environment=context.environment)
    for place, repeat in intake.repeated.items():
        known = stored.get(repeat.number)
        if known is not None and repeat.is_gone(known):
            intake.outcomes[place] = Refused((RefusalCode.REFERENCE_CANCELLED,))
            continue
        if known is not None and not _may_be_shown(known, standing=standing):
            intake.outcomes[place] = _without_what_stands(repeat, context=context)
            continue
        registration = here.get(repeat.number) or registration_of(stored[repeat.number], bringer=context.bringer)
        registration = replace(registration, reference=repeat.sent.reference or registration.reference)
        told = () if repeat.is_quiet else (Remark.ALREADY_REGISTERED,)
        intake.outcomes[place] = Registered(registration, (*told, *registration.remarks))


def _may_be_shown(known: PresenceRecord, *, standing: Standing) -> bool:
    """Whether who sends it anew may read what stands: his own, his staff's, and what he or his principals brought (§3)."""
    if standing.by.enterprise_number is None:
        return known.person_id == standing.by.person_id
    return bool({known.employer, company_concerned(known)} & standing.companies)


def _without_what_stands(repeat: _Repeat, *, context: IntakeContext) -> Registered:
    """Return what was sent, under the number of another company's registration, of which nothing else is told."""
    sent = replace(repeat.sent, number=repeat.number, remarks=[])
    registration = registration_of(sent, bringer=context.bringer)
    return Registered(registration, (Remark.ALREADY_REGISTERED,), is_shown=False)


def _is_rerun(record: PresenceRecord, known: PresenceRecord) -> bool:
    """Whether it is the very item of the very file that was registered before."""
    return (
        record.submission_id is not None
        and (record.submission_id, record.seq) == (known.submission_id, known.seq)
        and record.seq is not None
    )


def _concerned(drafts: Iterable[Draft]) -> dict[int, Concerned]:
    concerned: dict[int, Concerned] = {}
    for draft in drafts:
        one = concerned.setdefault(draft.record.person_id, Concerned())
        if draft.record.event_at is None:
            one.days.add(draft.record.registration_date)
        else:
            one.instants.append(draft.record.event_at)
    return concerned
