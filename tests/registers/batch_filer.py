"""Files actions as sets, several submissions in one batch, and tells of plain starts as of forms decided by themselves."""

import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.db import transaction

from domain.answers import FormResult, PeriodImpact
from domain.brussels import brussels_date
from domain.environments import Environment
from domain.findings import Exceeding, Finding, PeriodFacts, QuotaUnit, Severity
from domain.student_declarations import DimonaAction, JudgedForm
from domain.tickets import Ticket
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.batch_filing import FiledSubmission, StagedSubmission, file_batch
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.context import FilingContext
from registers.student_days.models import Declaration, Period
from registers.student_days.staging import staged_line
from tests.registers.conftest import HEADER, NOON, WAITED, Filer, a_form


@dataclass
class BatchFiler:
    """Files actions as one submission each, all in one batch."""

    keys: PersonKeys
    environment: Environment = Environment.PRODUCTION

    def __call__(self, *submissions: Sequence[object], at=NOON, **context: object) -> list[FiledSubmission]:
        return self.file([self.stage(actions, at, context) for actions in submissions])

    def file(self, batch: Sequence[StagedSubmission]) -> list[FiledSubmission]:
        with transaction.atomic():
            return file_batch(batch, persons=PersonDirectory(self.keys, environment=self.environment))

    def stage(self, actions: Sequence[object], at: datetime, context: dict[str, object]) -> StagedSubmission:
        submission = Filer(self.keys, environment=self.environment).submit(at)
        forms = [
            (_form(action, index), Ticket.from_random(secrets.token_bytes(16)))
            for index, action in enumerate(actions, start=1)
        ]

        def read(indexes: Sequence[int]) -> Iterator[tuple[JudgedForm, Ticket]]:
            return (forms[index - 1] for index in indexes)

        hide = partial(self.keys.hide, environment=self.environment)
        lines = [
            staged_line(
                form,
                submission_id=submission.pk,
                ticket=str(ticket),
                received_on=brussels_date(at),
                hide=hide,
            ).encode()
            for form, ticket in forms
        ]
        return StagedSubmission(
            FilingContext(submission.pk, self.environment, "0412345614", at, at + WAITED, **context), lines, read
        )


def _form(declared: object, index: int) -> JudgedForm:
    """Return the form of an action, or one that was judged before under its new index."""
    return replace(declared, index=index) if isinstance(declared, JudgedForm) else a_form(declared, index=index)


@dataclass
class SetFiler:
    """Files as a batch filer and returns what became of every form, in order; `as_sets` counts those opened in a set."""

    file: BatchFiler
    as_sets: int = 0

    def __call__(self, *submissions: Sequence[DimonaAction]) -> list[FormResult]:
        results = []
        for actions, filed in zip(submissions, self.file(*submissions), strict=True):
            self.as_sets += len(filed.opened)
            told = filed.decided | _read_results(filed, actions)
            results += [told[index] for index in range(1, len(actions) + 1)]
        return results


def _read_results(filed: FiledSubmission, actions: Sequence[DimonaAction]) -> dict[int, FormResult]:
    """Return what the register holds of starts that were opened as a set, in the terms of single decisions."""
    numbers = {opened.number: index for index, opened in filed.opened.items()}
    declared = Declaration.objects.filter(period__in=numbers, action="DimonaIn").select_related("period")
    results = {}
    for declaration in declared:
        index = numbers[declaration.period_id]
        excess = actions[index - 1].planned_hours - filed.opened[index].granted
        findings = [
            Finding(
                code,
                Severity.NON_PERCENTAGE,
                "as the register notes it",
                exceeding=Exceeding(excess, QuotaUnit.HOURS) if code == RegisterAnomaly.CONTINGENT_EXCEEDED else None,
            )
            for code in declaration.codes
        ]
        results[index] = FormResult(
            Ticket.parse(declaration.ticket),
            HEADER,
            (),
            actions[index - 1].employer,
            actions[index - 1].insz,
            tuple(findings),
            PeriodImpact(None, _facts(declaration.period)),
        )
    return results


def _facts(period: Period) -> PeriodFacts:
    return PeriodFacts(
        f"{period.pk:012d}",
        period.starting_date,
        period.ending_date,
        period.planned,
        None,
        period.joint_commission,
        period.worker_type,
        is_late=period.is_late,
    )
