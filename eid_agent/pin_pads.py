"""Let the PIN be typed on a reader's own keys, where it has them (PC/SC part 10), so that it never reaches this machine."""

import struct
from dataclasses import dataclass
from typing import Final, Protocol

from eid_agent import commands_of_cards as words
from eid_agent.cards import PinOutcome, outcome_of_verify
from eid_agent.troubles import AgentError, Trouble

VERIFY_DIRECT: Final = 0x06
_SECONDS_TO_TYPE: Final = 60
_BCD_FROM_THE_SECOND_BYTE: Final = 0x41
_LENGTH_OF_4_BITS_IN_8_BYTES: Final = 0x48
_LENGTH_AFTER_4_BITS: Final = 0x04
_SHORTEST, _LONGEST = 4, 12
_ENDED_BY_KEY: Final = 0x02
_READERS_OWN_MESSAGES: Final = 0xFF
_TIMED_OUT, _CANCELLED = 0x6400, 0x6401


class ControlledLine(Protocol):
    """A reader that takes commands of its own, beside those for the card."""

    def control(self, code: int, data: bytes) -> bytes:
        """Return the reader's answer."""
        ...


def find_verify_code(features: bytes) -> int | None:
    """Return the code by which the reader verifies a PIN itself, in its list of features; None without such keys.

    The list is of tag, length 4 and a code of 4 bytes, most significant first (PC/SC part 10, §2.2).
    """
    for start in range(0, len(features) - 5, 6):
        tag, length, code = struct.unpack(">BBI", features[start : start + 6])
        if (tag, length) == (VERIFY_DIRECT, 4):
            return int(code)
    return None


def verify_structure() -> bytes:
    """Return what tells the reader to ask for a PIN and to put it into VERIFY as `2n`, digits and fill (§2.5.2)."""
    command = bytes((0x00, 0x20, 0x00, words.PIN_REFERENCE, words.PIN_BLOCK_BYTES, 0x20)) + b"\xff" * 7
    return (
        struct.pack(
            "<BBBBBHBBHB3sI",
            _SECONDS_TO_TYPE,
            _SECONDS_TO_TYPE,
            _BCD_FROM_THE_SECOND_BYTE,
            _LENGTH_OF_4_BITS_IN_8_BYTES,
            _LENGTH_AFTER_4_BITS,
            _SHORTEST << 8 | _LONGEST,
            _ENDED_BY_KEY,
            _READERS_OWN_MESSAGES,
            0,
            0,
            bytes(3),
            len(command),
        )
        + command
    )


@dataclass(frozen=True, slots=True)
class ReaderKeys:
    """The keys of one reader; fulfils `signing_in.PinPad`."""

    line: ControlledLine
    code: int

    def verify(self) -> PinOutcome:
        """Let the PIN be typed and shown to the card, once; AgentError STOPPED when it was cancelled or not typed."""
        answer = self.line.control(self.code, verify_structure())
        status = int.from_bytes(answer[-2:])
        if status in {_TIMED_OUT, _CANCELLED}:
            raise AgentError(Trouble.STOPPED)
        return outcome_of_verify(status)
