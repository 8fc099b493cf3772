"""File the declarations of an acknowledged submission and notify its sender, in one transaction."""

import dataclasses
import itertools
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from channels.models import Sender
from domain.answers import AnswerKind, FormResult, Notification
from domain.channels import Channel
from domain.environments import Environment
from domain.filenames import Prefix
from domain.languages import Language
from domain.refusals import OutageError, Refusal
from domain.sender_numbers import SenderNumber
from domain.student_declarations import JudgedForm
from domain.tickets import Ticket
from evidence.audit import append_event
from evidence.blobs import BlobStore
from evidence.models import Submission, SubmissionState
from ingest.claim import NOBODY, lock_claimed
from ingest.messages import Message
from ingest.offer_answers import AnswerDesk, offer_answer, prepare_answer
from ingest.render_notification import render_notification
from registers.access.employers import numbers_of
from validators.frames import check_frame
from validators.reading import ReadingLimits
from validators.schemas import SchemaLibrary
from validators.zips import open_payload


@dataclass(frozen=True, slots=True)
class FilingDesk:
    """What it takes to file: the messages, their schemas, the blob store and the answer desk."""

    messages: Mapping[str, Message]
    schemas: SchemaLibrary
    limits: ReadingLimits
    blobs: BlobStore
    answers: AnswerDesk
    notification_forms: int


def file_declarations(submission_id: int, *, worker: str, desk: FilingDesk, at: datetime) -> int:
    """File every form, write the notifications and close the submission; return the number of forms.

    Raises LeaseLostError when another worker has the submission, OutageError when what was accepted cannot be read.
    """
    with transaction.atomic():
        submission = lock_claimed(submission_id, worker=worker, state=SubmissionState.RECEIVED)
        message = desk.messages[submission.purpose]
        sender = Sender.objects.select_related("entity").get(pk=submission.owner)
        forms = list(_judge_forms(submission, message=message, desk=desk))
        results = _file(submission, message=message, forms=forms, sender=sender, at=at)
        _notify(submission, results, sender=sender, desk=desk, at=at)
        submission.state = SubmissionState.FILED
        submission.leased_by, submission.leased_until = NOBODY, None
        submission.save(update_fields=["state", "leased_by", "leased_until"])
        append_event(
            "submission:filed",
            at=at,
            actor=worker,
            submission_id=submission.pk,
            forms=len(results),
            refused=sum(result.result.value == 0 for result in results),
        )
    return len(results)


def _judge_forms(submission: Submission, *, message: Message, desk: FilingDesk) -> Iterator[JudgedForm]:
    """Yield the forms of all payloads, numbered through the whole set."""
    index = itertools.count(1)
    for part in submission.parts.filter(prefix=Prefix.PAYLOAD).order_by("part"):
        with open_payload(desk.blobs.open(part.blob_id), limit=desk.limits.payload_bytes) as payload:
            try:
                frame = check_frame(
                    payload,
                    message=submission.purpose,
                    schemas=desk.schemas,
                    on=submission.received_on,
                    limits=desk.limits,
                )
            except Refusal as refusal:
                raise OutageError(f"{part.name} was accepted but no longer reads: {refusal.code}") from refusal
            payload.seek(0)
            for form in message.judge_forms(payload, schema=frame.schema, received_at=submission.received_at):
                yield dataclasses.replace(form, index=next(index))


def _file(
    submission: Submission,
    *,
    message: Message,
    forms: Sequence[JudgedForm],
    sender: Sender,
    at: datetime,
) -> Sequence[FormResult]:
    """File in the register; a simulation is filed and taken back, so its answers are true and it has no effect."""
    with transaction.atomic():
        results = message.file_forms(
            forms,
            submission=submission,
            declaring_company=sender.entity.company_number,
            filed_at=at,
        )
        if submission.environment == Environment.SIMULATION:
            transaction.set_rollback(True)
    return results


def _notify(
    submission: Submission, results: Sequence[FormResult], *, sender: Sender, desk: FilingDesk, at: datetime
) -> None:
    """Write the notifications; all are rendered and stored before the recipient's counter is locked."""
    chunk = desk.notification_forms
    answers = desk.answers
    with ExitStack() as files:
        prepared = []
        for start in range(0, len(results), chunk):
            notification = notification_of(submission, results[start : start + chunk], sender=sender, at=at)
            with tempfile.TemporaryFile() as content:
                render_notification(notification, content)
                prepared.append(prepare_answer(content, desk=answers, files=files, at=at))
        for number, answer in enumerate(prepared, start=1):
            offer_answer(submission, AnswerKind.NOTIFICATION, answer, number=number, desk=answers, at=at)


def notification_of(
    submission: Submission, results: Sequence[FormResult], *, sender: Sender, at: datetime
) -> Notification:
    """Return what a notification about these forms of the submission tells."""
    return Notification(
        file_name=submission.subject_name,
        ticket=Ticket.parse(submission.ticket or ""),
        sender=SenderNumber(submission.owner),
        sender_numbers=numbers_of(sender.entity),
        language=Language(sender.language),
        channel=Channel(submission.channel),
        received_at=submission.received_at,
        created_at=at,
        results=results,
    )
