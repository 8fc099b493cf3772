"""Work places as the intake and the validation need them: sector, period, point, and who is a party on a day."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

from domain.checkins.items import Coordinates
from domain.checkins.vocabulary import Sector
from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.models import PartyRole

_EARTH_METRES = 6_371_000
_DAY = timedelta(days=1)
PLACES = """
    SELECT json_build_array(place.number, place.sector, place.declarant, place.responsible, place.is_subject,
        place.valid_from, place.valid_until, place.latitude::text, place.longitude::text,
        coalesce((
            SELECT json_agg(json_build_array(party.enterprise, party.role, coalesce(parent.enterprise, ''),
                party.valid_from, party.valid_until) ORDER BY party.id)
            FROM checkins_workplaceparty party
            LEFT JOIN checkins_workplaceparty parent ON parent.id = party.parent_id
            WHERE party.work_place_id = place.id
        ), '[]'::json))::text
    FROM checkins_workplace place
    WHERE place.environment = %(environment)s::varchar AND place.number = ANY(%(places)s::varchar[])
"""
"""Work places by their numbers, each as one text, for `places_of`."""
_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Party:
    """A company at a work place, and who subcontracted to it (empty for nobody); days in Brussels, both included."""

    enterprise: str
    role: str
    parent: str
    valid_from: date
    valid_until: date | None

    @property
    def is_builder(self) -> bool:
        """Whether it does some of the works, as all do but a client."""
        return self.role != PartyRole.CLIENT

    def holds_on(self, day: date) -> bool:
        """Whether it is a party on that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True, slots=True)
class Place:
    """A work place as it is declared."""

    number: str
    sector: Sector
    declarant: str
    responsible: str
    is_subject: bool
    valid_from: date
    valid_until: date | None
    point: Coordinates | None
    parties: tuple[Party, ...]

    def is_active_on(self, day: date) -> bool:
        """Whether the declaration covers the day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def has_builder(self, enterprise: str, day: date) -> bool:
        """Whether the company declared the works or does some of them on the day: any party but a client."""
        return enterprise == self.declarant or any(
            party.enterprise == enterprise and party.is_builder and party.holds_on(day) for party in self.parties
        )

    def builders(self, enterprises: frozenset[str], day: date) -> frozenset[str]:
        """Return which of the companies declared the works or do some of them on the day."""
        return frozenset(one for one in enterprises if self.has_builder(one, day))

    def directly_above(self, enterprise: str, day: date) -> frozenset[str]:
        """Return for whom the company works there on the day; the declarant, where its part names nobody."""
        here = [party for party in self.parties if party.enterprise == enterprise and party.is_builder]
        return frozenset(party.parent or self.declarant for party in here if party.holds_on(day))

    def is_below(self, enterprise: str, above: str, day: date) -> bool:
        """Whether `enterprise` works there on the day, directly or through others, for `above`, which is no mere client."""
        return enterprise in self.below(above, day)

    def below(self, above: str, day: date) -> frozenset[str]:
        """Return the companies that work there on the day, directly or through others, for `above`.

        Each line reaches as far as its companies have a part on that day: under one whose part is over, as under a mere
        client, nobody works for it or for who stands above it. For the declarant everybody does.
        """
        here = [party for party in self.parties if party.is_builder and party.holds_on(day)]
        if above == self.declarant:
            return frozenset({party.enterprise for party in here} - {above})
        under: dict[str, set[str]] = {}
        for party in here:
            under.setdefault(party.parent, set()).add(party.enterprise)
        found: set[str] = set()
        waiting = [above] if any(party.enterprise == above for party in here) else []
        while waiting:
            lower = under.get(waiting.pop(), set()) - found - {above}
            found |= lower
            waiting += lower
        return frozenset(found)

    def left_by(self, enterprise: str, day: date) -> frozenset[str]:
        """Return the companies that work there for that one on the day, and for nobody who has a part in the works then.

        Who declared the works stands above everybody, and who works for it directly is not left.
        """
        here = [party for party in self.parties if party.is_builder and party.holds_on(day)]
        there = {self.declarant, *(party.enterprise for party in here)}
        kept = {party.enterprise for party in here if party.parent in there}
        return frozenset(party.enterprise for party in here if party.parent == enterprise) - kept

    def turning_days(self, first: date, last: date) -> list[date]:
        """Return `first`, and the days after it until `last` from which other parties are there than the day before."""
        begun = {party.valid_from for party in self.parties if first < party.valid_from <= last}
        ends = {party.valid_until for party in self.parties if party.valid_until is not None}
        return [first, *sorted(begun | {end + _DAY for end in ends if first <= end < last})]

    def distance(self, point: Coordinates) -> int | None:
        """Return how far the point is from the place in metres, None where nobody knows where the place is."""
        return None if self.point is None else metres_between(self.point, point)


def read_places(numbers: Collection[str], *, environment: Environment) -> Mapping[str, Place]:
    """Return the places that are known, by number; one query, none for no place."""
    if not numbers:
        return {}
    with open_prepared() as cursor:
        cursor.execute(PLACES, {"environment": str(environment), "places": list(numbers)})
        return places_of(text for (text,) in cursor.fetchall())


def places_of(texts: Iterable[str]) -> Mapping[str, Place]:
    """Return the places in what `PLACES` selects, by number."""
    places = map(_place_of, texts)
    return {place.number: place for place in places}


@lru_cache(maxsize=_REMEMBERED)
def _place_of(text: str) -> Place:
    """Return the place in its text; the same text, which seldom changes, is read once."""
    number, sector, declarant, responsible, is_subject, start, end, latitude, longitude, parties = json.loads(text)
    return Place(
        number=number,
        sector=Sector(sector),
        declarant=declarant,
        responsible=responsible or declarant,
        is_subject=is_subject,
        valid_from=date.fromisoformat(start),
        valid_until=_day(end),
        point=None if latitude is None or longitude is None else Coordinates(Decimal(latitude), Decimal(longitude)),
        parties=tuple(_party_of(*party) for party in parties),
    )


def _party_of(enterprise: str, role: str, parent: str, start: str, end: str | None) -> Party:
    return Party(enterprise, role, parent, date.fromisoformat(start), _day(end))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def metres_between(one: Coordinates, other: Coordinates) -> int:
    """Return the distance over the ground in whole metres, on a sphere."""
    north, other_north = radians(float(one.latitude)), radians(float(other.latitude))
    across = sin((other_north - north) / 2) ** 2
    along = sin(radians(float(other.longitude - one.longitude)) / 2) ** 2
    return round(2 * _EARTH_METRES * asin(sqrt(min(1.0, across + cos(north) * cos(other_north) * along))))
