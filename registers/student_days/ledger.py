"""Write decisions down: declarations, periods and their versions, balances of the contingent."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime

from django.db import connection

from domain.tickets import Ticket
from registers.student_days.context import FilingContext
from registers.student_days.decisions.outcomes import Decision, Surroundings
from registers.student_days.models import Declaration, Period, PeriodState, PeriodVersion, VersionReason
from registers.student_days.records import Holdings, PeriodRecord
from registers.student_days.refused_forms import Concern, concerns_of

_CHANGING = (
    "starting_date",
    "starting_hour",
    "ending_date",
    "ending_hour",
    "unit",
    "planned",
    "granted",
    "neutralised",
    "state",
    "version",
    "last_changed_at",
)
_SET_GRANTED = """
UPDATE student_days_quotaaccount account SET granted = fresh.granted
FROM unnest(%s::bigint[], %s::int[], %s::int[]) AS fresh (person_id, year, granted)
WHERE account.person_id = fresh.person_id AND account.year = fresh.year AND account.granted <> fresh.granted
"""


def write_decisions(
    decisions: Sequence[Decision], *, tickets: Sequence[Ticket], surroundings: Surroundings
) -> list[Declaration]:
    """Write every decision of one submission in the running transaction; return the declarations, in the same order.

    Raises IntegrityError when one of the forms was filed before: the caller's transaction then has no effect.
    """
    context = surroundings.context
    _write_periods(decisions, context)
    concerns = concerns_of(decisions, surroundings)
    declarations = Declaration.objects.bulk_create(
        [
            _declaration(decision, ticket, concerns.get(decision.form.index) or _concern(decision), context)
            for decision, ticket in zip(decisions, tickets, strict=True)
        ],
    )
    PeriodVersion.objects.bulk_create(
        [
            _version(decision, decision.after, declaration)
            for decision, declaration in zip(decisions, declarations, strict=True)
            if decision.after is not None
        ],
        batch_size=1000,
    )
    _write_accounts(surroundings.holdings)
    return declarations


def _write_accounts(holdings: Holdings) -> None:
    keys = list(holdings.accounts)
    granted = [account.granted for account in holdings.accounts.values()]
    with connection.cursor() as cursor:
        cursor.execute(_SET_GRANTED, [[person for person, _ in keys], [year for _, year in keys], granted])


def _write_periods(decisions: Sequence[Decision], context: FilingContext) -> None:
    """Write the newest state of every period that changed; first those that make room for others."""
    newest = {decision.after.number: decision.after for decision in decisions if decision.after is not None}
    fresh = {decision.after.number for decision in decisions if decision.after is not None and decision.before is None}
    made = [_period(record, context) for number, record in newest.items() if number in fresh]
    changed = [_period(record, context) for number, record in newest.items() if number not in fresh]
    _set_aside(decisions, newest)
    Period.objects.bulk_update(changed, _CHANGING, batch_size=1000)
    Period.objects.bulk_create(made, batch_size=1000)


def _set_aside(decisions: Sequence[Decision], newest: Mapping[int, PeriodRecord]) -> None:
    """Let no period stand for a moment where another one has just moved to: the table refuses two alike at any time."""
    places = {record.place for record in newest.values()}
    leaving = {
        decision.before.number
        for decision in decisions
        if decision.before is not None
        and decision.before.place in places
        and decision.before.place != newest[decision.before.number].place
    }
    if leaving:
        Period.objects.filter(pk__in=leaving).update(state=PeriodState.CANCELLED)


def _period(record: PeriodRecord, context: FilingContext) -> Period:
    values = asdict(record)
    return Period(id=values.pop("number"), environment=context.environment, **values)


def _declaration(decision: Decision, ticket: Ticket, concern: Concern, context: FilingContext) -> Declaration:
    return Declaration(
        environment=context.environment,
        submission_id=context.submission_id,
        form_index=decision.form.index,
        ticket=str(ticket),
        action=type(decision.form.action).__name__ if decision.form.action is not None else "",
        accepted=decision.is_accepted,
        is_late=decision.is_late,
        codes=[str(finding.code) for finding in decision.findings],
        period_id=concern.period_id,
        employer_id=concern.employer_id,
        received_at=context.received_at,
        filed_at=context.filed_at,
    )


def _concern(decision: Decision) -> Concern:
    """Return what an accepted form made or changed: a period, which says whose it is."""
    if decision.registration is not None:
        return Concern(decision.registration.period_id)
    return Concern(None if decision.after is None else decision.after.number)


def _version(decision: Decision, after: PeriodRecord, declaration: Declaration) -> PeriodVersion:
    return version_of(
        after,
        reason=decision.reason or VersionReason.FILED,
        change=decision.change,
        declaration=declaration,
        environment=declaration.environment,
        received_at=declaration.received_at,
        filed_at=declaration.filed_at,
    )


def version_of(
    after: PeriodRecord,
    *,
    reason: VersionReason,
    environment: str,
    received_at: datetime,
    filed_at: datetime,
    change: int = 0,
    declaration: Declaration | None = None,
) -> PeriodVersion:
    """Return the newest version of a period, for the `reason` told, and what it moved in the contingent."""
    return PeriodVersion(
        environment=environment,
        period_id=after.number,
        number=after.version,
        declaration=declaration,
        reason=reason,
        starting_date=after.starting_date,
        starting_hour=after.starting_hour,
        ending_date=after.ending_date,
        ending_hour=after.ending_hour,
        planned=after.planned,
        granted=after.granted,
        neutralised=after.neutralised,
        change=change,
        state=after.state,
        is_late=after.is_late,
        received_at=received_at,
        filed_at=filed_at,
    )
