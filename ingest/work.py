"""The counter at work: what the DAGs, `guichet work` and the tests all call, and the only way a submission moves on."""

import itertools
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol

from django.db import OperationalError, transaction

from channels.models import Sender
from channels.senders import read_senders
from correspondence.outbox import Mailman
from domain.brussels import Clock
from domain.reception_rules import ReceptionRules
from domain.refusals import OthersFirstError, OutageError
from domain.student_years import WARNED_AT
from domain.verdicts import Accepted, Refused, Undecided
from evidence.models import Submission
from evidence.outages import is_database_gone, outages
from ingest.acknowledge import Decided, acknowledge
from ingest.cases import Case
from ingest.claim import (
    Lease,
    LeaseKeeper,
    LeaseLostError,
    claim_received,
    claim_waiting,
    hand_over,
    take_over,
    waiting,
)
from ingest.file_declarations import FilingDesk, file_declarations
from ingest.groups import group, try_together
from ingest.hold_back import hold_back, postpone, postpone_filing
from ingest.identification_letters import remind_of_identifications
from ingest.judge import judge
from ingest.recover import (
    Patience,
    SweepReport,
    carry_messages,
    drop_left_bytes,
    drop_left_copies,
    drop_left_judgements,
    drop_left_work,
    drop_stale_files,
    lapse_overdue_deliveries,
    release_run_out_leases,
)
from ingest.revocation_letters import tell_of_missing_data
from ingest.seal import Sealer
from ingest.tell_locks import tell_locks
from ingest.tell_validity import tell_validity
from registers.checkins.evidence_of_corrections import expire_drafts
from registers.persons.book import WrittenPersons
from registers.student_days.telling import tell_students
from signing.detached import TextMode
from signing.trust import CertificateTrust

log = logging.getLogger(__name__)
_SHORTAGE_LASTS = timedelta(days=1)
"""How old a submission is when the database's lack of memory is taken for one that it causes itself: a backlog is younger."""


@dataclass(frozen=True, slots=True)
class WorkReport:
    """What one round of work did."""

    claimed: int
    filed: int


@dataclass(frozen=True, slots=True)
class _Batch:
    claimed: int
    to_be_filed: list[int]


class NotFiledError(OutageError):
    """Submissions that could not be filed yet, each postponed by itself; the others of their batch are filed."""

    def __init__(self, submission_ids: Sequence[int], *, filed: int = 0) -> None:
        super().__init__(f"submissions {list(submission_ids)} could not be filed yet; they are tried again")
        self.submission_ids = tuple(submission_ids)
        self.filed = filed


@contextmanager
def _telling_also(failed: Sequence[int]) -> Iterator[None]:
    """Name what could not be filed before, too, where an outage ends the block."""
    try:
        yield
    except OutageError as outage:
        if failed:
            raise OutageError(f"{outage}; before that, {NotFiledError(failed)}") from outage
        raise


class TrustSource(Protocol):
    """Where the counter gets what its operator trusts now."""

    def read(self) -> CertificateTrust:
        """Return the trust of this moment; the same object as long as nothing changed, so that it stays warm."""
        ...


@dataclass(frozen=True, slots=True)
class Counter:
    """The intake counter, composed: judges, acknowledges, files, notifies and cleans up after vanished workers."""

    desk: FilingDesk
    sealer: Sealer
    clock: Clock
    lease: timedelta
    patience: Patience
    mailman: Mailman
    operator_address: str
    trust: TrustSource
    text_mode: TextMode
    rules: ReceptionRules
    warned_at: tuple[int, ...] = WARNED_AT

    def waiting(self) -> int:
        """Return how many submissions wait to be claimed."""
        with outages():
            return Submission.objects.filter(waiting(self.clock.now())).count()

    def claim_and_acknowledge(self, worker: str) -> list[int]:
        """Claim what waits, judge it and answer each; return the ids whose declarations are to be filed next."""
        return self._acknowledge_batch(worker).to_be_filed

    def file_and_notify(self, submission_ids: Sequence[int], worker: str) -> int:
        """File and notify what was acknowledged; return how many submissions were filed.

        Small submissions are filed together where their message lets them be, and each by itself where that fails. One that
        fails keeps its lease until that runs out, harms no neighbour, and is reported by the NotFiledError raised after the last, or
        by the OutageError of a database that went away before. One that lets others go first is filed later, and not reported.
        """
        lease = Lease(worker, self.lease)
        filed, failed = 0, list[int]()

        def fail(submission: Submission, trouble: Exception) -> None:
            if self._postpone_filing(submission.pk, trouble, worker):
                failed.append(submission.pk)

        with _telling_also(failed), outages():
            keeper = LeaseKeeper(lease, since=self.clock.now())

            def renew() -> None:
                keeper.renew_when_due(now=self.clock.now())

            def file(submissions: Sequence[Submission]) -> Sequence[int]:
                ids = [submission.pk for submission in submissions]
                return file_declarations(ids, worker=worker, desk=self.desk, clock=self.clock, renew=renew)

            taken = take_over(submission_ids, lease, now=self.clock.now())
            for together in group(taken, alone=self.desk.is_filed_alone):
                renew()
                filed += len(try_together(together, file, fail=fail))
        if failed:
            raise NotFiledError(failed, filed=filed)
        return filed

    def _postpone_filing(self, submission_id: int, trouble: Exception, worker: str) -> bool:
        """File it later; return whether that is to be reported: not of what is another worker's by now, or lets others go first."""
        try:
            if isinstance(trouble, LeaseLostError):
                raise trouble
            if isinstance(trouble, OthersFirstError):
                log.info("submission filed later submission=%s: %s", submission_id, trouble)
                postpone_filing(submission_id, reason=str(trouble), worker=worker, at=self.clock.now())
                return False
            if self._is_passing(trouble, submission_id):
                log.warning("submission not filed submission=%s outage=%s", submission_id, type(trouble).__name__)
                postpone_filing(submission_id, reason=str(trouble), worker=worker, at=self.clock.now())
            else:
                log.error("submission not filed submission=%s", submission_id, exc_info=trouble)
        except LeaseLostError as lost:
            log.warning("submission left to another worker: %s", lost)
            return False
        return True

    def file_abandoned(self, worker: str) -> int:
        """File what was acknowledged by a worker that vanished; return how many submissions were filed."""
        with outages():
            abandoned = claim_received(Lease(worker, self.lease), now=self.clock.now())
        return self.file_and_notify(abandoned, worker) if abandoned else 0

    def sweep(self) -> SweepReport:
        """Give back run-out leases, set poisonous submissions apart, lapse overdue deliveries, carry messages.

        Requests for corrections whose evidence did not come in time end, and senders of check-ins are told of changed
        validities. Students read in their e-Boxes what was declared of them, the operator which declarations wait for him. Whose
        password was locked is written to.

        A step that fails is logged and counted in the report; it keeps no other step from being taken.
        """
        now, report = self.clock.now(), SweepReport()
        steps: tuple[Callable[[], SweepReport], ...] = (
            partial(release_run_out_leases, now=now, operator_address=self.operator_address),
            partial(lapse_overdue_deliveries, self.sealer, patience=self.patience, now=now),
            partial(drop_stale_files, self.sealer.staging, patience=self.patience, now=now),
            partial(drop_left_bytes, self.sealer.staging, patience=self.patience, now=now),
            partial(drop_left_judgements, self.desk.payloads.files),
            partial(drop_left_copies, self.desk.payloads.blobs, patience=self.patience, now=now),
            partial(drop_left_work, self.desk.answers.spool, patience=self.patience, now=now),
            lambda: tell_locks(persons=WrittenPersons()),
            partial(carry_messages, self.mailman, now=now),
            lambda: SweepReport(expired=expire_drafts(at=now)),
            lambda: SweepReport(told=tell_validity(desk=self.desk.answers, at=now)),
            lambda: SweepReport(published=tell_students(at=now, warned_at=self.warned_at)),
            partial(remind_of_identifications, operator_address=self.operator_address, at=now),
        )
        for step in steps:
            try:
                report += step()
            except Exception:
                log.exception("step of the sweep failed")
                report += SweepReport(failed=1)
        return report

    def work_once(self, worker: str, *, most_batches: int | None = None) -> WorkReport:
        """Do what waits by the same steps as the DAGs take: until nothing does, or for at most that many batches.

        What could not be filed is postponed and keeps no later batch from being taken; it is reported by the NotFiledError raised
        after the last. A database that does not answer ends the round; that OutageError names what could not be filed before.
        """
        claimed, filed, failed = 0, 0, list[int]()

        def file(work: Callable[[], int]) -> int:
            try:
                return work()
            except NotFiledError as told:
                failed.extend(told.submission_ids)
                return told.filed

        with _telling_also(failed):
            filed += file(partial(self.file_abandoned, worker))
            for _ in itertools.count() if most_batches is None else range(most_batches):
                batch = self._acknowledge_batch(worker)
                if not batch.claimed:
                    break
                claimed += batch.claimed
                filed += file(partial(self.file_and_notify, batch.to_be_filed, worker))
        if failed:
            raise NotFiledError(failed, filed=filed)
        return WorkReport(claimed, filed)

    def _acknowledge_batch(self, worker: str) -> _Batch:
        lease = Lease(worker, self.lease)
        to_be_filed: list[int] = []
        with outages():
            keeper = LeaseKeeper(lease, since=self.clock.now())
            claimed = claim_waiting(lease, now=self.clock.now())
            senders = read_senders({submission.owner for submission in claimed})
            trust = self.trust.read()
            for together in group(claimed):
                keeper.renew_when_due(now=self.clock.now())
                judged = [self._judge_one(submission, lease, senders, trust) for submission in together]
                to_be_filed += self._answer([one for one in judged if one is not None], lease)
            hand_over(to_be_filed, worker=worker)
        return _Batch(len(claimed), to_be_filed)

    def _judge_one(
        self, submission: Submission, lease: Lease, senders: Mapping[str, Sender], trust: CertificateTrust
    ) -> Decided | None:
        """Judge one; a fault of ours holds this submission back and leaves its neighbours alone."""
        try:
            judgement = judge(self._case(submission, senders[submission.owner], trust))
            match judgement.verdict:
                case Undecided(reason):
                    self._postpone(submission, lease, reason=reason, silent=judgement.silent)
                    return None
                case Accepted() | Refused() as verdict:
                    if isinstance(verdict, Refused):
                        self.desk.payloads.files.drop(submission.pk)
                    return Decided(submission.pk, verdict, judgement.signatures)
        except Exception as trouble:
            if is_database_gone(trouble):
                raise
            self._fail(submission.pk, trouble, lease)
        return None

    def _answer(self, decided: Sequence[Decided], lease: Lease) -> list[int]:
        """Answer what was decided; return what is to be filed next."""

        def answer(together: Sequence[Decided]) -> Sequence[int]:
            return acknowledge(together, worker=lease.worker, desk=self.desk.answers, at=self.clock.now())

        return try_together(decided, answer, fail=lambda one, trouble: self._fail(one.submission_id, trouble, lease))

    def _fail(self, submission_id: int, trouble: Exception, lease: Lease) -> None:
        """Judge it again later, or hold it back when the fault is ours."""
        try:
            if isinstance(trouble, LeaseLostError):
                raise trouble
            if self._is_passing(trouble, submission_id):
                log.warning("submission not answered submission=%s outage=%s", submission_id, type(trouble).__name__)
                postpone(submission_id, reason=str(trouble), worker=lease.worker, at=self.clock.now())
            else:
                log.error("submission not judged submission=%s", submission_id, exc_info=trouble)
                hold_back(
                    submission_id,
                    reason=f"internal fault {type(trouble).__name__}",
                    worker=lease.worker,
                    operator_address=self.operator_address,
                    at=self.clock.now(),
                )
        except LeaseLostError as lost:
            log.warning("submission left to another worker: %s", lost)

    def _is_passing(self, trouble: Exception, submission_id: int) -> bool:
        """Whether it is no fault of the submission, which is tried again and never set apart for it."""
        if isinstance(trouble, OperationalError):
            received_at = Submission.objects.values_list("received_at", flat=True).get(pk=submission_id)
            return self.clock.now() - received_at < _SHORTAGE_LASTS
        return isinstance(trouble, OSError | OutageError)

    def _postpone(self, submission: Submission, lease: Lease, *, reason: str, silent: str | None) -> None:
        """Judge it again later; an operator is told of the authority `silent` whose revocation data are missing."""
        now = self.clock.now()
        with transaction.atomic():
            postpone(submission.pk, reason=reason, worker=lease.worker, at=now)
            if silent is not None:
                tell_of_missing_data(silent, reason, operator_address=self.operator_address, at=now)

    def _case(self, submission: Submission, sender: Sender, trust: CertificateTrust) -> Case:
        return Case(
            submission=submission,
            parts=list(submission.parts.all()),
            sender=sender,
            trust=trust,
            text_mode=self.text_mode,
            rules=self.rules,
            payloads=self.desk.payloads,
        )
