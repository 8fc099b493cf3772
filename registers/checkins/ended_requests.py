"""Find requests for corrections that came by file and have ended, until their sender was told how."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import QuerySet

from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from registers.checkins.correction_notes import name_sender, named_sender
from registers.checkins.models import Correction
from registers.checkins.standing import companies_of_each


def senders_to_tell() -> set[tuple[str, str]]:
    """Return environment and number of each sender some of whose requests ended untold; one query."""
    asked_by = _untold().values_list("environment", "asked_by").distinct()
    return {(environment, named_sender(actor)) for environment, actor in asked_by}


def lock_ended(sender: str, *, environment: str, limit: int) -> list[Correction]:
    """Return its first requests that ended untold, held by the running transaction; what another holds is left to it."""
    rows = _untold().filter(environment=environment, asked_by=name_sender(sender))
    return list(rows.select_for_update(skip_locked=True, no_key=True).order_by("decided_at", "pk")[:limit])


def still_asked(rows: Sequence[Correction], *, environment: Environment, at: datetime) -> list[Correction]:
    """Return the rows that the company which asked finds on its pages still, as `correction_of_company` says.

    One query, none where all are about its own staff.
    """
    own = {row.pk for row in rows if row.staffed_by == row.asked_for}
    mandated = companies_of_each({row.asked_for for row in rows if row.pk not in own}, environment=environment, at=at)
    return [row for row in rows if row.pk in own or row.staffed_by in mandated[row.asked_for]]


def mark_told(rows: Iterable[Correction], *, at: datetime) -> None:
    """Note that nothing is left to tell of them."""
    Correction.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=at)


def _untold() -> QuerySet[Correction]:
    return Correction.objects.filter(channel=str(ClockingChannel.BATCH), decided_at__isnull=False, told_at__isnull=True)
