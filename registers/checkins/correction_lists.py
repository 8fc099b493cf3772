"""Lists of requests for corrections: those that officials decide on, those of a company, and a person's own."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from domain.checkins.asking import PresenceAsker, PresenceQuestion
from domain.checkins.corrections import CorrectionSeen, EvidenceSeen
from domain.checkins.vocabulary import CorrectionState, EventType
from domain.environments import Environment
from registers.checkins.looks import note_presence_look
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


def environment_of(number: str) -> Environment:
    """Return the environment of the request: its number comes from one sequence for all; production for an unknown one."""
    found = Correction.objects.filter(number=number).values_list("environment", flat=True).first()
    return Environment(found or Environment.PRODUCTION)


@transaction.atomic
def read_correction(
    number: str, *, asker: PresenceAsker, environment: Environment, at: datetime
) -> CorrectionSeen | None:
    """Return a request that one of the asker's companies made; None for any other, which looks like none.

    The look is recorded, also the one that finds nothing.
    """
    asked = Correction.objects.filter(environment=environment, asked_for__in=asker.companies - {""})
    row = _whole(asked).filter(number=number).first()
    note_presence_look(
        PresenceQuestion.CORRECTION,
        [None if row is None else row.person_id],
        environment=environment,
        asker=asker,
        at=at,
        about="" if row is None else row.number,
    )
    return None if row is None else _seen(row)


def _seen(row: Correction) -> CorrectionSeen:
    return CorrectionSeen(
        number=row.number,
        state=CorrectionState(row.state),
        deadline=row.deadline,
        is_late=row.is_late,
        asked_at=row.asked_at,
        evidence_due_at=row.evidence_due_at,
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
        reason=row.decision,
        target=row.target,
        event_type=EventType(row.event_type),
        work_place_id=row.work_place,
        corrected_at=row.corrected_at,
        corrected_work_place=row.corrected_work_place,
        made_number=row.made_number,
        made_version=row.made_version,
        evidence=tuple(
            EvidenceSeen(one.file_name, one.sha256, one.stored_at is not None) for one in row.evidence.all()
        ),
    )


def _whole(rows: QuerySet[Correction]) -> QuerySet[Correction]:
    return rows.prefetch_related("evidence")
