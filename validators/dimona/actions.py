"""Turn what a form says into the action that a register files; judges nothing."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import cast

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
)
from validators.dimona.statements import (
    CANCEL,
    CARDS,
    DAILY,
    ENDING_HOUR,
    FIRST_CARD,
    IN,
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
    Statement,
    pad_number,
)

_MAX_PLACES = 2_048
_SUB_ENTITY_DIGITS = 10
_CARD_DIGITS = 12
_RISK_DIGITS = 3
_ADDRESS_FIELDS = ("Street", "HouseNbr", "PostBox", "ZIPCode", "City", "Country")
_PLACE_PATHS = (PLACE_NAME, *(f"{PLACE_ADDRESS}/{field}" for field in _ADDRESS_FIELDS))
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
    values, present = statement.values, statement.shape.present
    return DimonaIn(
        cast("date", statement.starting_date),
        statement.ending_date,
        statement.planned_hours,
        statement.planned_days,
        statement.employer,
        statement.insz,
        statement.joint_commission,
        statement.worker_type,
        statement.using_employer if USER in present else None,
        _place_of_work(*map(values.get, _PLACE_PATHS), has_address=PLACE_ADDRESS in present)
        if PLACE in present
        else None,
        _read_cards(values) if CARDS in present else None,
        values.get(STARTING_HOUR),
        values.get(ENDING_HOUR),
        _digits(values[SUB_ENTITY], _SUB_ENTITY_DIGITS) if SUB_ENTITY in present else None,
        _read_statutes(values) if STATUTES in present else None,
        _read_person(values) if present.intersection(_PERSON_PATHS) else None,
    )


@lru_cache(maxsize=_MAX_PLACES)
def _place_of_work(denomination: str | None, *address: str | None, has_address: bool) -> PlaceOfWork:
    """Return a workplace, the same one for the many forms of a file that repeat it."""
    street, house_number, post_box, zip_code, city, country = address
    if not has_address:
        return PlaceOfWork(denomination, None)
    return PlaceOfWork(
        denomination,
        Address(street or "", house_number or "", post_box, zip_code or "", city or "", country or ""),
    )


def _read_cards(values: Mapping[str, str]) -> ControlCards:
    return ControlCards(
        _bounded(values[FIRST_CARD], digits=_CARD_DIGITS),
        _bounded(values[NEXT_CARD], digits=_CARD_DIGITS),
    )


def _read_statutes(values: Mapping[str, str]) -> SmallStatutes:
    risk = values.get(f"{STATUTES}/ActivityWithRisk")
    return SmallStatutes(
        employment_nature=values[f"{STATUTES}/EmploymentNature"],
        activity_with_risk=None if risk is None else _bounded(risk, digits=_RISK_DIGITS),
        worker_status=values[f"{STATUTES}/WorkerStatus"],
    )


def _read_person(values: Mapping[str, str]) -> PersonDetails:
    return PersonDetails(*[values.get(path) or None for path in _PERSON_PATHS])


def _read_out(statement: Statement) -> DimonaOut:
    end = cast("date", statement.ending_date)
    return DimonaOut(statement.period_id or "", end, statement.insz, statement.employer)


def _read_cancel(statement: Statement) -> DimonaCancel:
    return DimonaCancel(statement.period_id or "", statement.insz, statement.employer)


def _read_update(statement: Statement) -> DimonaUpdate:
    values = statement.values
    return DimonaUpdate(
        period_id=statement.period_id or "",
        starting_date=statement.starting_date,
        starting_hour=values.get(STARTING_HOUR),
        ending_date=statement.ending_date,
        ending_hour=values.get(ENDING_HOUR),
        planned_hours=statement.planned_hours,
        planned_days=statement.planned_days,
        insz=statement.insz,
        employer=statement.employer,
    )


def _read_daily_registration(statement: Statement) -> DailyRegistration:
    values = statement.values
    return DailyRegistration(
        status=values[STATUS],
        registration_id=statement.registration_id,
        period_id=statement.period_id,
        starting_date=statement.starting_date,
        starting_hour=values.get(STARTING_HOUR),
        ending_date=statement.ending_date,
        ending_hour=values.get(ENDING_HOUR),
    )


def _bounded(number: str, *, digits: int) -> str:
    """Return a number as written, but never longer than its digits: superfluous zeros go."""
    return number if len(number) <= digits else _digits(number, digits)


def _digits(number: str, digits: int) -> str:
    return pad_number(number.lstrip("+-"), digits=digits)


_READERS: Mapping[str, Callable[[Statement], DimonaAction]] = MappingProxyType(
    {
        IN: _read_in,
        OUT: _read_out,
        UPDATE: _read_update,
        CANCEL: _read_cancel,
        DAILY: _read_daily_registration,
    }
)
