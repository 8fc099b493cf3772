"""Tell which companies know somebody as their staff, who may say that one of them is his own."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Q

from domain.checkins.vocabulary import Capacity, PresenceStatus
from domain.environments import Environment
from registers.checkins.employments import employers_among
from registers.checkins.models import Presence

KNOWN_WITHIN = timedelta(days=60)
"""How long a registration as staff speaks against an own company: as long as the page offers what was registered."""
_STAFF = (Capacity.EMPLOYEE, Capacity.TEMP_WORKER, Capacity.TRAINEE)


def staffed_among(person_id: int, companies: Collection[str], *, environment: Environment, on: date) -> frozenset[str]:
    """Return which of the companies declared work of the person for that day, or had him registered as staff lately.

    What he was registered as is what was declared, or was derived where nothing was. Two queries at most, none for no company.
    """
    declared = employers_among(person_id, companies, environment=environment, on=on)
    others = set(companies) - declared
    if not others:
        return declared
    rows = Presence.objects.filter(
        environment=environment,
        person_id=person_id,
        employer__in=others,
        registration_date__range=(on - KNOWN_WITHIN, on),
        next_date__isnull=True,
    ).exclude(status=PresenceStatus.CANCELLED.name)
    as_staff = Q(capacity__in=_STAFF) | Q(capacity="", derived_capacity__in=_STAFF)
    return declared | frozenset(rows.filter(as_staff).values_list("employer", flat=True))
