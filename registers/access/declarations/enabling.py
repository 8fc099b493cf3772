"""Let a sender declare access: one manager asks, a second one confirms, and the service is opened (access §8.1)."""

from datetime import datetime

from django.db import transaction

from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.services import ServiceCode
from domain.access.states import GrantState
from domain.access_declarations import ACCESS_MESSAGE
from registers.access.authority import qualities_covered
from registers.access.declarations.sides import SenderDesk
from registers.access.models import Entity, Grant
from registers.access.sender_services import ask_for_service, confirm_service, drop_service, refuse_service


@transaction.atomic
def ask_to_enable(number: str, entity: Entity, quality: str, *, by: Actor, desk: SenderDesk, at: datetime) -> Grant:
    """Ask that a sender of the entity may declare access; AccessRefusedError when `by` may not.

    It is PROPOSED until another manager confirms it. Where there is no other, the chief at level 500 suffices, and the
    service is open at once. A sender of another company or quality looks like one that is not there.
    """
    _require_own(number, entity, quality, desk=desk)
    row = ask_for_service(number, ServiceCode.ACCESS, entity_id=entity.pk, quality=quality, by=by, at=at)
    if row.state == GrantState.ACTIVE:
        desk.open_service(number, ACCESS_MESSAGE, actor=by.name, at=at)
    return row


@transaction.atomic
def confirm_enabling(
    grant_id: int, entity: Entity, quality: str, *, by: Actor, desk: SenderDesk, at: datetime
) -> Grant:
    """Let a second manager confirm that a sender may declare access; the service is open from then on."""
    row = confirm_service(grant_id, entity_id=entity.pk, quality=quality, by=by, at=at)
    desk.open_service(str(row.sender_id), ACCESS_MESSAGE, actor=by.name, at=at)
    return row


@transaction.atomic
def refuse_enabling(grant_id: int, entity: Entity, quality: str, *, by: Actor, at: datetime) -> Grant:
    """Let a second manager refuse it; somebody may ask again."""
    return refuse_service(grant_id, entity_id=entity.pk, quality=quality, by=by, at=at)


@transaction.atomic
def end_enabling(number: str, entity: Entity, quality: str, *, by: Actor, desk: SenderDesk, at: datetime) -> bool:
    """Let a sender declare access no more; False when it did not. One manager suffices to take it back."""
    _require_own(number, entity, quality, desk=desk)
    if not drop_service(number, ServiceCode.ACCESS, entity_id=entity.pk, quality=quality, by=by, at=at):
        return False
    desk.close_service(number, ACCESS_MESSAGE, actor=by.name, at=at)
    return True


def _require_own(number: str, entity: Entity, quality: str, *, desk: SenderDesk) -> None:
    if desk.state_of_sender(number, entity.company_number, qualities_covered(entity.pk, quality)) is None:
        raise AccessRefusedError(
            RefusalReason.UNKNOWN, "There is no such sender.", next_step="Look at the senders of the company again."
        )
