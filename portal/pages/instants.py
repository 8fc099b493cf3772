"""Instants as pages tell them: in Brussels, and with their zone in the hour that October has twice."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from domain.brussels import brussels_date, is_shown_twice


def told_instant(at: datetime, form: str) -> str:
    """Return an instant (aware) in a form of dates such as `H:i`."""
    local = localtime(at)
    told = date_format(local, form)
    return f"{told} {local.tzname()}" if is_shown_twice(at) else told


def time_told(at: datetime, *, on: date) -> str:
    """Return a time of day, with its day where that is not `on`."""
    return told_instant(at, "H:i" if brussels_date(at) == on else _("D j M, H:i"))
