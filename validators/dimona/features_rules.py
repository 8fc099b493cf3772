"""The rules about what an IN says of the work: kind of worker, using employer, control cards, workplace."""

from datetime import date

from domain.identifiers import is_company_number
from domain.student_declarations import TEMPORARY_WORK_COMMISSION
from validators.dimona.codes import AnomalyCode
from validators.dimona.presence import Presence, Zone
from validators.dimona.rules import Objection, Rule
from validators.dimona.shapes import picker
from validators.dimona.statements import (
    CARDS,
    FEATURES,
    FIRST_CARD,
    IN,
    NEXT_CARD,
    PLACE,
    PLACE_ADDRESS,
    PLACE_NAME,
    USER,
    USER_NAME,
    USER_NUMBER,
    WORKER_TYPE,
    Statement,
    read_number,
)
from validators.reading import BLANKS

CONSTRUCTION = "124"
ENDED_TYPES = frozenset({"A17", "TEA"})
LAST_START_OF_ENDED_TYPES = date(2021, 12, 31)

_NONE = {None, "", "0"}
_STARTS = frozenset({IN})
_ADDRESSES = (PLACE_ADDRESS, f"{USER}/Address")
_POST_CODES = (f"{PLACE_ADDRESS}/ZIPCode", f"{USER}/Address/ZIPCode")
_CITIES = (f"{PLACE_ADDRESS}/City", f"{USER}/Address/City")


def features_are_given(_: Statement) -> Objection | None:
    """An IN says which kind of worker it is about."""
    return Objection(FEATURES, "the kind of worker is not given")


def worker_type_is_in_use(statement: Statement) -> Objection | None:
    """A17 and TEA are kinds of worker until 2021."""
    start = statement.starting_date
    if start is None or start <= LAST_START_OF_ENDED_TYPES:
        return None
    return Objection(WORKER_TYPE, f"{statement.worker_type} is no kind of worker after {LAST_START_OF_ENDED_TYPES}")


def user_is_named(statement: Statement) -> Objection | None:
    """Temporary work (joint commission 322) names the using employer."""
    if not _is_temporary_work(statement) or statement.using_employer is not None:
        return None
    return Objection(USER, "joint commission 322 needs the name or the company number of the using employer")


def user_is_named_once(statement: Statement) -> Objection | None:
    """A using employer has a name or a company number; the number 0 is none."""
    if statement.text(USER_NAME) in _NONE or statement.text(USER_NUMBER) in _NONE:
        return None
    return Objection(USER, "both the name and the company number of the using employer are given")


def user_is_for_temporary_work(statement: Statement) -> Objection | None:
    """A using employer without name and number belongs to joint commission 322 alone, too."""
    if _is_temporary_work(statement) or not statement.shape.present.isdisjoint({USER_NAME, USER_NUMBER}):
        return None
    return Objection(USER, "only joint commission 322 has a using employer")


def user_name_is_for_temporary_work(statement: Statement) -> Objection | None:
    """Only joint commission 322 names a using employer."""
    if _is_temporary_work(statement):
        return None
    return Objection(USER_NAME, "only joint commission 322 names a using employer")


def user_number_is_for_temporary_work(statement: Statement) -> Objection | None:
    """Only joint commission 322 gives the number of a using employer."""
    if _is_temporary_work(statement):
        return None
    return Objection(USER_NUMBER, "only joint commission 322 gives the number of a using employer")


def user_number_is_sound(statement: Statement) -> Objection | None:
    """The check digits of the user's company number are sound; 0 is no number."""
    number = statement.text(USER_NUMBER)
    if number is None or number in _NONE or is_company_number(number):
        return None
    return Objection(USER_NUMBER, "the check digits of the user's company number are wrong")


def _is_temporary_work(statement: Statement) -> bool:
    return statement.joint_commission == TEMPORARY_WORK_COMMISSION


def cards_are_given(statement: Statement) -> Objection | None:
    """Construction (joint commission 124) gives the control cards, for students too."""
    if statement.joint_commission != CONSTRUCTION:
        return None
    return Objection(CARDS, "joint commission 124 needs the numbers of the control cards")


def cards_differ(statement: Statement) -> Objection | None:
    """The two control cards are different ones, however their numbers are written."""
    if read_number(statement.given(FIRST_CARD)) != read_number(statement.given(NEXT_CARD)):
        return None
    return Objection(NEXT_CARD, "both control cards have the same number")


def workplace_is_of_student(statement: Statement) -> Objection | None:
    """Only a student has a workplace; one with a name is told by its name."""
    return None if PLACE_NAME in statement.shape.present else Objection(PLACE, "only students have a workplace")


def name_of_workplace_is_of_student(_: Statement) -> Objection | None:
    """Only a student has a workplace."""
    return Objection(PLACE_NAME, "only students have a workplace")


def post_code_is_given(statement: Statement) -> Objection | None:
    """An address has a post code; the schema takes an empty one."""
    empty = _first_empty(statement, _POST_CODES)
    return None if empty is None else Objection(empty, "the post code is empty")


def city_is_given(statement: Statement) -> Objection | None:
    """An address has a city; the schema takes an empty one."""
    empty = _first_empty(statement, _CITIES)
    return None if empty is None else Objection(empty, "the city is empty")


def _first_empty(statement: Statement, paths: tuple[str, str]) -> str | None:
    first, second = picker(statement.shape, paths)(statement.texts)
    if first is not None and not first.strip(BLANKS):
        return paths[0]
    return paths[1] if second is not None and not second.strip(BLANKS) else None


FEATURES_RULES = (
    Rule(AnomalyCode.FEATURES_ABSENT, "student §1.2", features_are_given, actions=_STARTS, satisfied_by=FEATURES),
    Rule(
        AnomalyCode.WORKER_TYPE_ENDED,
        "student §1.2",
        worker_type_is_in_use,
        actions=_STARTS,
        types=ENDED_TYPES,
    ),
    Rule(
        AnomalyCode.USER_NOT_NAMED,
        "student §1.3",
        user_is_named,
        actions=_STARTS,
        zone=Zone.USER,
        cells=frozenset({Presence.BY_COMMISSION}),
    ),
    Rule(AnomalyCode.USER_NAMED_TWICE, "student §1.3", user_is_named_once, needs=(USER_NAME,)),
    Rule(AnomalyCode.USER_FORBIDDEN, "student §1.3", user_is_for_temporary_work, needs=(USER,)),
    Rule(AnomalyCode.USER_NAME_FORBIDDEN, "student §1.3", user_name_is_for_temporary_work, needs=(USER_NAME,)),
    Rule(AnomalyCode.USER_NUMBER_FORBIDDEN, "student §1.3", user_number_is_for_temporary_work, needs=(USER_NUMBER,)),
    Rule(AnomalyCode.USER_NUMBER_CHECK, "student §2", user_number_is_sound, needs=(USER_NUMBER,)),
    Rule(
        AnomalyCode.CARDS_ABSENT,
        "student §1.3",
        cards_are_given,
        actions=_STARTS,
        zone=Zone.CARDS,
        cells=frozenset({Presence.BY_COMMISSION}),
        satisfied_by=CARDS,
    ),
    Rule(AnomalyCode.CARDS_EQUAL, "student §1.2", cards_differ, needs=(CARDS,)),
    Rule(
        AnomalyCode.PLACE_FORBIDDEN,
        "student §1.3, §6.7",
        workplace_is_of_student,
        zone=Zone.PLACE,
        cells=frozenset({Presence.FORBIDDEN}),
        needs=(PLACE,),
    ),
    Rule(
        AnomalyCode.PLACE_NAME_FORBIDDEN,
        "student §1.3, §3.6",
        name_of_workplace_is_of_student,
        zone=Zone.PLACE,
        cells=frozenset({Presence.FORBIDDEN}),
        needs=(PLACE_NAME,),
    ),
    Rule(AnomalyCode.POST_CODE_INVALID, "student §3.6", post_code_is_given, needs=_ADDRESSES),
    Rule(AnomalyCode.CITY_INVALID, "student §3.6", city_is_given, needs=_ADDRESSES),
)
