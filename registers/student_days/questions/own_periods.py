"""Tell a student everything about one of the own periods: the agreement, and what it was from one declaration to the next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from domain.environments import Environment
from domain.student_day_questions import Asker, PeriodSeen, VersionSeen
from domain.student_declarations import STUDENT, Address, PlaceOfWork
from registers.student_days.models import Period, PeriodVersion
from registers.student_days.question_tables import Question
from registers.student_days.questions.calendars import PERIOD_COLUMNS, period_seen
from registers.student_days.questions.consultations import note_look
from registers.student_days.questions.declarants import version_seen
from registers.student_days.questions.periods import EMPLOYER, with_freed

_AGREED = ("joint_commission", "place_of_work", "locked_by_dmfa", "first_declared_at")


@dataclass(frozen=True, slots=True)
class OwnPeriod:
    """One of a student's periods; the joint committee decides which least pay holds.

    `place` is where the work is done, None where that is the employer's seat.
    """

    seen: PeriodSeen
    joint_committee: str
    place: PlaceOfWork | None
    is_locked_by_dmfa: bool
    first_declared_at: datetime
    versions: tuple[VersionSeen, ...]


def read_own_period(
    person_id: int, number: int, *, environment: Environment, asker: Asker, at: datetime
) -> OwnPeriod | None:
    """Return the student's period of that number; None for anybody else's, which looks like none.

    Two queries and the log's; a number that is not the student's is no look. Raises ValueError without a reason.
    """
    with transaction.atomic():
        own = Period.objects.filter(pk=number, person_id=person_id, environment=environment, worker_type=STUDENT)
        row = with_freed(own).values_list(*PERIOD_COLUMNS, *EMPLOYER, *_AGREED).first()
        if row is None:
            return None
        note_look(Question.PERIOD, [person_id], environment=environment, asker=asker, at=at, about=f"{number:012d}")
        versions = tuple(map(version_seen, PeriodVersion.objects.filter(period_id=number).order_by("number")))
    committee, place, is_locked, first_declared_at = row[-len(_AGREED) :]
    return OwnPeriod(
        seen=period_seen(row[: -len(_AGREED)]),
        joint_committee=committee,
        place=_place(place),
        is_locked_by_dmfa=is_locked,
        first_declared_at=first_declared_at,
        versions=versions,
    )


def _place(block: dict[str, Any] | None) -> PlaceOfWork | None:
    if block is None:
        return None
    address = block["address"]
    return PlaceOfWork(block["denomination"], None if address is None else Address(**address))
