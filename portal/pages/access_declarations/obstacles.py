"""What stands against the confirmation of a declaration, so that its page offers nothing that the register would refuse."""

from enum import StrEnum

from channels.declared.sender_desk import ChannelDesk
from domain.access_declarations import Action
from portal.pages.people.offered import is_stopped_by_operator
from registers.access.models import DeclaredAccess
from registers.access.operators_stops import stopped_in
from registers.access.sender_services import end_services


class Obstacle(StrEnum):
    """Why nobody confirms what waits; whoever may confirm it may refuse it all the same."""

    STOPPED_BY_OPERATOR = "STOPPED_BY_OPERATOR"
    TECHNICAL_USER_REMOVED = "TECHNICAL_USER_REMOVED"


def obstacle_to(row: DeclaredAccess) -> Obstacle | None:
    """Return what stands against a declaration that waits, None for nothing; one query."""
    place = row.appointment
    if place is None:
        is_removed = ChannelDesk(end_services).removed_among({row.technical_user})
        return Obstacle.TECHNICAL_USER_REMOVED if is_removed else None
    if row.action == Action.UNBLOCK:
        is_stopped = is_stopped_by_operator(place)
    else:
        is_stopped = bool(stopped_in(place.entity_id, [place.person_id]))
    return Obstacle.STOPPED_BY_OPERATOR if is_stopped else None
