"""How long invitations, proposals and activation codes hold, in days of Brussels (access and login §3). Pure."""

from datetime import UTC, datetime, time, timedelta

from domain.brussels import BRUSSELS, brussels_date

ACTIVATION_DAYS = 30


def end_of_days(begun_at: datetime, days: int = ACTIVATION_DAYS) -> datetime:
    """Return the first instant (UTC) that is too late: midnight in Brussels after that many days.

    What began on day 0 holds on the whole of the last day, however late on day 0 it began.
    """
    day_after = brussels_date(begun_at) + timedelta(days=days + 1)
    return datetime.combine(day_after, time(), tzinfo=BRUSSELS).astimezone(UTC)
