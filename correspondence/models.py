"""The outbox: what is to be said to whom, until a carrier has taken it. The e-Box has its tables by name."""

from django.db import models
from django.db.models import Q

from correspondence.ebox_tables import (
    EboxAlert,
    EboxAttachment,
    EboxDocument,
    EboxKind,
    EboxReceipt,
    EboxRoute,
    EboxState,
)

__all__ = [
    "Carrier",
    "EboxAlert",
    "EboxAttachment",
    "EboxDocument",
    "EboxKind",
    "EboxReceipt",
    "EboxRoute",
    "EboxState",
    "OutboxMessage",
]


class Carrier(models.TextChoices):
    """Ways a message leaves the house."""

    MAIL = "MAIL"
    TEXT_MESSAGE = "SMS"
    EBOX = "EBOX"


class OutboxMessage(models.Model):
    """One message, written in the transaction of its cause; `occasion` makes a repeat of the cause harmless.

    The body of one that `holds_secret` (a password, a code, a link) is forgotten once it was taken. One that no carrier
    takes for three days is given up. Of one `topic` no second is written to a recipient whom the first did not reach yet.
    """

    carrier = models.CharField(max_length=4, choices=Carrier)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    occasion = models.CharField(max_length=100, unique=True)
    topic = models.CharField(max_length=40, blank=True, default="", db_default="")
    written_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    holds_secret = models.BooleanField(default=False, db_default=False)
    failures = models.PositiveSmallIntegerField(default=0, db_default=0)
    retry_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        """The partial indexes are what waits, and what each carrier took, the last first."""

        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=Q(sent_at__isnull=True)),
            models.Index(fields=["carrier", "id"], name="outbox_taken", condition=Q(sent_at__isnull=False)),
            models.Index(
                fields=["topic"],
                name="outbox_waiting_topics",
                condition=Q(sent_at__isnull=True, given_up_at__isnull=True) & ~Q(topic=""),
            ),
        ]
