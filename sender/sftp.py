"""An SFTP session that hears every answer of the counter, also those that paramiko's own upload lets go unheard.

The close of a file is where the counter says whether it took it over durably; paramiko's `SFTPFile.close` drops that
status, and its pipelined writes drop theirs. Here each is waited for and raised.
"""

import contextlib
import errno
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import paramiko
from paramiko.sftp import CMD_CLOSE, CMD_WRITE, int64

from sender.progress import Advance
from sender.tables import printable
from sender.troubles import ExitCode, SenderError

_CHUNK = 32768
_UNCONFIRMED_CHUNKS = 64
_UNREAD_AHEAD = 64
_PATIENCE_SECONDS = 300.0
"""Sealing a large set takes the counter a while before it answers the last close."""
_PARAMIKO_SAYS_LOST = "Socket is closed"


class CounterSession(paramiko.SFTPClient):
    """A session with one mailbox; paths are relative to its root."""

    if TYPE_CHECKING:

        def _request(self, kind: int, *args: object) -> tuple[int, paramiko.Message]: ...
        def _async_request(self, fileobj: object, kind: int, *args: object) -> int: ...
        def _read_response(self, waitfor: int) -> tuple[int, paramiko.Message]: ...

    def set_patience(self) -> None:
        """Give up on a counter that is silent for five minutes."""
        channel = self.get_channel()
        if channel is not None:
            channel.settimeout(_PATIENCE_SECONDS)

    def size_of(self, path: str) -> int | None:
        """Return the size in bytes of the file at `path`, or None when no such file is visible."""
        try:
            return self.stat(path).st_size
        except FileNotFoundError:
            return None

    def upload(self, path: str, content: BinaryIO, *, offset: int, size: int) -> None:
        """Write `content`, of `size` bytes in all, to `path`; return when the counter has answered its close.

        With `offset` 0 the file begins anew; otherwise the first `offset` bytes stay and `content` is read from there.
        Raises OSError, EOFError or paramiko.SSHException as soon as the counter refuses or the line is lost, and
        SenderError, without a close, when the counter then holds another number of bytes.
        """
        content.seek(offset)
        file = self.open(path, "ab" if offset else "wb")
        try:
            unconfirmed: deque[int] = deque()
            while chunk := content.read(_CHUNK):
                unconfirmed.append(self._async_request(type(None), CMD_WRITE, file.handle, int64(offset), chunk))
                offset += len(chunk)
                if len(unconfirmed) >= _UNCONFIRMED_CHUNKS:
                    self._read_response(unconfirmed.popleft())
            while unconfirmed:
                self._read_response(unconfirmed.popleft())
            _require_size(file.stat().st_size, size)
        except BaseException:
            # closing would tell the counter that the file is whole: leave the handle to the end of the session
            paramiko.BufferedFile.close(file)
            raise
        paramiko.BufferedFile.close(file)
        self._request(CMD_CLOSE, file.handle)

    def download(self, path: str, target: BinaryIO, advance: Advance) -> None:
        """Read the file at `path` into `target`, telling how many bytes more have come each time."""
        told = 0

        def tell(done: int, _total: int) -> None:
            nonlocal told
            advance(done - told)
            told = done

        self.getfo(path, target, callback=tell, max_concurrent_prefetch_requests=_UNREAD_AHEAD)


@contextlib.contextmanager
def told_in_sentences(doing: str) -> Iterator[None]:
    """Turn what the session raises while `doing` (such as "sending FI...") into a SenderError."""
    try:
        yield
    except (TimeoutError, EOFError, ConnectionError, paramiko.SSHException) as trouble:
        raise _line_lost(doing) from trouble
    except OSError as trouble:
        said = printable(str(trouble.strerror or trouble))
        if said == _PARAMIKO_SAYS_LOST:
            raise _line_lost(doing) from trouble
        if trouble.errno in {errno.EACCES, errno.ENOENT}:
            raise SenderError(
                f"The counter refuses {doing}: {said}.",
                next_step="Check the name, the environment and your sender's rights, then try again.",
                exit_code=ExitCode.REFUSED,
            ) from trouble
        if trouble.errno is not None:
            raise SenderError(
                f"This machine has trouble while {doing}: {said}.", next_step="Repair that, then run the command again."
            ) from trouble
        raise SenderError(
            f"The counter has trouble while {doing}: {said}.",
            next_step="Nothing is lost; run the same command again in a few minutes.",
            exit_code=ExitCode.INTERRUPTED,
        ) from trouble


def _line_lost(doing: str) -> SenderError:
    return SenderError(
        f"The connection was lost while {doing}.",
        next_step="Run the same command again: it goes on where it stopped.",
        exit_code=ExitCode.INTERRUPTED,
    )


def _require_size(arrived: int | None, size: int) -> None:
    if arrived not in {size, None}:
        raise SenderError(
            f"The counter holds {arrived} bytes of a file that has {size} here.",
            next_step="Make sure that nothing else writes to the file, then run the same command again.",
            exit_code=ExitCode.INTERRUPTED,
        )
