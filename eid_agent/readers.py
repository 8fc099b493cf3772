"""Find the card in a reader through PC/SC and hold it alone while it is used; pyscard is imported only here, and late."""

import importlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from eid_agent.commands_of_cards import expects_answer
from eid_agent.pin_pads import ReaderKeys, find_verify_code
from eid_agent.troubles import AgentError, Trouble

ATR_OF_1_8: Final = bytes.fromhex("3B7F96000080318065B085040120120FFF829000")
ATR_OF_1_7: Final = bytes.fromhex("3B9813400AA503010101AD1311")
_MASK_OF_1_7: Final = bytes.fromhex("FFFF00FF00FFFFFFFFFFFFFF00")
"""Three bytes of the older cards' ATR vary."""

WAIT_SECONDS: Final = 60.0
_LOOK_EVERY_SECONDS: Final = 0.25
_FEATURES: Final = 3400
"""The number of the request for a reader's features (PC/SC part 10, §2.2)."""


def is_belgian(atr: bytes) -> bool:
    """Whether a card that presents itself so is an eID or foreigner's card; no PIN is ever shown to another."""
    if atr == ATR_OF_1_8:
        return True
    return len(atr) == len(ATR_OF_1_7) and all(
        (got ^ known) & mask == 0 for got, known, mask in zip(atr, ATR_OF_1_7, _MASK_OF_1_7, strict=True)
    )


def fit_to_t0(command: bytes) -> bytes:
    """Return the command as protocol T=0 carries it: one with data has no expected length (ISO 7816-3, case 4)."""
    return command[:-1] if expects_answer(command) else command


@dataclass(frozen=True, slots=True)
class CardLine:
    """A card that is held alone; fulfils `cards.CardChannel`."""

    scard: Any
    handle: Any
    protocol: int
    is_present: Callable[[], bool]

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Return the card's answer; AgentError REMOVED when it was pulled, CARD_FAILED when it says nothing."""
        scard = self.scard
        is_t0 = self.protocol == scard.SCARD_PROTOCOL_T0
        head = scard.SCARD_PCI_T0 if is_t0 else scard.SCARD_PCI_T1
        result, answer = scard.SCardTransmit(self.handle, head, list(fit_to_t0(command) if is_t0 else command))
        if result != scard.SCARD_S_SUCCESS or len(answer) < 2:  # noqa: PLR2004 - the two bytes of the status word
            raise self._lost(result)
        raw = bytes(byte & 0xFF for byte in answer)
        return raw[:-2], int.from_bytes(raw[-2:])

    def control(self, code: int, data: bytes) -> bytes:
        """Return what the reader itself answers; AgentError as in `transmit`."""
        result, answer = self.scard.SCardControl(self.handle, code, list(data))
        if result != self.scard.SCARD_S_SUCCESS:
            raise self._lost(result)
        return bytes(byte & 0xFF for byte in answer)

    def find_pin_pad(self) -> ReaderKeys | None:
        """Return the reader's own keys, None for a reader that has none or says nothing about them."""
        scard = self.scard
        result, answer = scard.SCardControl(self.handle, scard.SCARD_CTL_CODE(_FEATURES), [])
        if result != scard.SCARD_S_SUCCESS:
            return None
        code = find_verify_code(bytes(byte & 0xFF for byte in answer))
        return None if code is None else ReaderKeys(self, code)

    def _lost(self, result: int) -> AgentError:
        if not self.is_present():
            return AgentError(Trouble.REMOVED)
        return AgentError(Trouble.CARD_FAILED, str(self.scard.SCardGetErrorMessage(result)))


class Readers:
    """The readers of this machine; close it in the end."""

    def __init__(self, scard: Any) -> None:  # noqa: ANN401 - pyscard has no types
        self._scard = scard
        result, self._context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
        if result != scard.SCARD_S_SUCCESS:
            raise AgentError(Trouble.NO_SERVICE, str(scard.SCardGetErrorMessage(result)))

    def close(self) -> None:
        """Let the service of the readers go."""
        self._scard.SCardReleaseContext(self._context)

    def names(self) -> Sequence[str]:
        """Return the readers there are, in the system's order."""
        scard = self._scard
        result, names = scard.SCardListReaders(self._context, [])
        if result == scard.SCARD_E_NO_READERS_AVAILABLE:
            return ()
        if result != scard.SCARD_S_SUCCESS:
            raise AgentError(Trouble.NO_SERVICE, str(scard.SCardGetErrorMessage(result)))
        return tuple(names)

    def atr_in(self, name: str) -> bytes | None:
        """Return how the card in a reader presents itself, None when the reader is empty or gone."""
        scard = self._scard
        result, states = scard.SCardGetStatusChange(self._context, 0, [(name, scard.SCARD_STATE_UNAWARE)])
        if result != scard.SCARD_S_SUCCESS:
            return None
        _, event, atr = states[0]
        return bytes(byte & 0xFF for byte in atr) if event & scard.SCARD_STATE_PRESENT else None

    @contextmanager
    def hold(self, name: str) -> Iterator[CardLine]:
        """Hold the card in a reader alone inside the block; where that fails, reset it, which takes its rights back."""
        scard = self._scard
        result, handle, protocol = scard.SCardConnect(
            self._context, name, scard.SCARD_SHARE_SHARED, scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        )
        if result == scard.SCARD_E_SHARING_VIOLATION:
            raise AgentError(Trouble.IN_USE)
        if result != scard.SCARD_S_SUCCESS:
            raise AgentError(Trouble.REMOVED if self.atr_in(name) is None else Trouble.CARD_FAILED)
        disposition = scard.SCARD_RESET_CARD
        try:
            protocol = self._begin(handle, protocol)
            yield CardLine(scard, handle, protocol, lambda: self.atr_in(name) is not None)
            disposition = scard.SCARD_LEAVE_CARD
        finally:
            scard.SCardEndTransaction(handle, disposition)  # a later reset would hit whoever holds the card by then
            scard.SCardDisconnect(handle, scard.SCARD_LEAVE_CARD)

    def _begin(self, handle: Any, protocol: int) -> int:  # noqa: ANN401 - likewise
        """Begin a transaction and return the protocol; connect anew where another program reset the card meanwhile."""
        scard = self._scard
        result = scard.SCardBeginTransaction(handle)
        if result == scard.SCARD_S_SUCCESS and scard.SCardStatus(handle)[3] == protocol:
            return protocol
        if result in {scard.SCARD_S_SUCCESS, scard.SCARD_W_RESET_CARD}:
            protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
            again, protocol = scard.SCardReconnect(handle, scard.SCARD_SHARE_SHARED, protocols, scard.SCARD_LEAVE_CARD)
            if again == scard.SCARD_S_SUCCESS and result == scard.SCARD_W_RESET_CARD:
                again = scard.SCardBeginTransaction(handle)
            result = again
        if result != scard.SCARD_S_SUCCESS:
            raise AgentError(Trouble.IN_USE, str(scard.SCardGetErrorMessage(result)))
        return protocol


@contextmanager
def open_readers() -> Iterator[Readers]:
    """Yield the readers of this machine; AgentError NO_SUPPORT where pyscard is not installed, NO_SERVICE without PC/SC."""
    try:
        scard = importlib.import_module("smartcard.scard")
    except ImportError as error:
        raise AgentError(Trouble.NO_SUPPORT, str(error)) from error
    readers = Readers(scard)
    try:
        yield readers
    finally:
        readers.close()


def find_card(
    readers: Readers,
    *,
    wanted: str | None,
    tell_to_insert: Callable[[], None],
    seconds: float = WAIT_SECONDS,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Return the reader (only `wanted`, if any, as a part of its name) that holds a Belgian card, waiting for one.

    `tell_to_insert` is called once, when there is none yet. Raises AgentError NO_READER, OTHER_CARD at once where only
    other cards are in, NO_CARD after `seconds`.
    """
    deadline = clock() + seconds
    has_told = False
    while True:
        names = [name for name in readers.names() if wanted is None or wanted in name]
        if not names:
            raise AgentError(Trouble.NO_READER, f"none is called {wanted}" if wanted else "")
        atrs = {name: readers.atr_in(name) for name in names}
        for name, atr in atrs.items():
            if atr is not None and is_belgian(atr):
                return name
        if any(atr is not None for atr in atrs.values()):
            raise AgentError(Trouble.OTHER_CARD)
        if clock() >= deadline:
            raise AgentError(Trouble.NO_CARD)
        if not has_told:
            tell_to_insert()
            has_told = True
        sleep(_LOOK_EVERY_SECONDS)
