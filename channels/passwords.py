"""Passwords of technical users: made at random, kept as Argon2id hashes alone."""

from collections.abc import Callable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789-"
"""32 characters that nobody mistakes for one another."""

_CHARACTERS = 26
"""130 bits."""

LONGEST_PASSWORD = 128
_HASHER = PasswordHasher()


def new_password(randomness: Callable[[int], bytes]) -> str:
    """Return a new password, made of what `randomness` returns for a number of bytes."""
    return "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in randomness(_CHARACTERS))


def hash_password(text: str) -> str:
    """Return what is kept of a password; the same password is never kept the same way twice."""
    return _HASHER.hash(text)


def is_password(text: str, encoded: str) -> bool:
    """Whether `text` is the password of which `encoded` was kept; takes tens of milliseconds of a core, on purpose."""
    if len(text) > LONGEST_PASSWORD:
        return False
    try:
        return _HASHER.verify(encoded, text)
    except (VerificationError, InvalidHashError):
        return False
