"""Say whether an encrypted PDF opens without a password, and decrypt its streams then (ISO 32000, 7.6). Pure, bounded.

A program that forbids printing or copying encrypts a document for an empty password, and everybody opens it. What needs a
password, a certificate or a key of odd length opens for nobody here.
"""

import hashlib
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from ingest.pdf_values import NoValueError, Value, read_value

LOCK = re.compile(rb"/Encrypt\s*(?:(\d+)\s+(\d+)\s+R|(?=<<))")
"""Where a trailer says how the document is encrypted."""
_ID = re.compile(rb"/ID\s*(?=\[)")
_NUMBERS = re.compile(rb"(?<!\d)(\d{1,10})\s+(\d{1,5})\s+obj\b")
_NO_PASSWORD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
"""What stands for a password that has no letters."""
_OLDEST, _OF_METADATA = 2, 4
_SHORT, _LONG, _SEALED = 5, 16, 32
_BLOCK, _ROUNDS = 16, 64
_LONGEST_NUMBER = 10


@dataclass(frozen=True, slots=True)
class OpenedPdf:
    """A document that opens without a password: its key, and how its streams are encrypted (V2, AESV2, AESV3, or not: None)."""

    key: bytes
    method: str

    @classmethod
    def of(cls, content: bytes) -> Self | None:
        """Return the encrypted document opened; None where that takes a password, or it says of no known way."""
        try:
            said = _encryption(content)
            method, key = _method(said), _key(said, content)
        except (NoValueError, UnsupportedAlgorithm):
            return None
        return None if key is None or method is None else cls(key, method)

    def decrypted(self, packed: bytes, *, head: bytes) -> bytes:
        """Return what is encrypted at the begin of a stream, of the object whose number stands last in `head`.

        Where the stream ends is not asked: what follows it becomes noise. Empty where nobody can tell of which object it is.
        """
        if self.method == "None":
            return packed
        numbers = _NUMBERS.findall(head)
        if not numbers:
            return b""
        key = self._key_of(*map(int, numbers[-1]))
        return _rc4(key, packed) if self.method == "V2" else _aes(key, packed[:_BLOCK], packed[_BLOCK:])

    def _key_of(self, number: int, generation: int) -> bytes:
        if self.method == "AESV3":
            return self.key
        which = number.to_bytes(5, "little")[:3] + generation.to_bytes(3, "little")[:2]
        salt = b"sAlT" if self.method == "AESV2" else b""
        return _md5(self.key + which + salt)[: min(len(self.key) + 5, _LONG)]


def _encryption(content: bytes) -> dict[str, Value]:
    """Return what the last trailer says of the encryption, in place or in an object of its own, the last of that number."""
    (said,) = deque(LOCK.finditer(content), maxlen=1)
    at = said.end()
    if said[1]:
        if len(said[1]) > _LONGEST_NUMBER or len(said[2]) > _LONGEST_NUMBER:
            raise NoValueError
        objects = re.compile(rb"(?<!\d)0*%d\s+0*%d\s+obj\b" % (int(said[1]), int(said[2])))
        at = max((found.end() for found in objects.finditer(content)), default=len(content))
    value = read_value(content, at)
    if not isinstance(value, dict):
        raise NoValueError
    return value


def _first_id(content: bytes) -> bytes:
    at = max((found.end() for found in _ID.finditer(content)), default=None)
    value = None if at is None else read_value(content, at)
    return value[0] if isinstance(value, list) and value and isinstance(value[0], bytes) else b""


def _method(said: dict[str, Value]) -> str | None:
    """Return how streams are encrypted; None for a way that nobody knows."""
    if said.get("V") in (1, 2):
        return "V2"
    filters = said.get("CF")
    crypt = filters.get(str(said.get("StmF"))) if isinstance(filters, dict) else None
    match crypt.get("CFM", "None") if isinstance(crypt, dict) else said.get("StmF", "Identity"):
        case "None" | "Identity":
            return "None"
        case "V2" | "AESV2" | "AESV3" as method:
            return method
        case _:
            return None


def _key(said: dict[str, Value], content: bytes) -> bytes | None:
    """Return the key as the empty password makes it; None where the document is of another password, or of no known way."""
    match said:
        case {"Filter": "Standard", "V": 5, "R": 5, "U": bytes() as user, "UE": bytes() as sealed}:
            return _long_key(user, sealed, _plain_digest)
        case {"Filter": "Standard", "V": 5, "R": 6, "U": bytes() as user, "UE": bytes() as sealed}:
            return _long_key(user, sealed, _digest)
        case {"Filter": "Standard", "O": bytes() as owner, "U": bytes() as user, "P": int() as allowed}:
            size, first_id = _size(said), _first_id(content)
            told = owner[:32] + (allowed & 0xFFFFFFFF).to_bytes(4, "little") + first_id
            hidden = b"\xff" * 4 if said.get("R") == _OF_METADATA and said.get("EncryptMetadata") == "false" else b""
            return None if size is None else _short_key(told + hidden, user, first_id, size=size, revision=said["R"])
        case _:
            return None


def _size(said: dict[str, Value]) -> int | None:
    """Return of how many bytes the key of revisions 2 to 4 is; None where nobody knows that, or it is an odd number."""
    match said.get("V"), said.get("R"), said.get("Length", 40):
        case (1, 2 | 3, _) | (2, 3, 40):
            return _SHORT
        case (2, 3, 128) | (4, 4, _):
            return _LONG
        case _:
            return None


def _short_key(told: bytes, user: bytes, first_id: bytes, *, size: int, revision: Value) -> bytes | None:
    key = _md5(_NO_PASSWORD + told)[:size]
    if revision == _OLDEST:
        return key if _rc4(key, _NO_PASSWORD) == user else None
    for _ in range(50):
        key = _md5(key)[:size]
    proof = _md5(_NO_PASSWORD + first_id)
    for number in range(20):
        proof = _rc4(bytes(byte ^ number for byte in key), proof)
    return key if proof == user[:16] else None


def _long_key(user: bytes, sealed: bytes, digest: Callable[[bytes], bytes]) -> bytes | None:
    """Return the key of revisions 5 and 6: `user` is a digest, its salt, and the salt of what seals the key."""
    if len(sealed) != _SEALED or digest(user[32:40]) != user[:32]:
        return None
    return _aes(digest(user[40:48]), bytes(_BLOCK), sealed)


def _plain_digest(salt: bytes) -> bytes:
    return hashlib.sha256(salt).digest()


def _digest(salt: bytes) -> bytes:
    """Return the digest of an empty password and a salt (ISO 32000-2, algorithm 2.B): at most 288 rounds."""
    key, number, last = hashlib.sha256(salt).digest(), 0, 0
    while number < _ROUNDS or last > number - 32:
        encryptor = Cipher(AES(key[:16]), CBC(key[16:32])).encryptor()
        made = encryptor.update(key * 64)
        key = (hashlib.sha256, hashlib.sha384, hashlib.sha512)[sum(made[:16]) % 3](made).digest()
        number, last = number + 1, made[-1]
    return key[:32]


def _aes(key: bytes, start: bytes, content: bytes) -> bytes:
    """Decrypt whole blocks."""
    whole = content[: len(content) // _BLOCK * _BLOCK]
    return Cipher(AES(key), CBC(start)).decryptor().update(whole) if len(start) == _BLOCK else b""


def _rc4(key: bytes, content: bytes) -> bytes:
    return Cipher(ARC4(key), mode=None).decryptor().update(content)


def _md5(content: bytes) -> bytes:
    return hashlib.md5(content, usedforsecurity=False).digest()
