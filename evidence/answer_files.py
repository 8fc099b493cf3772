"""The files of answers: offered to their recipient until it deletes them, or they were kept long enough."""

import io
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import BinaryIO

from django.db import connection, models

from domain.environments import Environment
from domain.mailboxes import TrayEntry
from domain.sender_numbers import SenderNumber
from evidence.audit import append_event
from evidence.blobs import BlobStore
from evidence.insertions import Insertion
from evidence.models import AnswerFile

OFFERED = models.Q(collected_at__isnull=True, expired_at__isnull=True)
"""The condition of the partial indexes: what the outboxes show."""

CONTENT = ("FO.", "CO.")
"""How the names of an answer's content begin; the other files are its signature and its go-ahead."""

_FILES = Insertion.into(
    "evidence_answerfile",
    {
        "answer_id": "bigint",
        "recipient": "text",
        "environment": "text",
        "name": "text",
        "size": "bigint",
        "blob_id": "text",
        "offered_at": "timestamptz",
    },
)
ANSWERS_CHANNEL = "guichet_answers"
"""The channel of NOTIFY on which recipients, by sender number, are told that answers wait."""


def add_offered(files: Sequence[AnswerFile]) -> None:
    """Add files, which are in their outbox from `offered_at` on; IntegrityError where a name is used already."""
    _FILES.add(
        [
            (one.answer_id, one.recipient, one.environment, one.name, one.size, one.blob_id, one.offered_at)
            for one in files
        ]
    )


def announce_answers(recipients: AbstractSet[str]) -> None:
    """Wake whoever waits for the recipients' answers, when the running transaction commits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_notify(%s, recipient) FROM unnest(%s::text[]) recipient",
            [ANSWERS_CHANNEL, list(recipients)],
        )


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


def note_downloaded(
    recipient: SenderNumber,
    environment: Environment,
    name: str,
    *,
    actor: str,
    at: datetime,
) -> bool:
    """Note the first complete download of an answer's content since it was offered; whether this was it.

    Signature and go-ahead files say nothing about what the recipient has, and are passed over. A file that was collected
    while it was read counts all the same.
    """
    if not name.startswith(CONTENT):
        return False
    files = AnswerFile.objects.filter(recipient=str(recipient), environment=environment, name=name)
    if not files.filter(downloaded_at__isnull=True).update(downloaded_at=at):
        return False
    submission_id = files.values_list("answer__submission_id", flat=True).get()
    append_event("answer:downloaded", at=at, actor=actor, submission_id=submission_id, file=name)
    return True


def offer_again(submission_id: int, *, actor: str, at: datetime) -> int:
    """Put every answer file of the submission back into the outbox and return how many had left it.

    They are kept there as long as new ones: what was downloaded before counts no more.
    """
    files = AnswerFile.objects.filter(answer__submission_id=submission_id)
    gone = sum(not is_offered(file) for file in files.select_for_update().order_by("pk"))
    files.update(collected_at=None, expired_at=None, downloaded_at=None, offered_at=at)
    append_event("answer:offered-again", at=at, actor=actor, submission_id=submission_id, files=gone)
    announce_answers(set(files.values_list("recipient", flat=True)))
    return gone


def is_offered(file: AnswerFile) -> bool:
    """Whether the outbox shows the file."""
    return file.collected_at is None and file.expired_at is None


def _offered(recipient: SenderNumber, environment: Environment) -> models.QuerySet[AnswerFile]:
    return AnswerFile.objects.filter(OFFERED, recipient=str(recipient), environment=environment)


def _entry(file: AnswerFile) -> TrayEntry:
    return TrayEntry(file.name, file.size, file.offered_at)
