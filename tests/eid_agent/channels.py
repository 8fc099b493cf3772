"""Lines to a card, portals and people for tests of the agent; nothing in them leaves this process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from eid_agent.readers import fit_to_t0
from eid_agent.signing_in import HeldCard, PinPad
from eid_agent.troubles import AgentError, Trouble
from eid_agent.virtual_card import VirtualCard


@dataclass(slots=True)
class T0Line:
    """A card on a line of protocol T=0, as readers of contact cards speak it; notes every command."""

    card: VirtualCard
    sent: list[bytes] = field(default_factory=list)
    pulled_after: int | None = None

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        if self.pulled_after is not None and len(self.sent) >= self.pulled_after:
            raise AgentError(Trouble.REMOVED)
        self.sent.append(command)
        return self.card.transmit(fit_to_t0(command))


@dataclass(slots=True)
class ScriptedLine:
    """A card that answers what it is told to, whatever it is asked."""

    answers: list[tuple[bytes, int]]
    sent: list[bytes] = field(default_factory=list)

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        self.sent.append(command)
        return self.answers.pop(0)


@dataclass(slots=True)
class PortalInMemory:
    """A portal that gives one nonce for one code."""

    origin: str = "https://localhost:8443"
    code: str = "ABCD-EFGH"
    nonce: str = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
    tokens: list[Mapping[str, str]] = field(default_factory=list)

    def fetch_nonce(self, code: str) -> str:
        if code != self.code:
            raise AgentError(Trouble.CODE_REFUSED)
        return self.nonce

    def hand_over(self, code: str, token: Mapping[str, str]) -> str:
        self.tokens.append(token)
        return f"{self.origin}/sign-in/eid/continue?ticket={code}"


@dataclass(slots=True)
class Person:
    """Somebody who types what is given, one after the other, and reads what is shown."""

    types: list[str] = field(default_factory=list)
    agrees: bool = False
    read: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def show(self, sentence: str) -> None:
        self.read.append(sentence)

    def ask_secretly(self, question: str) -> str:
        self.read.append(question)
        return self.types.pop(0) if self.types else ""

    def is_agreed(self, question: str) -> bool:
        self.asked.append(question)
        return self.agrees


def holding(line: T0Line, pad: PinPad | None = None):
    """Return what holds the card on this line."""

    @contextmanager
    def hold() -> Iterator[tuple[T0Line, PinPad | None]]:
        yield line, pad

    def open_line() -> HeldCard:
        return hold()

    return open_line
