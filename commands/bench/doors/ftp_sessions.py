"""The clients of the FTP measurement: many sessions in one process, on bare sockets so that they cost little."""

import resource
import socket
from collections.abc import Sequence
from functools import partial

from commands.bench.doors.client_lines import at_once, messages, say


class Session:
    """One control connection that uploads files one after the other."""

    def __init__(self, port: int) -> None:
        self._control = socket.create_connection(("127.0.0.1", port), timeout=60)
        self._control.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._replies = self._control.makefile("rb")
        self._expect("220")

    def login(self, user: str, password: str) -> None:
        """Log in and choose where and how files go."""
        for line, code in ((f"USER {user}", "331"), (f"PASS {password}", "230"), ("TYPE I", "200"), ("CWD IN", "250")):
            self._ask(line, code)

    def put(self, name: str, content: bytes) -> None:
        """Upload one file, and return when the server has taken it."""
        told = self._ask("EPSV", "229")
        port = int(told.split("|||")[1].split("|")[0])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as data:
            self._ask(f"STOR {name}", "1")  # 125 or 150: servers may wait for the connection or have it already
            data.sendall(content)
        self._expect("226")

    def close(self) -> None:
        """Leave."""
        self._ask("QUIT", "221")
        self._replies.close()
        self._control.close()

    def _ask(self, line: str, code: str) -> str:
        self._control.sendall(f"{line}\r\n".encode("ascii"))
        return self._expect(code)

    def _expect(self, code: str) -> str:
        line = self._replies.readline().decode("latin-1")
        while line[3:4] == "-":
            line = self._replies.readline().decode("latin-1")
        if not line.startswith(code):
            raise RuntimeError(f"the server said {line!r}, not {code}")
        return line


def main() -> None:
    """Log in, upload and leave at each message in turn; answer an upload with the processor time it took here."""
    sessions: list[Session] = []
    for message in messages():
        match message:
            case {"login": [port, user, password], "sessions": count}:
                begin = partial(_begin, sessions, port, user, password)
                at_once(begin, range(count))
                say("ready")
            case {"size": size, "batches": batches}:
                before = _cpu_seconds()
                at_once(partial(_upload, size), list(zip(sessions, batches, strict=True)))
                say(_cpu_seconds() - before)
            case "leave":
                at_once(Session.close, sessions)
                sessions.clear()
                say("gone")


def _begin(sessions: list[Session], port: int, user: str, password: str, _number: int) -> None:
    session = Session(port)
    session.login(user, password)
    sessions.append(session)


def _upload(size: int, share: tuple[Session, Sequence[str]]) -> None:
    session, names = share
    for name in names:
        session.put(name, b"" if name.startswith("GO.") else b"x" * size)


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
