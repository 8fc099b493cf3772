"""Errors that workers tell their employers of, and how employers answered (check-in declarations §2.6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from correspondence.models import EboxKind
from domain.brussels import brussels_date
from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import ReportOutcome, ToldMissing
from domain.environments import Environment
from evidence.audit import append_event
from registers.checkins.bringers import staffed_by
from registers.checkins.correcting import BROUGHT_WITHIN
from registers.checkins.merged_meanwhile import hold_person
from registers.checkins.missing_in_windows import InWindow
from registers.checkins.missing_out_windows import OutWindow, sectors_left_open
from registers.checkins.models import ErrorReport, Presence, Spell
from registers.checkins.places import read_places
from registers.checkins.presence_tables import BROUGHT_FOR
from registers.checkins.records import is_company
from registers.checkins.sector_rules import last_day_to_correct, read_rules
from registers.checkins.telling import Letter, tell_persons

MOST_IN_AN_HOUR = 10
"""Reports that one person makes within an hour: each writes to a company, which need not know him."""
_HOUR = timedelta(hours=1)
_INSTANTS = ("reported_at", "handled_at")
_SHOWN = (*_INSTANTS, "message", "outcome", "answer")


class TooLateToTellError(Exception):
    """The days in which an error can be told are over; `last` was the last of them."""

    def __init__(self, last: date) -> None:
        super().__init__(str(last))
        self.last = last


class NotYetMissingError(Exception):
    """Nothing can be missing on a day that is still to come."""


class AlreadyToldError(Exception):
    """The same is told already, and the company has not closed that report yet."""


class NotOpenError(Exception):
    """The company has no such report that is open: it is closed meanwhile, or another company's."""


class TooManyReportsError(Exception):
    """The person reported as much within the hour as anybody may."""


@dataclass(frozen=True, slots=True)
class MissingRegistration:
    """What was not registered: of whom, for which company, at which work place, on which day in Brussels, and what of it."""

    person_id: int
    employer: str
    work_place: str
    day: date
    what: ToldMissing


@transaction.atomic
def tell_employer(
    row: Presence, message: str, *, at: datetime, missing: OutWindow | InWindow | None = None
) -> ErrorReport:
    """Note what the worker of a registration says is wrong with it; TooLateToTellError after the days of its sector.

    `missing` is the window of the event beside it where it is told that this one is missing.
    AlreadyToldError while the same words about it are open, TooManyReportsError as its name says.

    Who composes tells the employer that something waits; the message is read in the portal alone.
    """
    last = last_day_to_correct(row) if missing is None else missing.last
    if brussels_date(at) > last:
        raise TooLateToTellError(last)
    person_id = hold_person(row.person_id)
    _require_room(person_id, at=at)
    if reports_about(row.number, person_id).filter(message=message, handled_at__isnull=True).exists():
        raise AlreadyToldError
    report = ErrorReport.objects.create(
        environment=row.environment,
        person_id=person_id,
        registration=row.number,
        registration_date=row.registration_date,
        employer=row.employer,
        company=staffed_by(row),
        work_place=row.work_place,
        message=message,
        reported_at=at,
    )
    append_event("checkin:error:reported", at=at, actor=f"person:{person_id}", report=report.pk, number=row.number)
    return report


@transaction.atomic
def tell_of_missing(
    missing: MissingRegistration, message: str, *, environment: Environment, limits: DayLimits, at: datetime
) -> ErrorReport:
    """Note what a worker says was not registered.

    NotYetMissingError, TooLateToTellError after the days of the sector, AlreadyToldError while a report about the same
    company, work place and day is open, TooManyReportsError.
    """
    today = brussels_date(at)
    if missing.day > today:
        raise NotYetMissingError
    missing = replace(missing, person_id=hold_person(missing.person_id))
    last = _last_day_to_tell(missing, environment=environment, limits=limits)
    if today > last:
        raise TooLateToTellError(last)
    _require_room(missing.person_id, at=at)
    _require_untold(missing, environment=environment)
    report = ErrorReport.objects.create(
        environment=environment,
        person_id=missing.person_id,
        registration=None,
        registration_date=missing.day,
        employer=missing.employer,
        company=company_to_tell(missing, environment=environment),
        work_place=missing.work_place,
        missing=missing.what,
        message=message,
        reported_at=at,
    )
    append_event("checkin:error:reported", at=at, actor=f"person:{missing.person_id}", report=report.pk, number=None)
    return report


def _last_day_to_tell(missing: MissingRegistration, *, environment: Environment, limits: DayLimits) -> date:
    """Return until when it is told: a check-out in the sectors in which the spells began that it may end, as it is asked for in."""
    sectors = set[str]()
    if missing.what is ToldMissing.OUT:
        there = Spell.objects.filter(
            environment=environment,
            person_id=missing.person_id,
            employer=missing.employer,
            work_place=missing.work_place,
        )
        sectors = sectors_left_open(there, day=missing.day, limits=limits)
    if not sectors:
        place = read_places({missing.work_place}, environment=environment).get(missing.work_place)
        sectors = {"" if place is None else str(place.sector)}
    rules = read_rules(environment)
    return max(rules.last_day_in(sector, missing.day) for sector in sectors)


def company_to_tell(missing: MissingRegistration, *, environment: Environment) -> str:
    """Return which company is to answer: the employer, or for whom that person was brought there last for one that is none here.

    Empty where nobody did around that day; one query, none for a company of this country.
    """
    if is_company(missing.employer):
        return missing.employer
    brought = (
        Presence.objects.annotate(whose=BROUGHT_FOR)
        .filter(
            environment=environment,
            person_id=missing.person_id,
            employer=missing.employer,
            work_place=missing.work_place,
            registration_date__range=(missing.day - BROUGHT_WITHIN, missing.day + BROUGHT_WITHIN),
        )
        .exclude(brought_by="")
    )
    return brought.order_by("-registration_date", "-number").values_list("whose", flat=True).first() or ""


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


@dataclass(frozen=True, slots=True)
class Answer:
    """How it ended, and the sentence that the worker reads."""

    outcome: ReportOutcome
    sentence: str


@transaction.atomic
def close_report(report_id: int, answer: Answer, *, company: str, actor: str, at: datetime) -> None:
    """Note how the company answers, and tell the worker that it did; NotOpenError when it did already, or is another one.

    The sentence is read in the portal alone.
    """
    waiting = open_reports(company).filter(pk=report_id)
    for person_id in waiting.values_list("person_id", flat=True):
        hold_person(person_id)  # before the report, as whoever merges two persons does
    report = waiting.select_for_update().first()
    if report is None:
        raise NotOpenError
    report.handled_at, report.handled_by = at, actor
    report.outcome, report.answer = answer.outcome, answer.sentence
    report.save(update_fields=["handled_at", "handled_by", "outcome", "answer"])
    append_event("checkin:error:handled", at=at, actor=actor, report=report_id, outcome=answer.outcome)
    occasion = f"check-in error {report_id} answered"
    tell_persons({occasion: report.person_id}, report.environment, Letter(EboxKind.OWN_ERROR_ANSWERED), at=at)


def open_reports(company: str) -> QuerySet[ErrorReport]:
    """Return what the company's staff told of, and it has not answered yet."""
    return reports_to(company).filter(handled_at__isnull=True)


def closed_reports(company: str) -> QuerySet[ErrorReport]:
    """Return what the company has answered."""
    return reports_to(company).filter(handled_at__isnull=False)


def reports_to(company: str) -> QuerySet[ErrorReport]:
    """Return what the company's staff, or who was brought for it for a firm abroad, told of, open or closed."""
    return _reports().filter(company=company)


def reports_about(number: int, person_id: int) -> QuerySet[ErrorReport]:
    """Return what the worker of a registration told of it."""
    return reports_by(person_id).filter(registration=number)


def reports_about_it() -> ArraySubquery:
    """Return the same for a query of registrations, the newest first, to be read by `reports_read`; it costs no query."""
    about = _reports().filter(registration=OuterRef("number"), person_id=OuterRef("person_id"))
    told = JSONObject(**{name: name for name in _SHOWN}, pk="pk")
    return ArraySubquery(about.order_by("-reported_at", "-pk").values(told=told))


def reports_read(found: Iterable[Mapping[str, Any]]) -> list[ErrorReport]:
    """Return what `reports_about_it` found."""
    return [ErrorReport(**{**each, **{name: _instant(each[name]) for name in _INSTANTS}}) for each in found]


def _instant(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def reports_by(person_id: int) -> QuerySet[ErrorReport]:
    """Return what a worker told of."""
    return _reports().filter(person_id=person_id)


def _reports() -> QuerySet[ErrorReport]:
    return ErrorReport.objects.filter(environment=Environment.PRODUCTION)
