"""Tell a declarant where its own declarations and the periods of its employers stand."""

from datetime import datetime

from django.db import transaction

from domain.environments import Environment
from domain.findings import INTERNAL_CODES, QuotaUnit
from domain.student_day_questions import Asker, DeclarationSeen, PeriodHistory, VersionSeen
from domain.student_declarations import DimonaIn
from registers.access.coverage import covered_entities
from registers.access.employers import DIMONA_GROUP
from registers.student_days.models import Declaration, Period, PeriodVersion
from registers.student_days.pending_tables import PendingForm
from registers.student_days.question_tables import Question
from registers.student_days.questions.consultations import note_look
from registers.student_days.questions.periods import employer_seen, exceeding_of


def read_period(number: int, *, declaring_company: str, asker: Asker, at: datetime) -> PeriodHistory | None:
    """Return a period of an employer that the company may declare for now, with its versions; None for any other.

    A period of others and one that does not exist are not told apart. Four queries and the log's. Raises ValueError
    without a reason.
    """
    with transaction.atomic():
        period = Period.objects.filter(pk=number).select_related("employer").first()
        if period is None or period.employer_id not in covered_entities(
            declaring_company,
            environment=Environment(period.environment),
            service_group=DIMONA_GROUP,
            at=at,
        ):
            return None
        note_look(
            Question.PERIOD,
            [period.person_id],
            environment=Environment(period.environment),
            asker=asker,
            at=at,
            about=period.number,
        )
        versions = tuple(map(version_seen, PeriodVersion.objects.filter(period_id=number).order_by("number")))
    return PeriodHistory(
        number=period.number,
        environment=period.environment,
        employer=employer_seen(period.employer.name, period.employer.nsso_number, period.employer.company_number),
        worker_type=period.worker_type,
        unit=None if period.unit is None else QuotaUnit(period.unit),
        is_locked_by_dmfa=period.locked_by_dmfa,
        versions=versions,
    )


def read_declaration(ticket: str, *, sender: str, asker: Asker, at: datetime) -> DeclarationSeen | None:
    """Return a declaration of that sender by its ticket; None for any other, or while it is not handled.

    One query and the log's; one more for what waits until its worker is identified. Raises ValueError without a reason.
    """
    with transaction.atomic():
        row = (
            Declaration.objects.filter(ticket=ticket, submission__owner=sender)
            .select_related("submission", "period")
            .first()
        )
        if row is None:
            return _read_waiting(ticket, sender=sender, asker=asker, at=at)
        note_look(
            Question.DECLARATION,
            [None if row.period is None else row.period.person_id],
            environment=Environment(row.environment),
            asker=asker,
            at=at,
            about=ticket,
        )
    return DeclarationSeen(
        ticket=row.ticket,
        submission=row.submission.ticket or "",
        action=row.action,
        is_accepted=row.accepted,
        codes=tuple(code for code in row.codes if code not in INTERNAL_CODES),
        period=None if row.period is None else row.period.number,
        received_at=row.received_at,
        filed_at=row.filed_at,
    )


def _read_waiting(ticket: str, *, sender: str, asker: Asker, at: datetime) -> DeclarationSeen | None:
    form = (
        PendingForm.objects.filter(
            environment__in=list(Environment), ticket=ticket, submission__owner=sender, settled_at__isnull=True
        )
        .select_related("submission")
        .defer("ciphertext")
        .first()
    )
    if form is None:
        return None
    note_look(Question.DECLARATION, [None], environment=Environment(form.environment), asker=asker, at=at, about=ticket)
    return DeclarationSeen(
        ticket=form.ticket,
        submission=form.submission.ticket or "",
        action=DimonaIn.__name__,
        is_accepted=None,
        codes=(),
        period=None,
        received_at=form.received_at,
        filed_at=None,
    )


def version_seen(version: PeriodVersion) -> VersionSeen:
    """Return a version as answers tell it."""
    return VersionSeen(
        number=version.number,
        reason=version.reason,
        starting_date=version.starting_date,
        ending_date=version.ending_date,
        planned=version.planned,
        exceeding=exceeding_of(version.planned, version.granted, version.neutralised, state=version.state),
        is_late=version.is_late,
        state=version.state,
        received_at=version.received_at,
        filed_at=version.filed_at,
    )
