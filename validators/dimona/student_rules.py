"""The rules of a student's IN and of a CANCEL that need no register (student declarations §1.3, §3.6)."""

from datetime import date

from domain.findings import Severity
from domain.identifiers import is_company_number, is_period_id
from domain.quarters import Quarter
from domain.student_declarations import TEMPORARY_WORK_COMMISSION
from validators.dimona.codes import AnomalyCode
from validators.dimona.rules import Objection, Rule
from validators.dimona.statements import Statement

EARLIEST_START = date(1920, 1, 1)
EARLIEST_END = date(1999, 1, 1)
START_HORIZON_YEARS = 10
HOURS_FROM = date(2017, 1, 1)
CONSTRUCTION = "124"

_HOURS = "PlannedHoursNbr"
_DAYS = "PlannedDaysNbr"
_USER = "DimonaFeatures/UsingEmployer"
_USER_NAME = f"{_USER}/UsingEmployerName"
_USER_NUMBER = f"{_USER}/UsingEmployerCompanyID"
_CARDS = "ConstructionControlCards"
_FIRST_CARD = f"{_CARDS}/FirstMonthC32ANbr"
_NEXT_CARD = f"{_CARDS}/NextMonthC32ANbr"
_NONE = {None, "", "0"}


def start_is_within_bounds(statement: Statement) -> Objection | None:
    """A start lies from 1920 on and in a year less than ten after that of reception."""
    start, last_year = statement.starting_date, statement.received_on.year + START_HORIZON_YEARS - 1
    if start >= EARLIEST_START and start.year <= last_year:
        return None
    return Objection("StartingDate", f"start {start} does not lie from {EARLIEST_START} to the end of {last_year}")


def end_is_given(statement: Statement) -> Objection | None:
    """A student's period is declared with its end."""
    return None if statement.ending_date is not None else Objection("EndingDate", "a student's period has an end")


def end_is_not_too_early(statement: Statement) -> Objection | None:
    """An end lies from 1999 on."""
    end = statement.ending_date
    if end is None or end >= EARLIEST_END:
        return None
    return Objection("EndingDate", f"end {end} lies before {EARLIEST_END}")


def end_is_not_before_start(statement: Statement) -> Objection | None:
    """A period ends on its first day or later."""
    start, end = statement.starting_date, statement.ending_date
    if end is None or end >= start:
        return None
    return Objection("EndingDate", f"end {end} lies before start {start}")


def period_lies_in_one_quarter(statement: Statement) -> Objection | None:
    """Start and end lie in the same quarter; an end before the start is another rule's matter."""
    start, end = statement.starting_date, statement.ending_date
    if end is None or end < start or Quarter.of(start) == Quarter.of(end):
        return None
    return Objection("", f"start {start} and end {end} lie in different quarters")


def starting_hour_is_absent(statement: Statement) -> Objection | None:
    """A student's period has no hours of the day."""
    return Objection("StartingHour", "not for students") if "StartingHour" in statement.values else None


def ending_hour_is_absent(statement: Statement) -> Objection | None:
    """A student's period has no hours of the day."""
    return Objection("EndingHour", "not for students") if "EndingHour" in statement.values else None


def hours_are_given(statement: Statement) -> Objection | None:
    """From 2017 on the contingent counts hours."""
    if statement.starting_date < HOURS_FROM or _HOURS in statement.values:
        return None
    return Objection(_HOURS, "a period from 2017 on plans hours")


def hours_are_not_given_before(statement: Statement) -> Objection | None:
    """Until 2016 the contingent counted days."""
    if statement.starting_date >= HOURS_FROM or _HOURS not in statement.values:
        return None
    return Objection(_HOURS, "a period until 2016 plans days")


def days_are_given_before(statement: Statement) -> Objection | None:
    """Until 2016 the contingent counted days."""
    if statement.starting_date >= HOURS_FROM or _DAYS in statement.values:
        return None
    return Objection(_DAYS, "a period until 2016 plans days")


def days_are_not_given(statement: Statement) -> Objection | None:
    """From 2017 on the contingent counts hours."""
    if statement.starting_date < HOURS_FROM or _DAYS not in statement.values:
        return None
    return Objection(_DAYS, "a period from 2017 on plans hours")


def days_fit_in_period(statement: Statement) -> Objection | None:
    """A period plans at most as many days as lie between its bounds, both included."""
    planned, start, end = statement.number(_DAYS), statement.starting_date, statement.ending_date
    if planned is None or end is None or end < start or planned <= (end - start).days + 1:
        return None
    return Objection(_DAYS, f"{planned} days are planned in a period of {(end - start).days + 1}")


def features_are_given(statement: Statement) -> Objection | None:
    """An IN says which kind of worker it is about."""
    if "DimonaFeatures" in statement.values:
        return None
    return Objection("DimonaFeatures", "the kind of worker is not given")


def user_is_named(statement: Statement) -> Objection | None:
    """Temporary work (joint commission 322) names the using employer."""
    if not _is_temporary_work(statement) or statement.using_employer is not None:
        return None
    return Objection(_USER, "joint commission 322 needs the name or the company number of the using employer")


def user_is_named_once(statement: Statement) -> Objection | None:
    """A using employer has a name or a company number; the number 0 is none."""
    values = statement.values
    if values.get(_USER_NAME) in _NONE or values.get(_USER_NUMBER) in _NONE:
        return None
    return Objection(_USER, "both the name and the company number of the using employer are given")


def user_is_for_temporary_work(statement: Statement) -> Objection | None:
    """A using employer without name and number belongs to joint commission 322 alone, too."""
    values = statement.values
    if _is_temporary_work(statement) or _USER not in values or _USER_NAME in values or _USER_NUMBER in values:
        return None
    return Objection(_USER, "only joint commission 322 has a using employer")


def user_name_is_for_temporary_work(statement: Statement) -> Objection | None:
    """Only joint commission 322 names a using employer."""
    if _is_temporary_work(statement) or _USER_NAME not in statement.values:
        return None
    return Objection(_USER_NAME, "only joint commission 322 names a using employer")


def user_number_is_for_temporary_work(statement: Statement) -> Objection | None:
    """Only joint commission 322 gives the number of a using employer."""
    if _is_temporary_work(statement) or _USER_NUMBER not in statement.values:
        return None
    return Objection(_USER_NUMBER, "only joint commission 322 gives the number of a using employer")


def user_number_is_sound(statement: Statement) -> Objection | None:
    """The check digits of the user's company number are sound; 0 is no number."""
    number = statement.values.get(_USER_NUMBER)
    if number is None or number in _NONE or is_company_number(number):
        return None
    return Objection(_USER_NUMBER, "the check digits of the user's company number are wrong")


def _is_temporary_work(statement: Statement) -> bool:
    return statement.joint_commission == TEMPORARY_WORK_COMMISSION


def cards_are_given(statement: Statement) -> Objection | None:
    """Construction (joint commission 124) gives the control cards, for students too."""
    if statement.joint_commission != CONSTRUCTION or _CARDS in statement.values:
        return None
    return Objection(_CARDS, "joint commission 124 needs the numbers of the control cards")


def cards_differ(statement: Statement) -> Objection | None:
    """The two control cards are different ones."""
    first, following = statement.number(_FIRST_CARD), statement.number(_NEXT_CARD)
    if first is None or first != following:
        return None
    return Objection(_NEXT_CARD, "both control cards have the same number")


def period_number_is_sound(statement: Statement) -> Objection | None:
    """A period number is twelve digits, the last two the remainder of the others."""
    if is_period_id(statement.period_id):
        return None
    return Objection("DimonaPeriodId", "the check digits of the period number are wrong")


FEATURES_RULES = (Rule(AnomalyCode.FEATURES_ABSENT, Severity.BLOCKING, "student §1.2", features_are_given),)
STUDENT_IN_RULES = (
    Rule(AnomalyCode.STARTING_DATE_OUTSIDE, Severity.BLOCKING, "student §1.3", start_is_within_bounds),
    Rule(AnomalyCode.ENDING_DATE_ABSENT, Severity.BLOCKING, "student §1.3", end_is_given),
    Rule(AnomalyCode.ENDING_DATE_OUTSIDE, Severity.BLOCKING, "student §1.3", end_is_not_too_early),
    Rule(AnomalyCode.ENDING_BEFORE_START, Severity.BLOCKING, "student §1.3", end_is_not_before_start),
    Rule(AnomalyCode.NOT_ONE_QUARTER, Severity.BLOCKING, "student §1.3, §3.4", period_lies_in_one_quarter),
    Rule(AnomalyCode.STARTING_HOUR_FORBIDDEN, Severity.BLOCKING, "student §1.3", starting_hour_is_absent),
    Rule(AnomalyCode.ENDING_HOUR_FORBIDDEN, Severity.BLOCKING, "student §1.3", ending_hour_is_absent),
    Rule(AnomalyCode.PLANNED_HOURS_ABSENT, Severity.BLOCKING, "student §1.3", hours_are_given),
    Rule(AnomalyCode.PLANNED_HOURS_FORBIDDEN, Severity.BLOCKING, "student §1.3", hours_are_not_given_before),
    Rule(AnomalyCode.PLANNED_DAYS_ABSENT, Severity.BLOCKING, "student §1.3", days_are_given_before),
    Rule(AnomalyCode.PLANNED_DAYS_FORBIDDEN, Severity.BLOCKING, "student §1.3", days_are_not_given),
    Rule(AnomalyCode.MORE_DAYS_THAN_PERIOD, Severity.BLOCKING, "student §3.4", days_fit_in_period),
    Rule(AnomalyCode.USER_NOT_NAMED, Severity.BLOCKING, "student §1.3", user_is_named),
    Rule(AnomalyCode.USER_NAMED_TWICE, Severity.BLOCKING, "student §1.3", user_is_named_once),
    Rule(AnomalyCode.USER_FORBIDDEN, Severity.BLOCKING, "student §1.3", user_is_for_temporary_work),
    Rule(AnomalyCode.USER_NAME_FORBIDDEN, Severity.BLOCKING, "student §1.3", user_name_is_for_temporary_work),
    Rule(AnomalyCode.USER_NUMBER_FORBIDDEN, Severity.BLOCKING, "student §1.3", user_number_is_for_temporary_work),
    Rule(AnomalyCode.USER_NUMBER_CHECK, Severity.BLOCKING, "student §2", user_number_is_sound),
    Rule(AnomalyCode.CARDS_ABSENT, Severity.BLOCKING, "student §1.3", cards_are_given),
    Rule(AnomalyCode.CARDS_EQUAL, Severity.BLOCKING, "student §1.2", cards_differ),
)
CANCEL_RULES = (Rule(AnomalyCode.PERIOD_NUMBER_INVALID, Severity.BLOCKING, "student §2", period_number_is_sound),)
