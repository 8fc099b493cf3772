"""The life of a sender, from draft to retirement (access and login §3.5). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType

from channels.models import SenderState
from domain.configuration_refusals import ConfigurationFault, ConfigurationRefusedError
from domain.stops import StoppedBy, power_of


class SenderChange(Enum):
    """What is asked to happen to a sender."""

    ACTIVATE = "activate"
    SUSPEND = "suspend"
    RESUME = "resume"
    RETIRE = "retire"


class Need(StrEnum):
    """What a sender needs to be active, as it is named to whoever configures it, in the order in which that is done."""

    TECHNICAL_USER = "a technical user"
    CHANNEL = "an open channel"
    CERTIFICATE = "a certificate that is valid now"
    SERVICE = "a service"


class NotEquippedError(ConfigurationRefusedError):
    """The sender cannot be active as long as it lacks something."""

    def __init__(self, lacking: tuple[Need, ...]) -> None:
        super().__init__(
            f"The sender cannot be active: it lacks {', '.join(lacking)}.",
            next_step="Configure what is lacking, then ask again.",
        )
        self.lacking = lacking


@dataclass(frozen=True, slots=True)
class SenderEquipment:
    """What a sender has of what it needs; certificates are those that are valid now."""

    has_technical_user: bool
    channels: int
    certificates: int
    services: int

    @property
    def lacking(self) -> tuple[Need, ...]:
        """What is still to be configured, in the order in which it is configured."""
        have = {
            Need.TECHNICAL_USER: self.has_technical_user,
            Need.CHANNEL: self.channels > 0,
            Need.CERTIFICATE: self.certificates > 0,
            Need.SERVICE: self.services > 0,
        }
        return tuple(need for need, is_there in have.items() if not is_there)


_DRAFT, _CONFIGURED, _ACTIVE = SenderState.DRAFT, SenderState.CONFIGURED, SenderState.ACTIVE
_SUSPENDED, _RETIRED = SenderState.SUSPENDED, SenderState.RETIRED

_MOVES: Mapping[tuple[SenderState, SenderChange], SenderState] = MappingProxyType(
    {
        (_CONFIGURED, SenderChange.ACTIVATE): _ACTIVE,
        (_ACTIVE, SenderChange.ACTIVATE): _ACTIVE,
        (_ACTIVE, SenderChange.SUSPEND): _SUSPENDED,
        (_SUSPENDED, SenderChange.SUSPEND): _SUSPENDED,
        (_SUSPENDED, SenderChange.RESUME): _ACTIVE,
        (_ACTIVE, SenderChange.RESUME): _ACTIVE,
        (_DRAFT, SenderChange.RETIRE): _RETIRED,
        (_CONFIGURED, SenderChange.RETIRE): _RETIRED,
        (_ACTIVE, SenderChange.RETIRE): _RETIRED,
        (_SUSPENDED, SenderChange.RETIRE): _RETIRED,
        (_RETIRED, SenderChange.RETIRE): _RETIRED,
    }
)
"""Every move there is; whatever is not in it is refused. A state that is asked for again stays."""

_ON_BEHALF_OF = {"manager": StoppedBy.COMPANY, "certificate": StoppedBy.PLATFORM}
"""Whose stop it is where an operator gives one of these reasons."""

_WAYS_ON: Mapping[SenderState, str] = MappingProxyType(
    {
        _DRAFT: "Configure what is lacking, then activate it.",
        _CONFIGURED: "Activate it first.",
        _ACTIVE: "It works already.",
        _SUSPENDED: "Resume it.",
        _RETIRED: "Its number is never used again: add another sender.",
    }
)


def settled_state(state: SenderState, equipment: SenderEquipment) -> SenderState:
    """Return the state that goes with what a sender has: before its activation it is a draft or configured."""
    if state not in {_DRAFT, _CONFIGURED}:
        return state
    return _DRAFT if equipment.lacking else _CONFIGURED


def changed_state(state: SenderState, change: SenderChange, equipment: SenderEquipment) -> SenderState:
    """Return the state after the change; ConfigurationRefusedError when there is no such move or something is lacking."""
    settled = settled_state(state, equipment)
    is_to_work = change in {SenderChange.ACTIVATE, SenderChange.RESUME} and state in {_DRAFT, _CONFIGURED, _SUSPENDED}
    if is_to_work and equipment.lacking:
        raise NotEquippedError(equipment.lacking)
    moved = _MOVES.get((settled, change))
    if moved is None:
        raise ConfigurationRefusedError(
            f"A sender in state {settled} cannot be asked to {change.value}.", next_step=_WAYS_ON[settled]
        )
    return moved


def stopper_of(actor: str, reason: str) -> StoppedBy:
    """Return in whose power a sender is suspended; an operator may do it for its manager, or for a certificate (§3.5)."""
    by = power_of(actor)
    return _ON_BEHALF_OF.get(reason, by) if by is StoppedBy.OPERATOR else by


def require_may_resume(suspended_by: str, actor: str) -> None:
    """Raise ConfigurationRefusedError where an operator suspended the sender, and who asks is none."""
    if suspended_by and not StoppedBy(suspended_by).may_be_taken_back_by(power_of(actor)):
        raise ConfigurationRefusedError(
            "An operator suspended the sender.",
            next_step="An operator alone lets it go on: call the contact centre.",
            fault=ConfigurationFault.STOPPED_BY_OPERATOR,
        )


def require_equipped(state: SenderState, equipment: SenderEquipment) -> None:
    """Raise ConfigurationRefusedError when an active sender would lack something that it needs."""
    if state is _ACTIVE and equipment.lacking:
        raise ConfigurationRefusedError(
            f"The sender is active and would lack {', '.join(equipment.lacking)}.",
            next_step="Suspend it first, or give it another one before.",
        )
