"""The tasks and notices that this register puts into a company's e-Box."""

from datetime import datetime, timedelta

from correspondence.ebox import Posting, handle_kind, handle_occasion, publish
from correspondence.models import EboxKind
from domain.access.actors import Actor
from domain.access.roles import Role
from domain.environments import Environment
from registers.access.models import Appointment, Grant, UserAccount

PUBLISHER = "access register"
_DAYS_TO_ACT = timedelta(days=30)


def ask_for_manager(ended: Appointment, *, at: datetime) -> None:
    """Tell the chief that co-managers of a quality are left without a manager."""
    publish(
        Posting(
            kind=EboxKind.ORPHAN_CO_MANAGER,
            environment=Environment(ended.environment),
            entity_id=ended.entity_id,
            quality=ended.quality,
            values={"quality": ended.quality},
            publisher=PUBLISHER,
            occasion=f"orphans of appointment {ended.pk}",
            due_at=at + _DAYS_TO_ACT,
        ),
        at=at,
    )


def manager_needed_no_more(row: Appointment, *, by: Actor, at: datetime) -> None:
    """Note that the quality has a manager again, or no co-manager any more who waits for one."""
    handle_kind(row.entity_id, row.quality, EboxKind.ORPHAN_CO_MANAGER, by=by.name, at=at)


def ask_second_manager(row: Grant, account: UserAccount, *, at: datetime) -> None:
    """Ask the other managers to confirm a right that somebody gave himself."""
    publish(
        Posting(
            kind=EboxKind.SECOND_MANAGER_NEEDED,
            environment=Environment(row.environment),
            entity_id=account.entity_id,
            quality=account.quality,
            values={"user": account.user_name, "service": row.service, "right": row.right},
            publisher=PUBLISHER,
            occasion=_second_manager(row.pk),
            about=str(account.pk),
            due_at=at + _DAYS_TO_ACT,
        ),
        at=at,
    )


def ask_second_manager_of_sender(row: Grant, entity_id: int, quality: str, *, at: datetime) -> None:
    """Ask the other managers to confirm that a sender may deliver for a service."""
    publish(
        Posting(
            kind=EboxKind.SECOND_MANAGER_FOR_SENDER,
            environment=Environment(row.environment),
            entity_id=entity_id,
            quality=quality,
            values={"sender": str(row.sender_id), "service": row.service},
            publisher=PUBLISHER,
            occasion=_second_manager(row.pk),
            about=str(row.sender_id),
            due_at=at + _DAYS_TO_ACT,
        ),
        at=at,
    )


def ask_to_confirm(row: Appointment, *, at: datetime) -> None:
    """Ask the managers to confirm an appointment that a file proposed."""
    publish(
        Posting(
            kind=EboxKind.CONFIRM_MANAGER,
            environment=Environment(row.environment),
            entity_id=row.entity_id,
            quality="" if row.role == Role.MANAGER else row.quality,
            values={"quality": row.quality, "role": row.role},
            publisher=PUBLISHER,
            occasion=_confirmation(row),
            about=str(row.pk),
            due_at=row.expires_at,
        ),
        at=at,
    )


def second_manager_decided(row: Grant, *, by: Actor, at: datetime) -> None:
    """Note that the task of the other managers is done."""
    second_manager_needed_no_more(row.pk, Environment(row.environment), by=by, at=at)


def second_manager_needed_no_more(grant_id: int, environment: Environment, *, by: Actor, at: datetime) -> None:
    """Note that the task of the other managers is over, since the right that waited for them is."""
    handle_occasion(environment, _second_manager(grant_id), by=by.name, at=at)


def confirmation_decided(row: Appointment, *, by: Actor, at: datetime) -> None:
    """Note that the task to confirm an appointment is done, or needed no more."""
    handle_occasion(Environment(row.environment), _confirmation(row), by=by.name, at=at)


def _second_manager(grant_id: int) -> str:
    return f"second manager for right {grant_id}"


def _confirmation(row: Appointment) -> str:
    return f"confirmation of appointment {row.pk}"
