"""Passwords of technical users: make one, hash it by Argon2id, verify it; slow on purpose, so never on an event loop."""

import base64
from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
"""The library's own numbers: the low-memory profile of RFC 9106."""

_RANDOM_BYTES = 20
LONGEST_PASSWORD = 128


def new_password(randomness: Callable[[int], bytes]) -> str:
    """Return a password of 32 capitals and digits made of 160 random bits, which any FTP client can be given."""
    return base64.b32encode(randomness(_RANDOM_BYTES)).decode("ascii")


def hash_password(text: str) -> str:
    """Return the encoded hash that the password's row keeps."""
    return _HASHER.hash(text)


def is_password(text: str, encoded: str) -> bool:
    """Whether `text` is the password that was hashed; False for a hash that cannot be read."""
    if len(text) > LONGEST_PASSWORD:
        return False
    try:
        return _HASHER.verify(encoded, text)
    except (VerificationError, InvalidHashError):
        return False
