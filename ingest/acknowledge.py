"""Turn a verdict into an acknowledgement and the submission's next state, in one transaction."""

import io
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime

from django.db import transaction

from domain.answers import Acknowledgement, AnswerKind
from domain.refusals import RefusalCode
from domain.tickets import Ticket
from domain.trust import CheckedSignature
from domain.verdicts import Accepted, Refused
from evidence.answer_files import offer_again
from evidence.audit import append_event
from evidence.facts import facts_of_checks
from evidence.models import Reception, SignatureCheck, Submission, SubmissionPart, SubmissionState
from ingest.claim import NOBODY, lock_claimed
from ingest.match_receipt import accept_receipt
from ingest.offer_answers import AnswerDesk, offer_answer, prepare_answer
from ingest.render_acknowledgement import render_acknowledgement


def acknowledge(
    submission_id: int,
    verdict: Accepted | Refused,
    *,
    signatures: Sequence[CheckedSignature] = (),
    worker: str,
    desk: AnswerDesk,
    at: datetime,
) -> bool:
    """Answer the submission as judged, with what made its signatures acceptable on record.

    Return whether its declarations are to be filed next. An accepted receipt gets no answer: acknowledgements of
    acknowledgements would never end.

    Raises LeaseLostError when another worker has it.
    """
    with transaction.atomic():
        submission = lock_claimed(submission_id, worker=worker, state=SubmissionState.CLAIMED)
        if submission.reception == Reception.RECEIPT and isinstance(verdict, Accepted):
            verdict = accept_receipt(submission, actor=worker, at=at)
            if isinstance(verdict, Accepted):
                _move_on(submission, SubmissionState.FILED)
                return False
        codes = _codes(verdict)
        _answer(submission, codes, worker=worker, desk=desk, at=at)
        is_to_be_filed = not codes and submission.reception != Reception.CANCELLED
        _move_on(submission, _next_state(codes, is_to_be_filed=is_to_be_filed))
        checks = _record(signatures, submission, at=at)
        append_event(
            "submission:acknowledged",
            at=at,
            actor=worker,
            submission_id=submission.pk,
            codes=[str(code) for code in codes],
            **facts_of_checks(checks),
        )
    return is_to_be_filed


def _answer(
    submission: Submission, codes: tuple[RefusalCode, ...], *, worker: str, desk: AnswerDesk, at: datetime
) -> None:
    """Offer the acknowledgement, and the first answers again to whoever repeats a set byte by byte."""
    acknowledgement = Acknowledgement(
        file_name=submission.subject_name,
        ticket=_ticket(submission),
        codes=codes,
        created_at=at,
    )
    with ExitStack() as files:
        content = io.BytesIO(render_acknowledgement(acknowledgement))
        prepared = prepare_answer(content, desk=desk, files=files, at=at)
        offer_answer(submission, AnswerKind.ACKNOWLEDGEMENT, prepared, desk=desk, at=at)
    if RefusalCode.NAME_ALREADY_RECEIVED in codes and _is_identical_repeat(submission):
        offer_again(submission.first_of_name_id or submission.pk, actor=worker, at=at)


def _move_on(submission: Submission, state: SubmissionState) -> None:
    """Give the submission its next state; its lease goes on only where its declarations are filed next."""
    submission.state = state
    if state != SubmissionState.RECEIVED:
        submission.leased_by, submission.leased_until = NOBODY, None
    submission.save(update_fields=["state", "leased_by", "leased_until"])


def _record(
    signatures: Sequence[CheckedSignature], submission: Submission, *, at: datetime
) -> Sequence[SignatureCheck]:
    return SignatureCheck.objects.bulk_create(
        SignatureCheck(
            submission=submission,
            part=signature.part,
            certificate=signature.certificate,
            path=list(signature.path),
            revocation=list(signature.revocation),
            line_ends=signature.line_ends,
            checked_at=at,
        )
        for signature in signatures
    )


def _next_state(codes: tuple[RefusalCode, ...], *, is_to_be_filed: bool) -> SubmissionState:
    if codes:
        return SubmissionState.REFUSED
    return SubmissionState.RECEIVED if is_to_be_filed else SubmissionState.FILED


def _codes(verdict: Accepted | Refused) -> tuple[RefusalCode, ...]:
    match verdict:
        case Accepted():
            return ()
        case Refused(refusals):
            return tuple(dict.fromkeys(refusal.code for refusal in refusals))


def _ticket(submission: Submission) -> Ticket | None:
    """Return the submission's ticket; a repeated name is answered with the first one's."""
    first = submission.first_of_name
    text = submission.ticket if first is None else first.ticket
    return None if text is None else Ticket.parse(text)


def _is_identical_repeat(submission: Submission) -> bool:
    if submission.first_of_name_id is None:
        return False

    def contents(submission_id: int) -> set[tuple[str, int, str]]:
        parts = SubmissionPart.objects.filter(submission_id=submission_id)
        return set(parts.values_list("prefix", "part", "blob_id"))

    return contents(submission.pk) == contents(submission.first_of_name_id)
