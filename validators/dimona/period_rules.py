"""The rules about when a period lies and how much it plans: dates, hours of the day, planned hours and days."""

from datetime import date, timedelta
from typing import cast

from domain.contingent import unit_declared_in
from domain.findings import QuotaUnit, Severity
from domain.quarters import Quarter
from domain.student_declarations import STUDENT, TEMPORARY_WORK_COMMISSION
from validators.dimona.codes import AnomalyCode
from validators.dimona.presence import Presence, Zone, presence_of
from validators.dimona.rules import Objection, Rule
from validators.dimona.statements import (
    DAILY,
    DAYS,
    ENDING_DATE,
    ENDING_HOUR,
    HOURS,
    IN,
    OUT,
    REOPENED,
    STARTING_DATE,
    STARTING_HOUR,
    UPDATE,
    Statement,
)

EARLIEST_START = date(1920, 1, 1)
EARLIEST_END = date(1999, 1, 1)
START_HORIZON_YEARS = 10
HOURS_OF_A_DAY = 24
FIRST_HOUR = "0000"
FLEXI = "FLX"
FLEXI_LEAD = timedelta(days=31)
SPORT_AND_CULTURE = frozenset({"A17", "O17", "S17", "T17"})
SPORT_AND_CULTURE_LEAD = timedelta(days=15)

_STARTS = frozenset({IN})
_DATED = frozenset({IN, UPDATE, DAILY})


def start_is_within_bounds(statement: Statement) -> Objection | None:
    """A start lies from 1920 on and in a year less than ten after that of reception."""
    start, last_year = statement.starting_date, statement.received_on.year + START_HORIZON_YEARS - 1
    if start is None or (start >= EARLIEST_START and start.year <= last_year):
        return None
    return Objection(STARTING_DATE, f"start {start} does not lie from {EARLIEST_START} to the end of {last_year}")


def start_is_near(statement: Statement) -> Objection | None:
    """Flexi-jobs are declared from 31 days before the quarter of their start on, sport and culture from 15."""
    start = cast("date", statement.starting_date)
    lead = FLEXI_LEAD if statement.worker_type == FLEXI else SPORT_AND_CULTURE_LEAD
    first = date(start.year, 3 * Quarter.of(start).number - 2, 1)
    if first - statement.received_on <= lead:
        return None
    return Objection(STARTING_DATE, f"the quarter of start {start} begins more than {lead.days} days after reception")


def end_is_given(statement: Statement) -> Objection | None:
    """Students, casual work, vocational training and temporary work are declared with their end."""
    if not _has_end(statement):
        return None
    return Objection(ENDING_DATE, "this kind of period is declared with its end")


def given_end_is_a_day(statement: Statement) -> Objection | None:
    """A start that is declared with its end does not leave it open by the date that takes an end away."""
    if statement.ending_date != REOPENED or not _has_end(statement):
        return None
    return end_is_a_day(statement)


def _has_end(statement: Statement) -> bool:
    is_mandatory = presence_of(statement.worker_type, Zone.ENDING_DATE) is Presence.MANDATORY
    return is_mandatory or statement.joint_commission == TEMPORARY_WORK_COMMISSION


def end_is_not_too_early(statement: Statement) -> Objection | None:
    """An end lies from 1999 on."""
    end = statement.ending_date
    if end is None or end >= EARLIEST_END:
        return None
    return Objection(ENDING_DATE, f"end {end} lies before {EARLIEST_END}")


def end_of_day_is_near(statement: Statement) -> Objection | None:
    """A daily registration ends in a year less than ten after that of reception, as everything starts."""
    end, last_year = statement.ending_date, statement.received_on.year + START_HORIZON_YEARS - 1
    if end is None or end == REOPENED or end.year <= last_year:
        return None
    return Objection(ENDING_DATE, f"end {end} lies after the end of {last_year}")


def end_is_a_day(statement: Statement) -> Objection | None:
    """What is declared to end ends; only an UPDATE takes an end away, and an IN without one may say so by its date."""
    if statement.ending_date != REOPENED:
        return None
    return Objection(ENDING_DATE, f"end {REOPENED} is no end; only an update takes an end away by it")


def end_is_not_before_start(statement: Statement) -> Objection | None:
    """A period ends on its first day or later."""
    start, end = statement.starting_date, statement.ending_date
    if start is None or end is None or end >= start:
        return None
    return Objection(ENDING_DATE, f"end {end} lies before start {start}")


def hours_of_day_are_in_order(statement: Statement) -> Objection | None:
    """On one day work ends after it starts; work without a starting hour starts at midnight."""
    if statement.starting_date is None or statement.starting_date != statement.ending_date:
        return None
    start, end = statement.text(STARTING_HOUR) or FIRST_HOUR, statement.given(ENDING_HOUR)
    return (
        None if end > start else Objection(ENDING_HOUR, f"hour {end} does not lie after hour {start} of the same day")
    )


def period_lies_in_one_quarter(statement: Statement) -> Objection | None:
    """Start and end lie in the same quarter; an end before the start is another rule's matter."""
    start, end = statement.starting_date, statement.ending_date
    if start is None or end is None or end < start:
        return None
    if start.year == end.year and (start.month - 1) // 3 == (end.month - 1) // 3:
        return None
    return Objection("", f"start {start} and end {end} lie in different quarters")


def starting_hour_is_absent(_: Statement) -> Objection | None:
    """A student's period has no hours of the day."""
    return Objection(STARTING_HOUR, "not for students")


def ending_hour_is_absent(_: Statement) -> Objection | None:
    """A student's period has no hours of the day."""
    return Objection(ENDING_HOUR, "not for students")


def hours_are_given(statement: Statement) -> Objection | None:
    """From 2017 on the contingent counts hours."""
    if _counts_days(statement):
        return None
    return Objection(HOURS, "a period from 2017 on plans hours")


def hours_are_not_given_before(statement: Statement) -> Objection | None:
    """Until 2016 the contingent counted days."""
    if not _counts_days(statement):
        return None
    return Objection(HOURS, "a period until 2016 plans days")


def hours_are_not_given(_: Statement) -> Objection | None:
    """An ordinary employment (OTH) plans no hours."""
    return Objection(HOURS, "this kind of worker has no planned hours")


def days_are_given_before(statement: Statement) -> Objection | None:
    """Until 2016 the contingent counted days."""
    if not _counts_days(statement):
        return None
    return Objection(DAYS, "a period until 2016 plans days")


def days_are_not_given(statement: Statement) -> Objection | None:
    """From 2017 on the contingent counts hours."""
    if _counts_days(statement):
        return None
    return Objection(DAYS, "a period from 2017 on plans hours")


def _counts_days(statement: Statement) -> bool:
    start = statement.starting_date
    return start is not None and unit_declared_in(start.year) is QuotaUnit.DAYS


def days_fit_in_period(statement: Statement) -> Objection | None:
    """A period plans at most as many days as lie between its bounds, both included."""
    planned, days = statement.planned_days, _days_of_period(statement)
    if planned is None or days is None or planned <= days:
        return None
    return Objection(DAYS, f"{planned} days are planned in a period of {days}")


def hours_are_plausible(statement: Statement) -> Objection | None:
    """A period can hardly plan more hours than its days have; told, and never refused."""
    planned, days = statement.planned_hours, _days_of_period(statement)
    if planned is None or days is None or planned <= HOURS_OF_A_DAY * days:
        return None
    return Objection(HOURS, f"{planned} hours are planned in a period of {days} days")


def _days_of_period(statement: Statement) -> int | None:
    """Return the days from start to end, both included, if both are given and in order."""
    start, end = statement.starting_date, statement.ending_date
    return None if start is None or end is None or end < start else (end - start).days + 1


def _cells(*presences: Presence) -> frozenset[Presence]:
    return frozenset(presences)


PERIOD_RULES = (
    Rule(AnomalyCode.STARTING_DATE_OUTSIDE, "student §1.3", start_is_within_bounds, needs=(STARTING_DATE,)),
    Rule(
        AnomalyCode.STARTING_DATE_OUTSIDE,
        "student §3.1",
        start_is_near,
        actions=_STARTS,
        types=SPORT_AND_CULTURE | {FLEXI},
    ),
    Rule(
        AnomalyCode.ENDING_DATE_ABSENT,
        "student §1.3, §3.1",
        end_is_given,
        actions=_STARTS,
        zone=Zone.ENDING_DATE,
        cells=_cells(Presence.MANDATORY, Presence.BY_COMMISSION),
        satisfied_by=ENDING_DATE,
    ),
    Rule(AnomalyCode.ENDING_DATE_OUTSIDE, "student §1.3", end_is_not_too_early, needs=(ENDING_DATE,)),
    Rule(AnomalyCode.ENDING_DATE_OUTSIDE, "student §1.3", end_is_a_day, actions=frozenset({OUT, DAILY})),
    Rule(
        AnomalyCode.ENDING_DATE_OUTSIDE,
        "student §1.3, §3.1",
        given_end_is_a_day,
        actions=_STARTS,
        zone=Zone.ENDING_DATE,
        cells=_cells(Presence.MANDATORY, Presence.BY_COMMISSION),
        needs=(ENDING_DATE,),
    ),
    Rule(
        AnomalyCode.ENDING_DATE_OUTSIDE,
        "student §1.3",
        end_of_day_is_near,
        actions=frozenset({DAILY}),
        needs=(ENDING_DATE,),
    ),
    Rule(
        AnomalyCode.ENDING_BEFORE_START, "student §1.3", end_is_not_before_start, actions=_DATED, needs=(ENDING_DATE,)
    ),
    Rule(AnomalyCode.ENDING_HOUR_BEFORE_START, "student §3.6", hours_of_day_are_in_order, needs=(ENDING_HOUR,)),
    Rule(
        AnomalyCode.NOT_ONE_QUARTER,
        "student §1.3, §3.4",
        period_lies_in_one_quarter,
        actions=_STARTS,
        types=frozenset({STUDENT}),
    ),
    Rule(
        AnomalyCode.STARTING_HOUR_FORBIDDEN,
        "student §1.3",
        starting_hour_is_absent,
        actions=_STARTS,
        zone=Zone.STARTING_HOUR,
        cells=_cells(Presence.FORBIDDEN),
        needs=(STARTING_HOUR,),
    ),
    Rule(
        AnomalyCode.ENDING_HOUR_FORBIDDEN,
        "student §1.3",
        ending_hour_is_absent,
        actions=_STARTS,
        zone=Zone.ENDING_HOUR,
        cells=_cells(Presence.FORBIDDEN),
        needs=(ENDING_HOUR,),
    ),
    Rule(
        AnomalyCode.PLANNED_HOURS_ABSENT,
        "student §1.3",
        hours_are_given,
        actions=_STARTS,
        zone=Zone.HOURS,
        cells=_cells(Presence.BY_YEAR),
        satisfied_by=HOURS,
    ),
    Rule(
        AnomalyCode.PLANNED_HOURS_FORBIDDEN,
        "student §1.3",
        hours_are_not_given_before,
        actions=_STARTS,
        zone=Zone.HOURS,
        cells=_cells(Presence.BY_YEAR),
        needs=(HOURS,),
    ),
    Rule(
        AnomalyCode.PLANNED_HOURS_FORBIDDEN,
        "student §6.7",
        hours_are_not_given,
        actions=_STARTS,
        zone=Zone.HOURS,
        cells=_cells(Presence.FORBIDDEN),
        needs=(HOURS,),
    ),
    Rule(
        AnomalyCode.PLANNED_DAYS_ABSENT,
        "student §1.3",
        days_are_given_before,
        actions=_STARTS,
        zone=Zone.DAYS,
        cells=_cells(Presence.BY_YEAR),
        satisfied_by=DAYS,
    ),
    Rule(
        AnomalyCode.PLANNED_DAYS_FORBIDDEN,
        "student §1.3",
        days_are_not_given,
        actions=_STARTS,
        zone=Zone.DAYS,
        cells=_cells(Presence.BY_YEAR),
        needs=(DAYS,),
    ),
    Rule(AnomalyCode.MORE_DAYS_THAN_PERIOD, "student §3.4", days_fit_in_period, actions=_STARTS, needs=(DAYS,)),
    Rule(
        AnomalyCode.UPDATED_MORE_DAYS,
        "student §3.6",
        days_fit_in_period,
        actions=frozenset({UPDATE}),
        needs=(DAYS,),
    ),
    Rule(
        AnomalyCode.MORE_HOURS_THAN_PERIOD,
        "student §3.4",
        hours_are_plausible,
        severity=Severity.WARNING,
        needs=(HOURS,),
    ),
)
