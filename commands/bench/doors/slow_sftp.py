"""Slow clients of the SFTP door in one process: logged in and silent, or uploading a few bytes now and then."""

import contextlib
import queue
import socket
import threading
import time
from dataclasses import dataclass
from typing import Any

import paramiko

from commands.bench.doors.client_lines import messages, say

_CONNECTING_AT_ONCE = 4
_BEAT_SECONDS = 1.0
_DRIBBLE = b"x" * 100


class PatientTransport(paramiko.Transport):
    """A client's connection that does not wake ten times a second to see whether it is still there."""

    _active_check_timeout = 5.0


@dataclass
class SlowSession:
    """One client; it comes back when the door ends its session."""

    source: str
    user: str
    key: paramiko.PKey
    name: str | None
    """The file it uploads for ever, where it uploads."""
    transport: paramiko.Transport | None = None
    file: paramiko.SFTPFile | None = None
    offset: int = 0

    @property
    def is_held(self) -> bool:
        """Whether the session is there."""
        return self.transport is not None and self.transport.is_active()

    def connect(self, port: int) -> None:
        """Log in, begin a session and open the file."""
        self.leave()
        line = socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(self.source, 0))
        self.transport = PatientTransport(line)
        self.transport.connect(username=self.user, pkey=self.key)
        client = self.transport.open_sftp_client()
        if client is not None and self.name is not None:
            self.file = client.open(f"IN/{self.name}", "w")

    def dribble(self) -> None:
        """Send a few bytes and wait until they are taken."""
        if self.file is not None:
            self.file.write(_DRIBBLE)
            self.file.flush()

    def leave(self) -> None:
        """Hang up without a close."""
        self.file = None
        if self.transport is not None:
            with contextlib.suppress(OSError):
                self.transport.sock.shutdown(socket.SHUT_RDWR)
            self.transport.close()
            self.transport = None


class Crowd:
    """All sessions of this process, and the threads that keep them there."""

    def __init__(self, port: int, sessions: list[SlowSession]) -> None:
        self._port = port
        self._sessions = sessions
        self._waiting: queue.Queue[SlowSession] = queue.Queue()
        self._queued: set[int] = set()
        self.comings = 0
        self.trouble = ""
        threads = [threading.Thread(target=self._connect, daemon=True) for _ in range(_CONNECTING_AT_ONCE)]
        threads.append(threading.Thread(target=self._beat, daemon=True))
        for thread in threads:
            thread.start()

    def held(self) -> int:
        """Return how many sessions are there."""
        return sum(session.is_held for session in self._sessions)

    def _beat(self) -> None:
        while True:
            began = time.monotonic()
            for number, session in enumerate(self._sessions):
                if number in self._queued:
                    continue
                if session.is_held:
                    with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
                        session.dribble()
                else:
                    self._queued.add(number)
                    self._waiting.put(session)
            time.sleep(max(_BEAT_SECONDS - (time.monotonic() - began), 0.0))

    def _connect(self) -> None:
        while True:
            session = self._waiting.get()
            try:
                session.connect(self._port)
                self.comings += 1
            except (OSError, EOFError, paramiko.SSHException) as trouble:
                self.trouble = f"{session.user} at SFTP: {trouble}"
                session.leave()
                time.sleep(_BEAT_SECONDS)
            self._queued.discard(self._sessions.index(session))


def main() -> None:
    """Begin with the first message; tell at each how many are there, how often one came and what kept the last away."""
    crowd: Crowd | None = None
    for message in messages():
        if crowd is None:
            crowd = Crowd(message["port"], [_session(one) for one in message["sessions"]])
        say({"held": crowd.held(), "comings": crowd.comings, "trouble": crowd.trouble})


def _session(told: dict[str, Any]) -> SlowSession:
    return SlowSession(told["source"], told["user"], paramiko.PKey.from_path(told["key"]), told["name"])


if __name__ == "__main__":
    main()
