"""Speak to a Belgian card over a channel: read its certificate, ask for its PIN once a time, let it sign."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Protocol

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from eid_agent import commands_of_cards as words
from eid_agent.troubles import AgentError, Trouble

MAX_CERTIFICATE_BYTES: Final = 8 * 1024
_CHUNK: Final = 0xF8
_MORE, _WRONG_LENGTH = 0x61, 0x6C
_MOST_PARTS: Final = 64


class CardChannel(Protocol):
    """An exclusive line to one card."""

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Return what the card answers: data and status word; AgentError REMOVED when it is gone."""
        ...


@dataclass(frozen=True, slots=True)
class SigningWay:
    """How a card signs with its authentication key: the name of RFC 7518, the card's own reference, the digest."""

    name: str
    reference: int
    digest: str


@dataclass(frozen=True, slots=True)
class PinAccepted:
    """The card lets its authentication key be used now."""


@dataclass(frozen=True, slots=True)
class PinWrong:
    """The card refused the PIN; `tries_left` is what it counts, 0 when it is blocked now."""

    tries_left: int


PinOutcome = PinAccepted | PinWrong

_ON_CURVES: Mapping[str, SigningWay] = MappingProxyType(
    {
        "secp256r1": SigningWay("ES256", words.SHA256_WITH_ECDSA, "sha256"),
        "secp384r1": SigningWay("ES384", words.SHA384_WITH_ECDSA, "sha384"),
    }
)
_WITH_RSA = SigningWay("RS256", words.SHA256_WITH_RSA, "sha256")


def signing_way_of(certificate: x509.Certificate) -> SigningWay:
    """Return how a card with this certificate signs; AgentError OTHER_CARD for a key that no Belgian card has."""
    match certificate.public_key():
        case ec.EllipticCurvePublicKey(curve=curve) if curve.name in _ON_CURVES:
            return _ON_CURVES[curve.name]
        case rsa.RSAPublicKey():
            return _WITH_RSA
        case _:
            raise AgentError(Trouble.OTHER_CARD, "its key is of a kind that is not known here")


def what_to_sign(origin: str, nonce: str, *, digest: str) -> bytes:
    """Return the digest that the card signs: over the digests of the origin and of the nonce (§5.3)."""
    parts = b"".join(hashlib.new(digest, text.encode("utf-8")).digest() for text in (origin, nonce))
    return hashlib.new(digest, parts).digest()


class BelgianCard:
    """One card on its channel; nothing here tries a PIN again or keeps one."""

    def __init__(self, channel: CardChannel) -> None:
        self._channel = channel

    def read_authentication_certificate(self) -> bytes:
        """Return the DER certificate; AgentError NO_CERTIFICATE for a card without one, such as a child's."""
        return self._read_der(words.AUTHENTICATION_FILE)

    def read_applet_version(self) -> int:
        """Return the version of the card's program, 0x17 or 0x18."""
        data, status = self._exchange(words.GET_CARD_DATA)
        if status != words.DONE or len(data) <= words.APPLET_BYTE:
            raise _failed("GET CARD DATA", status)
        return data[words.APPLET_BYTE]

    def tries_left(self) -> int | None:
        """Return how many wrong PINs the card still takes, 0 when it is blocked; None when it does not say."""
        _, status = self._channel.transmit(words.ASK_TRIES)
        return tries_in(status)

    def prepare(self, way: SigningWay) -> None:
        """Tell the card which key signs next, and how; comes before the PIN."""
        _, status = self._exchange(words.prepare_signature(way.reference, words.AUTHENTICATION_KEY))
        if status != words.DONE:
            raise _failed("MSE SET", status)

    def verify(self, digits: str) -> PinOutcome:
        """Show the card a PIN, once; ValueError without asking the card when it cannot be one."""
        _, status = self._channel.transmit(words.verify_pin(digits))
        return outcome_of_verify(status)

    def sign(self, digest: bytes) -> bytes:
        """Return the card's signature over a digest: r and s on a curve, PKCS#1 with RSA."""
        signature, status = self._exchange(words.sign_digest(digest))
        if status != words.DONE or not signature:
            raise _failed("PSO", status)
        return signature

    def log_off(self) -> None:
        """Take the right to sign back from the card; a card that is gone has none."""
        try:
            self._channel.transmit(words.LOG_OFF)
        except AgentError as trouble:
            if trouble.trouble is not Trouble.REMOVED:
                raise

    def _read_der(self, path: bytes) -> bytes:
        _, status = self._exchange(words.select_file(path))
        if status in words.NOT_FOUND:
            raise AgentError(Trouble.NO_CERTIFICATE, "the file of the certificate is not on the card")
        if status != words.DONE:
            raise _failed("SELECT", status)
        size = _der_size(self._read(0, 4))
        if not 0 < size <= MAX_CERTIFICATE_BYTES:
            raise AgentError(Trouble.NO_CERTIFICATE, "the file of the certificate holds none")
        content = bytearray()
        while len(content) < size:
            content += self._read(len(content), min(_CHUNK, size - len(content)))
        return bytes(content)

    def _read(self, offset: int, count: int) -> bytes:
        data, status = self._exchange(words.read_binary(offset, count))
        if status != words.DONE or not data:
            raise _failed("READ BINARY", status)
        return data

    def _exchange(self, command: bytes) -> tuple[bytes, int]:
        """Send a command that may be sent again, and fetch all that the card holds ready; never VERIFY."""
        data, status = self._channel.transmit(command)
        if status >> 8 == _WRONG_LENGTH:
            data, status = self._channel.transmit(command[:-1] + bytes((status & 0xFF,)))
        gathered = bytearray(data)
        for _ in range(_MOST_PARTS):
            if status >> 8 != _MORE:
                break
            data, status = self._channel.transmit(words.get_response(status & 0xFF))
            gathered += data
        return bytes(gathered), status


def outcome_of_verify(status: int) -> PinOutcome:
    """Return what a card's answer to VERIFY means; AgentError CARD_FAILED for an answer that is not known."""
    if status == words.DONE:
        return PinAccepted()
    left = tries_in(status)
    if left is None:
        raise _failed("VERIFY", status)
    return PinWrong(left)


def tries_in(status: int) -> int | None:
    """Return the tries that a status word names, 0 for blocked; None when it names none."""
    counted, blocked = 0x63C0, words.BLOCKED
    if status == blocked:
        return 0
    return status & 0x0F if status & 0xFFF0 == counted else None


def _der_size(head: bytes) -> int:
    """Return how long the DER value is that begins with these four bytes; 0 when none does: the rest is fill."""
    sequence, long_form = 0x30, 0x82
    if len(head) < 4 or head[0] != sequence or head[1] != long_form:  # noqa: PLR2004 - tag, form and two bytes of length
        return 0
    return 4 + int.from_bytes(head[2:4])


def _failed(what: str, status: int) -> AgentError:
    return AgentError(Trouble.CARD_FAILED, f"{what} was answered with {status:04X}")
