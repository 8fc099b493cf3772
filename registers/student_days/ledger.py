"""Write decisions down: declarations, periods and their versions, entries and balances of the contingent."""

from collections.abc import Sequence

from domain.tickets import Ticket
from registers.student_days.context import FilingContext
from registers.student_days.decisions import Decision
from registers.student_days.models import Declaration, Period, PeriodVersion, QuotaAccount, QuotaEntry


def write_decisions(decisions: Sequence[Decision], *, tickets: Sequence[Ticket], context: FilingContext) -> None:
    """Write every decision of one submission in the running transaction.

    Raises IntegrityError when one of the forms was filed before: the caller's transaction then has no effect.
    """
    effective = [decision for decision in decisions if decision.period is not None]
    _write_periods(effective, context)
    declarations = Declaration.objects.bulk_create(
        [_declaration(decision, ticket, context) for decision, ticket in zip(decisions, tickets, strict=True)],
    )
    by_index = {declaration.form_index: declaration for declaration in declarations}
    _write_history(effective, by_index, context)
    accounts = {decision.account.pk: decision.account for decision in effective if decision.account is not None}
    QuotaAccount.objects.bulk_update(accounts.values(), ["granted"], batch_size=1000)


def _write_periods(effective: Sequence[Decision], context: FilingContext) -> None:
    periods = {decision.period.number: decision.period for decision in effective if decision.period is not None}
    Period.objects.bulk_create([period for period in periods.values() if period.pk is None], batch_size=1000)
    changed = [decision.period for decision in effective if decision.period is not None and decision.before is not None]
    for period in changed:
        period.last_changed_at = context.received_at
    Period.objects.bulk_update(changed, ["granted", "state", "last_changed_at"], batch_size=1000)


def _declaration(decision: Decision, ticket: Ticket, context: FilingContext) -> Declaration:
    return Declaration(
        environment=context.environment,
        submission_id=context.submission_id,
        form_index=decision.form.index,
        ticket=str(ticket),
        action=type(decision.form.action).__name__ if decision.form.action is not None else "",
        accepted=decision.is_accepted,
        is_late=decision.is_late,
        codes=[str(finding.code) for finding in decision.findings],
        period=decision.period,
        received_at=context.received_at,
        filed_at=context.filed_at,
    )


def _write_history(
    effective: Sequence[Decision],
    by_index: dict[int, Declaration],
    context: FilingContext,
) -> None:
    versions, entries = [], []
    for decision in effective:
        period, account = decision.period, decision.account
        if period is None or account is None or decision.reason is None:
            continue
        declaration = by_index[decision.form.index]
        versions.append(
            PeriodVersion(
                environment=context.environment,
                period=period,
                number=1 if decision.before is None else 2,
                starting_date=period.starting_date,
                ending_date=period.ending_date,
                planned=period.planned,
                state=period.state,
                is_late=period.is_late,
                declaration=declaration,
            ),
        )
        entries.append(
            QuotaEntry(
                environment=context.environment,
                account=account,
                period=period,
                declaration=declaration,
                reason=decision.reason,
                planned=period.planned,
                granted=period.granted,
                change=decision.change,
                received_at=context.received_at,
                filed_at=context.filed_at,
            ),
        )
    PeriodVersion.objects.bulk_create(versions, batch_size=1000)
    QuotaEntry.objects.bulk_create(entries, batch_size=1000)
