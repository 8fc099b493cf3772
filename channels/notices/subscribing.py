"""Let senders subscribe to notices that answers are ready, and end that again."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Max

from channels.models import AnswerNotice, AnswerSubscription, Sender
from domain.configuration_refusals import ConfigurationFault, ConfigurationRefusedError
from domain.network_addresses import IpNetwork, may_be_reached
from domain.webhook_addresses import WebhookAddress, literal
from evidence.audit import append_event

MAX_WEBHOOKS = 5
"""Receivers that one sender may have."""


def subscribe_webhook(
    sender: Sender, text: str, *, allowed: Collection[IpNetwork], actor: str, at: datetime
) -> tuple[AnswerSubscription, bool]:
    """Let a receiver at the https address `text` be told of the sender's answers; return it and whether it is new."""
    try:
        address = WebhookAddress.parse(text)
    except ValueError as fault:
        raise ConfigurationRefusedError(
            f"Not an address of a receiver: {fault}.",
            next_step="Give one like https://receiver.example/answers.",
            fault=ConfigurationFault.RECEIVER_MALFORMED,
        ) from fault
    number = literal(address.host)
    if number is not None and not may_be_reached(number, allowed=allowed):
        raise ConfigurationRefusedError(
            f"{number} is no public address.",
            next_step="Give a public one; the setting GUICHET_NOTICE_NETWORKS allows others.",
            fault=ConfigurationFault.RECEIVER_NOT_PUBLIC,
        )
    living = AnswerSubscription.objects.filter(sender=sender, means="WEBHOOK", ended_at=None)
    known = living.filter(address=str(address)).first()
    if known is None and living.count() >= MAX_WEBHOOKS:
        raise ConfigurationRefusedError(
            f"Sender {sender.number} has {MAX_WEBHOOKS} receivers already.",
            next_step="End one of them first.",
            fault=ConfigurationFault.RECEIVERS_TOO_MANY,
        )
    return (known, False) if known else (_subscribe(sender, "WEBHOOK", str(address), actor=actor, at=at), True)


def subscribe_mail(sender: Sender, *, actor: str, at: datetime) -> tuple[AnswerSubscription, bool]:
    """Let the sender's technical user be written to; return the subscription and whether it is new."""
    mails = AnswerSubscription.objects.filter(sender=sender, means="EMAIL")
    known = mails.filter(ended_at=None).first()
    if known is not None:
        return known, False
    made = _subscribe(sender, "EMAIL", "", actor=actor, at=at)
    # ending a subscription and asking anew is no way to be written to more often
    made.retry_at = mails.aggregate(latest=Max("retry_at"))["latest"]
    made.save(update_fields=["retry_at"])
    return made, True


def end_subscription(subscription: AnswerSubscription, *, actor: str, at: datetime, reason: str) -> int:
    """Tell the subscriber nothing any more; return how many notices that waited are given up."""
    subscription.ended_at = at
    subscription.save(update_fields=["ended_at"])
    waiting = AnswerNotice.objects.filter(subscription=subscription, state="WAITING")
    given_up = waiting.update(state="GIVEN_UP", problem=reason[:200])
    append_event(
        "notices:ended",
        at=at,
        actor=actor,
        sender=subscription.sender_id,
        subscription=subscription.pk,
        reason=reason,
        given_up=given_up,
    )
    return given_up


def require_subscription(number: int) -> AnswerSubscription:
    """Return the living subscription of that number, locked until the running transaction ends."""
    found = AnswerSubscription.objects.select_for_update().filter(pk=number, ended_at=None).first()
    if found is None:
        raise ConfigurationRefusedError(
            f"There is no living subscription {number}.", next_step="List the notices to see them."
        )
    return found


def _subscribe(sender: Sender, means: str, address: str, *, actor: str, at: datetime) -> AnswerSubscription:
    subscription = AnswerSubscription.objects.create(sender=sender, means=means, address=address, created_at=at)
    append_event(
        "notices:subscribed", at=at, actor=actor, sender=sender.number, subscription=subscription.pk, means=means
    )
    return subscription
