"""Until when a correction is asked for (check-in declarations §2.6, decision 0079)."""

from datetime import date, timedelta

from domain.brussels import brussels_date
from domain.checkins.items import CorrectionRequest
from registers.checkins.context import IntakeContext
from registers.checkins.correction_targets import Target


def is_late(item: CorrectionRequest, target: Target, *, context: IntakeContext) -> bool:
    """Whether the last day was over in Brussels when the request came."""
    last, _ = last_day(item, target, context=context)
    return brussels_date(context.received_at) > last


def last_day(item: CorrectionRequest, target: Target, *, context: IntakeContext) -> tuple[date, date]:
    """Return until when it is asked for, and the day that decides it: that of the event, or the one that it would be of."""
    days = {target.registration_date}
    if item.corrected_at is not None:
        days.add(brussels_date(item.corrected_at))
    return min((day + timedelta(days=context.rules.correction_days(target.sector, day)), day) for day in days)
