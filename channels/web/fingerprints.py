"""Know a repeated request again: the SHA-256 of its files' names and contents, whatever boundary lies between them."""

import hashlib
from collections.abc import Iterable

from channels.web.multipart import FileBegins, FileContent, SetEvent


class SetFingerprint:
    """Takes the events of one request and tells what was asked."""

    def __init__(self, environment: str | None) -> None:
        self._environment = environment or ""
        self._digests: list[tuple[str, hashlib._Hash]] = []

    def take(self, events: Iterable[SetEvent]) -> None:
        """Hash what arrived."""
        for event in events:
            match event:
                case FileBegins(name):
                    self._digests.append((name, hashlib.sha256()))
                case FileContent(piece):
                    self._digests[-1][1].update(piece)

    def value(self) -> str:
        """Return the fingerprint of what was taken so far, as 64 hexadecimal digits; the order of files is no matter."""
        lines = sorted(f"{name} {digest.hexdigest()}" for name, digest in self._digests)
        return hashlib.sha256("\n".join([self._environment, *lines]).encode("latin-1")).hexdigest()
