"""Show on a terminal how far a long piece of work is; silent everywhere else."""

import contextlib
import io
import os
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Self, TextIO, TypeAlias

from sender.tables import printable

Advance: TypeAlias = Callable[[int], None]
"""Told how many bytes more are done; fewer than none where some are to be done again."""
Meter: TypeAlias = Callable[[str, int], AbstractContextManager[Advance]]
"""Opened with what is being done and the bytes in all."""

LEAST_BYTES = 4 << 20
"""Work on less is done before a person has read that it began."""
_REDRAW_SECONDS = 0.1
_BAR = 24
_LABEL, _LEAST_LABEL = 44, 8
_REST = 34
"""Columns for the percentage, the size and the time left."""
_SHOWN_SECONDS = 3600
_ERASE = "\r\x1b[2K"
_GREEN, _PLAIN = "\x1b[32m", "\x1b[0m"


def open_meter(stream: TextIO, *, quiet: bool, surroundings: Mapping[str, str] = os.environ) -> Meter:
    """Return a meter that draws on `stream` when that is a terminal able to redraw a line; otherwise a silent one.

    `surroundings` are the environment variables: with NO_COLOR the bar has no colour (https://no-color.org).
    """
    if quiet or not stream.isatty() or surroundings.get("TERM", "dumb") == "dumb":
        return silent
    return TerminalMeter(stream, colour=not surroundings.get("NO_COLOR"))


@contextlib.contextmanager
def silent(_doing: str, _total: int) -> Iterator[Advance]:
    """Show nothing."""
    yield lambda _amount: None


class TerminalMeter:
    """One line that is redrawn in place and erased at the end."""

    def __init__(self, stream: TextIO, *, colour: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._colour = colour
        self._clock = clock
        unicode = "utf" in (getattr(stream, "encoding", "") or "").lower()
        self._full, self._empty = ("█", "░") if unicode else ("#", "-")

    @contextlib.contextmanager
    def __call__(self, doing: str, total: int) -> Iterator[Advance]:
        """Yield what tells the meter how many of the `total` bytes are done; small work shows nothing."""
        if total < LEAST_BYTES:
            yield lambda _amount: None
            return
        began = drawn = self._clock()
        done = 0

        def advance(amount: int) -> None:
            nonlocal done, drawn
            done += amount
            now = self._clock()
            if now - drawn >= _REDRAW_SECONDS:
                drawn = now
                self._draw(doing, min(done, total), total, now - began)

        self._draw(doing, 0, total, 0.0)
        try:
            yield advance
        finally:
            self._stream.write(_ERASE)
            self._stream.flush()

    def _draw(self, doing: str, done: int, total: int, seconds: float) -> None:
        filled = _BAR * done // total
        bar = self._full * filled + self._empty * (_BAR - filled)
        bar = f"{_GREEN}{bar}{_PLAIN}" if self._colour else bar
        room = max(_LEAST_LABEL, min(_LABEL, shutil.get_terminal_size().columns - _BAR - _REST))
        label = printable(doing)
        label = label if len(label) <= room else _shortened(label, room)
        line = f"{label:<{room}} {bar} {100 * done // total:>3} % of {_size(total)}{_left(done, total, seconds)}"
        self._stream.write(_ERASE + line)
        self._stream.flush()


class MeteredFile(io.BufferedReader):
    """A file opened for reading that tells how many bytes were read."""

    def __init__(self, path: Path, advance: Advance) -> None:
        super().__init__(io.FileIO(path))
        self._advance = advance

    def read(self, size: int | None = -1, /) -> bytes:
        """Return up to `size` bytes and tell how many they were."""
        data = super().read(size)
        self._advance(len(data))
        return data

    def __enter__(self) -> Self:
        return self


class ContinuedFile(MeteredFile):
    """A metered file that is sent from where an earlier attempt stopped: what is passed over is done, what is read again is not."""

    def seek(self, target: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to that place and tell how many bytes farther it is, or fewer than none."""
        before = self.tell()
        place = super().seek(target, whence)
        self._advance(place - before)
        return place


def _shortened(label: str, room: int) -> str:
    """Return the first word and the end: names of one set differ in their last elements."""
    word = label.partition(" ")[0][: room // 2]
    return f"{word} ...{label[len(word) + len(' ...') - room :]}"


def _size(total: int) -> str:
    return f"{total / 1_000_000:.1f} MB"


def _left(done: int, total: int, seconds: float) -> str:
    if not done or seconds < 1:
        return ""
    left = int(seconds * (total - done) / done)
    return f", {left // 60}:{left % 60:02d} left" if left < _SHOWN_SECONDS else ", more than an hour left"
