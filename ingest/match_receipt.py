"""Match a sender's receipt (FI.ACRF) to the answer it is about; batch protocol §1.5 and §5, stage I.

A receipt carries the date and the sequence of the answer that it acknowledges. What else it holds is kept, never read.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from domain.filenames import SINGLE_PART
from domain.refusals import Refusal, RefusalCode
from domain.sequences import parse_answer_sequence
from domain.verdicts import Accepted, Refused
from evidence.audit import append_event
from evidence.models import Answer, Submission

MAX_RECEIPT_BYTES = 64 * 1024


def match_receipt(submission: Submission) -> Iterator[Refusal]:
    """Yield why this is no receipt for an answer that still waits to be acknowledged.

    Its own faults come first: several parts, or content above 64 KiB. Then TICKET_UNKNOWN or already acknowledged.
    """
    faults = list(_faults(submission))
    yield from faults
    if not faults:
        yield from _objections(submission, _named(submission).first())


def accept_receipt(submission: Submission, *, actor: str, at: datetime) -> Accepted | Refused:
    """Note in the running transaction that the answer was acknowledged; Refused when another receipt came first."""
    answer = _named(submission).select_for_update().first()
    objections = tuple(_objections(submission, answer))
    if answer is None or objections:
        return Refused(objections)
    answer.acknowledged_at = at
    answer.save(update_fields=["acknowledged_at"])
    append_event(
        "answer:acknowledged",
        at=at,
        actor=submission.technical_user,
        submission_id=answer.submission_id,
        answer=answer.pk,
        receipt=submission.pk,
    )
    append_event("receipt:accepted", at=at, actor=actor, submission_id=submission.pk, answer=answer.pk)
    return Accepted()


def _faults(submission: Submission) -> Iterator[Refusal]:
    if submission.declared_parts != SINGLE_PART:
        yield Refusal(
            RefusalCode.PARTS_ABOVE_MAXIMUM,
            f"{submission.subject_name} announces {submission.declared_parts} parts; a receipt has one",
        )
    if submission.payload_bytes > MAX_RECEIPT_BYTES:
        yield Refusal(
            RefusalCode.PAYLOAD_TOO_LARGE,
            f"a receipt of {submission.payload_bytes} bytes came; {MAX_RECEIPT_BYTES} are the most",
        )


def _objections(submission: Submission, answer: Answer | None) -> Iterator[Refusal]:
    if answer is None:
        yield Refusal(
            RefusalCode.TICKET_UNKNOWN,
            f"{submission.subject_name} names no answer to {submission.owner} in {submission.environment}",
        )
    elif answer.acknowledged_at is not None:
        yield Refusal(
            RefusalCode.ANSWER_ALREADY_ACKNOWLEDGED,
            f"the answer that {submission.subject_name} names was acknowledged on {answer.acknowledged_at:%Y-%m-%d}",
        )


def _named(submission: Submission) -> QuerySet[Answer]:
    """Return the answer that carries the receipt's date and sequence, if there is one."""
    sequence = parse_answer_sequence(submission.sequence)
    if sequence is None or submission.name_date is None:
        return Answer.objects.none()
    return Answer.objects.filter(
        recipient=submission.owner,
        environment=submission.environment,
        day=submission.name_date,
        sequence=sequence,
    )
