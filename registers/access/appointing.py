"""Propose, confirm, accept and decline appointments; nobody is made more than the one who asks may make him."""

from datetime import datetime

from django.db import transaction

from domain.access.actors import Actor, ActorKind
from domain.access.deadlines import end_of_days
from domain.access.limits import STANDARD_LIMITS, AccountLimits
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Appointee, Role, may_confirm
from domain.access.states import LIVING_APPOINTMENTS, AppointmentState
from registers.access.authority import (
    lock_active_account,
    not_entitled,
    require_appointer,
    require_key_of_company,
    require_level,
    require_quality,
    roles_of,
)
from registers.access.changes import note_appointment
from registers.access.ebox_tasks import ask_to_confirm, confirmation_decided
from registers.access.lapsing import lapse_proposals
from registers.access.models import Appointment, EntityAccount
from registers.access.operators_stops import require_not_stopped
from registers.access.places import require_place, take_place
from registers.access.telling_persons import tell_proposed


@transaction.atomic
def appoint(
    entity_id: int,
    *,
    role: Role,
    person_id: int,
    by: Actor,
    at: datetime,
    quality: str = "",
    limits: AccountLimits = STANDARD_LIMITS,
) -> Appointment:
    """Propose a person for a role, in `quality` unless the role is of the whole entity; AccessRefusedError otherwise.

    It waits 30 days for the person's acceptance, who is told of it; what a file proposes waits within them for a confirmation too. Who makes
    himself the manager of a quality needs accept nothing. A chief is appointed by the legal representative alone, and
    replaces the present one when he accepts.
    """
    account = lock_active_account(entity_id)
    _require_reach(entity_id, role, quality, at=at)
    require_appointer(Appointee(role.value), entity_id, quality, by=by, at=at)
    row = _propose(account, role, person_id, quality=quality, by=by, at=at, limits=limits)
    if by.person_id == person_id:
        _take_up(row, by=by, at=at)
    elif row.confirmed_at is not None:
        tell_proposed(row, at=at)
    return row


@transaction.atomic
def propose_replacement(
    entity_id: int, *, person_id: int, by: Actor, at: datetime, limits: AccountLimits = STANDARD_LIMITS
) -> Appointment:
    """Let the chief propose who shall replace him; the legal representative has to confirm it (access and login §2.1)."""
    account = lock_active_account(entity_id)
    require_level(by)
    if Role.CHIEF not in roles_of(by.person_id, entity_id, ""):
        raise not_entitled()
    return _propose(account, Role.CHIEF, person_id, quality="", by=by, at=at, limits=limits)


@transaction.atomic
def confirm(appointment_id: int, *, by: Actor, at: datetime) -> Appointment:
    """Confirm what a file proposed, or, as the legal representative, who replaces the chief."""
    row = _lock_proposal(appointment_id, at=at)
    role = Role(row.role)
    if role is Role.CHIEF:
        is_entitled = by.kind is ActorKind.LEGAL_REPRESENTATIVE
    else:
        require_level(by)
        is_entitled = may_confirm(roles_of(by.person_id, row.entity_id, row.quality), role)
    if not is_entitled:
        raise not_entitled()
    if row.confirmed_at is None:
        require_not_stopped(row.person_id, row.entity_id, by=by.name)
        row.confirmed_at, row.confirmed_by = at, by.name
        row.save(update_fields=["confirmed_at", "confirmed_by"])
        note_appointment(row, "appointment:confirmed", by=by, at=at)
        confirmation_decided(row, by=by, at=at)
        tell_proposed(row, at=at)
    return row


@transaction.atomic
def accept(appointment_id: int, *, by: Actor, at: datetime) -> Appointment:
    """Let the person take up what he was proposed for; he signed in at level 400 or above (access and login §3.2).

    Where the company has switched passwords off, with a key that needs none. Whom an operator blocked there meanwhile takes up
    what an operator confirmed alone.
    """
    row = _lock_proposal(appointment_id, at=at)
    _require_appointee(row, by)
    require_level(by)
    if row.confirmed_at is None:
        raise AccessRefusedError(
            RefusalReason.NOT_CONFIRMED,
            "The proposal is not confirmed yet.",
            next_step="An access manager of the company confirms it first.",
        )
    require_not_stopped(row.person_id, row.entity_id, by=row.confirmed_by)
    require_key_of_company(row.entity_id, by=by)
    if not Role(row.role).is_of_entity:
        require_quality(row.entity_id, row.quality, at=at)
    _take_up(row, by=by, at=at)
    return row


@transaction.atomic
def decline(appointment_id: int, *, by: Actor, at: datetime) -> Appointment:
    """Let the person, or whoever has to confirm the proposal, refuse it."""
    row = _lock_proposal(appointment_id, at=at)
    role = Role(row.role)
    waits = row.confirmed_at is None
    may_refuse = waits and (
        by.kind is ActorKind.LEGAL_REPRESENTATIVE
        if role is Role.CHIEF
        else may_confirm(roles_of(by.person_id, row.entity_id, row.quality), role)
    )
    if not may_refuse:
        _require_appointee(row, by)
    row.state, row.valid_until = AppointmentState.DECLINED, at
    row.save(update_fields=["state", "valid_until"])
    note_appointment(row, "appointment:declined", by=by, at=at)
    confirmation_decided(row, by=by, at=at)
    return row


def find_appointment(appointment_id: int) -> Appointment:
    """Return an appointment with its entity's account locked; refused when there is none."""
    row = Appointment.objects.filter(pk=appointment_id).first()
    if row is None:
        raise AccessRefusedError(
            RefusalReason.UNKNOWN, "There is no such appointment.", next_step="Look at the list of appointments again."
        )
    lock_active_account(row.entity_id)
    row.refresh_from_db()
    return row


def _propose(
    account: EntityAccount,
    role: Role,
    person_id: int,
    *,
    quality: str,
    by: Actor,
    at: datetime,
    limits: AccountLimits,
) -> Appointment:
    lapse_proposals(account.entity_id, at=at)
    require_place(account.entity_id, role, person_id, quality=quality, limits=limits)
    require_not_stopped(person_id, account.entity_id, by=by.name)
    is_confirmed = by.kind in {ActorKind.PERSON, ActorKind.LEGAL_REPRESENTATIVE} and not (
        role is Role.CHIEF and by.kind is ActorKind.PERSON
    )
    row = Appointment.objects.create(
        entity_id=account.entity_id,
        environment=account.environment,
        quality=quality,
        role=role,
        person_id=person_id,
        proposed_at=at,
        expires_at=end_of_days(at, limits.days),
        confirmed_at=at if is_confirmed else None,
        confirmed_by=by.name if is_confirmed else "",
        created_by=by.name,
        source=by.source,
    )
    note_appointment(row, "appointment:proposed", by=by, at=at)
    if not is_confirmed and by.kind is ActorKind.SENDER:
        ask_to_confirm(row, at=at)
    return row


def _take_up(row: Appointment, *, by: Actor, at: datetime) -> None:
    take_place(row, by=by, at=at)
    note_appointment(row, "appointment:accepted", by=by, at=at)


def _lock_proposal(appointment_id: int, *, at: datetime) -> Appointment:
    row = find_appointment(appointment_id)
    if row.state != AppointmentState.PROPOSED or at >= row.expires_at:
        is_over = row.state == AppointmentState.PROPOSED
        raise AccessRefusedError(
            RefusalReason.STATE_FORBIDS,
            "The proposal was not accepted in time." if is_over else f"The appointment is {row.state} already.",
            next_step="Ask for a new proposal."
            if row.state not in LIVING_APPOINTMENTS or is_over
            else "Nothing to do.",
        )
    return row


def _require_appointee(row: Appointment, by: Actor) -> None:
    if by.person_id is None or by.person_id != row.person_id:
        raise AccessRefusedError(
            RefusalReason.NOT_THE_APPOINTEE,
            "Only the person who was proposed may do this.",
            next_step="Sign in as that person.",
        )


def _require_reach(entity_id: int, role: Role, quality: str, *, at: datetime) -> None:
    if not role.is_of_entity:
        require_quality(entity_id, quality, at=at)
    elif quality:
        raise AccessRefusedError(
            RefusalReason.QUALITY_UNKNOWN,
            "A main or co-main access manager is appointed for the whole company.",
            next_step="Leave the quality out.",
        )
