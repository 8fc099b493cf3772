"""Remember for some minutes which passwords were verified, so that a client that connects again need not wait for Argon2.

Kept are keyed hashes in the memory of one process, never the passwords; a changed password has another hash in its row
and is verified anew. Wrong passwords are not remembered: each guess costs what it should.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable

from channels.passwords import is_password

_MOST = 1024


class KnownPasswords:
    """Used by the one thread that hashes."""

    def __init__(self, *, key: bytes, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self._key = key
        self._seconds = seconds
        self._now = now
        self._until: OrderedDict[bytes, float] = OrderedDict()

    def is_password(self, text: str, encoded: str) -> bool:
        """Whether `text` is the password that was hashed; slow unless that was found within the last minutes."""
        mark = hashlib.blake2b(f"{encoded}\n{text}".encode(), key=self._key).digest()
        if self._until.get(mark, 0.0) > self._now():
            return True
        if not is_password(text, encoded):
            return False
        self._until[mark] = self._now() + self._seconds
        self._until.move_to_end(mark)
        while len(self._until) > _MOST:
            self._until.popitem(last=False)
        return True
