"""Passwords that leaked elsewhere, in a file of the operator: found by their SHA-1, without reading it whole (ASVS 6.2.12).

Its lines are sorted and begin with 40 hexadecimal digits, as the lists that are passed on for this purpose ("ordered by
hash") have them; what follows a digest, how often it was seen, is passed over.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from domain.refusals import OutageError

IsLeaked = Callable[[str], bool]
_LINE = re.compile(rb"[0-9A-Fa-f]{40}\b")


@dataclass(frozen=True, slots=True)
class LeakedPasswords:
    """The file at `path`."""

    path: Path

    def holds(self, password: str) -> bool:
        """Whether the password is in the file; OutageError when it cannot be read, or is none of that form."""
        wanted = hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().encode()
        try:
            with self.path.open("rb") as file:
                low, high = 0, file.seek(0, 2)
                while low < high:
                    middle = (low + high) // 2
                    file.seek(max(middle - 1, 0))
                    if middle:
                        file.readline()
                    line = file.readline()
                    if not line:
                        high = middle
                        continue
                    digest = _digest_of(line)
                    if digest == wanted:
                        return True
                    low, high = (file.tell(), high) if digest < wanted else (low, middle)
        except OSError as trouble:
            raise OutageError(f"the list of leaked passwords cannot be read: {trouble.strerror}") from trouble
        return False


def nothing_leaked(password: str) -> bool:  # noqa: ARG001 - whatever it is
    """Stand for a list that an installation does not have."""
    return False


def _digest_of(line: bytes) -> bytes:
    if not _LINE.match(line):
        raise OutageError("the list of leaked passwords has a line that begins with no SHA-1 of 40 digits")
    return line[:40].lower()
