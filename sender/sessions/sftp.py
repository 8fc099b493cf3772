"""An SFTP session that hears every answer of the counter, also those that paramiko's own upload lets go unheard.

The close of a file is where the counter says whether it took it over durably; paramiko's `SFTPFile.close` drops that
status, and its pipelined writes drop theirs. Here each is waited for and raised.
"""

import contextlib
import errno
from collections import deque
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

import paramiko
from paramiko.sftp import CMD_CLOSE, CMD_WRITE, int64

from domain.environments import Tray
from sender.progress import Advance
from sender.sessions.contract import (
    REPLY_SECONDS,
    CounterRefusesError,
    CounterTroubleError,
    LineLostError,
    RemoteFile,
    require_size,
)

_CHUNK = 32768
_UNCONFIRMED_CHUNKS = 64
_UNREAD_AHEAD = 64
_PARAMIKO_SAYS_LOST = "Socket is closed"


class HearingClient(paramiko.SFTPClient):
    """Paramiko's client, with an upload that waits for every status."""

    if TYPE_CHECKING:

        def _request(self, kind: int, *args: object) -> tuple[int, paramiko.Message]: ...
        def _async_request(self, fileobj: object, kind: int, *args: object) -> int: ...
        def _read_response(self, waitfor: int) -> tuple[int, paramiko.Message]: ...

    def upload(self, path: str, content: BinaryIO, *, offset: int, size: int) -> None:
        """Write `content` to `path` from `offset` on, require `size` bytes there, and close it."""
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
            require_size(file.stat().st_size, size)
        except BaseException:
            # closing would tell the counter that the file is whole: leave the handle to the end of the session
            paramiko.BufferedFile.close(file)
            raise
        paramiko.BufferedFile.close(file)
        self._request(CMD_CLOSE, file.handle)


class SftpSession:
    """A session with one mailbox over SFTP."""

    def __init__(self, client: HearingClient) -> None:
        self._client = client
        channel = client.get_channel()
        if channel is not None:
            channel.settimeout(REPLY_SECONDS)

    def size_of(self, file: RemoteFile) -> int | None:
        """Return the size in bytes of a file, None when no such file is visible."""
        with _translated(), contextlib.suppress(FileNotFoundError):
            return self._client.stat(str(file)).st_size
        return None

    def names_in(self, tray: Tray) -> Sequence[str]:
        """Return the names of the files in a tray."""
        with _translated():
            return self._client.listdir(f"/{tray}")

    def upload(self, file: RemoteFile, content: BinaryIO, *, offset: int, size: int) -> None:
        """Write `content` to `file`; return when the counter has answered its close."""
        with _translated():
            self._client.upload(str(file), content, offset=offset, size=size)

    def download(self, file: RemoteFile, target: BinaryIO, advance: Advance) -> None:
        """Read a file to its end into `target`."""
        told = 0

        def tell(done: int, _total: int) -> None:
            nonlocal told
            advance(done - told)
            told = done

        with _translated():
            self._client.getfo(str(file), target, callback=tell, max_concurrent_prefetch_requests=_UNREAD_AHEAD)

    def remove(self, file: RemoteFile) -> None:
        """Remove a file, which may be gone already."""
        with _translated(), contextlib.suppress(FileNotFoundError):
            self._client.remove(str(file))


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Raise what every session raises; an OSError that has another number than SFTP's own is this machine's."""
    try:
        yield
    except (TimeoutError, EOFError, ConnectionError, paramiko.SSHException) as trouble:
        raise LineLostError from trouble
    except OSError as trouble:
        said = str(trouble.strerror or trouble)
        if said == _PARAMIKO_SAYS_LOST:
            raise LineLostError from trouble
        if trouble.errno in {errno.EACCES, errno.ENOENT}:
            raise CounterRefusesError(said) from trouble
        if trouble.errno is None:
            raise CounterTroubleError(said) from trouble
        raise
