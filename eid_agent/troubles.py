"""What may stand between a card and a sign-in; each has a name for the log, its words are in `texts` (§11, eid:*)."""

from enum import StrEnum


class Trouble(StrEnum):
    """Closed list; docs/how-to/sign-in-with-eid.md says what helps."""

    NO_SUPPORT = "eid:no-support"
    NO_SERVICE = "eid:no-service"
    NO_READER = "eid:no-reader"
    NO_CARD = "eid:no-card"
    OTHER_CARD = "eid:other-card"
    NO_CERTIFICATE = "eid:no-certificate"
    IN_USE = "eid:in-use"
    REMOVED = "eid:removed"
    PIN_BLOCKED = "eid:pin-blocked"
    STOPPED = "eid:stopped"
    CARD_FAILED = "eid:card-failed"
    NOT_AN_ADDRESS = "eid:not-an-address"
    NOT_REACHED = "eid:not-reached"
    NOT_TRUSTED = "eid:not-trusted"
    TOO_MANY = "eid:too-many"
    CODE_REFUSED = "eid:code-refused"
    NOT_SIGNED_IN = "eid:not-signed-in"


class AgentError(Exception):
    """The sign-in ends here; `detail` is for whoever helps, never a name, number or PIN."""

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble} {detail}".strip())
        self.trouble = trouble
        self.detail = detail
