"""Until when a correction is asked for (check-in declarations §2.6, decision 0079)."""

from datetime import date, datetime, timedelta

from domain.brussels import brussels_date
from domain.checkins.items import CorrectionRequest
from domain.checkins.limits import DayLimits
from registers.checkins.context import IntakeContext
from registers.checkins.correction_targets import Target
from registers.checkins.sector_rules import SectorRules


def is_late(item: CorrectionRequest, target: Target, *, context: IntakeContext) -> bool:
    """Whether the last day was over in Brussels when the request came."""
    last, _ = last_day(item, target, context=context)
    return brussels_date(context.received_at) > last


def last_day(item: CorrectionRequest, target: Target, *, context: IntakeContext) -> tuple[date, date]:
    """Return until when it is asked for, and the day that decides it: that of the event, or the one that it would be of."""
    days = {target.registration_date}
    if item.corrected_at is not None:
        days.add(brussels_date(item.corrected_at))
    return min((context.rules.last_day_in(str(target.sector or ""), day), day) for day in days)


def last_days_of_missing_out(came: date, left: date, *, sector: str, rules: SectorRules) -> tuple[date, date]:
    """Return until when the check-out after a check-in of the day `came` is asked for: one of that day, and one of any.

    A missing event is of the day of its own instant; `left` is the last day of which it may be, as `last_day_of_out` tells.
    """
    ends = [rules.last_day_in(sector, came + timedelta(days=later)) for later in range((left - came).days + 1)]
    return ends[0], max(ends)


def last_day_of_out(came_at: datetime, *, limits: DayLimits) -> date:
    """Return the last day in Brussels of which the check-out after a check-in at that instant may be."""
    return brussels_date(came_at + limits.longest_open)
