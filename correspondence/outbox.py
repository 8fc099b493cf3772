"""Write messages into the outbox and let a carrier take them; a carrier that fails leaves them waiting."""

import json
import uuid
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from correspondence.limits import limits
from correspondence.models import Carrier, OutboxMessage

log = structlog.get_logger()

_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=2)


class Mailman(Protocol):
    """A carrier, such as a folder or a mail server."""

    def carry(self, message: OutboxMessage) -> None:
        """Take the message; OSError when it could not be taken."""
        ...


class MessageRefusedError(OSError):
    """A carrier that works does not take this one message; `code` says why and names nobody."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SortingMailman:
    """Hands each message to the carrier of its kind."""

    def __init__(self, carriers: Mapping[str, Mailman]) -> None:
        self._carriers = dict(carriers)

    def carry(self, message: OutboxMessage) -> None:
        """Let the right carrier take it; MessageRefusedError where there is none."""
        carrier = self._carriers.get(message.carrier)
        if carrier is None:
            raise MessageRefusedError("no carrier")
        carrier.carry(message)


class FolderMailman:
    """Puts each message as a JSON file into a folder, where the demo and the tests read it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def carry(self, message: OutboxMessage) -> None:
        """Write the message under its number; carrying it twice leaves one file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = self._folder / f".{uuid.uuid4().hex}"
        content = {
            "carrier": message.carrier,
            "recipient": message.recipient,
            "subject": message.subject,
            "body": message.body,
            "written_at": message.written_at.isoformat(),
        }
        temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")
        temporary.rename(self._folder / f"{message.pk:08d}-{message.carrier.lower()}.json")


def post(
    *,
    carrier: Carrier,
    recipient: str,
    subject: str,
    body: str,
    occasion: str,
    at: datetime,
    holds_secret: bool = False,
) -> None:
    """Write a message in the running transaction; the same occasion is written about once."""
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                carrier=carrier,
                recipient=recipient,
                subject=subject,
                body=body,
                occasion=occasion,
                written_at=at,
                holds_secret=holds_secret,
            ),
        ],
        ignore_conflicts=True,
    )


def hold_waiting(topics: Collection[str]) -> set[tuple[str, str]]:
    """Return topic and recipient of messages that wait, which then wait for the running transaction too.

    One that is being carried is none of them: whoever gets it may look before that transaction ends.
    """
    waiting = OutboxMessage.objects.select_for_update(skip_locked=True).filter(
        topic__in=topics, sent_at__isnull=True, given_up_at__isnull=True
    )
    return set(waiting.values_list("topic", "recipient")) if topics else set()


def deliver_waiting(mailman: Mailman, *, now: datetime, limit: int = 100) -> int:
    """Hand waiting messages to the mailman, each in a transaction of its own; return how many were taken.

    One that its carrier refuses is tried again later and keeps no other waiting; after three days it is given up. OSError
    when the carrier itself does not work.
    """
    carried = 0
    for _ in range(limit):
        with transaction.atomic():
            message = _waiting(now).select_for_update(skip_locked=True).order_by("pk").first()
            if message is None:
                return carried
            try:
                mailman.carry(message)
            except MessageRefusedError as refusal:
                _put_off(message, refusal, now=now)
                continue
            message.sent_at = now
            if message.holds_secret:
                message.body = ""
            message.save(update_fields=["sent_at", "body"])
            carried += 1
    return carried


def _waiting(now: datetime) -> QuerySet[OutboxMessage]:
    due = Q(retry_at__isnull=True) | Q(retry_at__lte=now)
    return OutboxMessage.objects.filter(due, sent_at__isnull=True, given_up_at__isnull=True)


def _put_off(message: OutboxMessage, refusal: MessageRefusedError, *, now: datetime) -> None:
    message.failures += 1
    message.retry_at = now + min(_FIRST_WAIT * 2 ** (message.failures - 1), _LONGEST_WAIT)
    if now - message.written_at > limits().give_up:
        message.given_up_at = now
        if message.holds_secret:
            message.body = ""
    message.save(update_fields=["failures", "retry_at", "given_up_at", "body"])
    log.warning(
        "message refused by its carrier",
        message=message.pk,
        carrier=message.carrier,
        failures=message.failures,
        given_up=message.given_up_at is not None,
        reason=refusal.code,
    )
