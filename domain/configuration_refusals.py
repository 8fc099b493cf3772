"""Why something is not configured as it was asked for: what stands against it, and what to do next."""

from enum import Enum, auto


class ConfigurationFault(Enum):
    """What stands against a change, where a page tells it in its reader's own words."""

    OTHER = auto()
    PRIVATE_KEY = auto()
    FILE_TOO_LONG = auto()
    KEY_UNREADABLE = auto()
    KEY_WEAK = auto()
    KEY_ALGORITHM = auto()
    KEY_NAME = auto()
    KEY_NAME_TAKEN = auto()
    CERTIFICATE_UNREADABLE = auto()
    CERTIFICATE_EXPIRED = auto()
    CERTIFICATE_OF_AUTHORITY = auto()
    CERTIFICATE_NOT_FOR_CLIENTS = auto()
    CERTIFICATE_TAKEN = auto()
    RECEIVER_MALFORMED = auto()
    RECEIVER_NOT_PUBLIC = auto()
    RECEIVERS_TOO_MANY = auto()
    AWAITS_CONFIRMATION = auto()
    STOPPED_BY_OPERATOR = auto()


class ConfigurationRefusedError(Exception):
    """A change of the configuration is refused; `what` and `next_step` are whole sentences for whoever asked for it."""

    def __init__(self, what: str, *, next_step: str, fault: ConfigurationFault = ConfigurationFault.OTHER) -> None:
        super().__init__(f"{what} {next_step}")
        self.what = what
        self.next_step = next_step
        self.fault = fault
