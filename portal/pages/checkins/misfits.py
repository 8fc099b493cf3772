"""Tell why the event that is missing beside a registered one was not when it is said to have been."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domain.brussels import brussels_date
from domain.checkins.vocabulary import EventType
from portal.checkin_counter import checkin_counter
from portal.pages.instants import time_told
from registers.checkins.missing_beside import Beside, Misfit
from registers.checkins.models import Presence

_SENTENCES: Mapping[tuple[Misfit, EventType], Promise] = MappingProxyType(
    {
        (Misfit.WRONG_SIDE, EventType.IN): _("The check-in was at %(time)s: give a later time."),
        (Misfit.WRONG_SIDE, EventType.OUT): _("The check-out was at %(time)s: give an earlier time."),
        (Misfit.TOO_FAR, EventType.IN): _("The check-in was at %(time)s: give a time within %(hours)s hours after it."),
        (Misfit.TOO_FAR, EventType.OUT): _(
            "The check-out was at %(time)s: give a time within %(hours)s hours before it."
        ),
        (Misfit.REGISTERED, EventType.IN): _("A check-in at %(time)s is registered: ask for its correction."),
        (Misfit.REGISTERED, EventType.OUT): _("A check-out at %(time)s is registered: ask for its correction."),
        (Misfit.PARTED, EventType.OUT): _("A check-out at %(time)s is registered: give a later time."),
    }
)
"""What is told, by why and by the kind of the event that says so; no check-in parts."""


def beside(row: Presence, *, at: datetime) -> Beside:
    """Return the event with what is registered around it; one query."""
    return Beside.read(row, limits=checkin_counter().limits.days, at=at)


def told_misfit(row: Presence, named: datetime, *, at: datetime) -> str:
    """Return why the event that is missing beside the row was not at `named`; empty where it may have been; one query."""
    there = beside(row, at=at)
    found = there.misfit(named)
    if found is None:
        return ""
    misfit, event = found
    values = {
        "time": time_told(event.at, on=brussels_date(named)),
        "hours": there.limits.longest_open // timedelta(hours=1),
    }
    return str(_SENTENCES[misfit, event.type]) % values
