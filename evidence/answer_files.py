"""The files of answers: offered to their recipient until it deletes them, which is how it says it has them."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from django.db import models

from domain.environments import Environment
from domain.mailboxes import TrayEntry
from domain.sender_numbers import SenderNumber
from evidence.audit import append_event
from evidence.blobs import BlobStore
from evidence.models import AnswerFile


def list_offered(recipient: SenderNumber, environment: Environment) -> Sequence[TrayEntry]:
    """Return every file that waits for the recipient in the environment, by name."""
    return [_entry(file) for file in _offered(recipient, environment).order_by("name")]


def find_offered(recipient: SenderNumber, environment: Environment, name: str) -> TrayEntry | None:
    """Return one waiting file, or None when it does not wait."""
    file = _offered(recipient, environment).filter(name=name).first()
    return None if file is None else _entry(file)


def open_offered(
    recipient: SenderNumber,
    environment: Environment,
    name: str,
    *,
    blobs: BlobStore,
) -> BinaryIO | None:
    """Return the bytes of one waiting file, or None when it does not wait; a go-ahead file is empty."""
    file = _offered(recipient, environment).filter(name=name).first()
    if file is None:
        return None
    return io.BytesIO() if file.blob_id is None else blobs.open(file.blob_id)


def mark_collected(
    recipient: SenderNumber,
    environment: Environment,
    name: str,
    *,
    actor: str,
    at: datetime,
) -> bool:
    """Take a file out of the recipient's outbox for good; False when it did not wait."""
    file = _offered(recipient, environment).filter(name=name).select_related("answer").first()
    if file is None or not _offered(recipient, environment).filter(pk=file.pk).update(collected_at=at):
        return False
    append_event("answer:collected", at=at, actor=actor, submission_id=file.answer.submission_id, file=name)
    return True


def offer_again(submission_id: int, *, actor: str, at: datetime) -> int:
    """Put every answer file of the submission back into the outbox and return how many had left it."""
    gone = AnswerFile.objects.filter(answer__submission_id=submission_id, collected_at__isnull=False)
    offered = gone.update(collected_at=None, offered_at=at)
    append_event("answer:offered-again", at=at, actor=actor, submission_id=submission_id, files=offered)
    return offered


def _offered(recipient: SenderNumber, environment: Environment) -> models.QuerySet[AnswerFile]:
    return AnswerFile.objects.filter(recipient=str(recipient), environment=environment, collected_at__isnull=True)


def _entry(file: AnswerFile) -> TrayEntry:
    return TrayEntry(file.name, file.size, file.offered_at)
