"""File the forms of one file of access declarations in the running transaction, in strict order, each declaration whole.

A repeated form has no second effect and the same answer. A file that would shut out too many users is decided, taken back,
and kept until a manager confirms it.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from domain.access.actors import Actor
from domain.access.deadlines import end_of_days
from domain.access_anomalies import AccessAnomaly, object_to
from domain.access_declarations import FiledForm, JudgedAccessForm
from domain.access_states import DeclaredState
from domain.environments import Environment
from domain.findings import Finding, Severity
from domain.tickets import Ticket
from registers.access.declarations.guarding import shuts_out_too_many
from registers.access.declarations.records import (
    FormRecord,
    Outcome,
    find_accepted,
    keep,
    key_digest,
    rows_of,
    tell_again,
    tell_records,
)
from registers.access.declarations.registers import AccessRegister
from registers.access.declarations.sides import DeclaringSide, FilingTime
from registers.access.declarations.tasks import ask_for_declarations, ask_for_file
from registers.access.declarations.telling import tell_chief, tell_persons
from registers.access.declarations.visiting import Visit
from registers.access.models import DeclaredForm
from registers.persons.models import Person


@dataclass(frozen=True, slots=True)
class AccessFile:
    """The file whose forms are filed: the submission, its environment, its ticket, and who sent it."""

    submission_id: int
    environment: Environment
    ticket: str
    side: DeclaringSide


def file_forms(
    forms: Sequence[JudgedAccessForm], file: AccessFile, *, register: AccessRegister, time: FilingTime
) -> list[FiledForm]:
    """File every form and return what is told of each, in their order. Nothing is durable before the caller commits.

    The caller holds the sender, so that nobody files the same forms meanwhile. Raises IntegrityError when the file was filed before.
    """
    references = {form.reference.number for form in forms if form.reference is not None}
    known = find_accepted(references, environment=file.environment, sender=file.side.sender)
    digests = {form.index: key_digest(form, register.keys) for form in forms}
    repeated, fresh, told = [], [], dict[int, FiledForm]()
    seen: dict[str, JudgedAccessForm] = {}
    for form in forms:
        reference = "" if form.reference is None else form.reference.number
        before, earlier = known.get(reference), seen.get(reference)
        if before is not None and bytes(before.digest) == digests[form.index]:
            repeated.append((form, before))
        elif before is not None or (earlier is not None and digests[earlier.index] != digests[form.index]):
            fresh.append(_refused_as_used(form))
        elif earlier is not None:
            told[form.index] = FiledForm(form.index, form.header, reference, "", ())
        else:
            fresh.append(form)
            seen[reference] = form
    records = _file_fresh(fresh, file, digests, register=register, time=time)
    filed = {one.index: one for one in tell_records(records)}
    filed |= _tell_again(repeated)
    for index, twin in told.items():
        filed[index] = replace(filed[seen[twin.reference].index], index=index, header=twin.header)
    return [filed[form.index] for form in forms]


def _file_fresh(
    forms: Sequence[JudgedAccessForm],
    file: AccessFile,
    digests: dict[int, bytes],
    *,
    register: AccessRegister,
    time: FilingTime,
) -> list[FormRecord]:
    """Decide about the forms and keep what became of them; held back where they shut out too many."""
    if not forms:
        return []
    held_until: datetime | None = None
    with transaction.atomic():
        visit = Visit.begin(forms, file.side, register=register, environment=file.environment, at=time.filed_at)
        outcomes = decide_forms(forms, visit, file, register=register, time=time)
        if shuts_out_too_many(visit.worlds.values(), share=register.lockout_percent):
            held_until = end_of_days(time.filed_at)
            transaction.set_rollback(True)
        else:
            visit.write(at=time.filed_at)
    if held_until is not None:
        known = _still_known([one for of_form in outcomes.values() for one in of_form])
        outcomes = {index: [_hold(one, known) for one in of_form] for index, of_form in outcomes.items()}
    entities = {form.index: visit.entity_of(form) for form in forms}
    records = [FormRecord(form, digests[form.index], entities[form.index], outcomes[form.index]) for form in forms]
    if held_until is None:
        visit.settle(outcomes.values())
    keep(
        records,
        submission_id=file.submission_id,
        environment=file.environment,
        sender=file.side.sender,
        received_at=time.received_at,
        persons=register.persons,
        at=time.filed_at,
        held_until=held_until,
    )
    if held_until is None:
        _tell(records, file, register=register, at=time.filed_at)
    else:
        name, ticket = file.side.file_name, file.ticket
        ask_for_file(records, file.environment, file_name=name, ticket=ticket, at=time.filed_at)
    return records


def _tell(records: Sequence[FormRecord], file: AccessFile, *, register: AccessRegister, at: datetime) -> None:
    """Tell who is concerned of what is done."""
    name, ticket, environment = file.side.file_name, file.ticket, file.environment
    tell_persons(records, environment, has_keys=register.has_keys(), at=at)
    tell_chief(records, environment, file_name=name, ticket=ticket, at=at)
    ask_for_declarations(records, environment, at=at)


def decide_forms(
    forms: Sequence[JudgedAccessForm],
    visit: Visit,
    file: AccessFile,
    *,
    register: AccessRegister,
    time: FilingTime,
) -> dict[int, list[Outcome]]:
    """Return what becomes of every declaration, by the index of its form, done in the worlds of the visit."""
    new_ticket = _tickets(register)
    outcomes: dict[int, list[Outcome]] = {}
    for form in forms:
        by = _actor(form, visit, file)
        outcomes[form.index] = [visit.do(one, form, ticket=new_ticket(), by=by, time=time) for one in form.declarations]
    return outcomes


def _actor(form: JudgedAccessForm, visit: Visit, file: AccessFile) -> Actor:
    reference = "" if form.reference is None else form.reference.number
    return Actor.sender(file.side.sender, entity_id=visit.own_entity, file=file.side.file_name, form=reference)


def _tickets(register: AccessRegister) -> Callable[[], str]:
    return lambda: str(Ticket.from_random(register.randomness(16)))


def _still_known(outcomes: Sequence[Outcome]) -> set[int]:
    """Return the persons of the outcomes who were there before: whom a file that is held back enters goes with the rest."""
    persons = {one.person_id for one in outcomes if one.person_id is not None}
    return set(Person.objects.filter(pk__in=persons).values_list("pk", flat=True))


def _hold(outcome: Outcome, known: Collection[int]) -> Outcome:
    """Return the outcome of a declaration whose file is held back: what is refused stays refused, all else waits."""
    if outcome.state is DeclaredState.REFUSED:
        person = outcome.person_id if outcome.person_id in known else None
        return replace(outcome, person_id=person, account_id=None, appointment_id=None)
    held = object_to(AccessAnomaly.MASS_LOCKOUT, "a manager has to confirm the file", location=outcome.judged.location)
    return Outcome(outcome.judged, outcome.ticket, DeclaredState.RECEIVED, (*outcome.findings, held))


def _refused_as_used(form: JudgedAccessForm) -> JudgedAccessForm:
    """Return the form refused for a reference that another file used up since this one was acknowledged."""
    used = Finding(
        str(AccessAnomaly.REFERENCE_USED), Severity.BLOCKING, AccessAnomaly.REFERENCE_USED.sentence, tag="ReferenceNbr"
    )
    refused = tuple(replace(one, findings=(*one.findings, used)) for one in form.declarations)
    return replace(form, declarations=refused)


def _tell_again(repeated: Sequence[tuple[JudgedAccessForm, DeclaredForm]]) -> dict[int, FiledForm]:
    rows = rows_of([before.pk for _, before in repeated])
    return {
        form.index: replace(tell_again(before, rows.get(before.pk, []), index=form.index), header=form.header)
        for form, before in repeated
    }
