"""What a worker's page offers: where he was lately and for whom, and how things stand with him now."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Self

from django.db.models import Exists, F, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _

from domain.brussels import brussels_date
from domain.checkins.codes import Remark
from domain.checkins.items import Employer
from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import Capacity, EventReason, EventType, PresenceKind, PresenceStatus
from domain.environments import Environment
from domain.namesakes import told_apart
from registers.access.models import Entity
from registers.checkins.known_staff import staffed_among
from registers.checkins.models import Presence, SectorRule, WorkPlace, WorkPlaceParty
from registers.persons.models import IdentifierKind, PersonIdentifier

_LATELY = timedelta(days=60)
_ROWS = 200
_MOST = 5
_CALLED = ("number", "name", "municipality")
_MINE = f"/{Capacity.SELF_EMPLOYED}"


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A work place that is offered; `employer` is the key of whom the worker was there for last, empty where it must be asked."""

    number: str
    title: str
    employer: str = ""


@dataclass(frozen=True, slots=True)
class EmployerChoice:
    """A company that is offered; its `key` is the number, and says so where it is the worker's own."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class ForWhom:
    """For whom somebody works: a company number or foreign VAT number, and whether it is his own company."""

    number: str
    capacity: Capacity | None = None

    @classmethod
    def read(cls, key: str) -> Self:
        """Return what a key says."""
        number = key.removesuffix(_MINE)
        return cls(number, Capacity.SELF_EMPLOYED if key.endswith(_MINE) else None)

    @property
    def key(self) -> str:
        """The key of the choice."""
        return f"{self.number}{_MINE}" if self.capacity is Capacity.SELF_EMPLOYED else self.number

    @property
    def employer(self) -> Employer | None:
        """The same as items of the register name it."""
        if not self.number:
            return None
        return Employer(enterprise_number=self.number) if self.number.isdigit() else Employer(foreign_vat=self.number)


@dataclass(frozen=True, slots=True)
class OwnNow:
    """How things stand with a worker: at work or on a break since an instant, or neither.

    `number` is the receipt number of what says so; `is_forgotten` says whether he may have left since without a check-out,
    `is_doubted` whether he called a company his own that knows him as its staff.
    """

    since: datetime | None = None
    is_on_break: bool = False
    place: str = ""
    place_name: str = ""
    for_whom: ForWhom = ForWhom("")
    employer_name: str = ""
    number: int = 0
    is_forgotten: bool = False
    is_self_employed: bool = False
    is_doubted: bool = False


@dataclass(frozen=True, slots=True)
class DayToday:
    """A day presence of today: its receipt number and how its work place is called."""

    number: int
    place_name: str


@dataclass(frozen=True, slots=True)
class NotEnded:
    """A check-in after which the check-out is missing, with the names of its work place and of the company."""

    row: Presence
    place_name: str
    employer_name: str


@dataclass(frozen=True, slots=True)
class Offered:
    """All that the page offers; `days` are the work places for which today is registered, `not_ended` the newest first.

    `lately` are the person's registrations from which it was taken, the newest first; `doubted` are the keys of own companies that
    know him as their staff.
    Nothing can be registered for who is not `is_numbered`: a check-in stands under a national or bis number.
    """

    now: OwnNow
    days: Sequence[DayToday]
    places: Sequence[PlaceChoice]
    employers: Sequence[EmployerChoice]
    not_ended: Sequence[NotEnded] = ()
    is_numbered: bool = True
    lately: Sequence[Presence] = ()
    doubted: Collection[str] = frozenset()

    def for_whom_at(self, place: str) -> ForWhom | None:
        """Return for whom the worker was there last, or the only one he worked for lately; None when it must be asked."""
        last = next((each.employer for each in self.places if each.number == place and each.employer), "")
        lately = {each.employer for each in self.places}
        if not last and len(self.employers) == 1 and self.employers[0].key in lately:
            last = self.employers[0].key
        return ForWhom.read(last) if last else None

    def for_whom_until(self, instant: datetime, place: str) -> ForWhom | None:
        """Return for whom the worker was there last up to that instant, or the only one for whom he was anywhere.

        Nothing that began later tells it, and no own company that has to be confirmed; None when it must be asked.
        """
        before = [row for row in self.lately if row.employer and _is_until(row, instant)]
        there = [whom_of(row) for row in before if row.work_place == place]
        whoms = set(there[:1] or map(whom_of, before))
        only = whoms.pop() if len(whoms) == 1 else None
        return None if only is None or only.key in self.doubted else only


def offered_to(person_id: int, *, at: datetime, limits: DayLimits, place: str = "") -> Offered:
    """Return what is offered to the person; `place` is the work place that a QR code named, empty for none."""
    lately = registered_lately(person_id, on=brussels_date(at)).annotate(is_numbered=Exists(_numbers_of(person_id)))
    rows = list(lately[:_ROWS])
    missing = [row for row in rows if Remark.MISSING_OUT.name in row.remarks]
    numbers = list(
        dict.fromkeys([place, *(row.work_place for row in rows)] if place else (row.work_place for row in rows))
    )
    known = places_by_number({*numbers[: _MOST + 1], *(row.work_place for row in missing)})
    doubted = _doubted(person_id, rows, on=brussels_date(at))
    own = _most_certain_first([whom_of(row) for row in rows if row.employer], doubted)
    parties = _parties_of(known[place], on=brussels_date(at)) if place and place in known else []
    names = company_names({ForWhom.read(key).number for key in [*own, *parties]})
    keys = dict.fromkeys([*own[:_MOST], *parties])  # whoever works for many comes to a new place for a party of it
    employers = [EmployerChoice(key, named_for(ForWhom.read(key), names)) for key in keys]
    last = {row.work_place: whom_of(row).key for row in reversed(rows)}
    chosen = {number: key for number, key in last.items() if key not in doubted}  # none in its place: it is asked
    places = [
        PlaceChoice(number, place_title(known.get(number), number), chosen.get(number, ""))
        for number in numbers[:_MOST]
    ]
    days = [
        DayToday(row.number, place_title(known.get(row.work_place), row.work_place))
        for row in rows
        if row.kind == PresenceKind.DAY and row.registration_date == brussels_date(at)
    ]
    now = _now(rows, known, names, doubted, limits=limits, at=at)
    is_numbered = rows[0].is_numbered if rows else _numbers_of(person_id).exists()
    return Offered(now, days, places, employers, not_ended(missing, known, names), is_numbered, rows, doubted)


def _doubted(person_id: int, rows: Iterable[Presence], *, on: date) -> frozenset[str]:
    """Return the keys of own companies that know the person as staff: none of these is chosen for him. Two queries at most."""
    told = {whom.number: whom.key for whom in map(whom_of, rows) if whom.capacity is Capacity.SELF_EMPLOYED}
    known = staffed_among(person_id, told.keys(), environment=Environment.PRODUCTION, on=on)
    return frozenset(told[number] for number in known)


def _most_certain_first(whoms: Sequence[ForWhom], doubted: Collection[str]) -> list[str]:
    """Return their keys, each once and in their order; one's own that knows him as staff comes last, behind it as an employer."""
    certain = [whom.key for whom in whoms if whom.key not in doubted]
    others = [key for whom in whoms if whom.key in doubted for key in (whom.number, whom.key)]
    return list(dict.fromkeys([*certain, *others]))


def _numbers_of(person_id: int) -> QuerySet[PersonIdentifier]:
    """Return the national and bis numbers that are the person's now."""
    return PersonIdentifier.objects.filter(
        environment=Environment.PRODUCTION, person_id=person_id, kind=IdentifierKind.INSZ, valid_until__isnull=True
    )


def not_ended(rows: Iterable[Presence], places: Mapping[str, WorkPlace], names: Mapping[str, str]) -> list[NotEnded]:
    """Return check-ins after which the check-out is missing, as they are called."""
    return [
        NotEnded(row, place_title(places.get(row.work_place), row.work_place), names.get(row.employer, row.employer))
        for row in rows
    ]


def places_of(numbers: Collection[str]) -> list[WorkPlace]:
    """Return the work places of these numbers that are known; one query."""
    return list(WorkPlace.objects.filter(environment=Environment.PRODUCTION, number__in=numbers))


def places_by_number(numbers: Collection[str]) -> Mapping[str, WorkPlace]:
    """Return the same by their numbers."""
    return {place.number: place for place in places_of(numbers)}


def place_of_each(named: str = "work_place") -> Subquery:
    """Return the work place of each row, for a query of rows that name its number in that field; it costs no query.

    It is to be read by `place_read`.
    """
    places = WorkPlace.objects.filter(environment=OuterRef("environment"), number=OuterRef(named))
    return Subquery(places.values(told=JSONObject(**{name: name for name in _CALLED})))


def place_read(found: Mapping[str, str] | None) -> WorkPlace | None:
    """Return what `place_of_each` found: how the work place is called; None for one that is not known."""
    return None if found is None else WorkPlace(**found)


def place_title(place: WorkPlace | None, number: str) -> str:
    """Return how a work place is called: its name and municipality, or its number alone."""
    if place is None:
        return number
    return f"{place.name}, {place.municipality}" if place.municipality else place.name


def company_names(numbers: Collection[str], *, known: Mapping[str, str] = MappingProxyType({})) -> Mapping[str, str]:
    """Return the names of the companies that are known here, by number; one query, none where no name is to be read.

    Where several of them have one name, the number stands behind it. `known` are names that the page has already.
    """
    return told_apart(bare_names(numbers, known=known))


def company_of_each(number: str) -> Subquery:
    """Return how the company is called that bears the number in that field of each row now, or bore it last; it costs no query."""
    rows = Entity.objects.filter(environment=Environment.PRODUCTION, company_number=OuterRef(number))
    return Subquery(rows.order_by(F("valid_until").desc(nulls_first=True)).values("name")[:1])


def bare_names(numbers: Collection[str], *, known: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Return the same for who puts the number behind every name; that of who bears the number now, before former ones."""
    named = {number: known[number] for number in numbers if number in known}
    if unread := set(numbers) - set(named) - {""}:
        rows = Entity.objects.filter(environment=Environment.PRODUCTION, company_number__in=unread)
        named |= dict(rows.order_by(F("valid_until").asc(nulls_last=True)).values_list("company_number", "name"))
    return named


def registered_lately(person_id: int, *, on: date) -> QuerySet[Presence]:
    """Return the person's registrations of the last weeks, the newest first."""
    rows = Presence.objects.filter(
        environment=Environment.PRODUCTION,
        person_id=person_id,
        registration_date__range=(on - _LATELY, on),
        next_date__isnull=True,
    ).exclude(status=PresenceStatus.CANCELLED.name)
    return rows.order_by("-registration_date", "-event_at", "-number")


def _now(
    rows: Sequence[Presence],
    known: Mapping[str, WorkPlace],
    names: Mapping[str, str],
    doubted: Collection[str],
    *,
    limits: DayLimits,
    at: datetime,
) -> OwnNow:
    events = [
        row
        for row in rows
        if row.kind == PresenceKind.EVENT and row.event_at is not None and row.event_at <= at + timedelta(minutes=3)
    ]
    last = events[0] if events else None
    if last is None or last.event_at is None:
        return OwnNow()
    if not is_going_on(last, at=at, limits=limits):
        return OwnNow()
    is_in = last.event_type == EventType.IN
    whom = whom_of(last)
    name = place_title(known.get(last.work_place), last.work_place)
    return OwnNow(
        last.event_at,
        not is_in,
        last.work_place,
        name,
        whom,
        named_for(whom, names),
        last.number,
        is_in and at - last.event_at > limits.longest_break,
        last.known_capacity == Capacity.SELF_EMPLOYED,
        whom.key in doubted,
    )


def is_going_on(row: Presence, *, at: datetime, limits: DayLimits) -> bool:
    """Whether somebody whose last event that is was at work or on a break still at that instant, as far as is known."""
    is_in = row.event_type == EventType.IN
    longest = limits.longest_open if is_in else limits.longest_break
    is_begun = is_in or row.reason == EventReason.BREAK
    return is_begun and row.event_at is not None and at - row.event_at <= longest


def _is_until(row: Presence, instant: datetime) -> bool:
    """Whether a registration is of that instant or before; a day, of its day."""
    return row.registration_date <= brussels_date(instant) if row.event_at is None else row.event_at <= instant


def _parties_of(place: WorkPlace, *, on: date) -> list[str]:
    """Return the companies that work there, each once: who declared the works, then the others in the order in which they came."""
    parties = WorkPlaceParty.objects.filter(work_place=place, valid_from__lte=on).exclude(valid_until__lt=on)
    companies = parties.exclude(role="CLIENT").values("enterprise").annotate(first=Min("pk")).order_by("first")
    return list(dict.fromkeys([place.declarant, *companies.values_list("enterprise", flat=True)[:_MOST]]))[:_MOST]


def whom_of(row: Presence) -> ForWhom:
    """Return for whom a registration says that it is."""
    own = Capacity.SELF_EMPLOYED if row.capacity == Capacity.SELF_EMPLOYED else None
    return ForWhom(row.employer, own)


def named_for(whom: ForWhom, names: Mapping[str, str]) -> str:
    """Return how a company is called, and that it is the worker's own where he said so."""
    name = names.get(whom.number, whom.number)
    return _("%(company)s, my own company") % {"company": name} if whom.capacity is Capacity.SELF_EMPLOYED else name


def kinds_at(number: str, *, on: datetime) -> frozenset[PresenceKind]:
    """Return what is registered at the work place: days, instants or both; both where the place is not known here."""
    sector = WorkPlace.objects.filter(environment=Environment.PRODUCTION, number=number).values("sector")
    rules = SectorRule.objects.filter(
        environment=Environment.PRODUCTION, sector__in=sector, valid_from__lte=brussels_date(on)
    )
    kinds = rules.order_by("-valid_from").values_list("kinds", flat=True).first()
    return frozenset(map(PresenceKind, kinds)) if kinds else frozenset(PresenceKind)
