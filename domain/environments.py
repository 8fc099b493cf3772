"""The three environments of the protocol and the trays of a mailbox that belong to them."""

from enum import StrEnum


class Environment(StrEnum):
    """Element 6 of a file name (batch protocol §1.1)."""

    PRODUCTION = "R"
    TEST = "T"
    SIMULATION = "S"


class Tray(StrEnum):
    """The directories a sender sees (batch protocol §4.1)."""

    IN = "IN"
    IN_TEST = "INTEST"
    IN_SIMULATION = "INTEST-S"
    OUT = "OUT"
    OUT_TEST = "OUTTEST"
    OUT_SIMULATION = "OUTTEST-S"

    @property
    def environment(self) -> Environment:
        """The environment whose files belong in this tray."""
        return _ENVIRONMENT_OF[self]

    @property
    def is_inbox(self) -> bool:
        """Whether senders put files here (otherwise they collect answers here)."""
        return self in INBOXES


_ENVIRONMENT_OF = {
    Tray.IN: Environment.PRODUCTION,
    Tray.OUT: Environment.PRODUCTION,
    Tray.IN_TEST: Environment.TEST,
    Tray.OUT_TEST: Environment.TEST,
    Tray.IN_SIMULATION: Environment.SIMULATION,
    Tray.OUT_SIMULATION: Environment.SIMULATION,
}

INBOXES = (Tray.IN, Tray.IN_TEST, Tray.IN_SIMULATION)
OUTBOXES = (Tray.OUT, Tray.OUT_TEST, Tray.OUT_SIMULATION)
