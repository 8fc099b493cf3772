"""Reserve hours of the contingent for a period, those left out that count nowhere (student declarations §3.3, §3.4)."""

from collections import Counter

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
    """Return how many of the planned hours count nowhere: the most that one of the rules has left for them."""
    concerning = _concerning(period, rules)
    if not concerning:
        return 0
    used = _used_beside(period, holdings, rules)
    return int(min(period.planned or 0, max(days.left(used[days]) for days in concerning)))


def _used_beside(period: PeriodRecord, holdings: Holdings, rules: ContingentRules) -> Counter[NeutralisedDays]:
    """Return how many hours of the student's other periods each rule neutralised already.

    Those of a period were neutralised by the rule that had most left for them. What one without a most neutralises so uses
    up no other, whichever was declared first.
    """
    used: Counter[NeutralisedDays] = Counter()
    for other in holdings.students_periods(period.person_id):
        concerning = _concerning(other, rules)
        if concerning and other.number != period.number:
            used[max(concerning, key=lambda days: days.left(used[days]))] += other.neutralised
    return used


def _concerning(period: PeriodRecord, rules: ContingentRules) -> list[NeutralisedDays]:
    return [
        days
        for days in rules.neutralised
        if days.concerns(period.starting_date, joint_commission=period.joint_commission, employer_id=period.employer_id)
    ]
