"""The clients of the FTP measurement: many sessions in one process, on bare sockets so that they cost little."""

import json
import socket
import sys
import threading
from collections.abc import Callable, Sequence


class Session:
    """One control connection that uploads files one after the other."""

    def __init__(self, port: int) -> None:
        self._control = socket.create_connection(("127.0.0.1", port), timeout=60)
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
            self._ask(f"STOR {name}", "150")
            data.sendall(content)
        self._expect("226")

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


def main(port: int, user: str, password: str) -> None:
    """Read sizes and names, then log in and upload at each word that comes on the standard input."""
    size, batches = json.loads(sys.stdin.readline())
    _say("imported")
    sys.stdin.readline()
    sessions: list[Session | None] = [None] * len(batches)

    def login(number: int) -> None:
        sessions[number] = session = Session(port)
        session.login(user, password)

    def upload(number: int) -> None:
        session = sessions[number]
        if session is not None:
            for name in batches[number]:
                session.put(name, b"" if name.startswith("GO.") else b"x" * size)

    _at_once(login, range(len(batches)))
    _say("ready")
    sys.stdin.readline()
    _at_once(upload, range(len(batches)))
    _say("done")


def _at_once(work: Callable[[int], None], numbers: Sequence[int]) -> None:
    failed: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in numbers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
