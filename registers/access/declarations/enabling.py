"""Let a sender declare access: what one manager asks for, a second one confirms (access §8.1)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from correspondence.ebox import Posting, handle_occasion, publish
from correspondence.models import EboxKind
from domain.access.actors import Actor, ActorKind
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from domain.access.states import AppointmentState, GrantState
from domain.access_declarations import ACCESS_MESSAGE
from domain.environments import Environment
from registers.access.authority import lock_active_account, not_entitled, require_level
from registers.access.changes import note_grant
from registers.access.declarations.sides import SenderDesk
from registers.access.grant_closing import STANDING, close_grant
from registers.access.models import Appointment, Entity, Grant

ALONE_LEVEL = 500
_DAYS_TO_ACT = timedelta(days=30)


@transaction.atomic
def ask_to_enable(number: str, entity: Entity, *, by: Actor, desk: SenderDesk, at: datetime) -> Grant:
    """Ask that a sender of the entity may declare access; AccessRefusedError when `by` may not.

    It is PROPOSED until another manager confirms it. Where there is no other, the chief at level 500 suffices, and the
    service is open at once.
    """
    _require_manager(number, entity, by=by, desk=desk)
    if Grant.objects.filter(sender_id=number, service=ServiceCode.ACCESS, state__in=STANDING).exists():
        raise AccessRefusedError(
            RefusalReason.HELD_ALREADY,
            "The sender may declare access already, or somebody asked for it.",
            next_step="Another access manager confirms it.",
        )
    others = _managers(entity).exclude(person_id=by.person_id or 0).exists()
    if not others:
        _require_chief_alone(entity, by)
    row = Grant.objects.create(
        environment=entity.environment,
        sender_id=number,
        service=ServiceCode.ACCESS,
        right=Right.DECLARE,
        state=GrantState.PROPOSED if others else GrantState.ACTIVE,
        granted_by=by.name,
        granted_at=at,
        valid_from=at,
        source=by.source,
    )
    note_grant(row, "right:proposed" if others else "right:granted", by=by, at=at)
    if others:
        _ask_second(row, entity, at=at)
    else:
        desk.open_service(number, ACCESS_MESSAGE, actor=by.name, at=at)
    return row


@transaction.atomic
def confirm_enabling(grant_id: int, entity: Entity, *, by: Actor, desk: SenderDesk, at: datetime) -> Grant:
    """Let a second manager confirm that a sender may declare access; the service is open from then on."""
    row = _lock_asked(grant_id)
    number = str(row.sender_id)
    _require_manager(number, entity, by=by, desk=desk)
    if by.name == row.granted_by:
        raise AccessRefusedError(
            RefusalReason.SECOND_MANAGER_NEEDED,
            "Four eyes are needed: who asked for it does not confirm it.",
            next_step="Ask another access manager.",
        )
    row.state, row.confirmed_by, row.valid_from = GrantState.ACTIVE, by.name, at
    row.save(update_fields=["state", "confirmed_by", "valid_from"])
    note_grant(row, "right:confirmed", by=by, at=at)
    handle_occasion(Environment(entity.environment), _occasion(row), by=by.name, at=at)
    desk.open_service(number, ACCESS_MESSAGE, actor=by.name, at=at)
    return row


@transaction.atomic
def end_enabling(grant_id: int, entity: Entity, *, by: Actor, desk: SenderDesk, at: datetime) -> Grant:
    """Refuse what was asked for, or take it back: one manager suffices to stop a sender from declaring access."""
    row = Grant.objects.select_for_update().filter(pk=grant_id, service=ServiceCode.ACCESS, state__in=STANDING).first()
    if row is None or row.sender_id is None:
        raise _unknown()
    number = str(row.sender_id)
    _require_manager(number, entity, by=by, desk=desk)
    was_asked = row.state == GrantState.PROPOSED
    close_grant(row, by=by, at=at, state=GrantState.REFUSED if was_asked else GrantState.CLOSED)
    handle_occasion(Environment(entity.environment), _occasion(row), by=by.name, at=at)
    if not was_asked:
        desk.close_service(number, ACCESS_MESSAGE, actor=by.name, at=at)
    return row


def _require_manager(number: str, entity: Entity, *, by: Actor, desk: SenderDesk) -> None:
    """Refuse unless `by` manages access in the entity, whose sender it is; a foreign sender looks like none."""
    lock_active_account(entity.pk)
    if by.kind is not ActorKind.PERSON:
        raise not_entitled()
    require_level(by)
    if not _managers(entity).filter(person_id=by.person_id or 0).exists():
        raise not_entitled()
    if desk.state_of_sender(number, entity.company_number) is None:
        raise _unknown()


def _require_chief_alone(entity: Entity, by: Actor) -> None:
    if not _managers(entity).filter(person_id=by.person_id or 0, role=Role.CHIEF).exists():
        raise not_entitled()
    if by.level < ALONE_LEVEL:
        raise AccessRefusedError(
            RefusalReason.LEVEL_TOO_LOW,
            "The company has no second access manager who could confirm this.",
            next_step="Sign in with eID, or appoint another access manager first.",
        )


def _managers(entity: Entity) -> QuerySet[Appointment]:
    return Appointment.objects.filter(entity=entity, state=AppointmentState.ACTIVE)


def _lock_asked(grant_id: int) -> Grant:
    row = (
        Grant.objects.select_for_update()
        .filter(pk=grant_id, service=ServiceCode.ACCESS, state=GrantState.PROPOSED, sender__isnull=False)
        .first()
    )
    if row is None:
        raise _unknown()
    return row


def _unknown() -> AccessRefusedError:
    return AccessRefusedError(
        RefusalReason.UNKNOWN, "There is nothing such.", next_step="Look at the senders of the company again."
    )


def _occasion(row: Grant) -> str:
    return f"access declarations of sender, right {row.pk}"


def _ask_second(row: Grant, entity: Entity, *, at: datetime) -> None:
    publish(
        Posting(
            kind=EboxKind.SECOND_MANAGER_NEEDED,
            environment=Environment(entity.environment),
            entity_id=entity.pk,
            values={"user": str(row.sender_id), "service": row.service, "right": row.right},
            publisher="access declarations",
            occasion=_occasion(row),
            due_at=at + _DAYS_TO_ACT,
        ),
        at=at,
    )
