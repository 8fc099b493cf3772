"""Whether a file would shut out so many users that a manager should look at it first (ACCS-060). Pure."""

from collections.abc import Iterable

from registers.access.declarations.worlds import World

LOCKOUT_PERCENT = 20


def shuts_out_too_many(worlds: Iterable[World], *, share: int) -> bool:
    """Whether more than `share` percent of the users who were active in a quality are blocked or removed."""
    return any(len(world.shut_out) * 100 > world.active_users * share for world in worlds)
