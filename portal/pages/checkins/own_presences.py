"""A person's own registrations, seven years back; never anybody else's."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.http import Http404

from domain.checkins.vocabulary import Capacity, PresenceKind
from domain.environments import Environment
from registers.checkins.corrected_versions import CAPACITY_KNOWN_WITHIN
from registers.checkins.models import Correction, Presence

YEARS_SHOWN = 7


def own_presences(person_id: int, *, on: date) -> QuerySet[Presence]:
    """Return the newest version of each registration of the person in the last seven years."""
    first = date(on.year - YEARS_SHOWN, on.month, 1)
    return Presence.objects.filter(
        environment=Environment.PRODUCTION,
        person_id=person_id,
        registration_date__range=(first, on + timedelta(days=1)),
        next_date__isnull=True,
    )


def find_own(person_id: int, number: int) -> Presence:
    """Return the newest version of one of them; Http404 for anybody else's, which looks like one that there is not."""
    row = Presence.objects.filter(
        environment=Environment.PRODUCTION, number=number, person_id=person_id, next_date__isnull=True
    ).first()
    if row is None:
        raise Http404
    return row


def corrections_of_oneself(person_id: int) -> QuerySet[Correction]:
    """Return what a self-employed person asked for himself, in nobody else's name."""
    return Correction.objects.filter(environment=Environment.PRODUCTION, asked_for="", person_id=person_id)


def own_companies(person_id: int, *, on: date) -> list[str]:
    """Return the companies for which the person registered as self-employed within the year before, as in a correction."""
    rows = Presence.objects.filter(
        environment=Environment.PRODUCTION,
        person_id=person_id,
        registration_date__range=(on - CAPACITY_KNOWN_WITHIN, on),
        capacity=Capacity.SELF_EMPLOYED,
    )
    return sorted(set(rows.values_list("employer", flat=True)))


def is_event(row: Presence) -> bool:
    """Whether it is a check-in or check-out, which are corrected, and not a day, which is cancelled."""
    return row.kind == PresenceKind.EVENT
