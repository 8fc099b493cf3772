"""Turn verdicts into acknowledgements and the next states of their submissions, in one transaction."""

import io
import itertools
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from domain.answers import Acknowledgement, AnswerKind
from domain.refusals import RefusalCode
from domain.tickets import Ticket
from domain.trust import CheckedSignature
from domain.verdicts import Accepted, Refused
from evidence.answer_files import offer_again
from evidence.audit import Event, append_events
from evidence.facts import facts_of_checks
from evidence.models import Reception, SignatureCheck, Submission, SubmissionPart, SubmissionState
from evidence.references import find_first_with_content
from ingest.claim import NOBODY, lock_claimed_together
from ingest.match_receipt import accept_receipt
from ingest.offer_answers import AnswerDesk, Offer, offer_answers, prepare_answers
from ingest.render_acknowledgement import render_acknowledgement


@dataclass(frozen=True, slots=True)
class Decided:
    """A submission that was judged, with what made its signatures acceptable."""

    submission_id: int
    verdict: Accepted | Refused
    signatures: Sequence[CheckedSignature] = ()


def acknowledge(decided: Sequence[Decided], *, worker: str, desk: AnswerDesk, at: datetime) -> list[int]:
    """Answer the submissions as judged, in one transaction; return those whose declarations are to be filed next.

    What made signatures acceptable goes on record. An accepted receipt gets no answer: acknowledgements of
    acknowledgements would never end. Submissions that another worker has taken over are left to it.
    """
    by_id = {one.submission_id: one for one in decided}
    with transaction.atomic(), ExitStack() as files:
        locked = lock_claimed_together(by_id, worker=worker, state=SubmissionState.CLAIMED)
        cases = [_settle(submission, by_id[submission.pk], worker=worker, at=at) for submission in locked]
        answered = [case for case in cases if case.codes is not None]
        contents = [io.BytesIO(render_acknowledgement(_acknowledgement(case, at=at))) for case in answered]
        prepared = prepare_answers(contents, desk=desk, files=files, at=at)
        offers = [
            Offer(case.submission, AnswerKind.ACKNOWLEDGEMENT, answer)
            for case, answer in zip(answered, prepared, strict=True)
        ]
        offer_answers(offers, desk=desk, at=at)
        for case in answered:
            first = case.first
            if first is not None and case.is_identical_repeat:
                offer_again(first.pk, actor=worker, at=at)
        _move_on(cases)
        checks = [_record(case, at=at) for case in answered]
        SignatureCheck.objects.bulk_create(itertools.chain.from_iterable(checks))
        append_events([_event(case, own, worker=worker) for case, own in zip(answered, checks, strict=True)], at=at)
    return [case.submission.pk for case in cases if case.next_state == SubmissionState.RECEIVED]


@dataclass(frozen=True, slots=True)
class _Case:
    """A locked submission; `codes` are those of its answer, None when it gets none; `first` is what it repeats."""

    submission: Submission
    codes: tuple[RefusalCode, ...] | None
    signatures: Sequence[CheckedSignature]
    first: Submission | None = None

    @property
    def is_identical_repeat(self) -> bool:
        """Whether the very same came before: the same set under its name, or the same file under another name."""
        if self.first is None or RefusalCode.NAME_ALREADY_RECEIVED not in self.refused_for:
            return False
        return self.submission.first_of_name_id is None or _is_same_set(self.submission, self.first)

    @property
    def refused_for(self) -> tuple[RefusalCode, ...]:
        return self.codes or ()

    @property
    def next_state(self) -> SubmissionState:
        """Refused, to be filed, or done with: a cancellation in time and a receipt have nothing to file."""
        if self.refused_for:
            return SubmissionState.REFUSED
        has_declarations = self.codes is not None and self.submission.reception != Reception.CANCELLED
        return SubmissionState.RECEIVED if has_declarations else SubmissionState.FILED


def _settle(submission: Submission, decided: Decided, *, worker: str, at: datetime) -> _Case:
    """Return how the submission is answered; an accepted receipt is matched with its answer first."""
    verdict = decided.verdict
    if submission.reception == Reception.RECEIPT and isinstance(verdict, Accepted):
        verdict = accept_receipt(submission, actor=worker, at=at)
        if isinstance(verdict, Accepted):
            return _Case(submission, None, ())
    codes = _codes(verdict)
    return _Case(submission, codes, decided.signatures, _first_of(submission, codes))


def _acknowledgement(case: _Case, *, at: datetime) -> Acknowledgement:
    return Acknowledgement(
        file_name=case.submission.subject_name,
        ticket=_ticket(case),
        codes=case.refused_for,
        created_at=at,
    )


def _move_on(cases: Sequence[_Case]) -> None:
    """Give the submissions their next states; a lease goes on only where declarations are filed next."""
    for state in {case.next_state for case in cases}:
        moved = Submission.objects.filter(pk__in=[case.submission.pk for case in cases if case.next_state == state])
        if state == SubmissionState.RECEIVED:
            moved.update(state=state)
        else:
            moved.update(state=state, leased_by=NOBODY, leased_until=None)


def _record(case: _Case, *, at: datetime) -> list[SignatureCheck]:
    """Return what goes on record of the signatures of a submission."""
    return [
        SignatureCheck(
            submission=case.submission,
            part=signature.part,
            certificate=signature.certificate,
            path=list(signature.path),
            revocation=list(signature.revocation),
            line_ends=signature.line_ends,
            checked_at=at,
        )
        for signature in case.signatures
    ]


def _event(case: _Case, checks: Sequence[SignatureCheck], *, worker: str) -> Event:
    detail = {"codes": [str(code) for code in case.refused_for], **facts_of_checks(checks)}
    return Event("submission:acknowledged", worker, case.submission.pk, detail)


def _codes(verdict: Accepted | Refused) -> tuple[RefusalCode, ...]:
    match verdict:
        case Accepted():
            return ()
        case Refused(refusals):
            return tuple(dict.fromkeys(refusal.code for refusal in refusals))


def _ticket(case: _Case) -> Ticket | None:
    """Return the submission's ticket; a repeated name, or the same file under another, is answered with the first one's."""
    text = case.submission.ticket if case.first is None else case.first.ticket
    return None if text is None else Ticket.parse(text)


def _first_of(submission: Submission, codes: tuple[RefusalCode, ...] | None) -> Submission | None:
    """Return which submission this one repeats, by its name, or with 133 alone by the reference and content of its file."""
    if submission.first_of_name is not None or RefusalCode.NAME_ALREADY_RECEIVED not in (codes or ()):
        return submission.first_of_name
    return find_first_with_content(submission) if submission.reception == Reception.COMPLETE else None


def _is_same_set(submission: Submission, first: Submission) -> bool:
    def contents(submission_id: int) -> set[tuple[str, int, str]]:
        parts = SubmissionPart.objects.filter(submission_id=submission_id)
        return set(parts.values_list("prefix", "part", "blob_id"))

    return contents(submission.pk) == contents(first.pk)
