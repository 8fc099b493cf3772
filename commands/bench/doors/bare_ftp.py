"""A bare FTP server on pyftpdlib's own classes: what the door's library costs without a mailbox, a database or fsync."""

import logging
import sys
from socket import socket

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

from channels.doors.workers import StopSignal
from commands.bench.doors.bare_servers import listen_in_processes

_TICK = 0.2


def main() -> None:
    """Serve at 127.0.0.1 and the port in the first argument, for the user, password and folder in the others."""
    port, user, password, folder = sys.argv[1:]
    logging.getLogger("pyftpdlib").setLevel(logging.ERROR)
    authorizer = DummyAuthorizer()
    authorizer.add_user(user, password, folder, perm="elradfmw")

    class Handler(FTPHandler):  # type: ignore[misc]  # pyftpdlib has no types
        """One session."""

    Handler.authorizer = authorizer

    def serve(listener: socket, stop: StopSignal) -> None:
        server = FTPServer(listener, Handler)
        while not stop.is_set():
            server.serve_forever(timeout=_TICK, blocking=False)

    listen_in_processes(int(port), serve)


if __name__ == "__main__":
    main()
