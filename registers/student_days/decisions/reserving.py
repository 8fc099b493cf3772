"""Reserve hours of the contingent for a period, those left out that count nowhere (student declarations §3.3, §3.4)."""

from domain.contingent import ContingentRules, Grant, grant_again, grant_late, grant_on_time
from registers.student_days.decisions.neutralising import neutralised_hours
from registers.student_days.records import Holdings, PeriodRecord


def reserve(candidate: PeriodRecord, *, holdings: Holdings, rules: ContingentRules) -> Grant:
    """Return what a new period is granted: nothing to a late one, nor to a worker without a contingent."""
    planned = candidate.planned or 0
    if not candidate.has_contingent or candidate.is_late:
        return grant_late(planned)
    account = holdings.account_of(candidate)
    neutralised = neutralised_hours(candidate, holdings, rules)
    return grant_on_time(planned, limit=account.limit, others=account.granted, neutralised=neutralised)


def reserve_again(before: PeriodRecord, changed: PeriodRecord, *, holdings: Holdings, rules: ContingentRules) -> Grant:
    """Return what a changed period is granted, never less of its plan than it had."""
    planned = changed.planned or 0
    if not changed.has_contingent or changed.is_late:
        return grant_late(planned)
    account = holdings.account_of(before)
    return grant_again(
        planned,
        limit=account.limit,
        others=account.granted - before.granted,
        granted=before.granted,
        neutralised=neutralised_hours(changed, holdings, rules),
    )
