"""The counter at work: what the DAGs, `guichet work` and the tests all call, and the only way a submission moves on."""

import itertools
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Protocol

from django.db import InterfaceError, OperationalError, transaction

from channels.models import Sender
from channels.senders import read_senders
from correspondence.outbox import Mailman
from domain.brussels import Clock
from domain.reception_rules import ReceptionRules
from domain.refusals import OutageError
from domain.verdicts import Accepted, Refused, Undecided
from evidence.models import Submission
from evidence.outages import outages
from ingest.acknowledge import acknowledge
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
from ingest.hold_back import hold_back, postpone, postpone_filing
from ingest.judge import judge
from ingest.recover import (
    Patience,
    SweepReport,
    carry_messages,
    drop_left_bytes,
    drop_left_copies,
    drop_stale_files,
    lapse_overdue_deliveries,
    release_run_out_leases,
)
from ingest.revocation_letters import tell_of_missing_data
from ingest.seal import Sealer
from signing.detached import TextMode
from signing.trust import CertificateTrust

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WorkReport:
    """What one round of work did."""

    claimed: int
    filed: int


@dataclass(frozen=True, slots=True)
class _Batch:
    claimed: int
    to_be_filed: list[int]


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

    def waiting(self) -> int:
        """Return how many submissions wait to be claimed."""
        with outages():
            return Submission.objects.filter(waiting(self.clock.now())).count()

    def claim_and_acknowledge(self, worker: str) -> list[int]:
        """Claim what waits, judge it and answer each; return the ids whose declarations are to be filed next."""
        return self._acknowledge_batch(worker).to_be_filed

    def file_and_notify(self, submission_ids: Sequence[int], worker: str) -> int:
        """File and notify what was acknowledged; return how many submissions were filed.

        Each submission is a transaction of its own. One that fails keeps its lease until that runs out, harms no
        neighbour, and is reported by the OutageError raised after the last.
        """
        lease = Lease(worker, self.lease)
        filed, failed = 0, []
        with outages():
            keeper = LeaseKeeper(lease, since=self.clock.now())
            for submission_id in take_over(submission_ids, lease, now=self.clock.now()):
                keeper.renew_when_due(now=self.clock.now())
                if self._file_one(submission_id, worker):
                    filed += 1
                else:
                    failed.append(submission_id)
        if failed:
            raise OutageError(f"submissions {failed} could not be filed yet; they are tried again")
        return filed

    def _file_one(self, submission_id: int, worker: str) -> bool:
        """File one; trouble of ours holds this submission back and leaves its neighbours alone."""
        try:
            try:
                file_declarations(submission_id, worker=worker, desk=self.desk, at=self.clock.now())
            except (OSError, OutageError) as outage:
                if isinstance(outage, LeaseLostError):
                    raise
                log.warning("submission not filed submission=%s outage=%s", submission_id, type(outage).__name__)
                postpone_filing(submission_id, reason=str(outage), worker=worker, at=self.clock.now())
                return False
        except LeaseLostError as lost:
            log.warning("submission left to another worker: %s", lost)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("submission not filed submission=%s", submission_id)
            return False
        return True

    def file_abandoned(self, worker: str) -> int:
        """File what was acknowledged by a worker that vanished; return how many submissions were filed."""
        with outages():
            abandoned = claim_received(Lease(worker, self.lease), now=self.clock.now())
        return self.file_and_notify(abandoned, worker) if abandoned else 0

    def sweep(self) -> SweepReport:
        """Give back run-out leases, set poisonous submissions apart, lapse overdue deliveries, carry messages.

        A step that fails is logged and counted in the report; it keeps no other step from being taken.
        """
        now, report = self.clock.now(), SweepReport()
        steps: tuple[Callable[[], SweepReport], ...] = (
            partial(release_run_out_leases, now=now, operator_address=self.operator_address),
            partial(lapse_overdue_deliveries, self.sealer, patience=self.patience, now=now),
            partial(drop_stale_files, self.sealer.staging, patience=self.patience, now=now),
            partial(drop_left_bytes, self.sealer.staging, patience=self.patience, now=now),
            partial(drop_left_copies, self.desk.blobs, patience=self.patience, now=now),
            partial(carry_messages, self.mailman, now=now),
        )
        for step in steps:
            try:
                report += step()
            except Exception:
                log.exception("step of the sweep failed")
                report += SweepReport(failed=1)
        return report

    def work_once(self, worker: str, *, most_batches: int | None = None) -> WorkReport:
        """Do what waits by the same steps as the DAGs take: until nothing does, or for at most that many batches."""
        claimed, filed = 0, self.file_abandoned(worker)
        for _ in itertools.count() if most_batches is None else range(most_batches):
            batch = self._acknowledge_batch(worker)
            if not batch.claimed:
                break
            claimed += batch.claimed
            filed += self.file_and_notify(batch.to_be_filed, worker)
        return WorkReport(claimed, filed)

    def _acknowledge_batch(self, worker: str) -> _Batch:
        lease = Lease(worker, self.lease)
        with outages():
            keeper = LeaseKeeper(lease, since=self.clock.now())
            claimed = claim_waiting(lease, now=self.clock.now())
            senders = read_senders({submission.owner for submission in claimed})
            trust = self.trust.read()
            to_be_filed = []
            for submission in claimed:
                keeper.renew_when_due(now=self.clock.now())
                if self._acknowledge_one(submission, lease, senders, trust):
                    to_be_filed.append(submission.pk)
            hand_over(to_be_filed, worker=worker)
        return _Batch(len(claimed), to_be_filed)

    def _acknowledge_one(
        self, submission: Submission, lease: Lease, senders: Mapping[str, Sender], trust: CertificateTrust
    ) -> bool:
        """Judge and answer one; a fault of ours holds this submission back and leaves its neighbours alone."""
        try:
            return self._answer(submission, lease, senders[submission.owner], trust)
        except LeaseLostError as lost:
            log.warning("submission left to another worker: %s", lost)
        except (OperationalError, InterfaceError):
            raise
        except (OSError, OutageError) as outage:
            log.warning("submission not answered submission=%s outage=%s", submission.pk, type(outage).__name__)
            postpone(submission.pk, reason=str(outage), worker=lease.worker, at=self.clock.now())
        except Exception as fault:
            log.exception("submission not judged submission=%s", submission.pk)
            self._hold_back(submission, lease, reason=f"internal fault {type(fault).__name__}")
        return False

    def _postpone(self, submission: Submission, lease: Lease, *, reason: str, silent: str | None) -> None:
        """Judge it again later; an operator is told of the authority `silent` whose revocation data are missing."""
        now = self.clock.now()
        with transaction.atomic():
            postpone(submission.pk, reason=reason, worker=lease.worker, at=now)
            if silent is not None:
                tell_of_missing_data(silent, reason, operator_address=self.operator_address, at=now)

    def _hold_back(self, submission: Submission, lease: Lease, *, reason: str) -> None:
        try:
            hold_back(
                submission.pk,
                reason=reason,
                worker=lease.worker,
                operator_address=self.operator_address,
                at=self.clock.now(),
            )
        except LeaseLostError as lost:
            log.warning("submission left to another worker: %s", lost)

    def _answer(self, submission: Submission, lease: Lease, sender: Sender, trust: CertificateTrust) -> bool:
        case = Case(
            submission=submission,
            parts=list(submission.parts.all()),
            sender=sender,
            blobs=self.desk.blobs,
            schemas=self.desk.schemas,
            limits=self.desk.limits,
            trust=trust,
            text_mode=self.text_mode,
            rules=self.rules,
        )
        judgement = judge(case)
        match judgement.verdict:
            case Undecided(reason):
                self._postpone(submission, lease, reason=reason, silent=judgement.silent)
                return False
            case Accepted() | Refused() as verdict:
                return acknowledge(
                    submission.pk,
                    verdict,
                    signatures=judgement.signatures,
                    worker=lease.worker,
                    desk=self.desk.answers,
                    at=self.clock.now(),
                )
