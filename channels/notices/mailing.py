"""Write to technical users that answers are ready, one letter for all that is new, and not too often."""

from datetime import datetime
from itertools import count

from django.db import transaction

from channels.models import AnswerNotice, AnswerSubscription
from channels.notices.claiming import NoticeRules
from channels.notices.letters import render_ready_letter
from correspondence.models import Carrier
from correspondence.outbox import post
from domain.environments import OUTBOXES, Environment
from domain.languages import Language

_AT_ONCE = 1000


def write_due_letters(*, rules: NoticeRules, now: datetime) -> int:
    """Write every letter that is due, each in a transaction of its own; return how many.

    A letter and the state of the answers it tells of change together, so each answer is told of once.
    """
    for written in count():
        if written == _AT_ONCE or not _write_next(rules=rules, now=now):
            return written
    return 0


@transaction.atomic
def _write_next(*, rules: NoticeRules, now: datetime) -> bool:
    due = AnswerNotice.objects.filter(state="WAITING", next_attempt_at__lte=now, subscription__means="EMAIL")
    free = AnswerSubscription.objects.filter(means="EMAIL", ended_at=None, pk__in=due.values("subscription"))
    subscription = (
        free.exclude(retry_at__gt=now)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("sender__technical_user")
        .order_by("pk")
        .first()
    )
    if subscription is None:
        return False
    _write(subscription, rules=rules, now=now)
    subscription.retry_at = now + rules.mail_interval
    subscription.save(update_fields=["retry_at"])
    return True


def _write(subscription: AnswerSubscription, *, rules: NoticeRules, now: datetime) -> None:
    waiting = list(
        AnswerNotice.objects.select_for_update(of=("self",))
        .select_related("answer")
        .filter(subscription=subscription, state="WAITING")
        .order_by("pk")
    )
    if not waiting:
        return
    environments = {Environment(notice.answer.environment) for notice in waiting}
    sender = subscription.sender
    subject, body = render_ready_letter(
        sender.number,
        count=len(waiting),
        trays=[str(tray) for tray in OUTBOXES if tray.environment in environments],
        minutes=int(rules.mail_interval.total_seconds() // 60),
        language=Language(sender.language),
    )
    post(
        carrier=Carrier.MAIL,
        recipient=sender.technical_user.contact_address,
        subject=subject,
        body=body,
        occasion=f"answers-ready:{waiting[0].number}",
        at=now,
    )
    AnswerNotice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(state="TOLD", told_at=now, attempts=1)
