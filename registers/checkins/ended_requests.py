"""Find requests for corrections that came by file and have ended, until their sender was told how."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import QuerySet

from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from registers.checkins.bringers import without_standing
from registers.checkins.correction_notes import name_sender, named_sender
from registers.checkins.models import Correction


class _Asked(NamedTuple):
    """A request, as who asked matters: like who brings a registration, he hears of it as long as he stands for the employer."""

    number: int
    employer: str
    brought_by: str
    work_place: str
    registration_date: date


def senders_to_tell() -> set[tuple[str, str]]:
    """Return environment and number of each sender some of whose requests ended untold; one query."""
    asked_by = _untold().values_list("environment", "asked_by").distinct()
    return {(environment, named_sender(actor)) for environment, actor in asked_by}


def lock_ended(sender: str, *, environment: str, limit: int) -> list[Correction]:
    """Return its first requests that ended untold, held by the running transaction; what another holds is left to it."""
    rows = _untold().filter(environment=environment, asked_by=name_sender(sender))
    return list(rows.select_for_update(skip_locked=True, no_key=True).order_by("decided_at", "pk")[:limit])


def still_asked(rows: Sequence[Correction], *, environment: Environment, at: datetime) -> list[Correction]:
    """Return the rows whose sender's company stands for the employer still."""
    asked = [_Asked(row.pk, row.employer, row.asked_for, row.work_place, row.registration_date) for row in rows]
    gone = without_standing(asked, environment=environment, at=at)
    return [row for row in rows if row.pk not in gone]


def mark_told(rows: Iterable[Correction], *, at: datetime) -> None:
    """Note that nothing is left to tell of them."""
    Correction.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=at)


def _untold() -> QuerySet[Correction]:
    return Correction.objects.filter(channel=str(ClockingChannel.BATCH), decided_at__isnull=False, told_at__isnull=True)
