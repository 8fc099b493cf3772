"""The states of a company account, of appointments, of user accounts and of grants (access and login §3). Pure."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class EntityAccountState(StrEnum):
    """Where the account of an entity stands."""

    REGISTERED = "REGISTERED"
    ACTIVATION_EXPIRED = "ACTIVATION_EXPIRED"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


class AppointmentState(StrEnum):
    """Where an appointment stands; it is never deleted."""

    PROPOSED = "PROPOSED"
    ACTIVE = "ACTIVE"
    BLOCKED = "BLOCKED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    ENDED = "ENDED"


class AccountState(StrEnum):
    """Where a user account stands. A lock is no state: it runs out by itself and never undoes a block."""

    INVITED = "INVITED"
    ACTIVE = "ACTIVE"
    BLOCKED = "BLOCKED"
    EXPIRED = "EXPIRED"
    REMOVED = "REMOVED"


class GrantState(StrEnum):
    """Whether a right is held, or waits for a second manager, or was taken back or refused."""

    PROPOSED = "PROPOSED"
    ACTIVE = "ACTIVE"
    REFUSED = "REFUSED"
    CLOSED = "CLOSED"


ENTITY_MOVES: Mapping[EntityAccountState, frozenset[EntityAccountState]] = MappingProxyType(
    {
        EntityAccountState.REGISTERED: frozenset(
            {EntityAccountState.ACTIVE, EntityAccountState.ACTIVATION_EXPIRED, EntityAccountState.CLOSED}
        ),
        EntityAccountState.ACTIVATION_EXPIRED: frozenset({EntityAccountState.REGISTERED, EntityAccountState.CLOSED}),
        EntityAccountState.ACTIVE: frozenset({EntityAccountState.SUSPENDED, EntityAccountState.CLOSED}),
        EntityAccountState.SUSPENDED: frozenset({EntityAccountState.ACTIVE, EntityAccountState.CLOSED}),
        EntityAccountState.CLOSED: frozenset(),
    }
)

APPOINTMENT_MOVES: Mapping[AppointmentState, frozenset[AppointmentState]] = MappingProxyType(
    {
        AppointmentState.PROPOSED: frozenset(
            {AppointmentState.ACTIVE, AppointmentState.DECLINED, AppointmentState.EXPIRED, AppointmentState.ENDED}
        ),
        AppointmentState.ACTIVE: frozenset({AppointmentState.BLOCKED, AppointmentState.ENDED}),
        AppointmentState.BLOCKED: frozenset({AppointmentState.ACTIVE, AppointmentState.ENDED}),
        AppointmentState.DECLINED: frozenset(),
        AppointmentState.EXPIRED: frozenset(),
        AppointmentState.ENDED: frozenset(),
    }
)

ACCOUNT_MOVES: Mapping[AccountState, frozenset[AccountState]] = MappingProxyType(
    {
        AccountState.INVITED: frozenset({AccountState.ACTIVE, AccountState.EXPIRED, AccountState.REMOVED}),
        AccountState.ACTIVE: frozenset({AccountState.BLOCKED, AccountState.REMOVED}),
        AccountState.BLOCKED: frozenset({AccountState.ACTIVE, AccountState.REMOVED}),
        AccountState.EXPIRED: frozenset({AccountState.INVITED, AccountState.REMOVED}),
        AccountState.REMOVED: frozenset(),
    }
)
"""Every move there is; whatever is not in it is refused."""

LIVING_APPOINTMENTS = (AppointmentState.PROPOSED, AppointmentState.ACTIVE, AppointmentState.BLOCKED)
HELD_APPOINTMENTS = (AppointmentState.ACTIVE, AppointmentState.BLOCKED)
