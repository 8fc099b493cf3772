"""Lines by which forms are copied into the staging table, made where they are judged (PostgreSQL COPY, text format).

A line holds no national number, only what finds it and what hides it. What the set-based way can file by itself is told
apart here; everything else is left to the decisions that take one form after the other.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from domain.contingent import limit_of
from domain.findings import QuotaUnit
from domain.student_declarations import (
    STUDENT,
    DimonaAction,
    DimonaIn,
    EmployerId,
    JudgedForm,
    PlaceOfWork,
    UserFirm,
)
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.named_periods import number_named, registration_named

COLUMNS = (
    ("submission_id", "bigint NOT NULL"),
    ("form_index", "integer NOT NULL"),
    ("ticket", "text NOT NULL"),
    ("route", 'text COLLATE "C" NOT NULL'),
    ("action", "text NOT NULL"),
    ("codes", "jsonb NOT NULL"),
    ("employer", 'text COLLATE "C"'),
    ("lookup", "bytea"),
    ("key_id", "text"),
    ("ciphertext", "bytea"),
    ("starting_date", "date"),
    ("ending_date", "date"),
    ("planned", "smallint"),
    ("unit", "text"),
    ("joint_commission", "text"),
    ("using_employer", "text"),
    ("sub_entity", "text"),
    ("user_firm", "jsonb"),
    ("place_of_work", "jsonb"),
    ("control_cards", "jsonb"),
    ("is_late", "boolean"),
    ("period_number", "bigint"),
    ("registration_number", "bigint"),
)
"""The columns of a staged form, in the order of a line; all but the first six may be empty. A start has a unit when it is
a student's."""

_NULL = "\\N"
_NO_CODES = "[]"
_EMPTY = f"\t{_NULL}"
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Route(StrEnum):
    """How a form is filed: refused already, as one of a set of plain starts, or one after the other."""

    REFUSED = "X"
    PLAIN = "P"
    SINGLE = "S"


Hide: TypeAlias = Callable[[str], tuple[bytes, str, bytes]]
"""Return, of a national number, what finds it, the id of the key that hides it, and the hidden number."""


def route_of(form: JudgedForm) -> Route:
    """Return how the form is filed; a plain start is a student's, counted in hours, with everything it needs."""
    if form.is_blocked:
        return Route.REFUSED
    action = form.action
    is_plain = (
        isinstance(action, DimonaIn)
        and action.worker_type == STUDENT
        and action.insz is not None
        and action.employer is not None
        and action.ending_date is not None
        and action.planned_hours is not None
        and limit_of(action.starting_date.year).unit is QuotaUnit.HOURS
        and action.person is None
        and action.small_statutes is None
    )
    return Route.PLAIN if is_plain else Route.SINGLE


def staged_line(form: JudgedForm, *, submission_id: int, ticket: str, received_on: date, hide: Hide) -> str:
    """Return the line of one form, with its line end; `received_on` is the Brussels date of reception."""
    route, action = route_of(form), form.action
    codes = [finding.code for finding in form.findings]
    if route is Route.PLAIN and isinstance(action, DimonaIn) and action.starting_date < received_on:
        codes.append(RegisterAnomaly.LATE)
    head = f"{submission_id}\t{form.index}\t{ticket}\t{route}\t{_name_of(action)}\t{json.dumps(codes) if codes else _NO_CODES}"
    if route is Route.REFUSED or action is None:
        return f"{head}\t{_sound_key(form.employer)}{_EMPTY * 14}\t{_numbers(action)}\n"
    employer = _NULL if form.employer is None else employer_key(form.employer)
    hidden = _EMPTY * 3 if form.insz is None else _hidden(form.insz, hide)
    if isinstance(action, DimonaIn):
        return f"{head}\t{employer}{hidden}\t{_start(action)}\t{'ft'[action.starting_date < received_on]}{_EMPTY * 2}\n"
    return f"{head}\t{employer}{hidden}{_EMPTY * 11}\t{_numbers(action)}\n"


class StagedPlace(NamedTuple):
    """What tells where a line belongs: its form, its route, and a number that spreads the persons evenly."""

    form_index: int
    route: str
    spread: int


def read_place(line: bytes) -> StagedPlace:
    """Return where the line of a form belongs; lines about the same national number spread alike."""
    _, index, _, route, _, _, _, lookup, _ = line.split(b"\t", 8)
    return StagedPlace(int(index), route.decode(), 0 if lookup == _NULL.encode() else int(lookup[-4:], 16))


def _hidden(number: str, hide: Hide) -> str:
    lookup, key_id, ciphertext = hide(number)
    return f"\t\\\\x{lookup.hex()}\t{key_id}\t\\\\x{ciphertext.hex()}"


def employer_key(employer: EmployerId) -> str:
    """Return the numbers of an employer as one text."""
    return f"{employer.nsso or ''}|{employer.provisional_nsso or ''}|{employer.company or ''}"


def _sound_key(employer: EmployerId | None) -> str:
    """Return the key of an employer whom a refused form names, nothing where that may be what it is refused for."""
    return _NULL if employer is None or not employer.is_well_formed else employer_key(employer)


def read_employer_key(key: str) -> EmployerId:
    """Return the employer that `employer_key` wrote."""
    nsso, provisional, company = key.split("|")
    return EmployerId(nsso or None, provisional or None, company or None)


def _start(action: DimonaIn) -> str:
    unit = _NULL if action.worker_type != STUDENT else str(limit_of(action.starting_date.year).unit)
    user, place, cards = action.user_firm, action.place_of_work, action.cards
    fields = (
        str(action.starting_date),
        _optional(action.ending_date),
        _optional(action.planned_hours),
        unit,
        action.joint_commission or "XXX",
        _escaped(action.using_employer or ""),
        action.sub_entity or "",
        _NULL if user is None else _block(user),
        _NULL if place is None else _block(place),
        _NULL if cards is None else json.dumps(asdict(cards)),
    )
    return "\t".join(fields)


@lru_cache(maxsize=4096)
def _block(block: UserFirm | PlaceOfWork) -> str:
    """Return a using employer or a workplace as JSON; a large file names few of them."""
    return _escaped(json.dumps(asdict(block)))


def _name_of(action: DimonaAction | None) -> str:
    return "" if action is None else type(action).__name__


def _numbers(action: DimonaAction | None) -> str:
    """Return the numbers of the period and of the daily registration that the form names."""
    return f"{_optional(number_named(action))}\t{_optional(registration_named(action))}"


def _optional(value: object) -> str:
    return _NULL if value is None else str(value)


def _escaped(text: str) -> str:
    """Return the text as COPY reads it."""
    return text.translate(_ESCAPED)
