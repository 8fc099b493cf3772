"""Turn what a form says into the action that a register files; judges nothing."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import TypedDict, cast

from domain.student_declarations import (
    Address,
    ControlCards,
    DailyRegistration,
    DimonaAction,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    PersonDetails,
    PlaceOfWork,
    SmallStatutes,
    UserFirm,
)
from validators.dimona.shapes import MAX_SHAPES, Shape, picker
from validators.dimona.statements import (
    CANCEL,
    CARDS,
    DAILY,
    ENDING_HOUR,
    FIRST_CARD,
    IN,
    MAX_REMEMBERED,
    NEXT_CARD,
    OUT,
    PERSON,
    PLACE,
    PLACE_ADDRESS,
    PLACE_NAME,
    STARTING_HOUR,
    STATUS,
    STATUTES,
    SUB_ENTITY,
    UPDATE,
    USER,
    USER_NAME,
    USER_NUMBER,
    Statement,
    pad_number,
    user_number,
)
from validators.reading import BLANKS

_MAX_PLACES = 2_048
_SUB_ENTITY_DIGITS = 10
_CARD_DIGITS = 12
_RISK_DIGITS = 3
_COUNTRY_DIGITS = 5
_ADDRESS_FIELDS = ("Street", "HouseNbr", "PostBox", "ZIPCode", "City", "Country")
_PLACE_PATHS = (PLACE_NAME, *(f"{PLACE_ADDRESS}/{field}" for field in _ADDRESS_FIELDS))
_USER_PATHS = (
    f"{USER}/JointCommissionNbr",
    USER_NAME,
    USER_NUMBER,
    *(f"{USER}/Address/{field}" for field in _ADDRESS_FIELDS),
)
_PERSON_PATHS = tuple(
    f"{PERSON}/{field}"
    for field in (
        "WorkerName",
        "WorkerFirstName",
        "WorkerInitial",
        "WorkerBirthdate",
        "WorkerBirthplace",
        "WorkerBirthplaceCountry",
        "WorkerSex",
        "WorkerStreet",
        "WorkerHouseNbr",
        "WorkerPostBox",
        "WorkerZIPCode",
        "WorkerCity",
        "WorkerCountry",
        "Nationality",
    )
)


def read_action(statement: Statement) -> DimonaAction | None:
    """Return the action as a value, None when the form holds none (student declarations §1.2)."""
    reader = _READERS.get(statement.shape.action or "")
    return None if reader is None else reader(statement)


def _read_in(statement: Statement) -> DimonaIn:
    shape = statement.shape
    place = _place_of_work(picker(shape, _PLACE_PATHS)(statement.texts)) if PLACE in shape.present else None
    extras = _read_extras(statement) if _has_extras(shape) else {}
    return DimonaIn(
        cast("date", statement.starting_date),
        statement.ending_date,
        statement.planned_hours,
        statement.planned_days,
        statement.employer,
        statement.insz,
        statement.joint_commission,
        statement.worker_type,
        place_of_work=place,
        **extras,
    )


def _place_of_work(fields: tuple[str | None, ...]) -> PlaceOfWork:
    """Return a workplace, the same one for the many forms of a file that repeat it; its country alone has no length."""
    return (_known_place if len(fields[-1] or "") <= MAX_REMEMBERED else _new_place)(fields)


def _new_place(fields: tuple[str | None, ...]) -> PlaceOfWork:
    name, *address = _stripped(fields)
    return PlaceOfWork(name, _address(address))


def _user_firm(fields: tuple[str | None, ...]) -> UserFirm:
    """Return what is said of a using employer, the same for the many forms of a file that repeat it."""
    return (_known_user if sum(len(field or "") for field in fields) <= MAX_REMEMBERED else _new_user)(fields)


def _new_user(fields: tuple[str | None, ...]) -> UserFirm:
    commission, name, number, *address = _stripped(fields)
    return UserFirm(commission or None, name or None, user_number(number), _address(address))


def _stripped(fields: tuple[str | None, ...]) -> list[str | None]:
    return [field and field.strip(BLANKS) for field in fields]


def _address(fields: Sequence[str | None]) -> Address | None:
    """Return an address, if there is one; it has everything but perhaps a box."""
    street, house_number, post_box, zip_code, city, country = fields
    if street is None or house_number is None or zip_code is None or city is None or country is None:
        return None
    return Address(street, house_number, post_box, zip_code, city, _bounded(country, digits=_COUNTRY_DIGITS))


_known_place = lru_cache(maxsize=_MAX_PLACES)(_new_place)
_known_user = lru_cache(maxsize=_MAX_PLACES)(_new_user)


class _Extras(TypedDict, total=False):
    """What few forms say of an employment that starts."""

    using_employer: str | None
    user_firm: UserFirm | None
    cards: ControlCards | None
    starting_hour: str | None
    ending_hour: str | None
    sub_entity: str | None
    small_statutes: SmallStatutes | None
    person: PersonDetails | None


@lru_cache(maxsize=MAX_SHAPES)
def _has_extras(shape: Shape) -> bool:
    return not shape.present.isdisjoint((USER, CARDS, STARTING_HOUR, ENDING_HOUR, SUB_ENTITY, STATUTES, *_PERSON_PATHS))


def _read_extras(statement: Statement) -> _Extras:
    present = statement.shape.present
    return _Extras(
        using_employer=statement.using_employer,
        user_firm=_user_firm(picker(statement.shape, _USER_PATHS)(statement.texts)) if USER in present else None,
        cards=_read_cards(statement) if CARDS in present else None,
        starting_hour=statement.text(STARTING_HOUR),
        ending_hour=statement.text(ENDING_HOUR),
        sub_entity=_digits(statement.given(SUB_ENTITY), _SUB_ENTITY_DIGITS) if SUB_ENTITY in present else None,
        small_statutes=_read_statutes(statement) if STATUTES in present else None,
        person=None if present.isdisjoint(_PERSON_PATHS) else _read_person(statement),
    )


def _read_cards(statement: Statement) -> ControlCards:
    return ControlCards(
        _bounded(statement.given(FIRST_CARD), digits=_CARD_DIGITS),
        _bounded(statement.given(NEXT_CARD), digits=_CARD_DIGITS),
    )


def _read_statutes(statement: Statement) -> SmallStatutes:
    risk = statement.text(f"{STATUTES}/ActivityWithRisk")
    return SmallStatutes(
        employment_nature=statement.given(f"{STATUTES}/EmploymentNature"),
        activity_with_risk=None if risk is None else _bounded(risk, digits=_RISK_DIGITS),
        worker_status=statement.given(f"{STATUTES}/WorkerStatus"),
    )


def _read_person(statement: Statement) -> PersonDetails:
    return PersonDetails(*[statement.text(path) or None for path in _PERSON_PATHS])


def _read_out(statement: Statement) -> DimonaOut:
    end = cast("date", statement.ending_date)
    return DimonaOut(statement.period_id or "", end, statement.insz, statement.employer)


def _read_cancel(statement: Statement) -> DimonaCancel:
    return DimonaCancel(statement.period_id or "", statement.insz, statement.employer)


def _read_update(statement: Statement) -> DimonaUpdate:
    return DimonaUpdate(
        period_id=statement.period_id or "",
        starting_date=statement.starting_date,
        starting_hour=statement.text(STARTING_HOUR),
        ending_date=statement.ending_date,
        ending_hour=statement.text(ENDING_HOUR),
        planned_hours=statement.planned_hours,
        planned_days=statement.planned_days,
        insz=statement.insz,
        employer=statement.employer,
    )


def _read_daily_registration(statement: Statement) -> DailyRegistration:
    return DailyRegistration(
        status=statement.given(STATUS),
        registration_id=statement.registration_id,
        period_id=statement.period_id,
        starting_date=statement.starting_date,
        starting_hour=statement.text(STARTING_HOUR),
        ending_date=statement.ending_date,
        ending_hour=statement.text(ENDING_HOUR),
    )


def _bounded(number: str, *, digits: int) -> str:
    """Return a number as written, but never longer than its digits: superfluous zeros go."""
    return number if len(number) <= digits else _digits(number, digits)


def _digits(number: str, digits: int) -> str:
    return pad_number(number, digits=digits)


_READERS: Mapping[str, Callable[[Statement], DimonaAction]] = MappingProxyType(
    {
        IN: _read_in,
        OUT: _read_out,
        UPDATE: _read_update,
        CANCEL: _read_cancel,
        DAILY: _read_daily_registration,
    }
)
