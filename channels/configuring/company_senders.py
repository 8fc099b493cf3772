"""Shut out, let in again and end all the senders of a company, as its account or one of its qualities goes."""

from datetime import datetime

from django.db.models import QuerySet

from channels.configuring.retiring import ServicesEnder, retire_sender
from channels.configuring.technical_users import block_technical_user, unblock_technical_user
from channels.models import Sender, SenderState, TechnicalUserState
from domain.access.actors import Actor


def living_numbers(entity_id: int, *, quality: str) -> list[str]:
    """Return the numbers of the company's senders in a quality that are not retired."""
    return list(_living(entity_id).filter(technical_user__quality=quality).values_list("number", flat=True))


def shut_out_senders(entity_id: int, *, actor: str, at: datetime) -> list[str]:
    """Keep every program of the company from signing in until `let_in_senders`, in the running transaction.

    Return the numbers of those that could. It delivers nothing and collects nothing: a suspended sender would still collect.
    """
    held = list(_lock(_living(entity_id).filter(technical_user__state=TechnicalUserState.ACTIVE)))
    for sender in held:
        block_technical_user(sender, actor=actor, at=at)
        sender.technical_user.blocked_with_account = True
        sender.technical_user.save(update_fields=["blocked_with_account"])
    return [sender.number for sender in held]


def let_in_senders(entity_id: int, *, actor: str, at: datetime) -> list[str]:
    """Take back what `shut_out_senders` did, and nothing that somebody else blocked; return the numbers."""
    shut_out = _living(entity_id).filter(technical_user__blocked_with_account=True)
    held = list(_lock(shut_out.filter(technical_user__state=TechnicalUserState.BLOCKED)))
    for sender in held:
        unblock_technical_user(sender, actor=actor, at=at)
    return [sender.number for sender in held]


def retire_senders(
    entity_id: int,
    *,
    quality: str | None = None,
    end_services: ServicesEnder,
    by: Actor,
    at: datetime,
    reason: str = "",
) -> list[str]:
    """End the senders of the company for ever, or those of one quality, in the running transaction; return their numbers."""
    living = _living(entity_id)
    held = list(_lock(living if quality is None else living.filter(technical_user__quality=quality)))
    for sender in held:
        retire_sender(sender, end_services=end_services, by=by, at=at, reason=reason)
    return [sender.number for sender in held]


def _living(entity_id: int) -> QuerySet[Sender]:
    return Sender.objects.filter(entity_id=entity_id).exclude(state=SenderState.RETIRED).order_by("number")


def _lock(rows: QuerySet[Sender]) -> QuerySet[Sender]:
    return rows.select_for_update(of=("self",)).select_related("technical_user")
