"""Errors that workers tell their employers of, and that employers have looked at (check-in declarations §2.6)."""

from datetime import datetime

from domain.brussels import brussels_date
from domain.environments import Environment
from evidence.audit import append_event
from registers.checkins.models import ErrorReport, Presence
from registers.checkins.sector_rules import last_day_to_correct


class TooLateToTellError(Exception):
    """The days in which an error can be told are over."""


def tell_employer(row: Presence, message: str, *, at: datetime) -> ErrorReport:
    """Note what the worker of a registration says is wrong with it; TooLateToTellError after the days of its sector.

    Who composes tells the employer that something waits; the message is read in the portal alone.
    """
    if brussels_date(at) > last_day_to_correct(row):
        raise TooLateToTellError
    report = ErrorReport.objects.create(
        environment=row.environment,
        person_id=row.person_id,
        registration=row.number,
        registration_date=row.registration_date,
        employer=row.employer,
        work_place=row.work_place,
        message=message,
        reported_at=at,
    )
    append_event("checkin:error:reported", at=at, actor=f"person:{row.person_id}", report=report.pk, number=row.number)
    return report


def close_report(report_id: int, *, employer: str, actor: str, at: datetime) -> bool:
    """Note that the employer looked at it; False when it did already, or when it is another company's."""
    waiting = ErrorReport.objects.filter(
        pk=report_id, environment=Environment.PRODUCTION, employer=employer, handled_at__isnull=True
    )
    is_closed = bool(waiting.update(handled_at=at, handled_by=actor))
    if is_closed:
        append_event("checkin:error:handled", at=at, actor=actor, report=report_id)
    return is_closed
