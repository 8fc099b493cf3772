"""Read what happened to registrations together with them: when each was checked, by whom it was withdrawn, and why."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject

from registers.checkins.models import PresenceStep

_SHOWN = ("at", "status", "remarks", "reason", "brought_by")


def steps_of_its_day(days: Q) -> ArraySubquery:
    """Return the steps on the day of a version for a query of versions, to be read by `steps_read`; it costs no query.

    `days` names the registration dates of these versions, so that their months alone are planned.
    """
    of_day = PresenceStep.objects.filter(
        days,
        environment=OuterRef("environment"),
        number=OuterRef("number"),
        registration_date=OuterRef("registration_date"),
    )
    return ArraySubquery(of_day.order_by("at").values(told=JSONObject(**{name: name for name in _SHOWN})))


def steps_read(found: Iterable[Mapping[str, Any]]) -> list[PresenceStep]:
    """Return what `steps_of_its_day` found."""
    return [PresenceStep(**{**each, "at": datetime.fromisoformat(each["at"])}) for each in found]
