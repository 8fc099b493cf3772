"""What `guichet countries` does to the table."""

from argparse import Namespace
from datetime import date, datetime

from babel import Locale

from auth.models import ActiveCountry
from auth.openid.countries import close_country, enter_country
from commands.configuring.actions import ACTOR
from domain.brussels import brussels_date
from evidence.clock import SystemClock
from sender.tables import render_table


def show(_arguments: Namespace) -> str:
    """Show every entry, also those that are over or begin later."""
    names = Locale("en").territories
    rows = [
        (
            one.country,
            names.get(one.country, ""),
            one.first_day.isoformat(),
            "-" if one.closed_on is None else one.closed_on.isoformat(),
        )
        for one in ActiveCountry.objects.order_by("country", "first_day", "pk")
    ]
    if not rows:
        return "no country is entered; enter one with `guichet countries enter COUNTRY`\n"
    return render_table(("country", "name", "from", "closed on"), rows)


def enter(arguments: Namespace) -> str:
    """Let a country be active."""
    now = SystemClock().now()
    day = _day(arguments, now)
    if not enter_country(arguments.country, first_day=day, actor=ACTOR, at=now):
        return f"nothing changed: {arguments.country} is active from {day} on already\n"
    return f"{arguments.country} is active from {day} on\n"


def close(arguments: Namespace) -> str:
    """Let a country be active no more."""
    now = SystemClock().now()
    day = _day(arguments, now)
    if not close_country(arguments.country, on=day, actor=ACTOR, at=now):
        return f"nothing changed: {arguments.country} is closed on {day} already\n"
    return f"{arguments.country} is active no more from {day} on\n"


def _day(arguments: Namespace, now: datetime) -> date:
    return brussels_date(now) if arguments.day is None else arguments.day


ACTIONS = {"list": show, "enter": enter, "close": close}
