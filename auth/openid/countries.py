"""Countries of which a means of electronic identification is active here: read, entered and closed by day."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import F, Q

from auth.models import ActiveCountry
from domain.configuration_refusals import ConfigurationRefusedError
from domain.countries import EEA_COUNTRIES
from evidence.audit import append_event

HERE = "BE"
"""Cards and itsme of this country sign in without eIDAS."""
_LOCK = "LOCK TABLE access_control_activecountry IN SHARE ROW EXCLUSIVE MODE"


def active_countries(*, on: date) -> Sequence[str]:
    """Return the codes of the countries whose means is active on that day in Brussels; one query."""
    active = ActiveCountry.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on), first_day__lte=on)
    return list(active.order_by("country").values_list("country", flat=True))


def enter_country(country: str, *, first_day: date, actor: str, at: datetime) -> bool:
    """Let a country be active from a day on; False when it is so already.

    Raises ConfigurationRefusedError for no country of eIDAS, and for a day on which it is active by another entry.
    """
    if country not in EEA_COUNTRIES - {HERE}:
        raise ConfigurationRefusedError(
            f"{country!r} is no other country of the European Economic Area.",
            next_step=f"Give one of {', '.join(sorted(EEA_COUNTRIES - {HERE}))}.",
        )
    with transaction.atomic():
        last = _last_of(country)
        if last is not None and (last.first_day, last.closed_on) == (first_day, None):
            return False
        if last is not None and (last.closed_on is None or last.closed_on > first_day):
            later = "Close that entry first, on the day from which the new one counts or before."
            earlier = f"If that is a mistake, close it on its own first day, {last.first_day}: then it never counts."
            raise ConfigurationRefusedError(
                f"{country} is active from {last.first_day} on already.",
                next_step=later if last.first_day < first_day else earlier,
            )
        ActiveCountry.objects.create(country=country, first_day=first_day)
        append_event("country:entered", at=at, actor=actor, country=country, first_day=first_day.isoformat())
    return True


def close_country(country: str, *, on: date, actor: str, at: datetime) -> bool:
    """Let a country be active no more from a day on; False when it is closed on that day already.

    Closed on its first day it is never active: so an entry made by mistake is taken back. Raises ConfigurationRefusedError
    when there is no entry, it begins later, or it is closed before that day.
    """
    with transaction.atomic():
        last = _last_of(country)
        if last is None or last.first_day > on:
            if ActiveCountry.objects.filter(country=country, first_day=on, closed_on=on).exists():
                return False
            raise ConfigurationRefusedError(
                f"No entry of {country!r} begins on {on} or before.",
                next_step="See the entries with `guichet countries list`; one still to begin is closed on its own first day.",
            )
        if last.closed_on == on:
            return False
        if last.closed_on is not None and last.closed_on < on:
            raise ConfigurationRefusedError(
                f"{country} is closed on {last.closed_on} already.",
                next_step="Enter it anew from that day on, if it is active longer.",
            )
        ActiveCountry.objects.filter(pk=last.pk).update(closed_on=on)
        append_event("country:closed", at=at, actor=actor, country=country, closed_on=on.isoformat())
    return True


def _last_of(country: str) -> ActiveCountry | None:
    """Return the latest entry of a country that covers a day; nobody else changes the list until the transaction ends.

    One that was closed on its first day was taken back, and stands in the way of none.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    entries = ActiveCountry.objects.filter(country=country).exclude(closed_on=F("first_day"))
    return entries.order_by("-first_day", "-pk").first()
