"""Work places as the intake and the validation need them: sector, period, point, and who is a party on a day."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

from domain.checkins.items import Coordinates
from domain.checkins.vocabulary import Sector
from domain.environments import Environment
from evidence.prepared import open_prepared

_EARTH_METRES = 6_371_000
_READ = """
    SELECT place.number, place.sector, place.declarant, place.responsible, place.is_subject, place.valid_from,
        place.valid_until, place.latitude, place.longitude,
        coalesce((
            SELECT json_agg(json_build_array(party.enterprise, party.role, coalesce(parent.enterprise, ''),
                party.valid_from, party.valid_until))
            FROM checkins_workplaceparty party
            LEFT JOIN checkins_workplaceparty parent ON parent.id = party.parent_id
            WHERE party.work_place_id = place.id
        ), '[]'::json)
    FROM checkins_workplace place
    WHERE place.environment = %s::varchar AND place.number = ANY(%s::varchar[])
"""


@dataclass(frozen=True, slots=True)
class Party:
    """A company at a work place, and who subcontracted to it (empty for nobody); days in Brussels, both included."""

    enterprise: str
    role: str
    parent: str
    valid_from: date
    valid_until: date | None

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

    def has_party(self, enterprise: str, day: date) -> bool:
        """Whether the company declared the works or is a party on the day."""
        return enterprise == self.declarant or any(
            party.enterprise == enterprise and party.holds_on(day) for party in self.parties
        )

    def is_below(self, enterprise: str, above: str, day: date) -> bool:
        """Whether `enterprise` works there, directly or through others, for `above` on the day."""
        parents = {party.enterprise: party.parent for party in self.parties if party.holds_on(day)}
        if enterprise not in parents:
            return False
        if above == self.declarant:
            return True
        seen = {enterprise}
        while (enterprise := parents.get(enterprise, "")) and enterprise not in seen:
            if enterprise == above:
                return True
            seen.add(enterprise)
        return False

    def distance(self, point: Coordinates) -> int | None:
        """Return how far the point is from the place in metres, None where nobody knows where the place is."""
        return None if self.point is None else metres_between(self.point, point)


def read_places(numbers: Collection[str], *, environment: Environment) -> Mapping[str, Place]:
    """Return the places that are known, by number; one query, none for no place."""
    if not numbers:
        return {}
    with open_prepared() as cursor:
        cursor.execute(_READ, [str(environment), list(numbers)])
        rows = cursor.fetchall()
    return {row[0]: _place_of(row) for row in rows}


def _place_of(row: tuple[object, ...]) -> Place:
    number, sector, declarant, responsible, is_subject, start, end, latitude, longitude, parties = row
    if isinstance(parties, str):
        parties = json.loads(parties)
    point = None
    if isinstance(latitude, Decimal) and isinstance(longitude, Decimal):
        point = Coordinates(latitude, longitude)
    return Place(
        number=str(number),
        sector=Sector(str(sector)),
        declarant=str(declarant),
        responsible=str(responsible) or str(declarant),
        is_subject=bool(is_subject),
        valid_from=_day(start),
        valid_until=None if end is None else _day(end),
        point=point,
        parties=tuple(_party_of(*party) for party in parties),  # type: ignore[attr-defined]  # a list, by the statement
    )


def _party_of(enterprise: str, role: str, parent: str, start: str, end: str | None) -> Party:
    last = None if end is None else date.fromisoformat(end)
    return Party(enterprise, role, parent, date.fromisoformat(start), last)


def _day(value: object) -> date:
    if not isinstance(value, date):
        message = f"a day was expected, got {type(value).__name__}"
        raise TypeError(message)
    return value


def metres_between(one: Coordinates, other: Coordinates) -> int:
    """Return the distance over the ground in whole metres, on a sphere."""
    north, other_north = radians(float(one.latitude)), radians(float(other.latitude))
    across = sin((other_north - north) / 2) ** 2
    along = sin(radians(float(other.longitude - one.longitude)) / 2) ** 2
    return round(2 * _EARTH_METRES * asin(sqrt(min(1.0, across + cos(north) * cos(other_north) * along))))
