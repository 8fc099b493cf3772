"""Retire senders whose company ended their quality, or was closed, while that left its senders at work."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

ACTOR = "platform"
REASONS = {"quality": "quality ended", "account": "account closed"}


def retire(apps: Apps, _editor: BaseDatabaseSchemaEditor | None) -> None:
    """End them as ending a quality and closing an account do since, with the same events; those that are retired stay so."""
    now = timezone.now()
    for why, senders in _left_behind(apps, at=now):
        for number, state in list(senders.order_by("number").values_list("number", "state")):
            _retire(apps, number, before=state, reason=REASONS[why], at=now)


def _left_behind(apps: Apps, *, at: datetime) -> Iterator[tuple[str, QuerySet[Any]]]:
    living = apps.get_model("channels", "Sender").objects.exclude(state="RETIRED")
    accounts = apps.get_model("access", "EntityAccount").objects.filter(entity=OuterRef("entity"), state="CLOSED")
    yield "account", living.filter(Exists(accounts))
    qualities = apps.get_model("access", "EntityQuality").objects.filter(
        entity=OuterRef("entity"), quality=OuterRef("technical_user__quality")
    )
    acts_in_it = qualities.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=at))
    yield "quality", living.filter(Exists(qualities), ~Exists(acts_in_it))


def _retire(apps: Apps, number: str, *, before: str, reason: str, at: datetime) -> None:
    events = apps.get_model("evidence", "AuditEvent").objects
    detail = {"sender": number, "before": before, "after": "RETIRED", "reason": reason}
    apps.get_model("channels", "Sender").objects.filter(number=number).update(state="RETIRED")
    apps.get_model("channels", "TechnicalUser").objects.filter(sender=number).update(state="REMOVED")
    events.create(action="sender:state-changed", actor=ACTOR, at=at, detail=detail)
    notices = apps.get_model("channels", "AnswerNotice").objects
    subscriptions = apps.get_model("channels", "AnswerSubscription").objects
    for subscription in subscriptions.filter(sender=number, ended_at__isnull=True):
        subscription.ended_at = at
        subscription.save(update_fields=["ended_at"])
        ended = "its sender was retired"
        given_up = notices.filter(subscription=subscription, state="WAITING").update(state="GIVEN_UP", problem=ended)
        told = {"sender": number, "subscription": subscription.pk, "reason": ended, "given_up": given_up}
        events.create(action="notices:ended", actor=ACTOR, at=at, detail=told)
    apps.get_model("correspondence", "EboxDocument").objects.filter(
        environment="R", kind="SENDER_SUSPENDED", about=number, is_task=True, state__in=["NEW", "READ"]
    ).update(state="HANDLED", handled_at=at, handled_by=ACTOR)


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0013_blocked_with_account"),
        ("access", "0011_words_of_companies"),
        ("correspondence", "0013_letters_to_workers"),
        ("evidence", "0008_how_senders_stood_at_reception"),
    ]

    operations = [migrations.RunPython(retire, migrations.RunPython.noop)]
