"""End, block and unblock appointments; no quality loses its last manager unseen."""

from datetime import datetime

from django.db import transaction

from domain.access.actors import Actor, ActorKind
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Appointee, Role
from domain.access.states import APPOINTMENT_MOVES, HELD_APPOINTMENTS, AppointmentState
from domain.stops import StoppedBy, power_of
from registers.access.appointing import find_appointment
from registers.access.authority import require_appointer, require_blocker, require_level
from registers.access.changes import note_appointment
from registers.access.ebox_tasks import ask_for_manager
from registers.access.models import Appointment, EntityAccount
from registers.access.operators_stops import require_may_unblock
from registers.access.places import chief_of, finish, give_manager, held_managers
from registers.access.session_ending import SessionEnder, StopReason


@transaction.atomic
def end(appointment_id: int, *, by: Actor, at: datetime, sessions: SessionEnder, reason: str = "") -> Appointment:
    """End an appointment, or withdraw a proposal; AccessRefusedError when `by` may not.

    A chief is replaced, never ended; whom he proposed in his place he may withdraw until the legal representative has
    confirmed it. Nobody ends himself, and no file ends anybody, as the last manager of a quality;
    where the chief does so, he manages it himself from then on. Co-managers stay without a manager, and the chief gets a
    task.
    """
    row = find_appointment(appointment_id)
    role = Role(row.role)
    _require_move(row, AppointmentState.ENDED)
    if role is Role.CHIEF and row.state != AppointmentState.PROPOSED:
        raise _chief_stays()
    if by.kind is ActorKind.PERSON and (by.person_id == row.person_id or _is_own_replacement(row, by)):
        require_level(by)
    else:
        require_appointer(Appointee(role.value), row.entity_id, row.quality, by=by, at=at)
    was = AppointmentState(row.state)
    is_last = was is AppointmentState.ACTIVE and is_last_manager(row)
    if is_last and (by.kind is ActorKind.SENDER or by.person_id == row.person_id):
        raise _last_manager()
    finish(row, by=by, at=at, reason=reason)
    if was in HELD_APPOINTMENTS:
        reason_of_end = StopReason.OWN_CHOICE if by.person_id == row.person_id else StopReason.MANAGER
        sessions.end_for_person(row.person_id, row.entity_id, reason_of_end, at)
        _look_after(row, by=by, at=at)
    return row


@transaction.atomic
def block_appointment(
    appointment_id: int, *, by: Actor, at: datetime, sessions: SessionEnder, reason: str = ""
) -> Appointment:
    """Stop a manager at once, and end his sessions; nobody blocks himself or a chief.

    Who is blocked already is blocked anew by whoever is stronger, who alone takes it back.
    """
    row = find_appointment(appointment_id)
    role = Role(row.role)
    if by.person_id == row.person_id and by.person_id is not None:
        raise AccessRefusedError(
            RefusalReason.ONESELF, "Nobody blocks himself.", next_step="Another access manager does it."
        )
    if role is Role.CHIEF:
        raise _chief_stays()
    require_blocker(Appointee(role.value), row.entity_id, row.quality, by=by, at=at)
    is_harder = row.state == AppointmentState.BLOCKED and power_of(by.name).is_stronger_than(StoppedBy(row.blocked_by))
    if not is_harder:
        _require_move(row, AppointmentState.BLOCKED)
    if by.kind is ActorKind.SENDER and is_last_manager(row):
        raise _last_manager()
    row.state, row.blocked_by = AppointmentState.BLOCKED, str(power_of(by.name))
    row.save(update_fields=["state", "blocked_by"])
    note_appointment(row, "appointment:blocked", by=by, at=at, reason=reason)
    sessions.end_for_person(row.person_id, row.entity_id, StopReason.BLOCKED, at)
    return row


@transaction.atomic
def unblock_appointment(appointment_id: int, *, by: Actor, at: datetime) -> Appointment:
    """Let a blocked manager manage again; nobody does so for himself, and an operator alone for whom an operator blocked.

    Of whom an operator blocked and whose appointment has ended since, it lets the company appoint him again.
    """
    row = find_appointment(appointment_id)
    if by.person_id == row.person_id and by.person_id is not None:
        raise AccessRefusedError(
            RefusalReason.ONESELF, "Nobody takes his own block away.", next_step="Another access manager does it."
        )
    require_blocker(Appointee(Role(row.role).value), row.entity_id, row.quality, by=by, at=at)
    has_ended = row.state == AppointmentState.ENDED and row.blocked_by == StoppedBy.OPERATOR
    if row.state != AppointmentState.BLOCKED and not has_ended:
        raise _wrong_state(row)
    require_may_unblock(row.blocked_by, by=by)
    row.state, row.blocked_by = row.state if has_ended else AppointmentState.ACTIVE, ""
    row.save(update_fields=["state", "blocked_by"])
    note_appointment(row, "appointment:unblocked", by=by, at=at)
    return row


def end_all(account: EntityAccount, *, quality: str | None, by: Actor, at: datetime, reason: str) -> list[int]:
    """End every living appointment of an entity, or of one quality; return the persons who held one."""
    rows = Appointment.objects.filter(
        entity_id=account.entity_id, state__in=[AppointmentState.PROPOSED, *HELD_APPOINTMENTS]
    )
    if quality is not None:
        rows = rows.filter(quality=quality)
    held = list(rows.order_by("pk"))
    for row in held:
        finish(row, by=by, at=at, reason=reason)
    return sorted({row.person_id for row in held})


def is_last_manager(row: Appointment) -> bool:
    """Whether the quality would be left without any active manager or co-manager of its own."""
    if Role(row.role).is_of_entity:
        return False
    return not held_managers(row.entity_id, row.quality).exclude(pk=row.pk).exists()


def _is_own_replacement(row: Appointment, by: Actor) -> bool:
    """Whether it is what the chief proposed in his own place and nobody confirmed yet."""
    return (
        row.role == Role.CHIEF
        and row.confirmed_at is None
        and row.created_by == by.name
        and by.person_id == chief_of(row.entity_id)
    )


def _look_after(row: Appointment, *, by: Actor, at: datetime) -> None:
    """See to what an ended manager leaves behind."""
    if Role(row.role).is_of_entity:
        return
    helpers = Appointment.objects.filter(
        entity_id=row.entity_id, quality=row.quality, role=Role.CO_MANAGER, state__in=HELD_APPOINTMENTS
    )
    if row.role == Role.MANAGER and helpers.update(orphan_since=at):
        for helper in helpers:
            note_appointment(helper, "appointment:orphaned", by=by, at=at)
        ask_for_manager(row, at=at)
    chief = chief_of(row.entity_id)
    if chief is not None and chief != row.person_id and not _has_manager(row.entity_id, row.quality):
        give_manager(row.entity_id, row.environment, row.quality, person_id=chief, by=by, at=at)


def _has_manager(entity_id: int, quality: str) -> bool:
    """Whether anybody manages the quality, or is blocked as its manager: what becomes of that one the chief decides."""
    blocked = Appointment.objects.filter(
        entity_id=entity_id, quality=quality, role=Role.MANAGER, state=AppointmentState.BLOCKED
    )
    return held_managers(entity_id, quality).exists() or blocked.exists()


def _require_move(row: Appointment, wanted: AppointmentState) -> None:
    if wanted not in APPOINTMENT_MOVES[AppointmentState(row.state)]:
        raise _wrong_state(row)


def _wrong_state(row: Appointment) -> AccessRefusedError:
    return AccessRefusedError(
        RefusalReason.STATE_FORBIDS,
        f"The appointment is {row.state}.",
        next_step="Look at the list of appointments again: somebody may have been quicker.",
    )


def _chief_stays() -> AccessRefusedError:
    return AccessRefusedError(
        RefusalReason.TARGET_OUT_OF_REACH,
        "A company has a main access manager at any time: he is replaced, never removed or blocked.",
        next_step="Propose who shall replace him; the legal representative confirms it.",
    )


def _last_manager() -> AccessRefusedError:
    return AccessRefusedError(
        RefusalReason.LAST_MANAGER,
        "The quality would be left without any access manager.",
        next_step="Let another one be appointed first.",
    )
