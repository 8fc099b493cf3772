"""Put a signed answer in its recipient's outbox: content, signature and go-ahead appear together."""

import io
import os
from collections import Counter
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from itertools import compress
from typing import BinaryIO, Protocol, TypeAlias

from django.db import connection

from domain.answers import AnswerKind
from domain.brussels import brussels_date
from domain.sender_numbers import PLATFORM
from domain.sequences import render_answer_sequence
from evidence.answer_files import add_offered, announce_answers
from evidence.audit import Event, append_events
from evidence.blobs import BlobStore, StoredBlob, record_blobs
from evidence.facts import facts_of_answer
from evidence.models import Answer, AnswerFile, Submission
from evidence.spool import Spool
from ingest.compress_answers import DeflatedContent, deflate, write_zip
from ingest.ebox_copies import copy_to_eboxes


class Seals(Protocol):
    """Whoever signs in the platform's name."""

    def seal(self, content: BinaryIO, *, at: datetime) -> bytes:
        """Return the signature file over `content`, read from where it stands."""
        ...


class Announces(Protocol):
    """Whoever lets recipients be told that answers are ready."""

    def announce(self, answers: Collection[tuple[int, str]], *, at: datetime) -> None:
        """Note, in the running transaction, who is to be told of the answers; each is an id and its recipient."""
        ...


@dataclass(frozen=True, slots=True)
class AnswerDesk:
    """What it takes to answer: the platform's signature, the blob store, and the bytes above which content is zipped.

    `notices` tells recipients that asked for it; large answers lie in `spool` while they are made.
    """

    seals: Seals
    blobs: BlobStore
    spool: Spool
    zip_above: int
    notices: Announces


@dataclass(frozen=True, slots=True)
class SealedAnswer:
    """Content and signature file, stored but not yet offered to anyone."""

    content: StoredBlob
    signature: StoredBlob


PreparedAnswer: TypeAlias = SealedAnswer | DeflatedContent
"""What needs its name first to be signed, or not: the name stands inside a ZIP (batch protocol §1.7)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer about `submission`; `number` counts the answers of its kind from 1."""

    submission: Submission
    kind: AnswerKind
    prepared: PreparedAnswer
    number: int = 1


def prepare_answers(
    contents: Sequence[BinaryIO], *, desk: AnswerDesk, files: ExitStack, at: datetime
) -> list[PreparedAnswer]:
    """Sign and store `contents`, or deflate those that are too large to be offered as they are.

    Done before a recipient's counter is locked, so that nobody waits for a disk. `files` keeps what is deflated open
    until the answer is offered.
    """
    fits = [content.seek(0, os.SEEK_END) <= desk.zip_above for content in contents]
    sealed = iter(_seal_all(list(compress(contents, fits)), desk=desk, at=at))
    large = [content for content, fit in zip(contents, fits, strict=True) if not fit]
    deflated = iter(_deflate_all(large, files, spool=desk.spool))
    return [next(sealed) if fit else next(deflated) for fit in fits]


def _deflate_all(contents: Sequence[BinaryIO], files: ExitStack, *, spool: Spool) -> list[DeflatedContent]:
    """Deflate all of `contents` side by side: zlib lets other threads run."""
    for content in contents:
        content.seek(0)
    targets = [files.enter_context(spool.open()) for _ in contents]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as threads:
        return list(threads.map(deflate, contents, targets))


def offer_answers(offers: Sequence[Offer], *, desk: AnswerDesk, at: datetime) -> None:
    """Give the answers their names and show their files in the outboxes when the running transaction commits.

    Deflated content becomes the ZIP named CO whose entry is named FO; the signature is over that ZIP. The number of
    statements does not depend on the number of answers.

    Raises IntegrityError when a submission already has that answer.
    """
    if not offers:
        return
    day = brussels_date(at)
    sequences = _next_sequences(offers, day=day)
    answers = Answer.objects.bulk_create(
        Answer(
            submission=offer.submission,
            kind=offer.kind,
            number=offer.number,
            recipient=offer.submission.owner,
            environment=offer.submission.environment,
            day=day,
            sequence=sequence,
            created_at=at,
        )
        for offer, sequence in zip(offers, sequences, strict=True)
    )
    files = [_files(answer, offer.prepared, desk=desk, at=at) for offer, answer in zip(offers, answers, strict=True)]
    add_offered([file for rows in files for file in rows])
    append_events(
        [
            Event("answer:offered", "counter", answer.submission_id, facts_of_answer(answer, rows))
            for answer, rows in zip(answers, files, strict=True)
        ],
        at=at,
    )
    announce_answers({answer.recipient for answer in answers})
    copy_to_eboxes(list(zip(answers, files, strict=True)), at=at)
    desk.notices.announce([(answer.pk, answer.recipient) for answer in answers], at=at)


def _files(answer: Answer, prepared: PreparedAnswer, *, desk: AnswerDesk, at: datetime) -> list[AnswerFile]:
    """Return the three files of an answer, named; deflated content is sealed under its name."""
    sequence = render_answer_sequence(answer.sequence)
    stem = f"{answer.kind}.{PLATFORM}.{answer.day:%Y%m%d}.{sequence}.{answer.environment}"
    match prepared:
        case SealedAnswer():
            prefix, sealed = "FO", prepared
        case DeflatedContent():
            prefix, sealed = "CO", _seal_zip(prepared, entry_name=f"FO.{stem}", day=answer.day, desk=desk, at=at)
    files = ((prefix, sealed.content), ("FS", sealed.signature), ("GO", None))
    return [
        AnswerFile(
            answer=answer,
            recipient=answer.recipient,
            environment=answer.environment,
            name=f"{prefix}.{stem}",
            size=0 if blob is None else blob.size,
            blob_id=None if blob is None else blob.sha256,
            offered_at=at,
        )
        for prefix, blob in files
    ]


def _seal_all(contents: Sequence[BinaryIO], *, desk: AnswerDesk, at: datetime) -> list[SealedAnswer]:
    """Sign and store all of `contents` together; a disk has less to wait for then."""
    sources: list[BinaryIO] = []
    for content in contents:
        content.seek(0)
        signature = desk.seals.seal(content, at=at)
        content.seek(0)
        sources += content, io.BytesIO(signature)
    stored = desk.blobs.store_all(sources)
    record_blobs(stored)
    return [SealedAnswer(*pair) for pair in zip(stored[::2], stored[1::2], strict=True)]


def _seal_zip(deflated: DeflatedContent, *, entry_name: str, day: date, desk: AnswerDesk, at: datetime) -> SealedAnswer:
    with desk.spool.open() as file:
        write_zip(deflated, file, entry_name=entry_name, day=day)
        (sealed,) = _seal_all([file], desk=desk, at=at)
        return sealed


def _next_sequences(offers: Sequence[Offer], *, day: date) -> list[int]:
    """Return the next sequences of the recipients, in the order of `offers`.

    Their counters stay locked until the running transaction ends; they are taken in one order everywhere.
    """
    outboxes = [(offer.submission.owner, str(offer.submission.environment)) for offer in offers]
    counts = sorted(Counter(outboxes).items())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO evidence_answercounter AS counter (recipient, environment, day, last) "
            "SELECT recipient, environment, %s, more FROM unnest(%s::text[], %s::text[], %s::int[]) "
            "AS wanted (recipient, environment, more) ORDER BY recipient, environment "
            "ON CONFLICT (recipient, environment, day) DO UPDATE SET last = counter.last + excluded.last "
            "RETURNING recipient, environment, last",
            [
                day,
                [outbox[0] for outbox, _ in counts],
                [outbox[1] for outbox, _ in counts],
                [more for _, more in counts],
            ],
        )
        last = {(recipient, environment): value for recipient, environment, value in cursor.fetchall()}
    following = {outbox: iter(range(last[outbox] - more + 1, last[outbox] + 1)) for outbox, more in counts}
    return [next(following[outbox]) for outbox in outboxes]
