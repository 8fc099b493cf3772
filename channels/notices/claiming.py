"""Take notices that are due under a lease, and note what became of them; each in a transaction of its own."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import F, QuerySet

from channels.models import AnswerNotice, AnswerSubscription
from channels.notices.letters import render_gone_letter, render_operators_end_letter, render_operators_letter
from channels.notices.messages import ReadyAnswer
from channels.notices.outcomes import Failed, Gone, Outcome, Taken
from channels.notices.subscribing import end_subscription
from correspondence.models import Carrier
from correspondence.outbox import post
from domain.brussels import brussels_date
from domain.languages import Language
from domain.webhook_addresses import WebhookAddress
from evidence.audit import append_event

LEASE: Final = timedelta(seconds=60)
"""After this a notice whose carrier vanished is due again; longer than any attempt may take."""

AT_ONCE: Final = 8
"""Notices of one receiver that are on their way at the same time; one while it fails."""

_SHORTEST_PAUSE: Final = timedelta(seconds=10)
_LONGEST_PAUSE: Final = timedelta(hours=6)
_GROWTH: Final = 3
_LARGEST_EXPONENT: Final = 12
_HOPELESS: Final = 8
"""Failures in a row, over nine hours at least, after which nothing old is tried any more before it is given up."""

_CLAIM = """
    WITH due AS (
        SELECT DISTINCT subscription_id FROM channels_answernotice
        WHERE state = 'WAITING' AND next_attempt_at <= %(now)s
    ), taken AS (
        SELECT one.id
        FROM due JOIN channels_answersubscription subscription ON subscription.id = due.subscription_id
        CROSS JOIN LATERAL (
            SELECT id FROM channels_answernotice
            WHERE subscription_id = subscription.id AND state = 'WAITING' AND next_attempt_at <= %(now)s
            ORDER BY id LIMIT CASE WHEN subscription.failures = 0 THEN %(at_once)s ELSE 1 END
            FOR UPDATE SKIP LOCKED
        ) one
        WHERE subscription.means = 'WEBHOOK' AND subscription.ended_at IS NULL
        AND (subscription.retry_at IS NULL OR subscription.retry_at <= %(now)s)
        AND NOT subscription.id = ANY(%(busy)s)
        ORDER BY subscription.failures > 0, random() LIMIT %(limit)s
    ), leased AS (
        UPDATE channels_answernotice notice SET next_attempt_at = %(leased_until)s
        FROM taken WHERE notice.id = taken.id RETURNING notice.*
    )
    SELECT leased.id, leased.subscription_id, leased.number, subscription.address, leased.attempts,
        answer.recipient, answer.environment, submission.ticket, file.name, answer.kind, file.offered_at
    FROM leased
    JOIN channels_answersubscription subscription ON subscription.id = leased.subscription_id
    JOIN evidence_answer answer ON answer.id = leased.answer_id
    JOIN evidence_submission submission ON submission.id = answer.submission_id
    JOIN evidence_answerfile file ON file.answer_id = answer.id AND left(file.name, 2) IN ('FO', 'CO')
    ORDER BY leased.id
"""


@dataclass(frozen=True, slots=True)
class DueNotice:
    """A notice under a lease; `attempts` were made before."""

    id: int
    subscription: int
    number: str
    address: WebhookAddress
    attempts: int
    answer: ReadyAnswer


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """How long a notice is tried, how often a sender is written to, and who is told of what is given up.

    `jitter` returns a factor around 1 that keeps receivers from being tried in step.
    """

    give_up_after: timedelta
    mail_interval: timedelta
    operator_address: str
    jitter: Callable[[], float]


def claim_due(*, busy: Collection[int], limit: int, now: datetime) -> list[DueNotice]:
    """Return up to `limit` notices that are due, under a lease; none of the `busy` subscriptions, healthy ones first."""
    values: dict[str, datetime | int | list[int]] = {
        "now": now,
        "leased_until": now + LEASE,
        "at_once": AT_ONCE,
        "busy": list(busy),
        "limit": limit,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        return [
            DueNotice(pk, subscription, str(number), WebhookAddress.parse(address), attempts, ReadyAnswer(*answer))
            for pk, subscription, number, address, attempts, *answer in cursor.fetchall()
        ]


@transaction.atomic
def note_outcome(notice: DueNotice, outcome: Outcome, *, rules: NoticeRules, at: datetime) -> None:
    """Note what became of an attempt; harmless when another carrier noted it before."""
    match outcome:
        case Taken():
            _note_taken(notice, at=at)
        case Failed(problem):
            _note_failed(notice, problem, rules=rules, at=at)
        case Gone():
            _note_gone(notice, rules=rules, at=at)


def pause_after(failures: int, *, jitter: float) -> timedelta:
    """Return how long to wait after that many failures: 10 seconds, three times as long each time, at most 6 hours."""
    pause: timedelta = _SHORTEST_PAUSE * _GROWTH ** min(max(failures - 1, 0), _LARGEST_EXPONENT)
    return min(pause, _LONGEST_PAUSE) * jitter


def _note_taken(notice: DueNotice, *, at: datetime) -> None:
    # the subscription before its notices, as everywhere, so that two carriers never wait for each other
    AnswerSubscription.objects.filter(pk=notice.subscription, failures__gt=0).update(failures=0, retry_at=None)
    _waiting(notice).update(state="TOLD", told_at=at, attempts=F("attempts") + 1, problem="")


def _note_failed(notice: DueNotice, problem: str, *, rules: NoticeRules, at: datetime) -> None:
    """Try this one later, and the receiver as a whole; give up what waited too long."""
    jitter = rules.jitter()
    subscription = AnswerSubscription.objects.select_for_update().get(pk=notice.subscription)
    if subscription.retry_at is None or subscription.retry_at <= at:
        subscription.failures += 1
        subscription.retry_at = at + pause_after(subscription.failures, jitter=jitter)
        subscription.save(update_fields=["failures", "retry_at"])
    _waiting(notice).update(
        attempts=F("attempts") + 1,
        next_attempt_at=at + pause_after(notice.attempts + 1, jitter=jitter),
        problem=problem[:200],
    )
    too_old = AnswerNotice.objects.filter(
        subscription=subscription, state="WAITING", waiting_since__lte=at - rules.give_up_after
    )
    if subscription.failures < _HOPELESS:  # what was never tried, since nobody carried, deserves a try
        too_old = too_old.exclude(problem="")
    given_up = too_old.update(state="GIVEN_UP", problem=problem[:200])
    if given_up:
        _tell_given_up(subscription, given_up, problem, rules=rules, at=at)


def _note_gone(notice: DueNotice, *, rules: NoticeRules, at: datetime) -> None:
    """Believe a receiver that says it is gone: it is told nothing any more, and its sender is written to."""
    subscription = (
        AnswerSubscription.objects.select_for_update(of=("self",))
        .select_related("sender__technical_user")
        .filter(pk=notice.subscription, ended_at=None)
        .first()
    )
    if subscription is None:
        return
    given_up = end_subscription(subscription, actor="notices", at=at, reason="its receiver answered 410 (gone)")
    sender = subscription.sender
    subject, body = render_gone_letter(sender.number, subscription.address, Language(sender.language))
    _write(sender.technical_user.contact_address, subject, body, f"notices-gone:{subscription.pk}", at=at)
    subject, body = render_operators_end_letter(sender.number, subscription.pk, subscription.address, given_up)
    _write(rules.operator_address, subject, body, f"notices-ended:{subscription.pk}", at=at)


def _tell_given_up(
    subscription: AnswerSubscription, given_up: int, problem: str, *, rules: NoticeRules, at: datetime
) -> None:
    append_event(
        "notices:given-up",
        at=at,
        actor="notices",
        sender=subscription.sender_id,
        subscription=subscription.pk,
        given_up=given_up,
        reason=problem,
    )
    # once a day and receiver, however many are given up
    occasion = f"notices-given-up:{subscription.pk}:{brussels_date(at)}"
    subject, body = render_operators_letter(
        subscription.sender_id, subscription.pk, subscription.address, given_up, problem
    )
    _write(rules.operator_address, subject, body, occasion, at=at)


def _write(recipient: str, subject: str, body: str, occasion: str, *, at: datetime) -> None:
    post(carrier=Carrier.MAIL, recipient=recipient, subject=subject, body=body, occasion=occasion, at=at)


def _waiting(notice: DueNotice) -> QuerySet[AnswerNotice]:
    return AnswerNotice.objects.filter(pk=notice.id, state="WAITING")
