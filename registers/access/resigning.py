"""A chief who resigns stays until another accepts: an active company has one at any time (access and login §2.1)."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Role
from domain.access.states import AppointmentState
from registers.access.authority import lock_active_account, not_entitled, require_level, roles_of
from registers.access.changes import note_appointment
from registers.access.models import Appointment


@transaction.atomic
def resign(entity_id: int, *, by: Actor, at: datetime) -> Appointment:
    """Let the chief say that he resigns; AccessRefusedError for anybody else, and for who did so already.

    He is replaced by whom he proposed, once the legal representative confirmed it, or by whom an operator proposes for
    the legal representative; `resigned` lists who waits for that. Until that person accepts, he answers for the company.
    """
    lock_active_account(entity_id)
    require_level(by)
    if Role.CHIEF not in roles_of(by.person_id, entity_id, ""):
        raise not_entitled()
    row = require_not_resigned(entity_id)
    row.resigned_at = at
    row.save(update_fields=["resigned_at"])
    note_appointment(row, "appointment:resigned", by=by, at=at)
    return row


def require_not_resigned(entity_id: int) -> Appointment:
    """Return the place of the chief; AccessRefusedError when he resigned already."""
    row = Appointment.objects.get(entity_id=entity_id, role=Role.CHIEF, state=AppointmentState.ACTIVE)
    if row.resigned_at is not None:
        raise AccessRefusedError(
            RefusalReason.STATE_FORBIDS,
            "The main access manager has resigned already.",
            next_step="Propose who shall replace him, or wait for the legal representative to name somebody.",
        )
    return row


def resigned() -> QuerySet[Appointment]:
    """Return the chiefs who resigned and whom nobody replaced yet, the longest waiting first: an operator's tasks."""
    waiting = Appointment.objects.filter(role=Role.CHIEF, state=AppointmentState.ACTIVE, resigned_at__isnull=False)
    return waiting.select_related("entity").order_by("resigned_at", "pk")
