"""Read where and by what events were captured that references name, so that one stands for nothing else (P206)."""

from collections.abc import Mapping
from datetime import date

from domain.environments import Environment
from registers.checkins.models import Position, Presence
from registers.checkins.presence_writing import PresenceDetails


def read_first_details(dates: Mapping[int, date], *, environment: Environment) -> dict[int, PresenceDetails]:
    """Return what the first versions of registrations were told with, by receipt number, out of their registration dates.

    Two queries, none for none.
    """
    if not dates:
        return {}
    first = Presence.objects.filter(
        environment=environment, number__in=dates, version=1, registration_date__in=set(dates.values())
    )
    positions = Position.objects.filter(environment=environment, number__in=dates, version=1)
    points = {number: point for number, *point in positions.values_list("number", "latitude", "longitude")}
    found = {}
    for number, address, capture, device in first.values_list("number", "address", "capture", "device"):
        latitude, longitude = points.get(number, (None, None))
        found[number] = PresenceDetails(
            address=address, capture=capture, device=device, latitude=latitude, longitude=longitude
        )
    return found
