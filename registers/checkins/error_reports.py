"""Errors that workers tell their employers of, and that employers have looked at (check-in declarations §2.6)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from domain.brussels import brussels_date
from domain.environments import Environment
from evidence.audit import append_event
from registers.checkins.merged_meanwhile import hold_person
from registers.checkins.models import ErrorReport, Presence
from registers.checkins.places import read_places
from registers.checkins.sector_rules import last_day_to_correct, read_rules

MOST_IN_AN_HOUR = 10
"""Reports that one person makes within an hour: each writes to a company, which need not know him."""
_HOUR = timedelta(hours=1)


class TooLateToTellError(Exception):
    """The days in which an error can be told are over; `last` was the last of them."""

    def __init__(self, last: date) -> None:
        super().__init__(str(last))
        self.last = last


class NotYetMissingError(Exception):
    """Nothing can be missing on a day that is still to come."""


class AlreadyToldError(Exception):
    """The same is told already, and the company has not closed that report yet."""


class TooManyReportsError(Exception):
    """The person reported as much within the hour as anybody may."""


@dataclass(frozen=True, slots=True)
class MissingRegistration:
    """What was not registered: of whom, for which company, at which work place, on which day in Brussels."""

    person_id: int
    employer: str
    work_place: str
    day: date


@transaction.atomic
def tell_employer(row: Presence, message: str, *, at: datetime) -> ErrorReport:
    """Note what the worker of a registration says is wrong with it; TooLateToTellError after the days of its sector.

    TooManyReportsError as its name says.

    Who composes tells the employer that something waits; the message is read in the portal alone.
    """
    last = last_day_to_correct(row)
    if brussels_date(at) > last:
        raise TooLateToTellError(last)
    person_id = hold_person(row.person_id)
    _require_room(person_id, at=at)
    report = ErrorReport.objects.create(
        environment=row.environment,
        person_id=person_id,
        registration=row.number,
        registration_date=row.registration_date,
        employer=row.employer,
        work_place=row.work_place,
        message=message,
        reported_at=at,
    )
    append_event("checkin:error:reported", at=at, actor=f"person:{person_id}", report=report.pk, number=row.number)
    return report


@transaction.atomic
def tell_of_missing(
    missing: MissingRegistration, message: str, *, environment: Environment, at: datetime
) -> ErrorReport:
    """Note what a worker says was not registered.

    NotYetMissingError, TooLateToTellError after the days of the sector, AlreadyToldError while a report about the same
    company, work place and day is open, TooManyReportsError.
    """
    today = brussels_date(at)
    if missing.day > today:
        raise NotYetMissingError
    place = read_places({missing.work_place}, environment=environment).get(missing.work_place)
    days = read_rules(environment).correction_days(None if place is None else place.sector, missing.day)
    last = missing.day + timedelta(days=days)
    if today > last:
        raise TooLateToTellError(last)
    missing = replace(missing, person_id=hold_person(missing.person_id))
    _require_room(missing.person_id, at=at)
    _require_untold(missing, environment=environment)
    report = ErrorReport.objects.create(
        environment=environment,
        person_id=missing.person_id,
        registration=None,
        registration_date=missing.day,
        employer=missing.employer,
        work_place=missing.work_place,
        message=message,
        reported_at=at,
    )
    append_event("checkin:error:reported", at=at, actor=f"person:{missing.person_id}", report=report.pk, number=None)
    return report


def _require_room(person_id: int, *, at: datetime) -> None:
    """Count the reports of the last hour of the person, who is held."""
    if ErrorReport.objects.filter(person_id=person_id, reported_at__gt=at - _HOUR).count() >= MOST_IN_AN_HOUR:
        raise TooManyReportsError


def _require_untold(missing: MissingRegistration, *, environment: Environment) -> None:
    told = ErrorReport.objects.filter(
        environment=environment,
        person_id=missing.person_id,
        registration__isnull=True,
        registration_date=missing.day,
        employer=missing.employer,
        work_place=missing.work_place,
        handled_at__isnull=True,
    )
    if told.exists():
        raise AlreadyToldError


def close_report(report_id: int, *, employer: str, actor: str, at: datetime) -> bool:
    """Note that the employer looked at it; False when it did already, or when it is another company's."""
    waiting = ErrorReport.objects.filter(
        pk=report_id, environment=Environment.PRODUCTION, employer=employer, handled_at__isnull=True
    )
    is_closed = bool(waiting.update(handled_at=at, handled_by=actor))
    if is_closed:
        append_event("checkin:error:handled", at=at, actor=actor, report=report_id)
    return is_closed
