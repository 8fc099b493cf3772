"""Turn a payload, chunk by chunk, into what a signer digests who was not told to sign binary; keeps no more than a count.

It follows OpenSSL 3.0, as measured with `openssl cms -sign`: a line end, LF with any CR directly before it, becomes
CRLF; CR at the very end of the payload are dropped; any other CR stays. (OpenSSL also drops a CR that stands as byte
1023 of a longer line, where its line buffer ends; nobody can mean that, and here it stays.)
"""

from collections.abc import Iterator

_MAX_RUN = 64 * 1024
"""Bytes in which a run of CR is given out, however long it is."""


class CanonicalText:
    """The line ends of one payload, of which chunks come in any sizes."""

    def __init__(self) -> None:
        self._held_back = 0

    def convert(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what `chunk` adds to the text; CR at its end wait for what follows."""
        body = chunk.rstrip(b"\r")
        held_back = len(chunk) - len(body)
        if not body:
            self._held_back += held_back
            return
        start = body.lstrip(b"\r") if self._held_back else body
        if start.startswith(b"\n"):
            body = start
        else:
            yield from _carriage_returns(self._held_back)
        self._held_back = held_back
        yield _end_lines(body)


def _end_lines(text: bytes) -> bytes:
    """Return `text`, which does not end in CR, in time linear in its length, however its CR and LF lie."""
    if b"\r\r\n" in text:
        return b"\r\n".join(line.rstrip(b"\r") for line in text.split(b"\n"))
    return text.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _carriage_returns(count: int) -> Iterator[bytes]:
    for start in range(0, count, _MAX_RUN):
        yield b"\r" * min(_MAX_RUN, count - start)
