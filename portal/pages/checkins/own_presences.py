"""A person's own registrations, seven years back; never anybody else's."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from django.db.models import Exists, Q, QuerySet
from django.http import Http404

from domain.checkins.vocabulary import Capacity, PresenceKind, PresenceStatus
from domain.environments import Environment
from portal.pages.checkins.choices import registered_lately
from registers.checkins.capacities import founded_by
from registers.checkins.corrected_versions import CAPACITY_KNOWN_WITHIN
from registers.checkins.models import Correction, Presence
from registers.checkins.sector_rules import last_day_to_cancel
from registers.checkins.versions import read_newest_version
from registers.persons.models import Person

YEARS_SHOWN = 7
_SELF_EMPLOYED = Q(capacity=Capacity.SELF_EMPLOYED) | Q(capacity="", derived_capacity=Capacity.SELF_EMPLOYED)


@dataclass(frozen=True, slots=True)
class Concerning:
    """What concerns a person whatever of his registrations is shown: requests about them, and those that the self-employed make."""

    has_corrections: bool
    is_self_employed: bool

    @classmethod
    def read(cls, person_id: int, *, on: date) -> Self:
        """Return it as of that day; one query."""
        told = Person.objects.filter(pk=person_id).values_list(*concerning(person_id, on=on).values())
        return cls(*told.get())

    @classmethod
    def told_with(cls, row: Presence) -> Self:
        """Return what was read with a row of a query that `concerning` annotates."""
        return cls(row.has_corrections, row.is_self_employed)  # type: ignore[attr-defined]


def concerning(person_id: int, *, on: date) -> dict[str, Exists]:
    """Return the same for any query, which it costs no other; who was registered as self-employed in the last weeks is so."""
    lately = registered_lately(person_id, on=on).filter(_SELF_EMPLOYED)
    return {"has_corrections": Exists(corrections_about(person_id)), "is_self_employed": Exists(lately)}


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
        _SELF_EMPLOYED,
        environment=Environment.PRODUCTION,
        person_id=person_id,
        registration_date__range=(on - CAPACITY_KNOWN_WITHIN, on),
    )
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
