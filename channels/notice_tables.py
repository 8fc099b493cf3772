"""Who wants to be told that answers are ready, and what is still to be told."""

from django.db import models
from django.db.models.functions import Now

from evidence.constraints import one_of

_MEANS = ("WEBHOOK", "EMAIL")
_NOTICE_STATES = ("WAITING", "TOLD", "GIVEN_UP")


class AnswerSubscription(models.Model):
    """A sender's wish to be told of its answers; `address` is the webhook's, empty for mail to the technical user.

    `failures` counts the attempts that failed in a row; before `retry_at` nothing is attempted.
    """

    sender = models.ForeignKey("channels.Sender", on_delete=models.PROTECT, related_name="answer_subscriptions")
    means = models.CharField(max_length=7, choices=[(m, m) for m in _MEANS])
    address = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    retry_at = models.DateTimeField(null=True)

    class Meta:
        """A living wish is stated once."""

        constraints = [
            models.UniqueConstraint(
                fields=["sender", "means", "address"],
                name="answer_subscription_once",
                condition=models.Q(ended_at__isnull=True),
            ),
            one_of("means", _MEANS, name="answer_subscription_means_known"),
        ]


class AnswerNotice(models.Model):
    """One answer of which one subscriber is to be told; `number` names it to the receiver, so that repeats are known.

    Whoever attempts it moves `next_attempt_at` on first: a lease. Long after `waiting_since` it is given up.
    """

    subscription = models.ForeignKey(AnswerSubscription, on_delete=models.PROTECT, related_name="notices")
    answer = models.ForeignKey("evidence.Answer", on_delete=models.PROTECT, related_name="+")
    number = models.UUIDField(unique=True)
    state = models.CharField(max_length=8, choices=[(s, s) for s in _NOTICE_STATES], default="WAITING")
    attempts = models.PositiveSmallIntegerField(default=0)
    waiting_since = models.DateTimeField(db_default=Now())
    next_attempt_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        """One notice an answer and subscriber, and an index of what is due."""

        constraints = [
            models.UniqueConstraint(fields=["subscription", "answer"], name="answer_notice_once"),
            one_of("state", _NOTICE_STATES, name="answer_notice_state_known"),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="answer_notice_due", condition=models.Q(state="WAITING")),
            models.Index(
                fields=["subscription", "id"], name="answer_notice_waiting", condition=models.Q(state="WAITING")
            ),
        ]
