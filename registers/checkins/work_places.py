"""Enter work places and their parties; what they change is validated anew."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, auto

from django.db import transaction
from django.db.models import Q, QuerySet

from domain.checkins.items import Coordinates
from domain.checkins.vocabulary import Sector
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.identifiers import is_company_number
from evidence.audit import Detail, Event, append_events
from registers.checkins.models import PartyRole, WorkPlace, WorkPlaceParty
from registers.checkins.places import read_places
from registers.checkins.validating import ask_again

_NUMBER = re.compile(r"\A[A-HJ-NP-Z0-9]{13}\Z")
_FOREIGN_VAT = re.compile(r"\A[A-Z]{2}[0-9A-Z+*.]{2,13}\Z")
_NEEDED = {"sector": "sector", "name": "name", "declarant": "declarant", "valid_from": "first day"}
"""What a new work place needs, as people call it."""
_LONGEST = {"name": 200, "street": 200, "house_number": 20, "post_code": 10, "municipality": 100}
_JUDGED_BY = ("sector", "declarant", "responsible", "is_subject", "valid_from", "valid_until")
_DESCRIBED_BY = ("name", "street", "house_number", "post_code", "municipality", "latitude", "longitude")
_MOST_DEGREES = Coordinates(Decimal(90), Decimal(180))


@dataclass(frozen=True, slots=True)
class WorkPlaceFacts:
    """What is declared of a work place; days in Brussels, both included. `responsible` is empty for the declarant."""

    number: str
    sector: Sector
    name: str
    declarant: str
    valid_from: date
    valid_until: date | None = None
    responsible: str = ""
    is_subject: bool = True
    point: Coordinates | None = None
    street: str = ""
    house_number: str = ""
    post_code: str = ""
    municipality: str = ""


@transaction.atomic
def enter_or_change(
    number: str, given: Mapping[str, object], *, environment: Environment, actor: str, at: datetime
) -> bool:
    """Enter a work place, or change of one only what is given; True when it is new.

    `given` holds fields of `WorkPlaceFacts`; a new work place needs sector, name, declarant and first day.
    ConfigurationRefusedError for what cannot be.
    """
    known = WorkPlace.objects.select_for_update().filter(environment=environment, number=number).first()
    if known is None and (lacking := [name for name in _NEEDED if name not in given]):
        raise ConfigurationRefusedError(
            f"The work place {number} is not entered yet in environment {environment}.",
            next_step=f"Give its {', '.join(_NEEDED[name] for name in lacking)}.",
        )
    facts = {} if known is None else {one.name: getattr(known, one.name, None) for one in fields(WorkPlaceFacts)}
    if known is not None and known.latitude is not None and known.longitude is not None:
        facts["point"] = Coordinates(known.latitude, known.longitude)
    whole = WorkPlaceFacts(**{**facts, **given, "number": number})  # type: ignore[arg-type]
    return enter_work_place(whole, environment=environment, actor=actor, at=at)


@transaction.atomic
def enter_work_place(facts: WorkPlaceFacts, *, environment: Environment, actor: str, at: datetime) -> bool:
    """Enter a work place with all its facts, or exchange those of one; True when it is new.

    ConfigurationRefusedError for what cannot be.
    """
    _require_place(facts)
    facts = replace(
        facts,
        declarant=require_employer_number(facts.declarant),
        responsible=require_employer_number(facts.responsible) if facts.responsible else "",
    )
    point = facts.point
    was = WorkPlace.objects.select_for_update().filter(environment=environment, number=facts.number).first()
    row, is_new = WorkPlace.objects.update_or_create(
        environment=environment,
        number=facts.number,
        defaults={
            "sector": facts.sector,
            "name": facts.name.strip(),
            "declarant": facts.declarant,
            "responsible": facts.responsible,
            "is_subject": facts.is_subject,
            "valid_from": facts.valid_from,
            "valid_until": facts.valid_until,
            "latitude": None if point is None else point.latitude,
            "longitude": None if point is None else point.longitude,
            "street": facts.street,
            "house_number": facts.house_number,
            "post_code": facts.post_code,
            "municipality": facts.municipality,
            "changed_at": at,
        },
    )
    _changed(
        "work-place:entered" if is_new else "work-place:changed",
        facts.number,
        environment,
        actor=actor,
        at=at,
        before=None if was is None else _told(was),
        after=_told(row),
        described_anew=[] if was is None else _described_anew(was, row),
    )
    return is_new


def _told(row: WorkPlace) -> list[str]:
    """Return what registrations are judged by, as the trail has it."""
    return [f"{name}={'' if (value := getattr(row, name)) is None else value}" for name in _JUDGED_BY]


def _described_anew(was: WorkPlace, row: WorkPlace) -> list[str]:
    """Return which facts are others that the trail does not repeat: works are done at people's homes, too."""
    return [name for name in _DESCRIBED_BY if getattr(was, name) != getattr(row, name)]


@transaction.atomic
def add_party(
    number: str,
    enterprise: str,
    *,
    role: PartyRole,
    parent: str,
    valid_from: date,
    valid_until: date | None,
    environment: Environment,
    actor: str,
    at: datetime,
) -> None:
    """Let a company be a party of a work place; `parent` subcontracted to it, empty unless it is a subcontractor.

    Who declared the works becomes a party with the first that it gave work. ConfigurationRefusedError for what cannot be.
    """
    place = require_work_place(number, environment=environment)
    enterprise = require_employer_number(enterprise)
    parent = require_employer_number(parent) if parent else ""
    _require_order(valid_from, valid_until, of="party")
    meanwhile = place.parties.exclude(valid_until__lt=valid_from)
    if valid_until is not None:
        meanwhile = meanwhile.filter(valid_from__lte=valid_until)
    above = None
    if parent:
        if _never_ended(place, parent, valid_from, valid_until):
            _enter_declarant(place, environment=environment, actor=actor, at=at)
        above = _part_above(parent, meanwhile, number=number, valid_from=valid_from)
        if enterprise in _those_above(parent, meanwhile):
            raise ConfigurationRefusedError(
                f"{enterprise} gives {parent} work at {number} in that time.",
                next_step="Leave it where it stands: nobody works for who works for it.",
            )
    if role is PartyRole.SUBCONTRACTOR and above is None:
        raise ConfigurationRefusedError(
            "A subcontractor was given the work by somebody.", next_step="Name the company that subcontracted to it."
        )
    if meanwhile.filter(enterprise=enterprise, role=role, parent__enterprise=parent or None).exists():
        raise ConfigurationRefusedError(
            f"{enterprise} is {role} of {number} already in that time.",
            next_step="End that first, or leave it as it is.",
        )
    WorkPlaceParty.objects.create(
        environment=environment,
        work_place=place,
        enterprise=enterprise,
        role=role,
        parent=above,
        valid_from=valid_from,
        valid_until=valid_until,
    )
    _changed(
        *("work-place:party-added", number, environment),
        actor=actor,
        at=at,
        about=f"{role} {enterprise}",
        under=parent,
        valid_from=valid_from.isoformat(),
        valid_until="" if valid_until is None else valid_until.isoformat(),
    )


def _part_above(parent: str, meanwhile: QuerySet[WorkPlaceParty], *, number: str, valid_from: date) -> WorkPlaceParty:
    """Return the part of who gave the work that holds on the first day of it; ConfigurationRefusedError for none."""
    parts = meanwhile.filter(enterprise=parent)
    above = parts.filter(valid_from__lte=valid_from).order_by("-valid_from").first()
    if above is not None:
        return above
    later = parts.order_by("valid_from").first()
    if later is None:
        raise ConfigurationRefusedError(
            f"{parent} is no party of {number} in that time.",
            next_step="Add who subcontracts first, then its subcontractors.",
        )
    raise ConfigurationRefusedError(
        f"{parent} is a party of {number} from {later.valid_from} on.",
        next_step="Let who works for it begin then, or enter first what it did there before.",
    )


def _those_above(enterprise: str, meanwhile: QuerySet[WorkPlaceParty]) -> set[str]:
    """Return the company and those for which it works there, directly or through others."""
    links: dict[str, set[str]] = {}
    for low, high in meanwhile.filter(parent__isnull=False).values_list("enterprise", "parent__enterprise"):
        links.setdefault(low, set()).add(high)
    found, waiting = {enterprise}, [enterprise]
    while waiting:
        higher = links.get(waiting.pop(), set()) - found
        found |= higher
        waiting += higher
    return found


def _never_ended(place: WorkPlace, parent: str, first: date, last: date | None) -> bool:
    """Whether it declared the place, which is there on one of the days (None: without end), and was never a party that ended."""
    is_there = (place.valid_until is None or place.valid_until >= first) and (last is None or place.valid_from <= last)
    return parent == place.declarant and is_there and not place.parties.filter(enterprise=parent).exists()


def _enter_declarant(place: WorkPlace, *, environment: Environment, actor: str, at: datetime) -> None:
    """Enter who declared the works as a party, for as long as the place is there."""
    _changed(
        *("work-place:party-added", place.number, environment),
        actor=actor,
        at=at,
        about=f"{PartyRole.DECLARANT} {place.declarant}",
    )
    WorkPlaceParty.objects.create(
        environment=environment,
        work_place=place,
        enterprise=place.declarant,
        role=PartyRole.DECLARANT,
        valid_from=place.valid_from,
        valid_until=place.valid_until,
    )


class PartyEnd(Enum):
    """What became of a party that was to end."""

    ENDED = auto()
    TAKEN_AWAY = auto()
    """What began after that day, as if it had never been entered; what began before it ends on it."""
    NOTHING_TO_END = auto()


@dataclass(frozen=True, slots=True)
class EndedParty:
    """What became of a party, and which companies go on after it that worked for it alone, with nobody but the declarant above.

    Each stands there once, by the first day on which that is so, in the order of those days.
    """

    became: PartyEnd
    left: Mapping[date, tuple[str, ...]] = field(default_factory=dict)


@transaction.atomic
def end_party(
    number: str,
    enterprise: str,
    *,
    role: PartyRole | None = None,
    last_day: date,
    environment: Environment,
    actor: str,
    at: datetime,
) -> EndedParty:
    """Let a company be a party no more after that day, or no more in one of its roles; what would begin later is taken away.

    ConfigurationRefusedError when somebody else stands under what would be taken away.
    """
    place = require_work_place(number, environment=environment)
    enterprise = require_employer_number(enterprise)
    parties = place.parties.filter(enterprise=enterprise, **({} if role is None else {"role": role}))
    living = parties.filter(valid_from__lte=last_day)
    longer = living.filter(_goes_on_after(last_day))
    later = parties.filter(valid_from__gt=last_day)
    under = WorkPlaceParty.objects.filter(parent__in=later).exclude(pk__in=later).order_by("pk").first()
    if under is not None:
        raise ConfigurationRefusedError(
            f"{under.enterprise} stands under {enterprise} at {number}.",
            next_step=f"Take away {under.enterprise} first.",
        )
    taken_away, _ = later.delete()
    if not longer.update(valid_until=last_day) and not taken_away:
        return EndedParty(PartyEnd.NOTHING_TO_END)
    about = enterprise if role is None else f"{role} {enterprise}"
    _changed(
        *("work-place:party-ended", number, environment), actor=actor, at=at, about=about, last_day=last_day.isoformat()
    )
    return EndedParty(
        PartyEnd.TAKEN_AWAY if taken_away else PartyEnd.ENDED,
        _left_by(number, enterprise, last_day=last_day, environment=environment),
    )


def _left_by(
    number: str, enterprise: str, *, last_day: date, environment: Environment
) -> Mapping[date, tuple[str, ...]]:
    """Return who works on for the company on some day from that one on, with nobody above who does some of the works."""
    place = read_places([number], environment=environment)[number]
    left: dict[date, tuple[str, ...]] = {}
    for day in place.turning_days(last_day, date.max):
        told = {company for companies in left.values() for company in companies}
        if companies := place.left_by(enterprise, day) - told:
            left[day] = tuple(sorted(companies))
    return left


def _goes_on_after(day: date) -> Q:
    return Q(valid_until__isnull=True) | Q(valid_until__gt=day)


def require_work_place(number: str, *, environment: Environment) -> WorkPlace:
    """Return the work place; ConfigurationRefusedError when there is none of that number."""
    place = WorkPlace.objects.filter(environment=environment, number=number).first()
    if place is None:
        raise ConfigurationRefusedError(
            f"There is no work place {number} in environment {environment}.", next_step="Enter it first."
        )
    return place


def require_employer_number(text: str) -> str:
    """Return a company number of ten digits or a foreign VAT number; ConfigurationRefusedError for anything else.

    A Belgian VAT number is the company number with its country before it.
    """
    number = text.removeprefix("BE")
    if len(number) == len("0123456789") and is_company_number(number):
        return number
    if text.startswith("BE") or not _FOREIGN_VAT.match(text):
        raise ConfigurationRefusedError(
            f"{text!r} is no company number of ten digits and no VAT number of another country.",
            next_step="Give a number such as 0877665502 or PL5260250274.",
        )
    return text


def _require_place(facts: WorkPlaceFacts) -> None:
    if not _NUMBER.match(facts.number):
        raise ConfigurationRefusedError(
            f"{facts.number!r} is no number of a work place.",
            next_step="Give its 13 capital letters and digits, without I and O.",
        )
    if not facts.name.strip():
        raise ConfigurationRefusedError("The work place has no name.", next_step="Name it as people call it there.")
    for name, longest in _LONGEST.items():
        if len(getattr(facts, name).strip()) > longest:
            raise ConfigurationRefusedError(
                f"The {name.replace('_', ' ')} is too long.", next_step=f"Give it in {longest} letters at most."
            )
    _require_order(facts.valid_from, facts.valid_until, of="work place")
    point = facts.point
    if point is not None and not _is_on_earth(point):
        raise ConfigurationRefusedError(
            "There is no such point on the earth.",
            next_step="Give latitude and longitude in degrees, such as 50.85,4.35.",
        )


def _require_order(valid_from: date, valid_until: date | None, *, of: str) -> None:
    if valid_until is not None and valid_until < valid_from:
        raise ConfigurationRefusedError(f"The {of} would end before it begins.", next_step="Exchange the two days.")


def _is_on_earth(point: Coordinates) -> bool:
    if not (point.latitude.is_finite() and point.longitude.is_finite()):
        return False
    return abs(point.latitude) <= _MOST_DEGREES.latitude and abs(point.longitude) <= _MOST_DEGREES.longitude


def _changed(action: str, number: str, environment: Environment, *, actor: str, at: datetime, **detail: Detail) -> None:
    """Record the change, and let what it concerns be validated anew."""
    facts = {"environment": str(environment), "work_place": number, **detail}
    append_events([Event(action, actor, submission_id=None, detail=facts)], at=at)
    ask_again(environment=environment, at=at, work_places=[number])
