"""Do what was declared before: on its day, or after a manager let its file pass; the rules are looked at again."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.access.actors import Actor
from domain.access.deadlines import end_of_days
from domain.access.services import ServiceGroup
from domain.access_anomalies import AccessAnomaly, object_to
from domain.access_declarations import ACCESS_MESSAGE, DeclaringEntity, FiledForm, JudgedAccessForm, JudgedDeclaration
from domain.access_states import DeclaredState
from domain.student_declarations import FormHeader, Reference
from registers.access.declarations.copying import update_rows
from registers.access.declarations.filing import AccessFile
from registers.access.declarations.records import (
    KEPT,
    FormRecord,
    Outcome,
    content_of,
    tell_records,
    write_finding,
)
from registers.access.declarations.registers import AccessRegister
from registers.access.declarations.sides import FilingTime
from registers.access.declarations.tasks import ask_for_declarations
from registers.access.declarations.telling import tell_chief, tell_persons
from registers.access.declarations.visiting import Visit
from registers.access.models import DeclaredAccess, DeclaredForm

_MOVED = (
    ("state", "text"),
    ("findings", "jsonb"),
    ("person_id", "bigint"),
    ("account_id", "bigint"),
    ("appointment_id", "bigint"),
    ("technical_user", "text"),
    ("key_id", "text"),
    ("ciphertext", "bytea"),
    ("due_on", "date"),
    ("expires_at", "timestamptz"),
    ("settled_at", "timestamptz"),
)


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form with those of its declarations that are to be done now, locked, in their order."""

    form: DeclaredForm
    rows: Sequence[DeclaredAccess]


def redo(
    kept: Sequence[KeptForm],
    file: AccessFile,
    *,
    register: AccessRegister,
    time: FilingTime,
    refused: DeclaredState,
    occasion: str,
) -> list[FiledForm]:
    """Do the declarations in the running transaction, and return what is told of each form.

    `refused` is the state of what a rule stands against now; `occasion` tells this time from others that the same file was
    worked on. All forms are of one file.
    """
    forms = [_form_of(one, register) for one in kept]
    visit = Visit.begin(forms, file.side, register=register, environment=file.environment, at=time.filed_at)
    records = []
    for one, form in zip(kept, forms, strict=True):
        by = Actor.sender(
            file.side.sender, entity_id=visit.own_entity, file=file.side.file_name, form=one.form.reference
        )
        against = _against_side(form, visit, file)
        outcomes = [
            _not_any_more(judged, row.ticket, against, refused)
            if against
            else _again(visit.do(judged, form, ticket=row.ticket, by=by, time=time), refused)
            for judged, row in zip(form.declarations, one.rows, strict=True)
        ]
        records.append(FormRecord(form, b"", one.form.entity_id, outcomes))
    visit.write(at=time.filed_at)
    visit.settle([record.outcomes for record in records])
    for one, record in zip(kept, records, strict=True):
        _move(one.rows, record.outcomes, time=time)
    tell_persons(records, file.environment, has_keys=register.has_keys(), at=time.filed_at)
    tell_chief(
        records,
        file.environment,
        file_name=file.side.file_name,
        ticket=file.ticket,
        occasion=occasion,
        at=time.filed_at,
    )
    ask_for_declarations(records, file.environment, at=time.filed_at)
    return tell_records(records)


def _form_of(kept: KeptForm, register: AccessRegister) -> JudgedAccessForm:
    form = kept.form
    declarations = []
    for row in kept.rows:
        declared = content_of(row, persons=register.persons)
        declarations.append(JudgedDeclaration(row.number, row.seq, declared, ()))
    return JudgedAccessForm(
        index=form.form_index,
        header=FormHeader(*form.header) if form.header else None,
        reference=Reference("1", "1", form.reference) if form.reference else None,
        entity=DeclaringEntity(form.company, form.quality),
        declarations=tuple(declarations),
    )


def _against_side(form: JudgedAccessForm, visit: Visit, file: AccessFile) -> str:
    """Return why whoever declared a form may do so no more, empty where he may (access §8.3, 001 and 002)."""
    desk, side = visit.register.desk, file.side
    if not desk.may_deliver(side.sender, ACCESS_MESSAGE, file.environment):
        return "the sender may declare access no more"
    place = ("", "") if form.entity is None else (form.entity.company, form.entity.quality)
    groups = visit.worlds[place].groups if place in visit.worlds else None
    if groups is not None and ServiceGroup.ACCESS_MANAGEMENT not in groups:
        return "the mandate for access is over"
    return ""


def _not_any_more(judged: JudgedDeclaration, ticket: str, against: str, refused: DeclaredState) -> Outcome:
    finding = object_to(AccessAnomaly.NO_LONGER_ENTITLED, against, location=judged.location)
    return Outcome(judged, ticket, refused, (*judged.findings, finding))


def _again(outcome: Outcome, refused: DeclaredState) -> Outcome:
    return replace(outcome, state=refused) if outcome.state is DeclaredState.REFUSED else outcome


def _move(rows: Sequence[DeclaredAccess], outcomes: Sequence[Outcome], *, time: FilingTime) -> None:
    """Let the rows say where the declarations stand now; what is done is forgotten."""
    moved = []
    for row, outcome in zip(rows, outcomes, strict=True):
        is_kept = outcome.state in KEPT
        waits = outcome.state is DeclaredState.PENDING_CONFIRMATION
        moved.append(
            (
                row.pk,
                str(outcome.state),
                json.dumps([write_finding(finding) for finding in outcome.findings]),
                outcome.person_id,
                outcome.account_id,
                outcome.appointment_id,
                outcome.technical_user,
                row.key_id if is_kept else "",
                bytes(row.ciphertext) if is_kept else b"",
                row.effective_date if outcome.state is DeclaredState.SCHEDULED else None,
                end_of_days(time.filed_at) if waits else None,
                None if is_kept else time.filed_at,
            )
        )
    update_rows(DeclaredAccess, _MOVED, moved)
