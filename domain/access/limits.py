"""How many helpers there may be, and how long a proposal or an invitation waits. Values only."""

from dataclasses import dataclass

from domain.access.deadlines import ACTIVATION_DAYS


@dataclass(frozen=True, slots=True)
class AccountLimits:
    """Co-chiefs of an entity, co-managers of a quality, the days in which something has to be accepted, and the persons that may share an address."""

    co_chiefs: int = 1
    co_managers: int = 1
    days: int = ACTIVATION_DAYS
    contact_persons: int = 3


STANDARD_LIMITS = AccountLimits()
