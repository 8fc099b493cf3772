"""Note each step in the life of an appointment, a user account or a right: in its history and in the audit trail."""

from datetime import datetime

from domain.access.actors import Actor
from evidence.audit import append_event
from registers.access.models import Appointment, EntityAccount, Grant, StandingChange, UserAccount


def note_appointment(row: Appointment, action: str, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Note the state that the appointment has now, and record `action` in the audit trail."""
    StandingChange.objects.create(
        environment=row.environment,
        appointment=row,
        state=row.state,
        at=at,
        actor=by.name,
        source=by.source,
        reason=reason,
    )
    append_event(
        action,
        at=at,
        actor=by.name,
        entity=row.entity_id,
        quality=row.quality or None,
        role=str(row.role),
        appointment=row.pk,
        person=row.person_id,
        source=by.source,
        reason=reason or None,
    )


def note_user(row: UserAccount, action: str, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Note the state that the user account has now, and record `action` in the audit trail."""
    StandingChange.objects.create(
        environment=row.environment,
        account=row,
        state=row.state,
        at=at,
        actor=by.name,
        source=by.source,
        reason=reason,
    )
    append_event(
        action,
        at=at,
        actor=by.name,
        entity=row.entity_id,
        quality=row.quality,
        account=row.pk,
        person=row.person_id,
        source=by.source,
        reason=reason or None,
    )


def note_grant(row: Grant, action: str, *, by: Actor, at: datetime) -> None:
    """Note the state that the right has now, and record `action` in the audit trail."""
    StandingChange.objects.create(
        environment=row.environment, grant=row, state=row.state, at=at, actor=by.name, source=by.source
    )
    append_event(
        action,
        at=at,
        actor=by.name,
        account=row.account_id,
        sender=row.sender_id,
        service=str(row.service),
        right=str(row.right),
        grant=row.pk,
        source=by.source,
    )


def note_entity(row: EntityAccount, action: str, *, by: Actor, at: datetime, reason: str = "") -> None:
    """Record what happened to the account of an entity in the audit trail."""
    append_event(
        action,
        at=at,
        actor=by.name,
        entity=row.entity_id,
        state=str(row.state),
        source=by.source,
        reason=reason or None,
    )
