"""Try again what was given up, as an operator asks."""

from datetime import datetime

from django.db import connection

from channels.models import AnswerNotice, AnswerSubscription
from channels.notices.announcing import NOTICES_CHANNEL
from evidence.audit import append_event


def retry_notices(subscription: AnswerSubscription, *, actor: str, at: datetime) -> int:
    """Let a living subscription be told at once of what waits and of what was given up; return how many notices."""
    open_ones = AnswerNotice.objects.filter(subscription=subscription, state__in=["WAITING", "GIVEN_UP"])
    retried = open_ones.update(state="WAITING", attempts=0, waiting_since=at, next_attempt_at=at, problem="")
    if not retried:
        return 0
    subscription.failures, subscription.retry_at = 0, None
    subscription.save(update_fields=["failures", "retry_at"])
    append_event(
        "notices:retried",
        at=at,
        actor=actor,
        sender=subscription.sender_id,
        subscription=subscription.pk,
        retried=retried,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [NOTICES_CHANNEL])
    return retried
