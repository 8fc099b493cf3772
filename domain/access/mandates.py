"""Which mandates somebody gives, takes up and ends for his company (access and login §2.1). Pure."""

from collections.abc import Collection

from domain.access.roles import ROLES_OF_ENTITY, Role
from domain.access.services import ServiceGroup

_BY_MAIN_MANAGERS_ALONE = frozenset({ServiceGroup.ACCESS_MANAGEMENT})
"""The mandate for access gives rights in every quality."""


def groups_agreed_by(
    roles: Collection[Role], *, manages_mandates: bool, in_standard_quality: bool
) -> frozenset[ServiceGroup]:
    """Return the groups of services whose mandates somebody agrees to, on either side, and ends.

    A mandate binds the whole company, so that it is the main managers' to agree to, and theirs who manage mandates in its
    standard quality.
    """
    if ROLES_OF_ENTITY.intersection(roles):
        return frozenset(ServiceGroup)
    if manages_mandates and in_standard_quality:
        return frozenset(ServiceGroup) - _BY_MAIN_MANAGERS_ALONE
    return frozenset()
