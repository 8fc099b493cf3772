"""Put a signed answer in its recipient's outbox: content, signature and go-ahead appear together."""

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO, Protocol

from django.db import connection

from domain.answers import AnswerKind
from domain.brussels import brussels_date
from domain.sender_numbers import PLATFORM
from domain.sequences import render_answer_sequence
from evidence.blobs import BlobStore, StoredBlob, record_blobs
from evidence.models import Answer, AnswerFile, Submission


class Seals(Protocol):
    """Whoever signs in the platform's name."""

    def seal(self, content: BinaryIO, *, at: datetime) -> bytes:
        """Return the signature file over `content`, read from where it stands."""
        ...


@dataclass(frozen=True, slots=True)
class PreparedAnswer:
    """Content and signature file, stored but not yet offered to anyone."""

    content: StoredBlob
    signature: StoredBlob


def prepare_answer(content: BinaryIO, *, seals: Seals, blobs: BlobStore, at: datetime) -> PreparedAnswer:
    """Sign and store `content`; done before the recipient's counter is locked, so that nobody waits for a disk."""
    content.seek(0)
    signature = seals.seal(content, at=at)
    content.seek(0)
    prepared = PreparedAnswer(blobs.store(content), blobs.store(io.BytesIO(signature)))
    record_blobs([prepared.content, prepared.signature])
    return prepared


def offer_answer(
    submission: Submission,
    kind: AnswerKind,
    prepared: PreparedAnswer,
    *,
    number: int = 1,
    at: datetime,
) -> Answer:
    """Give the answer its name and show its files in the outbox when the running transaction commits.

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
    files = (("FO", prepared.content), ("FS", prepared.signature), ("GO", None))
    AnswerFile.objects.bulk_create(
        [
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
        ],
    )
    return answer


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
