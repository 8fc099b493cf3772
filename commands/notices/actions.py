"""What `guichet notices` does to the tables, and the key it shows."""

from argparse import Namespace
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q

from channels.configuring.senders import find_sender, require_sender
from channels.models import AnswerSubscription
from channels.notices.retrying import retry_notices
from channels.notices.signatures import NoticeSigner, render_pem, render_public_key
from channels.notices.subscribing import end_subscription, require_subscription, subscribe_mail, subscribe_webhook
from commands.configuring.actions import ACTOR
from correspondence.untold import count_untold, try_again
from domain.counted_words import counted
from evidence.audit import append_event
from evidence.clock import SystemClock
from sender.tables import render_table

_REMEMBERED = timedelta(days=7)


def subscribe(arguments: Namespace) -> str:
    """Subscribe a sender."""
    sender, now = require_sender(arguments.sender), SystemClock().now()
    if arguments.mail:
        subscription, is_new = subscribe_mail(sender, actor=ACTOR, at=now)
    else:
        subscription, is_new = subscribe_webhook(
            sender, arguments.webhook, allowed=settings.GUICHET.notices.networks, actor=ACTOR, at=now
        )
    where = subscription.address or f"mail to {sender.technical_user.contact_address}"
    if not is_new:
        return f"nothing changed: subscription {subscription.pk} tells {where} already\n"
    return f"subscription {subscription.pk}: sender {sender.number} is told of its answers by {where}\n"


def end(arguments: Namespace) -> str:
    """End a subscription."""
    subscription = require_subscription(arguments.subscription)
    given_up = end_subscription(subscription, actor=ACTOR, at=SystemClock().now(), reason="ended by the operator")
    those = counted(given_up, "notice that waited is", "notices that waited are")
    return f"subscription {subscription.pk} has ended; {those} given up\n"


def retry(arguments: Namespace) -> str:
    """Try a receiver at once."""
    subscription = require_subscription(arguments.subscription)
    retried = retry_notices(subscription, actor=ACTOR, at=SystemClock().now())
    of = f"of subscription {subscription.pk}"
    return counted(retried, f"notice {of} is tried now\n", f"notices {of} are tried now\n")


def list_all(arguments: Namespace) -> str:
    """Show subscriptions and how they fare; ended ones that gave something up are shown too."""
    subscriptions = AnswerSubscription.objects.annotate(
        waiting=Count("notices", filter=Q(notices__state="WAITING")),
        told=Count("notices", filter=Q(notices__state="TOLD")),
        given_up=Count("notices", filter=Q(notices__state="GIVEN_UP")),
        problem=Max("notices__problem", filter=Q(notices__state__in=["WAITING", "GIVEN_UP"])),
    )
    if arguments.sender is not None:
        subscriptions = subscriptions.filter(sender=find_sender(arguments.sender))
    rows = [
        (
            str(one.pk),
            one.sender_id,
            one.address or one.means,
            "ended" if one.ended_at else "living",
            *(str(number) for number in (one.waiting, one.told, one.given_up)),
            f"{one.retry_at:%Y-%m-%d %H:%M}" if one.failures and one.retry_at else "",
            one.problem or "",
        )
        for one in subscriptions.filter(Q(ended_at=None) | Q(given_up__gt=0)).order_by("sender_id", "pk")
    ]
    headings = ("number", "sender", "tells", "state", "waiting", "told", "given up", "next try (UTC)", "problem")
    return render_table(headings, rows)


def letters(arguments: Namespace) -> str:
    """Show how many letters wait or were given up in the last week, or try them again; to whom they go, nobody is told."""
    at = SystemClock().now()
    since = at - _REMEMBERED
    if arguments.retry:
        with transaction.atomic():
            retried = try_again(since=since, at=at)
            append_event("letters:tried-again", at=at, actor=ACTOR, letters=retried)
        return f"{counted(retried, 'letter is', 'letters are')} tried again\n"
    rows = [
        (
            one.carrier.lower(),
            str(one.waiting),
            "" if one.oldest is None else f"{one.oldest:%Y-%m-%d %H:%M}",
            str(one.given_up),
            str(one.can_be_tried),
        )
        for one in count_untold(since=since)
    ]
    if not rows:
        return "every letter was taken by its carrier\n"
    return render_table(
        ("carrier", "waiting", "oldest not tried (UTC)", "given up this week", "of these without a secret"), rows
    )


def key(_arguments: Namespace) -> str:
    """Show the public keys, the present one first."""
    signer = NoticeSigner.load(settings.GUICHET.home / "keys")
    return "".join(f"{render_public_key(public)}\n{render_pem(public)}" for public in signer.public_keys)


ACTIONS = {"subscribe": subscribe, "end": end, "retry": retry, "list": list_all, "letters": letters, "key": key}
