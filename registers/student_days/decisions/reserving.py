"""Reserve hours of the contingent for a period, those left out that count nowhere (student declarations §3.3, §3.4)."""

from domain.contingent import ContingentRules, Grant, NeutralisedDays, grant_again, grant_late, grant_on_time
from registers.student_days.records import Holdings, PeriodRecord


def reserve(candidate: PeriodRecord, *, holdings: Holdings, rules: ContingentRules) -> Grant:
    """Return what a new period is granted: nothing to a late one, nor to a worker without a contingent."""
    planned = candidate.planned or 0
    if not candidate.has_contingent or candidate.is_late:
        return grant_late(planned)
    account = holdings.account_of(candidate)
    neutralised = _neutralised(candidate, holdings, rules)
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
        neutralised=_neutralised(changed, holdings, rules),
    )


def _neutralised(period: PeriodRecord, holdings: Holdings, rules: ContingentRules) -> int:
    """Return how many of the planned hours count nowhere: the most that one of the rules allows."""
    planned = period.planned or 0
    allowed = [
        planned if days.most is None else min(planned, max(0, days.most - _used(period, days, holdings)))
        for days in rules.neutralised
        if days.concerns(period.starting_date, joint_commission=period.joint_commission, employer_id=period.employer_id)
    ]
    return max(allowed, default=0)


def _used(period: PeriodRecord, days: NeutralisedDays, holdings: Holdings) -> int:
    """Return how many hours of the student's other periods of those days were neutralised already."""
    return sum(
        other.neutralised
        for other in holdings.students_periods(period.person_id)
        if other.number != period.number and days.holds(other.starting_date)
    )
