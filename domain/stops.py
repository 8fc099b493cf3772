"""By whom something was stopped that may be let go on: a sender, a user or a manager. Pure.

A weaker stop never undoes a stronger one (access and login §3.3): what an operator stopped, an operator alone lets go on.
"""

from enum import StrEnum

_OF_THE_COMPANY = frozenset({"person", "sender"})
UNUSED = "UNUSED"
"""The reason of the counter for the block of an account that nobody used."""


class StoppedBy(StrEnum):
    """In whose power a stop was made, the weakest first."""

    COMPANY = "COMPANY"
    """An access manager, or a file of the company or its mandatary."""
    PLATFORM = "PLATFORM"
    """The counter itself: a certificate that ended, an account that nobody used."""
    OPERATOR = "OPERATOR"

    def is_stronger_than(self, other: "StoppedBy") -> bool:
        """Whether this stop takes the place of the other."""
        order = list(StoppedBy)
        return order.index(self) > order.index(other)

    def may_be_taken_back_by(self, who: "StoppedBy") -> bool:
        """Whether somebody in that power lets go on what was stopped so."""
        return self is not StoppedBy.OPERATOR or who is StoppedBy.OPERATOR


def is_for_want_of_use(blocked_by: str, reason: str) -> bool:
    """Whether the counter blocked an account because nobody used it, which says nothing about the person."""
    return (blocked_by, reason) == (StoppedBy.PLATFORM, UNUSED)


def may_block_anew(power: StoppedBy, *, blocked_by: str, reason: str) -> bool:
    """Whether a block in that power takes the place of the one of an account: of a weaker one, and a company's of one for want of use."""
    if power is StoppedBy.COMPANY and is_for_want_of_use(blocked_by, reason):
        return True
    return power.is_stronger_than(StoppedBy(blocked_by))


def power_of(actor: str) -> StoppedBy:
    """Return in whose power an actor acts, by the name that stands in audit events."""
    if actor == "operator":
        return StoppedBy.OPERATOR
    return StoppedBy.COMPANY if actor.partition(":")[0] in _OF_THE_COMPANY else StoppedBy.PLATFORM
