"""Write messages into the outbox and let a carrier take them; a carrier that fails leaves them waiting."""

import json
import uuid
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.db import transaction

from correspondence.models import Carrier, OutboxMessage


class Mailman(Protocol):
    """A carrier, such as a folder or a mail server."""

    def carry(self, message: OutboxMessage) -> None:
        """Take the message; OSError when it could not be taken."""
        ...


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
            ),
        ],
        ignore_conflicts=True,
    )


def deliver_waiting(mailman: Mailman, *, now: datetime, limit: int = 100) -> int:
    """Hand waiting messages to the mailman, each in a transaction of its own; return how many were taken."""
    carried = 0
    for _ in range(limit):
        with transaction.atomic():
            message = (
                OutboxMessage.objects.select_for_update(skip_locked=True)
                .filter(sent_at__isnull=True)
                .order_by("pk")
                .first()
            )
            if message is None:
                return carried
            mailman.carry(message)
            message.sent_at = now
            message.save(update_fields=["sent_at"])
            carried += 1
    return carried
