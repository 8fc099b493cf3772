"""Confirm or decline what was declared and waits for somebody, and see what became of the rest."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from domain.access.actors import Actor, ActorKind
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Appointee, Role, may_confirm
from domain.access.states import AppointmentState
from domain.access_anomalies import AccessAnomaly, object_to
from domain.access_declarations import Action, FiledForm
from domain.access_states import DeclaredState
from domain.configuration_refusals import ConfigurationFault, ConfigurationRefusedError
from domain.environments import Environment
from evidence.audit import append_event
from registers.access.appointing import confirm, decline
from registers.access.authority import lock_active_account, not_entitled, require_appointer, require_level, roles_of
from registers.access.declarations.records import tell_now, write_finding
from registers.access.declarations.sides import SenderDesk
from registers.access.declarations.tasks import declaration_decided
from registers.access.declarations.telling import tell_settled
from registers.access.ending import unblock_appointment
from registers.access.models import Appointment, DeclaredAccess

_MANAGER = "MANAGER"
_REASONS = {DeclaredState.DECLINED: AccessAnomaly.DECLINED, DeclaredState.LAPSED: AccessAnomaly.LAPSED}
_OUTCOMES = {
    AppointmentState.ACTIVE: DeclaredState.CONFIRMED,
    AppointmentState.BLOCKED: DeclaredState.CONFIRMED,
    AppointmentState.DECLINED: DeclaredState.DECLINED,
    AppointmentState.EXPIRED: DeclaredState.LAPSED,
    AppointmentState.ENDED: DeclaredState.DECLINED,
}


def confirm_pending(declaration_id: int, *, by: Actor, desk: SenderDesk, at: datetime) -> FiledForm | None:
    """Confirm what a file declared; return what is told of it, None while the person still has to accept it.

    A manager is confirmed by a chief or co-chief, a co-manager by the manager or a chief, a technical user by a manager of
    the quality (access §8.3). AccessRefusedError when nothing such waits, also of whom was removed meanwhile, or `by` may not.
    """
    row = _lock(declaration_id, at=at)
    if row.appointment_id is None:
        _require_manager_of(row, by=by, at=at)
        _require_there(row, desk)
        return _settle(row, DeclaredState.CONFIRMED, by=by, at=at)
    if row.action == Action.CREATE:
        confirm(row.appointment_id, by=by, at=at)
        return None
    _require_confirmer(row, by)
    unblock_appointment(row.appointment_id, by=by, at=at)
    return _settle(row, DeclaredState.CONFIRMED, by=by, at=at)


def decline_pending(declaration_id: int, *, by: Actor, desk: SenderDesk, at: datetime) -> FiledForm:
    """Refuse what a file declared, as whoever may confirm it; return what is told of it. AccessRefusedError otherwise.

    What is scheduled for a later day is refused by whoever manages the quality.
    """
    row = _lock(declaration_id, at=at, states=(DeclaredState.PENDING_CONFIRMATION, DeclaredState.SCHEDULED))
    if row.state == DeclaredState.SCHEDULED:
        _require_manager_over(row, by=by)
    elif row.appointment_id is None:
        _require_manager_of(row, by=by, at=at)
        desk.withdraw(row.technical_user, by=by, at=at)
    elif row.action == Action.CREATE:
        decline(row.appointment_id, by=by, at=at)
    else:
        _require_confirmer(row, by)
    return _settle(row, DeclaredState.DECLINED, by=by, at=at)


def find_decided(*, desk: SenderDesk, at: datetime) -> list[int]:
    """Return the declarations that wait and of which it is decided by now, in their order: accepted, declined or too late.

    It is decided, too, about a technical user that was removed meanwhile.
    """
    waiting = DeclaredAccess.objects.filter(state=DeclaredState.PENDING_CONFIRMATION)
    created = Q(action=Action.CREATE, appointment__isnull=False) & ~Q(appointment__state=AppointmentState.PROPOSED)
    unblocked = Q(action=Action.UNBLOCK, appointment__isnull=False) & ~Q(appointment__state=AppointmentState.BLOCKED)
    proposed = waiting.filter(appointment__isnull=True).values_list("technical_user", flat=True)
    removed = Q(technical_user__in=desk.removed_among(set(proposed)))
    decided = waiting.filter(created | unblocked | removed | Q(expires_at__lte=at))
    return list(decided.order_by("pk").values_list("pk", flat=True))


def settle_decided(declaration_id: int, *, desk: SenderDesk, at: datetime) -> FiledForm | None:
    """Note what became of a declaration that waits; return what is told of it, None when nothing is decided yet."""
    row = (
        DeclaredAccess.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=declaration_id, state=DeclaredState.PENDING_CONFIRMATION)
        .select_related("form")
        .first()
    )
    outcome = None if row is None else _outcome_of(row, desk, at=at)
    if row is None or outcome is None:
        return None
    if outcome is DeclaredState.LAPSED and row.appointment_id is None:
        desk.withdraw(row.technical_user, by=Actor.platform(), at=at)
    return _settle(row, outcome, by=Actor.platform(), at=at)


def require_confirmed(technical_user: str) -> None:
    """Refuse, with ConfigurationRefusedError, to let a technical user work whom a file proposed and nobody confirmed yet.

    Call it with the sender locked: whoever declines meanwhile waits for that lock.
    """
    if find_unconfirmed(technical_user) is not None:
        raise ConfigurationRefusedError(
            "The technical user was declared by a file, and no access manager has confirmed it yet.",
            next_step="An access manager of the quality confirms it first, among the access declarations.",
            fault=ConfigurationFault.AWAITS_CONFIRMATION,
        )


def find_unconfirmed(technical_user: str) -> str | None:
    """Return the ticket of the declaration by which a file proposed a technical user, while nobody confirmed it; else None."""
    waiting = DeclaredAccess.objects.filter(
        state=DeclaredState.PENDING_CONFIRMATION, environment=Environment.PRODUCTION, technical_user=technical_user
    )
    return waiting.values_list("ticket", flat=True).first()


def _outcome_of(row: DeclaredAccess, desk: SenderDesk, *, at: datetime) -> DeclaredState | None:
    """Return what became of it; an appointment that was accepted counts, however it went on."""
    appointment = Appointment.objects.filter(pk=row.appointment_id or 0).first()
    is_late = row.expires_at is not None and at >= row.expires_at
    if appointment is None:
        late = DeclaredState.LAPSED if is_late else None
        return DeclaredState.DECLINED if desk.removed_among({row.technical_user}) else late
    state = AppointmentState(appointment.state)
    if row.action == Action.UNBLOCK:
        waits = state is AppointmentState.BLOCKED
        return (DeclaredState.LAPSED if is_late else None) if waits else _OUTCOMES[state]
    if state is AppointmentState.PROPOSED:
        return DeclaredState.LAPSED if is_late else None
    return DeclaredState.CONFIRMED if appointment.valid_from is not None else _OUTCOMES[state]


def _lock(
    declaration_id: int, *, at: datetime, states: Sequence[DeclaredState] = (DeclaredState.PENDING_CONFIRMATION,)
) -> DeclaredAccess:
    row = (
        DeclaredAccess.objects.select_for_update(of=("self",))
        .filter(pk=declaration_id, state__in=states)
        .select_related("form")
        .first()
    )
    if row is None or row.form.entity_id is None:
        raise AccessRefusedError(
            RefusalReason.UNKNOWN, "No such declaration waits.", next_step="Look at the list of what waits again."
        )
    if row.expires_at is not None and at >= row.expires_at:
        raise AccessRefusedError(
            RefusalReason.STATE_FORBIDS,
            "The declaration was not confirmed within 30 days.",
            next_step="Let it be declared again.",
        )
    lock_active_account(row.form.entity_id)
    return row


def _require_confirmer(row: DeclaredAccess, by: Actor) -> None:
    appointment = Appointment.objects.get(pk=row.appointment_id or 0)
    require_level(by)
    if not may_confirm(roles_of(by.person_id, appointment.entity_id, appointment.quality), Role(appointment.role)):
        raise not_entitled()


def _require_manager_of(row: DeclaredAccess, *, by: Actor, at: datetime) -> None:
    if by.kind is not ActorKind.PERSON or row.form.entity_id is None:
        raise not_entitled()
    if not require_appointer(Appointee.TECHNICAL_USER, row.form.entity_id, row.form.quality, by=by, at=at):
        raise not_entitled()


def _require_there(row: DeclaredAccess, desk: SenderDesk) -> None:
    if desk.removed_among({row.technical_user}):
        raise AccessRefusedError(
            RefusalReason.STATE_FORBIDS,
            "The technical user was removed before anybody confirmed it.",
            next_step="Refuse the declaration; a technical user that is needed after all is declared again.",
        )


def _require_manager_over(row: DeclaredAccess, *, by: Actor) -> None:
    """Refuse who does not manage the quality, and who stands below the manager that would be appointed or ended."""
    require_level(by)
    roles = roles_of(by.person_id, row.form.entity_id or 0, row.form.quality)
    if not roles or (row.subject == _MANAGER and not may_confirm(roles, Role.CO_MANAGER)):
        raise not_entitled()


def _settle(row: DeclaredAccess, state: DeclaredState, *, by: Actor, at: datetime) -> FiledForm:
    why = "a manager refused it" if row.state == DeclaredState.SCHEDULED else "the declaration waited for it"
    row.state, row.key_id, row.ciphertext, row.settled_at, row.settled_by = state, "", b"", at, by.name
    row.due_on = None
    if state in _REASONS:
        row.findings = [*row.findings, write_finding(object_to(_REASONS[state], why))]
    row.save(update_fields=["state", "findings", "key_id", "ciphertext", "due_on", "settled_at", "settled_by"])
    declaration_decided(row.ticket, Environment(row.environment), by=by.name, at=at)
    append_event(
        "access-declaration:settled",
        at=at,
        actor=by.name,
        submission_id=row.form.submission_id,
        ticket=row.ticket,
        state=str(state),
    )
    if row.form.entity_id is not None:
        tell_settled([row], state, entity_id=row.form.entity_id, at=at)
    return tell_now(row.form, [row])


def list_waiting(entity_id: int, qualities: Sequence[str] | None) -> list[DeclaredAccess]:
    """Return what waits for a manager of those qualities of an entity, None for all, the oldest first."""
    rows = DeclaredAccess.objects.filter(state=DeclaredState.PENDING_CONFIRMATION, form__entity_id=entity_id)
    if qualities is not None:
        rows = rows.filter(form__quality__in=list(qualities))
    return list(rows.select_related("form", "appointment").order_by("pk"))
