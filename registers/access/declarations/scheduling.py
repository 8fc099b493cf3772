"""Apply what was declared for today, and let a held file pass, be declined or lapse."""

from collections.abc import Sequence
from datetime import date, datetime

from domain.access.actors import Actor, ActorKind
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access_anomalies import AccessAnomaly, object_to
from domain.access_declarations import FiledForm
from domain.access_states import DeclaredFormState, DeclaredState
from evidence.audit import append_event
from registers.access.authority import not_entitled, require_level, roles_of
from registers.access.declarations.filing import AccessFile
from registers.access.declarations.records import tell_now, write_finding
from registers.access.declarations.redoing import KeptForm, redo
from registers.access.declarations.registers import AccessRegister
from registers.access.declarations.sides import FilingTime
from registers.access.declarations.tasks import file_decided
from registers.access.declarations.telling import tell_settled
from registers.access.models import DeclaredAccess, DeclaredForm

_HELD = DeclaredFormState.AWAITING_CONFIRMATION


def find_due(today: date) -> list[int]:
    """Return the submissions that hold something to be applied on that Brussels date, the oldest first."""
    due = DeclaredAccess.objects.filter(state=DeclaredState.SCHEDULED, due_on__lte=today)
    return sorted(set(due.values_list("form__submission_id", flat=True)))


def apply_due(file: AccessFile, *, register: AccessRegister, time: FilingTime) -> list[FiledForm]:
    """Apply what of the file is due, after the rules were looked at again; return what is told of each form.

    Nothing is durable before the caller commits. What another process applies at this moment is left to it.
    """
    rows = (
        DeclaredAccess.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(state=DeclaredState.SCHEDULED, due_on__lte=time.today, form__submission_id=file.submission_id)
        .select_related("form")
        .order_by("form_id", "pk")
    )
    kept = _by_form(list(rows))
    if not kept:
        return []
    occasion = f"applied {time.today}"
    return redo(kept, file, register=register, time=time, refused=DeclaredState.FAILED_AT_APPLY, occasion=occasion)


def find_held(*, before: datetime) -> list[int]:
    """Return the submissions whose file waits for a manager and was not confirmed in time."""
    late = DeclaredForm.objects.filter(state=_HELD, expires_at__lte=before)
    return sorted(set(late.values_list("submission_id", flat=True)))


def confirm_file(
    file: AccessFile, entity_id: int, *, register: AccessRegister, by: Actor, time: FilingTime
) -> list[FiledForm]:
    """Let what a held file says of an entity pass: it is decided again and done; return what is told of each form.

    A file of a mandatary may be about several entities: each one's managers decide about their own. AccessRefusedError when
    no such file waits, its time is over, or `by` does not manage every quality of the entity that it is about.
    """
    forms = _lock_held(file.submission_id, entity_id)
    _require_manager(forms, by)
    _require_in_time(forms, at=time.filed_at)
    rows = DeclaredAccess.objects.filter(form__in=forms, state=DeclaredState.RECEIVED)
    kept = _by_form(list(rows.select_related("form").order_by("form_id", "pk")))
    told = redo(
        kept, file, register=register, time=time, refused=DeclaredState.REFUSED, occasion=f"confirmed by {entity_id}"
    )
    _settle(forms, file, DeclaredFormState.CONFIRMED, by=by, at=time.filed_at)
    return told


def decline_file(file: AccessFile, entity_id: int, *, by: Actor, at: datetime) -> list[FiledForm]:
    """Refuse what a held file says of an entity: nothing of it is done; AccessRefusedError as for `confirm_file`."""
    forms = _lock_held(file.submission_id, entity_id)
    _require_manager(forms, by)
    _require_in_time(forms, at=at)
    return _drop(forms, file, DeclaredFormState.DECLINED, AccessAnomaly.DECLINED, by=by, at=at)


def manages_held(submission_id: int, entity_id: int, person_id: int) -> bool:
    """Whether a person manages every quality of the entity that a held file is about; who decides is looked at again."""
    held = DeclaredForm.objects.filter(submission_id=submission_id, entity_id=entity_id, state=_HELD)
    qualities = set(held.values_list("quality", flat=True))
    return all(roles_of(person_id, entity_id, quality) for quality in qualities)


def lapse_file(file: AccessFile, *, at: datetime) -> list[FiledForm]:
    """Let a held file lapse that nobody confirmed in time; return what is told, nothing when it waits no more."""
    forms = [form for form in _held(file.submission_id) if form.expires_at is not None and form.expires_at <= at]
    return (
        _drop(forms, file, DeclaredFormState.LAPSED, AccessAnomaly.LAPSED, by=Actor.platform(), at=at) if forms else []
    )


def _by_form(rows: Sequence[DeclaredAccess]) -> list[KeptForm]:
    together: dict[int, list[DeclaredAccess]] = {}
    for row in rows:
        together.setdefault(row.form_id, []).append(row)
    return [KeptForm(of_form[0].form, of_form) for of_form in together.values()]


def _held(submission_id: int) -> list[DeclaredForm]:
    return list(
        DeclaredForm.objects.select_for_update().filter(submission_id=submission_id, state=_HELD).order_by("pk")
    )


def _lock_held(submission_id: int, entity_id: int) -> list[DeclaredForm]:
    forms = [form for form in _held(submission_id) if form.entity_id == entity_id]
    if not forms:
        raise AccessRefusedError(
            RefusalReason.UNKNOWN,
            "No such file waits.",
            next_step="Look at the list again: somebody may have been quicker.",
        )
    return forms


def _require_manager(forms: Sequence[DeclaredForm], by: Actor) -> None:
    if by.kind is not ActorKind.PERSON:
        raise not_entitled()
    require_level(by)
    for form in forms:
        if form.entity_id is None or not roles_of(by.person_id, form.entity_id, form.quality):
            raise not_entitled()


def _require_in_time(forms: Sequence[DeclaredForm], *, at: datetime) -> None:
    if any(form.expires_at is not None and at >= form.expires_at for form in forms):
        raise AccessRefusedError(
            RefusalReason.STATE_FORBIDS,
            "Nobody decided about the file within 30 days.",
            next_step="Send the declarations again, in a new file.",
        )


def _drop(
    forms: Sequence[DeclaredForm],
    file: AccessFile,
    state: DeclaredFormState,
    why: AccessAnomaly,
    *,
    by: Actor,
    at: datetime,
) -> list[FiledForm]:
    told = []
    dropped: dict[int | None, list[DeclaredAccess]] = {}
    for form in forms:
        rows = list(
            DeclaredAccess.objects.filter(form=form, state=DeclaredState.RECEIVED)
            .select_related("account", "form__submission")
            .order_by("pk")
        )
        finding = object_to(why, "the file waited for a manager")
        for row in rows:
            row.state, row.findings = DeclaredState(state.value), [write_finding(finding)]
            row.key_id, row.ciphertext, row.settled_at, row.settled_by = "", b"", at, by.name
        DeclaredAccess.objects.bulk_update(
            rows, ["state", "findings", "key_id", "ciphertext", "settled_at", "settled_by"], batch_size=2_000
        )
        told.append(tell_now(form, rows))
        dropped.setdefault(form.entity_id, []).extend(rows)
    for entity_id, rows in dropped.items():
        if entity_id is not None and rows:
            tell_settled(rows, DeclaredState(state.value), entity_id=entity_id, at=at)
    _settle(forms, file, state, by=by, at=at)
    return told


def _settle(
    forms: Sequence[DeclaredForm], file: AccessFile, state: DeclaredFormState, *, by: Actor, at: datetime
) -> None:
    DeclaredForm.objects.filter(pk__in=[form.pk for form in forms]).update(
        state=state, settled_at=at, settled_by=by.name
    )
    for entity_id in {form.entity_id for form in forms if form.entity_id is not None}:
        file_decided(file.ticket, entity_id, file.environment, by=by.name, at=at)
    append_event(
        "access-file:settled",
        at=at,
        actor=by.name,
        submission_id=forms[0].submission_id,
        state=str(state),
        forms=len(forms),
    )
