"""A bare SFTP server on paramiko's own classes: what the door's library costs without a mailbox.

It merely writes; with the word `kept` it synchronises each file and commits a row for it before the close is answered.
"""

import os
import sys
import threading
from pathlib import Path
from socket import socket

import paramiko
import psycopg
from paramiko.common import AUTH_FAILED, AUTH_SUCCESSFUL, OPEN_SUCCEEDED

from commands.bench.doors.bare_servers import serve_in_processes
from commands.bench.doors.sftp_loads import CIPHER


class _OneKey(paramiko.ServerInterface):
    """Lets whoever has the one key do everything."""

    def __init__(self, key: str) -> None:
        self._key = key

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002 - paramiko's own name
        """Return the one way to log in."""
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:  # noqa: ARG002
        """Compare the keys."""
        return AUTH_SUCCESSFUL if key.get_base64() == self._key else AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002
        """Open every channel."""
        return OPEN_SUCCEEDED


class _PlainFiles(paramiko.SFTPServerInterface):
    """Writes files where the client says."""

    handle = paramiko.SFTPHandle

    def stat(self, path: str) -> "paramiko.SFTPAttributes | int":
        """Look at the disk."""
        try:
            return paramiko.SFTPAttributes.from_stat(Path(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle:  # noqa: ARG002
        """Create the file."""
        handle = self.handle(flags)
        handle.writefile = os.fdopen(os.open(path, flags | os.O_CREAT, 0o640), "wb")  # type: ignore[attr-defined]
        return handle


class _KeptFile(paramiko.SFTPHandle):
    """A file whose close tells of what no failure takes back: the least that a door which keeps its word has to do."""

    _own = threading.local()

    def close(self) -> None:
        """Make the bytes durable, and a row."""
        self.writefile.flush()  # type: ignore[attr-defined]  # paramiko's own way to hold it
        os.fsync(self.writefile.fileno())  # type: ignore[attr-defined]
        super().close()
        if not hasattr(self._own, "connection"):
            self._own.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=0)
        self._own.connection.execute("INSERT INTO bench_kept (name) VALUES (%s::text)", ["FI"])


class _KeptFiles(_PlainFiles):
    """Keeps files as a door does."""

    handle = _KeptFile


def main() -> None:
    """Serve at 127.0.0.1 and the port in the first argument, by the host key and for the public key in the next ones."""
    port, host_key, public_key, *how = sys.argv[1:]
    files = _KeptFiles if how == ["kept"] else _PlainFiles
    own = paramiko.Ed25519Key.from_private_key_file(host_key)
    key = Path(public_key).read_text(encoding="ascii").split()[1]

    def begin(accepted: socket) -> None:
        transport = paramiko.Transport(accepted)
        transport.get_security_options().ciphers = (CIPHER,)
        transport.add_server_key(own)
        transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
        transport.start_server(server=_OneKey(key))

    serve_in_processes(int(port), begin)


if __name__ == "__main__":
    main()
