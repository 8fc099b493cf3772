"""File the forms of some messages chunk by chunk, each in a transaction of its own, before their set is answered.

Many people's records are touched by one such file: a chunk holds them for a moment, the whole file would hold them until
its end. A chunk and what became of it commit together, so that whoever goes on after a crash files nothing twice and
answers as the one before would have.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from channels.senders import read_senders
from domain.brussels import Clock
from domain.environments import Environment
from domain.filenames import Prefix
from evidence.models import DecidedChunk, Submission, SubmissionState
from ingest.cases import describe
from ingest.claim import LeaseLostError, lock_claimed
from ingest.judged_forms import JudgedForms
from ingest.messages import AnyForm, FilesInChunks, Message, Submitted
from ingest.payload_judging import PayloadJudge


@dataclass(frozen=True, slots=True)
class ChunkFiler:
    """Files chunks; `renew` is called before each, so that a lease does not run out on the way.

    What a chunk registers says the instant at which it is filed, by `clock`: whoever searches for what was created since he
    looked last would not find what commits now and says the instant at which the first of many files was begun.
    """

    messages: Mapping[str, Message]
    payloads: PayloadJudge
    worker: str
    clock: Clock
    renew: Callable[[], None]

    def file_ahead(self, submission_ids: Sequence[int]) -> dict[int, list[JudgedForms]]:
        """File what is to be filed in chunks; return the judged payloads of these submissions, by id.

        A submission that another worker has taken over is left to it, after the chunk that is whole. A simulation waits
        for its answer, since all of it is taken back.
        """
        chunked = [purpose for purpose, message in self.messages.items() if isinstance(message, FilesInChunks)]
        found = Submission.objects.filter(pk__in=submission_ids, purpose__in=chunked).prefetch_related("parts__blob")
        submissions = list(found.order_by("received_at", "id"))
        senders = read_senders({submission.owner for submission in submissions})
        ahead = {}
        for submission in submissions:
            submitted = describe(submission, senders[submission.owner])
            ahead[submission.pk] = self._judge(submission, submitted)
            if submitted.environment is not Environment.SIMULATION:
                self._file(submission, submitted, forms_of(ahead[submission.pk]))
        return ahead

    def _judge(self, submission: Submission, submitted: Submitted) -> list[JudgedForms]:
        parts = [part for part in submission.parts.all() if part.prefix == Prefix.PAYLOAD]
        return self.payloads.judge(
            sorted(parts, key=lambda part: part.part), purpose=submission.purpose, submitted=submitted
        )

    def _file(self, submission: Submission, submitted: Submitted, forms: Sequence[AnyForm]) -> None:
        message = self.messages[submission.purpose]
        if not isinstance(message, FilesInChunks):
            return
        done = set(DecidedChunk.objects.filter(submission=submission).values_list("number", flat=True))
        for number, some in enumerate(_chunks(forms, message.chunk), start=1):
            if number in done:
                continue
            self.renew()
            try:
                with transaction.atomic():
                    lock_claimed(submission.pk, worker=self.worker, state=SubmissionState.RECEIVED)
                    at = self.clock.now()
                    outcomes = message.file_chunk(some, submitted=submitted, filed_at=at)
                    DecidedChunk.objects.create(submission=submission, number=number, outcomes=outcomes, decided_at=at)
            except LeaseLostError:
                return


def forms_of(payloads: Sequence[JudgedForms]) -> list[AnyForm]:
    """Return all forms of the payloads of one submission, in order."""
    forms: list[AnyForm] = []
    for payload in payloads:
        forms += [form for form, _ in payload.read(range(len(forms) + 1, len(forms) + payload.forms + 1))]
    return forms


def outcomes_of(submission: Submission) -> list[dict[str, Any]]:
    """Return what became of every form of a submission whose chunks are all filed, in order."""
    chunks = DecidedChunk.objects.filter(submission=submission).order_by("number")
    return [outcome for outcomes in chunks.values_list("outcomes", flat=True) for outcome in outcomes]


def outcomes_of_simulation(
    message: FilesInChunks, forms: Sequence[AnyForm], submitted: Submitted, *, at: datetime
) -> list[dict[str, Any]]:
    """Return what would become of every form; everything is filed in the running transaction and taken back."""
    with transaction.atomic():
        if len(forms) > message.chunk:
            message.hold_all(forms, submitted=submitted, filed_at=at)
        outcomes = [
            outcome
            for some in _chunks(forms, message.chunk)
            for outcome in message.file_chunk(some, submitted=submitted, filed_at=at)
        ]
        transaction.set_rollback(True)
    return outcomes


def _chunks(forms: Sequence[AnyForm], size: int) -> list[Sequence[AnyForm]]:
    return [forms[start : start + size] for start in range(0, len(forms), size)]
