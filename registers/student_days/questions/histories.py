"""Tell an operator everything about a period: versions, declarations, submissions, movements of the contingent, replays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from domain.environments import Environment
from domain.student_day_questions import Asker, EmployerSeen
from evidence.models import Submission
from registers.student_days.models import Declaration, Period, PeriodVersion
from registers.student_days.question_tables import Question
from registers.student_days.questions.consultations import note_look
from registers.student_days.questions.periods import employer_seen, exceeding_of


@dataclass(frozen=True, slots=True)
class Replay:
    """A set that came again under a name that was used up; `received_at` is when."""

    name: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """A declaration of a period and the submission that brought it."""

    ticket: str
    action: str
    codes: tuple[str, ...]
    form_index: int
    submission: str
    file_name: str
    sender: str
    channels: tuple[str, ...]
    replays: tuple[Replay, ...]


@dataclass(frozen=True, slots=True)
class Movement:
    """What a version was and what it moved: `change` is what is granted of the year since, more than before.

    `origin` is None where the counter made the version itself.
    """

    version: PeriodVersion
    exceeding: int
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A declaration that named the period, by a sender who may, and was refused."""

    received_at: datetime
    origin: Origin


@dataclass(frozen=True, slots=True)
class OperatorHistory:
    """A period as it stands, everything that made it so, and what was refused, each oldest first."""

    period: Period
    employer: EmployerSeen
    movements: tuple[Movement, ...]
    refused: tuple[Attempt, ...]


def read_history(number: int, *, environment: Environment, asker: Asker, at: datetime) -> OperatorHistory | None:
    """Return the history of the period of that number (twelve digits), None when there is none in the environment.

    Four queries and the log's. Raises ValueError without a reason.
    """
    with transaction.atomic():
        period = Period.objects.filter(pk=number, environment=environment).select_related("employer").first()
        person = None if period is None else period.person_id
        note_look(Question.HISTORY, [person], environment=environment, asker=asker, at=at, about=f"{number:012d}")
        if period is None:
            return None
        versions = list(
            PeriodVersion.objects.filter(period_id=number).select_related("declaration__submission").order_by("number")
        )
        refused = list(
            Declaration.objects.filter(period_id=number, accepted=False)
            .select_related("submission")
            .order_by("received_at", "pk")
        )
        declarations = [version.declaration for version in versions if version.declaration is not None] + refused
        replays = _replays({declaration.submission_id for declaration in declarations})
    employer = employer_seen(period.employer.name, period.employer.nsso_number, period.employer.company_number)
    return OperatorHistory(
        period,
        employer,
        tuple(_movement(version, replays) for version in versions),
        tuple(Attempt(one.received_at, _origin(one, replays)) for one in refused),
    )


def _replays(submission_ids: Iterable[int]) -> dict[int, list[Replay]]:
    """Return what came again under the names of these submissions."""
    found: dict[int, list[Replay]] = {}
    repeats = Submission.objects.filter(first_of_name__in=list(submission_ids)).order_by("received_at", "pk")
    for first, name, received_at in repeats.values_list("first_of_name_id", "subject_name", "received_at"):
        found.setdefault(first, []).append(Replay(name, received_at))
    return found


def _movement(version: PeriodVersion, replays: dict[int, list[Replay]]) -> Movement:
    exceeding = exceeding_of(version.planned, version.granted, version.neutralised, state=version.state)
    declaration = version.declaration
    return Movement(version, exceeding, None if declaration is None else _origin(declaration, replays))


def _origin(declaration: Declaration, replays: dict[int, list[Replay]]) -> Origin:
    submission = declaration.submission
    return Origin(
        ticket=declaration.ticket,
        action=declaration.action,
        codes=tuple(declaration.codes),
        form_index=declaration.form_index,
        submission=submission.ticket or "",
        file_name=submission.subject_name,
        sender=submission.owner,
        channels=tuple(submission.came_through),
        replays=tuple(replays.get(submission.pk, ())),
    )
