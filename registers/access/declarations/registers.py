"""What it takes to file access declarations: persons, senders, stays, employments, and what an operator may set."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q

from domain.access.limits import STANDARD_LIMITS, AccountLimits
from registers.access.declarations.guarding import LOCKOUT_PERCENT
from registers.access.declarations.sides import Employments, SenderDesk, Stays
from registers.persons.numbers import PersonDirectory, PersonKeys


@dataclass(frozen=True, slots=True)
class AccessRegister:
    """The register of one environment; `lockout_percent` is the share of users that a file may shut out by itself.

    `limits` say how many helpers there may be; `has_keys`, as a part of a query, whether the person of a row signs in already.
    """

    persons: PersonDirectory
    keys: PersonKeys
    employments: Employments
    desk: SenderDesk
    stays: Stays
    has_keys: Callable[[], Q]
    randomness: Callable[[int], bytes]
    lockout_percent: int = LOCKOUT_PERCENT
    limits: AccountLimits = STANDARD_LIMITS
