"""A Belgian card in software, for demonstrations and tests: the commands of applets 1.7 and 1.8, no more.

Its holder is invented and its root is nobody's: only a counter that pins that root takes it for a card.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature

from eid_agent import commands_of_cards as words
from eid_agent.readers import ATR_OF_1_7, ATR_OF_1_8

APPLET_1_7: Final = 0x17
APPLET_1_8: Final = 0x18
_TRIES: Final = 3
_FILE_BYTES: Final = 2500
_ANSWER_BYTES: Final = 256

CardKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class CardContent:
    """What is in a card when it is handed out; certificates as DER, none where a card has none."""

    applet: int
    pin: str = field(repr=False)
    authentication_key: CardKey = field(repr=False)
    signature_key: CardKey = field(repr=False)
    authentication: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    authority: bytes = b""
    root: bytes = b""

    def write(self, path: Path) -> None:
        """Write everything, the PIN too, into a file that its owner alone reads."""
        content = {
            "applet": self.applet,
            "pin": self.pin,
            "authentication_key": _private_pem(self.authentication_key),
            "signature_key": _private_pem(self.signature_key),
            **{name: getattr(self, name).hex() for name in _CERTIFICATES},
        }
        path.touch(mode=0o600)
        path.write_text(json.dumps(content, indent=1), encoding="ascii")

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return what `write` wrote; OSError or ValueError when the file holds something else."""
        try:
            content = json.loads(path.read_text(encoding="ascii"))
            return cls(
                applet=content["applet"],
                pin=content["pin"],
                authentication_key=_load_key(content["authentication_key"]),
                signature_key=_load_key(content["signature_key"]),
                **{name: bytes.fromhex(content[name]) for name in _CERTIFICATES},
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path.name} holds no card of the demonstration") from error


_CERTIFICATES = ("authentication", "signature", "authority", "root")


class VirtualCard:
    """A card that answers commands; the tries of its PIN outlast a reset, as in a real one."""

    def __init__(self, content: CardContent) -> None:
        self.content = content
        self.tries = _TRIES
        self.verified = 0
        """How often a PIN was shown, right or wrong."""
        self.is_open = False
        self._files = {
            words.AUTHENTICATION_FILE: _filled(content.authentication),
            words.SIGNATURE_FILE: _filled(content.signature),
            words.AUTHORITY_FILE: _filled(content.authority),
            words.ROOT_FILE: _filled(content.root),
        }
        self._selected: bytes | None = None
        self._prepared: tuple[int, int] | None = None
        self._held = b""
        self._instructions: dict[bytes, Callable[[bytes], bytes]] = {
            b"\x00\xa4": self._select,
            b"\x00\xb0": self._read,
            b"\x00\x20": self._verify,
            b"\x00\x22": self._prepare,
            b"\x00\x2a": self._sign,
            b"\x00\xc0": self._hand_out,
            b"\x80\xe4": self._present,
            b"\x80\xe6": self._log_off,
        }

    @property
    def atr(self) -> bytes:
        """How the card presents itself when it gets power."""
        return ATR_OF_1_8 if self.content.applet == APPLET_1_8 else ATR_OF_1_7

    def reset(self) -> None:
        """Forget what was selected, prepared and opened."""
        self.is_open, self._selected, self._prepared, self._held = False, None, None, b""

    def transmit(self, command: bytes) -> tuple[bytes, int]:
        """Answer one command with data and status word."""
        answer = self.answer(command)
        return answer[:-2], int.from_bytes(answer[-2:])

    def answer(self, command: bytes) -> bytes:
        """Answer one command with its bytes as they leave the card."""
        if len(command) < 4:  # noqa: PLR2004 - the head of every command
            return b"\x67\x00"
        known = self._instructions.get(command[:2])
        return b"\x6d\x00" if known is None else known(command)

    def _select(self, command: bytes) -> bytes:
        path = command[5 : 5 + command[4]]
        if command[2:4] != b"\x08\x0c" or path not in self._files:
            return b"\x6a\x82"
        self._selected = path
        return b"\x90\x00"

    def _read(self, command: bytes) -> bytes:
        if self._selected is None:
            return b"\x69\x86"
        content, offset = self._files[self._selected], int.from_bytes(command[2:4])
        count = (command[4] if len(command) > 4 else 0) or _ANSWER_BYTES  # noqa: PLR2004 - the fifth byte
        if offset >= len(content):
            return b"\x6b\x00"
        left = len(content) - offset
        return b"\x6c" + bytes((left,)) if count > left else content[offset : offset + count] + b"\x90\x00"

    def _verify(self, command: bytes) -> bytes:
        if self.tries == 0:
            return b"\x69\x83"
        if command[4:] in {b"", b"\0"}:
            return b"\x90\x00" if self.is_open else bytes((0x63, 0xC0 | self.tries))
        self.verified += 1
        if command != words.verify_pin(self.content.pin):
            self.tries -= 1
            self.is_open = False
            return bytes((0x63, 0xC0 | self.tries)) if self.tries else b"\x69\x83"
        self.tries, self.is_open = _TRIES, True
        return b"\x90\x00"

    def _prepare(self, command: bytes) -> bytes:
        if command[2:7] != b"\x41\xb6\x05\x04\x80" or len(command) < 10:  # noqa: PLR2004 - its fixed length
            return b"\x6a\x80"
        self._prepared = (command[7], command[9])
        return b"\x90\x00"

    def _sign(self, command: bytes) -> bytes:
        if self._prepared is None:
            return b"\x69\x85"
        if not self.is_open:
            return b"\x69\x82"
        digest = command[5 : 5 + command[4]]
        algorithm, reference = self._prepared
        key = self.content.signature_key if reference == words.SIGNATURE_KEY else self.content.authentication_key
        signature = _signature(key, algorithm, digest)
        if signature is None:
            return b"\x6a\x80"
        if words.expects_answer(command):
            return signature + b"\x90\x00"
        self._held = signature
        return b"\x61" + bytes((len(signature) & 0xFF,))

    def _present(self, _command: bytes) -> bytes:
        return bytes(words.APPLET_BYTE) + bytes((self.content.applet,)) + bytes(6) + b"\x90\x00"

    def _log_off(self, _command: bytes) -> bytes:
        self.is_open = False
        return b"\x90\x00"

    def _hand_out(self, command: bytes) -> bytes:
        count = command[4] or _ANSWER_BYTES
        part, self._held = self._held[:count], self._held[count:]
        return part + (b"\x61" + bytes((len(self._held) & 0xFF,)) if self._held else b"\x90\x00")


_DIGESTS: dict[tuple[bool, int], hashes.HashAlgorithm] = {
    (True, words.SHA256_WITH_ECDSA): hashes.SHA256(),
    (True, words.SHA384_WITH_ECDSA): hashes.SHA384(),
    (False, words.SHA256_WITH_RSA): hashes.SHA256(),
}


def _signature(key: CardKey, algorithm: int, digest: bytes) -> bytes | None:
    expected = _DIGESTS.get((isinstance(key, ec.EllipticCurvePrivateKey), algorithm))
    if expected is None or len(digest) != expected.digest_size:
        return None
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(digest, padding.PKCS1v15(), Prehashed(expected))
    r, s = decode_dss_signature(key.sign(digest, ec.ECDSA(Prehashed(expected))))
    half = (key.key_size + 7) // 8
    return r.to_bytes(half) + s.to_bytes(half)


def _filled(certificate: bytes) -> bytes:
    return certificate.ljust(_FILE_BYTES, b"\0")


def _private_pem(key: CardKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")


def _load_key(pem: str) -> CardKey:
    key = serialization.load_pem_private_key(pem.encode("ascii"), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError("a card has an elliptic-curve or an RSA key")
    return key
