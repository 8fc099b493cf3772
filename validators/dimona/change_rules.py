"""The rules of what changes a period that is there: its number, what an UPDATE gives, what a registration needs."""

from domain.identifiers import is_period_id
from validators.dimona.codes import AnomalyCode
from validators.dimona.rules import Objection, Rule
from validators.dimona.statements import (
    DAILY,
    DAYS,
    ENDING_DATE,
    ENDING_HOUR,
    HOURS,
    PERIOD,
    REGISTRATION,
    STARTING_DATE,
    STARTING_HOUR,
    STATUS,
    UPDATE,
    Statement,
)

_CREATED = "0"
_CHANGEABLE = (STARTING_DATE, STARTING_HOUR, ENDING_DATE, ENDING_HOUR, HOURS, DAYS)


def period_number_is_sound(statement: Statement) -> Objection | None:
    """A period number is twelve digits, the last two the remainder of the others."""
    number = statement.period_id
    if number is None or is_period_id(number):
        return None
    return Objection(PERIOD, "the check digits of the period number are wrong")


def update_changes_something(statement: Statement) -> Objection | None:
    """An UPDATE gives a date, an hour or a planned amount."""
    if not statement.shape.present.isdisjoint(_CHANGEABLE):
        return None
    return Objection("", "neither a date nor an hour nor a planned amount is given")


def hours_of_day_have_their_date(statement: Statement) -> Objection | None:
    """An UPDATE that gives an hour of the day gives the date it belongs to."""
    present = statement.shape.present
    if STARTING_HOUR in present and STARTING_DATE not in present:
        return Objection(STARTING_DATE, "a starting hour is given without its date")
    if ENDING_HOUR in present and ENDING_DATE not in present:
        return Objection(ENDING_DATE, "an ending hour is given without its date")
    return None


def registration_is_complete(statement: Statement) -> Objection | None:
    """A new registration (status 0) names its period and its start, a change or withdrawal the registration."""
    present = statement.shape.present
    needed = (PERIOD, STARTING_DATE) if statement.given(STATUS) == _CREATED else (REGISTRATION,)
    missing = [path for path in needed if path not in present]
    if not missing:
        return None
    return Objection(missing[0], f"a registration of status {statement.given(STATUS)} needs {' and '.join(missing)}")


def registration_number_is_not_zero(statement: Statement) -> Objection | None:
    """The number of a registration is twelve digits, which the schema sees to, and not 0."""
    number = statement.registration_id
    if number is None or number.strip("0"):
        return None
    return Objection(REGISTRATION, "the number of the daily registration is 0")


CHANGE_RULES = (
    Rule(AnomalyCode.PERIOD_NUMBER_INVALID, "student §2", period_number_is_sound, needs=(PERIOD,)),
    Rule(AnomalyCode.NOTHING_CHANGED, "student §3.6", update_changes_something, actions=frozenset({UPDATE})),
    Rule(
        AnomalyCode.HOUR_WITHOUT_DATE,
        "student §3.6",
        hours_of_day_have_their_date,
        actions=frozenset({UPDATE}),
        needs=(STARTING_HOUR, ENDING_HOUR),
    ),
    Rule(AnomalyCode.REGISTRATION_INCOMPLETE, "student §3.6", registration_is_complete, actions=frozenset({DAILY})),
    Rule(
        AnomalyCode.REGISTRATION_NUMBER_UNSOUND, "student §1.2", registration_number_is_not_zero, needs=(REGISTRATION,)
    ),
)
