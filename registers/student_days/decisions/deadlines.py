"""Say until when a change of a date had to be declared (student declarations §3.1); only a remark hangs on it."""

from datetime import date, datetime

from domain.brussels import brussels_date
from domain.working_days import working_day_after


def is_after_start(received_at: datetime, starting_date: date) -> bool:
    """Whether a start was declared after its day, in Brussels."""
    return brussels_date(received_at) > starting_date


def is_after_end(received_at: datetime, ending_date: date) -> bool:
    """Whether an end was declared after the first working day that follows it, in Brussels."""
    return brussels_date(received_at) > working_day_after(ending_date)


def is_late_change(received_at: datetime, *, starts: tuple[date, date], ends: tuple[date | None, date | None]) -> bool:
    """Whether a change of dates, each given before and after, came after its deadline.

    An earlier start: before the work starts. An earlier end: the first working day after it. A later end, or none any
    more: the first working day after the end that was declared before.
    """
    start_before, start_after = starts
    end_before, end_after = ends
    if start_after < start_before and is_after_start(received_at, start_after):
        return True
    if end_before is None or end_before == end_after:
        return False
    deadline = end_before if end_after is None else min(end_before, end_after)
    return is_after_end(received_at, deadline)
