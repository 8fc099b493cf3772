"""Names of user accounts: short, unambiguous when read aloud, and without anything of the person. Pure."""

from collections.abc import Callable

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 8


def new_user_name(randomness: Callable[[int], bytes]) -> str:
    """Return U and eight characters out of 32; `randomness` gives that many random bytes."""
    return "U" + "".join(ALPHABET[byte % len(ALPHABET)] for byte in randomness(_LENGTH))
