"""Lists of requests for corrections: those that officials decide on, those of a company, and a person's own."""

from collections.abc import Collection, Sequence

from django.db.models import QuerySet

from domain.checkins.vocabulary import CorrectionState
from domain.environments import Environment
from registers.checkins.models import Correction

_WAITING = [CorrectionState.SUBMITTED, CorrectionState.UNDER_REVIEW]


def waiting_corrections(environment: Environment, *, limit: int = 500) -> Sequence[Correction]:
    """Return the requests that wait for a decision, those that are due first, with their documents."""
    rows = Correction.objects.filter(environment=environment, state__in=_WAITING)
    return list(_whole(rows).order_by("deadline", "pk")[:limit])


def corrections_of_companies(
    companies: Collection[str], *, environment: Environment, limit: int = 500
) -> Sequence[Correction]:
    """Return what those companies asked for, newest first."""
    rows = Correction.objects.filter(environment=environment, asked_for__in=list(companies))
    return list(_whole(rows).order_by("-asked_at", "-pk")[:limit])


def corrections_of_person(person_id: int, *, limit: int = 500) -> Sequence[Correction]:
    """Return what was asked for of a person's events, whoever asked, newest first."""
    return list(_whole(Correction.objects.filter(person_id=person_id)).order_by("-asked_at", "-pk")[:limit])


def _whole(rows: QuerySet[Correction]) -> QuerySet[Correction]:
    return rows.prefetch_related("evidence")
