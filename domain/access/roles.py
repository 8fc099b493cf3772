"""Roles in a company account, and who appoints whom (access and login §2.1). Pure."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType


class Role(StrEnum):
    """What a person is appointed to: the first two for the whole entity, the others for one quality of it."""

    CHIEF = "CHIEF"
    CO_CHIEF = "CO_CHIEF"
    MANAGER = "MANAGER"
    CO_MANAGER = "CO_MANAGER"

    @property
    def is_of_entity(self) -> bool:
        """Whether the role reaches every quality of the entity."""
        return self in ROLES_OF_ENTITY


ROLES_OF_ENTITY = frozenset({Role.CHIEF, Role.CO_CHIEF})


class Appointee(StrEnum):
    """What somebody can be made in a company account."""

    CHIEF = "CHIEF"
    CO_CHIEF = "CO_CHIEF"
    MANAGER = "MANAGER"
    CO_MANAGER = "CO_MANAGER"
    USER = "USER"
    TECHNICAL_USER = "TECHNICAL_USER"


class Appointer(StrEnum):
    """In which capacity somebody asks; a channel manager is a user with the right to manage channels."""

    LEGAL_REPRESENTATIVE = "LEGAL_REPRESENTATIVE"
    CHIEF = "CHIEF"
    CO_CHIEF = "CO_CHIEF"
    MANAGER = "MANAGER"
    CO_MANAGER = "CO_MANAGER"
    CHANNEL_MANAGER = "CHANNEL_MANAGER"
    USER = "USER"
    OPERATOR = "OPERATOR"


_PEOPLE = frozenset({Appointee.USER, Appointee.TECHNICAL_USER})

_APPOINTS: Mapping[Appointer, frozenset[Appointee]] = MappingProxyType(
    {
        Appointer.LEGAL_REPRESENTATIVE: frozenset({Appointee.CHIEF}),
        Appointer.CHIEF: _PEOPLE | {Appointee.CO_CHIEF, Appointee.MANAGER, Appointee.CO_MANAGER},
        Appointer.CO_CHIEF: _PEOPLE | {Appointee.MANAGER, Appointee.CO_MANAGER},
        Appointer.MANAGER: _PEOPLE | {Appointee.CO_MANAGER},
        Appointer.CO_MANAGER: _PEOPLE,
        Appointer.CHANNEL_MANAGER: frozenset({Appointee.TECHNICAL_USER}),
    }
)
"""What is not in it appoints nobody."""


def may_appoint(appointer: Appointer, appointee: Appointee) -> bool:
    """Whether that capacity, within its reach, makes somebody that."""
    return appointee in _APPOINTS.get(appointer, frozenset())


def may_any_appoint(roles: Collection[Role], appointee: Appointee) -> bool:
    """Whether one of the roles, all of them in reach, makes somebody that."""
    return any(may_appoint(Appointer(role.value), appointee) for role in roles)


def stands_above(held: Iterable[Role], roles: Collection[Role]) -> bool:
    """Whether one of the roles that somebody holds is none that who has the other ones could give."""
    return any(not may_any_appoint(roles, Appointee(role.value)) for role in held)


_CONFIRMS: Mapping[Role, frozenset[Role]] = MappingProxyType(
    {
        Role.MANAGER: ROLES_OF_ENTITY,
        Role.CO_MANAGER: ROLES_OF_ENTITY | {Role.MANAGER},
    }
)


def may_confirm(roles: Collection[Role], proposed: Role) -> bool:
    """Whether one of the roles confirms an appointment that a file proposed (access and login §8.3)."""
    return bool(_CONFIRMS.get(proposed, frozenset()) & frozenset(roles))
