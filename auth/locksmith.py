"""Make and try what is secret in digital keys: passwords and codes by Argon2id with a pepper, the rest by AES-GCM.

A stolen table is worth nothing without the file of these keys: the pepper enters every hash by HMAC-SHA-256, and what
must be read again is sealed to the purpose that it was made for.
"""

import base64
import hmac
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Self

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.refusals import OutageError

_KEY_BYTES = 32
_NONCE_BYTES = 12

PASSWORD_HASHER = PasswordHasher()
"""The library's own numbers: the low-memory profile of RFC 9106."""

CODE_HASHER = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1)
"""For codes of 30 random bits that three misses suspend."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What only the locksmith reads again, and the id of the key that opens it."""

    key_id: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Locksmith:
    """The keys of this installation's digital keys; older sealing keys stay readable under their id."""

    current: str
    sealing: dict[str, bytes] = field(repr=False)
    pepper: bytes = field(repr=False)
    randomness: Callable[[int], bytes] = os.urandom
    passwords: PasswordHasher = PASSWORD_HASHER
    codes: PasswordHasher = CODE_HASHER

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return the locksmith whose keys are in `path` (JSON, base64); OutageError when they cannot be read."""
        try:
            content = json.loads(path.read_text(encoding="ascii"))
            return cls(
                current=content["current"],
                sealing={name: base64.b64decode(key) for name, key in content["sealing"].items()},
                pepper=base64.b64decode(content["pepper"]),
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as trouble:
            raise OutageError(f"the keys of signing in cannot be read from {path.name}") from trouble

    @staticmethod
    def generate() -> str:
        """Return the JSON text of fresh random keys."""
        return json.dumps(
            {
                "current": "k1",
                "sealing": {"k1": base64.b64encode(os.urandom(_KEY_BYTES)).decode()},
                "pepper": base64.b64encode(os.urandom(_KEY_BYTES)).decode(),
            },
        )

    def hash_password(self, text: str) -> str:
        """Return the encoded Argon2id hash of a password."""
        return self.passwords.hash(self._peppered(text))

    def is_password(self, text: str, encoded: str) -> bool:
        """Whether `text` is the password that was hashed; False for a hash that cannot be read."""
        return _verify(self.passwords, encoded, self._peppered(text))

    def needs_rehash(self, encoded: str) -> bool:
        """Whether a password was hashed with other numbers than today's."""
        return self.passwords.check_needs_rehash(encoded)

    def dummy_hash(self) -> str:
        """Return a hash that no password has, to spend the same time on a user name that does not exist."""
        return _dummy(self.passwords, self.pepper)

    def hash_code(self, text: str) -> str:
        """Return the encoded hash of one code of a token card, with a salt of its own."""
        return self.codes.hash(self._peppered(text))

    def is_code(self, text: str, encoded: str) -> bool:
        """Whether `text` is the code that was hashed."""
        return _verify(self.codes, encoded, self._peppered(text))

    def digest(self, text: str, *, purpose: str) -> bytes:
        """Return the keyed SHA-256 (32 bytes) under which something is found that need not be read again."""
        return hmac.digest(self.pepper, f"{purpose}\0{text}".encode(), "sha256")

    def seal(self, content: bytes, *, purpose: str) -> Sealed:
        """Return `content`, encrypted and bound to its purpose."""
        nonce = self.randomness(_NONCE_BYTES)
        ciphertext = _cipher(self.sealing[self.current]).encrypt(nonce, content, purpose.encode())
        return Sealed(key_id=self.current, content=nonce + ciphertext)

    def open(self, sealed: Sealed, *, purpose: str) -> bytes:
        """Return what was sealed for `purpose`; OutageError when the key is missing or the row was tampered with."""
        nonce, ciphertext = sealed.content[:_NONCE_BYTES], sealed.content[_NONCE_BYTES:]
        try:
            return _cipher(self.sealing[sealed.key_id]).decrypt(nonce, ciphertext, purpose.encode())
        except (KeyError, ValueError, InvalidTag) as trouble:
            raise OutageError(f"what key {sealed.key_id} sealed for {purpose} does not open") from trouble

    def _peppered(self, text: str) -> bytes:
        return base64.b64encode(hmac.digest(self.pepper, b"password\0" + text.encode(), "sha256"))


def _verify(hasher: PasswordHasher, encoded: str, peppered: bytes) -> bool:
    try:
        return hasher.verify(encoded, peppered)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=4)
def _dummy(hasher: PasswordHasher, pepper: bytes) -> str:
    return hasher.hash(hmac.digest(pepper, b"nobody's password", "sha256"))


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)
