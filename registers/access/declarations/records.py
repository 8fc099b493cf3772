"""Keep what became of forms and declarations, find what was answered before, and tell it again."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.access.deadlines import end_of_days
from domain.access_declarations import (
    AccessDeclaration,
    FiledDeclaration,
    FiledForm,
    JudgedAccessForm,
    JudgedDeclaration,
)
from domain.access_states import DeclaredFormState, DeclaredState
from domain.environments import Environment
from domain.findings import Finding, Location, Severity
from domain.student_declarations import FormHeader
from registers.access.declarations.contents import KINDS, digest_of, read_declaration, write_declaration
from registers.access.declarations.copying import copy_rows
from registers.access.models import DeclaredAccess, DeclaredForm
from registers.persons.numbers import PersonDirectory, PersonKeys

_COLUMNS = (
    *("environment", "form_id", "number", "seq", "ticket", "action", "subject", "effective_date", "state", "result"),
    *("findings", "person_id", "account_id", "appointment_id", "technical_user", "key_id", "ciphertext", "due_on"),
    *("expires_at", "settled_at"),
)
KEPT = frozenset({DeclaredState.RECEIVED, DeclaredState.SCHEDULED, DeclaredState.PENDING_CONFIRMATION})
"""States in which a declaration is still to be done, so that what it says is kept."""


@dataclass(slots=True)
class Outcome:
    """What became of one declaration of a form, while its file is filed."""

    judged: JudgedDeclaration
    ticket: str
    state: DeclaredState
    findings: tuple[Finding, ...] = ()
    person_id: int | None = None
    account_name: str = ""
    account_id: int | None = None
    appointment_id: int | None = None
    technical_user: str = ""

    @property
    def result(self) -> int:
        """The ResultCode that is told of it."""
        return RESULTS[self.state]

    @property
    def declared(self) -> AccessDeclaration | None:
        """What it says."""
        return self.judged.declared


RESULTS: Mapping[DeclaredState, int] = {
    DeclaredState.RECEIVED: 2,
    DeclaredState.PENDING_CONFIRMATION: 2,
    DeclaredState.REFUSED: 0,
    DeclaredState.DECLINED: 0,
    DeclaredState.LAPSED: 0,
    DeclaredState.FAILED_AT_APPLY: 0,
    DeclaredState.CONFIRMED: 1,
    DeclaredState.SCHEDULED: 1,
    DeclaredState.APPLIED: 1,
}


@dataclass(frozen=True, slots=True)
class FormRecord:
    """A form with what became of its declarations, ready to be kept."""

    form: JudgedAccessForm
    digest: bytes
    entity_id: int | None
    outcomes: Sequence[Outcome]


def key_digest(form: JudgedAccessForm, keys: PersonKeys) -> bytes:
    """Return what tells whether a form says the same as another; nobody without the key can guess from it what it says."""
    return keys.lookup(digest_of(form))


def find_accepted(references: Collection[str], *, environment: Environment, sender: str) -> dict[str, DeclaredForm]:
    """Return the forms of the sender that were accepted under those references. One query."""
    rows = DeclaredForm.objects.filter(
        environment=environment, sender=sender, reference__in=list(references), is_accepted=True
    )
    return {row.reference: row for row in rows}


def keep(
    records: Sequence[FormRecord],
    *,
    submission_id: int,
    environment: Environment,
    sender: str,
    received_at: datetime,
    persons: PersonDirectory,
    at: datetime,
    held_until: datetime | None = None,
) -> None:
    """Keep the forms and their declarations in the running transaction; until `held_until` they wait for a manager."""
    state = DeclaredFormState.FILED if held_until is None else DeclaredFormState.AWAITING_CONFIRMATION
    rows = DeclaredForm.objects.bulk_create(
        [
            DeclaredForm(
                environment=environment,
                submission_id=submission_id,
                form_index=record.form.index,
                sender=sender,
                reference="" if record.form.reference is None else record.form.reference.number,
                digest=record.digest,
                is_accepted=record.form.reference is not None and any(one.result for one in record.outcomes),
                header=[] if record.form.header is None else list(record.form.header),
                company="" if record.form.entity is None else record.form.entity.company,
                entity_id=record.entity_id,
                quality="" if record.form.entity is None else record.form.entity.quality,
                state=state if any(one.state is DeclaredState.RECEIVED for one in record.outcomes) else "FILED",
                received_at=received_at,
                filed_at=at,
                expires_at=held_until,
            )
            for record in records
        ]
    )
    copy_rows(
        DeclaredAccess,
        _COLUMNS,
        [
            _row_of(outcome, form=form, persons=persons, held_until=held_until, at=at)
            for form, record in zip(rows, records, strict=True)
            for outcome in record.outcomes
        ],
    )


def _row_of(
    outcome: Outcome, *, form: DeclaredForm, persons: PersonDirectory, held_until: datetime | None, at: datetime
) -> tuple[object, ...]:
    """Return the row of one declaration; what waits has 30 days."""
    declared, state = outcome.declared, outcome.state
    key_id, ciphertext = persons.hide(write_declaration(declared)) if declared and state in KEPT else ("", b"")
    return (
        str(form.environment),
        form.pk,
        outcome.judged.number,
        outcome.judged.seq,
        outcome.ticket,
        "" if declared is None else str(declared.action),
        "" if declared is None else KINDS[type(declared.subject)],
        None if declared is None else declared.effective_date,
        str(state),
        outcome.result,
        json.dumps([write_finding(finding) for finding in outcome.findings]),
        outcome.person_id,
        outcome.account_id,
        outcome.appointment_id,
        outcome.technical_user,
        key_id,
        ciphertext,
        declared.effective_date if declared and state is DeclaredState.SCHEDULED else None,
        end_of_days(at) if state is DeclaredState.PENDING_CONFIRMATION else held_until,
        None if state in KEPT else at,
    )


def content_of(row: DeclaredAccess, *, persons: PersonDirectory) -> AccessDeclaration:
    """Return what a declaration that is still to be done says; OutageError when its key is missing."""
    return read_declaration(persons.reveal(bytes(row.ciphertext), key_id=row.key_id))


def tell_records(records: Iterable[FormRecord]) -> list[FiledForm]:
    """Return what is told of forms that were just filed."""
    return [
        FiledForm(
            index=record.form.index,
            header=record.form.header,
            reference="" if record.form.reference is None else record.form.reference.number,
            company="" if record.form.entity is None else record.form.entity.company,
            declarations=tuple(
                FiledDeclaration(
                    seq=one.judged.seq,
                    ticket=one.ticket,
                    result=one.result,
                    state=one.state,
                    effective_date=None if one.declared is None else one.declared.effective_date,
                    findings=one.findings,
                    user_name=one.account_name,
                    technical_user=one.technical_user,
                )
                for one in record.outcomes
            ),
        )
        for record in records
    ]


def tell_again(form: DeclaredForm, rows: Sequence[DeclaredAccess], *, index: int) -> FiledForm:
    """Return what was told of a form when it came first, as the answer about one at `index` of another file."""
    return _told(form, [(row, row.result) for row in rows], index=index)


def tell_now(form: DeclaredForm, rows: Sequence[DeclaredAccess]) -> FiledForm:
    """Return what is to be told of some declarations of a form, as they stand now."""
    return _told(form, [(row, RESULTS[DeclaredState(row.state)]) for row in rows], index=form.form_index)


def _told(form: DeclaredForm, rows: Sequence[tuple[DeclaredAccess, int]], *, index: int) -> FiledForm:
    return FiledForm(
        index=index,
        header=FormHeader(*form.header) if form.header else None,
        reference=form.reference,
        company=form.company,
        declarations=tuple(
            FiledDeclaration(
                seq=row.seq,
                ticket=row.ticket,
                result=result,
                state=row.state,
                effective_date=row.effective_date,
                findings=tuple(read_finding(finding) for finding in row.findings),
                user_name="" if row.account is None else row.account.user_name,
                technical_user=row.technical_user,
            )
            for row, result in rows
        ),
    )


def rows_of(form_ids: Collection[int]) -> dict[int, list[DeclaredAccess]]:
    """Return the declarations of forms, in their order. One query."""
    found: dict[int, list[DeclaredAccess]] = {}
    rows = DeclaredAccess.objects.filter(form_id__in=list(form_ids)).select_related("account")
    for row in rows.order_by("form_id", "pk"):
        found.setdefault(row.form_id, []).append(row)
    return found


def write_finding(finding: Finding) -> list[str | int | None]:
    """Return a finding as it is kept."""
    place = finding.location or Location()
    return [
        finding.code,
        finding.severity,
        finding.detail,
        finding.tag,
        finding.value,
        place.line,
        place.column,
        place.indexes,
    ]


def read_finding(kept: Sequence[str | int | None]) -> Finding:
    """Return a finding that was kept."""
    code, severity, detail, tag, value, line, column, indexes = kept
    location = None if indexes is None and line is None else Location(_int(line), _int(column), _text(indexes))
    return Finding(str(code), Severity(str(severity)), str(detail), _text(tag), _text(value), location)


def _text(value: str | int | None) -> str | None:
    return None if value is None else str(value)


def _int(value: str | int | None) -> int | None:
    return None if value is None else int(value)
