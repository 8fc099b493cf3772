"""Look whether the machine's clock is right: check-ins, deadlines and lateness are judged by it (§2.5)."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_noop as _

from domain.brussels import Clock, brussels_date
from portal.health_checks import HealthCheck

LARGEST_DIFFERENCE = timedelta(seconds=30)
"""How far from its witnesses the clock may be: a check-in that is two minutes ahead of it is refused (P201)."""

_NAME = _("Clock")
_SET = _("Have time servers set the clocks of all machines (`chronyc tracking` or `timedatectl` says whether they do).")
_WITNESSES = """
    SELECT clock_timestamp(), greatest(
        (SELECT at FROM evidence_auditevent ORDER BY id DESC LIMIT 1),
        (SELECT received_at FROM checkins_presence WHERE registration_date = %s::date ORDER BY number DESC LIMIT 1))
"""
"""The database's clock, and when something was last received or decided, of which the newest of a table tells."""


def look_at_clock(clock: Clock) -> HealthCheck:
    """Compare the clock with the database's and with what was received last; one query."""
    asked_at = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(_WITNESSES, [brussels_date(asked_at)])
        there, newest = cursor.fetchone()
    return judge_clock(there, newest=newest, asked_at=asked_at, answered_at=clock.now())


def judge_clock(there: datetime, *, newest: datetime | None, asked_at: datetime, answered_at: datetime) -> HealthCheck:
    """Judge what the database's clock said between two instants of ours, and what was received last, by our clock of then."""
    difference = max(asked_at - there, there - answered_at, timedelta(0))
    if difference > LARGEST_DIFFERENCE:
        return _wrong(_("%(seconds)s seconds from the database's"), difference)
    if newest is not None and newest - answered_at > LARGEST_DIFFERENCE:
        return _wrong(_("%(seconds)s seconds behind what was received last"), newest - answered_at)
    return HealthCheck(_NAME, is_ok=True, told=_("agrees with the database's"))


def _wrong(told: str, by: timedelta) -> HealthCheck:
    return HealthCheck(_NAME, is_ok=False, told=told, next_step=_SET, values={"seconds": int(by.total_seconds())})
