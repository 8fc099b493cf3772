"""A person's own registrations, seven years back; never anybody else's."""

from datetime import date

from django.db.models import Q, QuerySet
from django.http import Http404

from domain.checkins.vocabulary import Capacity, PresenceKind, PresenceStatus
from domain.environments import Environment
from registers.checkins.capacities import founded_by
from registers.checkins.corrected_versions import CAPACITY_KNOWN_WITHIN
from registers.checkins.models import Correction, Presence
from registers.checkins.sector_rules import last_day_to_cancel
from registers.checkins.versions import read_newest_version

YEARS_SHOWN = 7


def first_day_shown(today: date) -> date:
    """Return the first day of those that a person is shown: seven years back, from the beginning of the month."""
    return date(today.year - YEARS_SHOWN, today.month, 1)


def find_own(person_id: int, number: int) -> Presence:
    """Return the newest version of one of them; Http404 for anybody else's, which looks like one that there is not."""
    row = read_newest_version(number, environment=Environment.PRODUCTION)
    if row is None or row.person_id != person_id:
        raise Http404
    return row


def corrections_about(person_id: int) -> QuerySet[Correction]:
    """Return what was asked for about the person's registrations, by an employer or by himself."""
    return Correction.objects.filter(environment=Environment.PRODUCTION, person_id=person_id)


def corrections_of_oneself(person_id: int) -> QuerySet[Correction]:
    """Return what a self-employed person asked for himself, in nobody else's name."""
    return corrections_about(person_id).filter(asked_for="")


def own_companies(person_id: int, *, on: date) -> list[str]:
    """Return the companies for which the person registered as self-employed within the year before, and those he founded."""
    rows = Presence.objects.filter(
        environment=Environment.PRODUCTION,
        person_id=person_id,
        registration_date__range=(on - CAPACITY_KNOWN_WITHIN, on),
    ).filter(Q(capacity=Capacity.SELF_EMPLOYED) | Q(capacity="", derived_capacity=Capacity.SELF_EMPLOYED))
    founded = founded_by(person_id, environment=Environment.PRODUCTION, on=on)
    return sorted({*rows.values_list("employer", flat=True), *founded})


def is_cancelled(row: Presence) -> bool:
    """Whether it was withdrawn."""
    return row.status == PresenceStatus.CANCELLED.name


def may_cancel(row: Presence, *, on: date) -> bool:
    """Whether a self-employed person can withdraw the day that he registered himself, on that day in Brussels."""
    is_own = row.known_capacity == Capacity.SELF_EMPLOYED and row.brought_by == ""
    return is_own and not is_event(row) and not is_cancelled(row) and on <= last_day_to_cancel(row)


def is_event(row: Presence) -> bool:
    """Whether it is a check-in or check-out, which are corrected, and not a day, which is cancelled."""
    return row.kind == PresenceKind.EVENT
