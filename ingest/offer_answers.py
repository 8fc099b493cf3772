"""Put a signed answer in its recipient's outbox: content, signature and go-ahead appear together."""

import io
import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO, Protocol, TypeAlias

from django.db import connection

from domain.answers import AnswerKind
from domain.brussels import brussels_date
from domain.sender_numbers import PLATFORM
from domain.sequences import render_answer_sequence
from evidence.answer_files import announce_answers
from evidence.audit import append_event
from evidence.blobs import BlobStore, StoredBlob, record_blobs
from evidence.facts import facts_of_answer
from evidence.models import Answer, AnswerFile, Submission
from ingest.compress_answers import DeflatedContent, deflate, write_zip


class Seals(Protocol):
    """Whoever signs in the platform's name."""

    def seal(self, content: BinaryIO, *, at: datetime) -> bytes:
        """Return the signature file over `content`, read from where it stands."""
        ...


class Announces(Protocol):
    """Whoever lets recipients be told that an answer is ready."""

    def announce(self, answer_id: int, *, recipient: str, at: datetime) -> None:
        """Note, in the running transaction, who is to be told of the answer."""
        ...


@dataclass(frozen=True, slots=True)
class AnswerDesk:
    """What it takes to answer: the platform's signature, the blob store, and the bytes above which content is zipped.

    `notices` tells recipients that asked for it.
    """

    seals: Seals
    blobs: BlobStore
    zip_above: int
    notices: Announces


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    """Content and signature file, stored but not yet offered to anyone."""

    content: StoredBlob
    signature: StoredBlob


PreparedAnswer: TypeAlias = SealedAnswer | DeflatedContent
"""What needs its name first to be signed, or not: the name stands inside a ZIP (batch protocol §1.7)."""


def prepare_answer(content: BinaryIO, *, desk: AnswerDesk, files: ExitStack, at: datetime) -> PreparedAnswer:
    """Sign and store `content`, or deflate it when it is too large to be offered as it is.

    Done before the recipient's counter is locked, so that nobody waits for a disk. `files` keeps what is deflated open
    until the answer is offered.
    """
    if content.seek(0, os.SEEK_END) <= desk.zip_above:
        return _seal(content, desk=desk, at=at)
    content.seek(0)
    return deflate(content, files.enter_context(tempfile.TemporaryFile()))


def offer_answer(
    submission: Submission,
    kind: AnswerKind,
    prepared: PreparedAnswer,
    *,
    number: int = 1,
    desk: AnswerDesk,
    at: datetime,
) -> Answer:
    """Give the answer its name and show its files in the outbox when the running transaction commits.

    Deflated content becomes the ZIP named CO whose entry is named FO; the signature is over that ZIP.

    Raises IntegrityError when this submission already has that answer.
    """
    day = brussels_date(at)
    sequence = _next_sequence(submission, day=day)
    answer = Answer.objects.create(
        submission=submission,
        kind=kind,
        number=number,
        recipient=submission.owner,
        environment=submission.environment,
        day=day,
        sequence=sequence,
        created_at=at,
    )
    stem = f"{kind}.{PLATFORM}.{day:%Y%m%d}.{render_answer_sequence(sequence)}.{submission.environment}"
    match prepared:
        case SealedAnswer():
            prefix, sealed = "FO", prepared
        case DeflatedContent():
            prefix, sealed = "CO", _seal_zip(prepared, entry_name=f"FO.{stem}", day=day, desk=desk, at=at)
    files = ((prefix, sealed.content), ("FS", sealed.signature), ("GO", None))
    rows = [
        AnswerFile(
            answer=answer,
            recipient=submission.owner,
            environment=submission.environment,
            name=f"{prefix}.{stem}",
            size=0 if blob is None else blob.size,
            blob_id=None if blob is None else blob.sha256,
            offered_at=at,
        )
        for prefix, blob in files
    ]
    AnswerFile.objects.bulk_create(rows)
    append_event(
        "answer:offered",
        at=at,
        actor="counter",
        submission_id=submission.pk,
        **facts_of_answer(answer, rows),
    )
    announce_answers(answer.recipient)
    desk.notices.announce(answer.pk, recipient=answer.recipient, at=at)
    return answer


def _seal(content: BinaryIO, *, desk: AnswerDesk, at: datetime) -> SealedAnswer:
    content.seek(0)
    signature = desk.seals.seal(content, at=at)
    content.seek(0)
    sealed = SealedAnswer(*desk.blobs.store_all([content, io.BytesIO(signature)]))
    record_blobs([sealed.content, sealed.signature])
    return sealed


def _seal_zip(deflated: DeflatedContent, *, entry_name: str, day: date, desk: AnswerDesk, at: datetime) -> SealedAnswer:
    with tempfile.TemporaryFile() as file:
        write_zip(deflated, file, entry_name=entry_name, day=day)
        return _seal(file, desk=desk, at=at)


def _next_sequence(submission: Submission, *, day: date) -> int:
    """Return the recipient's next sequence; its counter stays locked until the running transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO evidence_answercounter (recipient, environment, day, last) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (recipient, environment, day) DO UPDATE SET last = evidence_answercounter.last + 1 "
            "RETURNING last",
            [submission.owner, submission.environment, day],
        )
        return int(cursor.fetchone()[0])
