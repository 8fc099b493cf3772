"""Why a whole SOAP message is refused: the official codes (check-in declarations §2.3), and what a problem becomes. Pure."""

from enum import Enum

from channels.web.problems import Problem, ProblemKind


class FaultCode(Enum):
    """Every code of a whole message: itself, whose fault it is, and what it says."""

    SERVICE = ("SOA-00001", "Server", "Service error")
    NOT_AUTHENTICATED = ("SOA-01001", "Client", "Authentication failed")
    NOT_AUTHORISED = ("SOA-01002", "Client", "Not authorised")
    UNAVAILABLE = ("SOA-02001", "Server", "Service not available; do not try again")
    TEMPORARILY_UNAVAILABLE = ("SOA-02002", "Server", "Service temporarily not available; try again")
    MALFORMED = ("SOA-03001", "Client", "Malformed message")
    NOT_SOAP = ("SOA-03002", "Client", "Message is not SOAP")
    NO_BODY = ("SOA-03003", "Client", "Message has no body")
    NOT_WS_I = ("SOA-03004", "Client", "Message does not follow WS-I")
    NOT_IN_WSDL = ("SOA-03005", "Client", "Message is not in the WSDL")
    SCHEMA = ("SOA-03006", "Client", "Message does not follow the schema")
    CONTENT = ("SOA-03007", "Client", "Message content not allowed")

    def __init__(self, code: str, origin: str, text: str) -> None:
        self.code = code
        self.origin = origin
        self.text = text

    @property
    def is_clients(self) -> bool:
        """Whether the client has to change something."""
        return self.origin == "Client"

    @property
    def is_worth_another_try(self) -> bool | None:
        """Whether the same message may be taken later; None where that depends: on a token, on a line that was too slow."""
        return _ANOTHER_TRY.get(self)


class Fault(Exception):  # noqa: N818 - a refusal of the protocol, no fault of ours
    """The whole message is refused; `detail` may be shown to the client, `retry_after` is in seconds."""

    def __init__(self, code: FaultCode, detail: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(detail or code.text)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after

    @property
    def sentence(self) -> str:
        """What the client is told."""
        return f"{self.code.text}: {self.detail}" if self.detail else self.code.text


_ANOTHER_TRY = {FaultCode.UNAVAILABLE: False, FaultCode.TEMPORARILY_UNAVAILABLE: True}
_CODES = {
    ProblemKind.TOKEN_INVALID: FaultCode.NOT_AUTHENTICATED,
    ProblemKind.SCOPE_MISSING: FaultCode.NOT_AUTHORISED,
    ProblemKind.CHANNEL_CLOSED: FaultCode.NOT_AUTHORISED,
    ProblemKind.SENDER_SUSPENDED: FaultCode.NOT_AUTHORISED,
    ProblemKind.TOO_MANY: FaultCode.TEMPORARILY_UNAVAILABLE,
    ProblemKind.OUTAGE: FaultCode.TEMPORARILY_UNAVAILABLE,
    ProblemKind.CONFLICT: FaultCode.TEMPORARILY_UNAVAILABLE,
    ProblemKind.UNFORESEEN: FaultCode.SERVICE,
    ProblemKind.NOT_FOUND: FaultCode.NOT_IN_WSDL,
    ProblemKind.METHOD: FaultCode.NOT_WS_I,
    ProblemKind.MEDIA_TYPE: FaultCode.NOT_WS_I,
    ProblemKind.INVALID: FaultCode.CONTENT,
}
_OTHERS = FaultCode.MALFORMED
"""What cannot be read at all: headers sent twice, a body that is too long, too slow or of another length."""


def fault_of(problem: Problem) -> Fault:
    """Return what a SOAP client is told of what the web service refuses."""
    told = problem.headers.get("Retry-After")
    return Fault(_CODES.get(problem.kind, _OTHERS), problem.detail, retry_after=None if told is None else int(told))
