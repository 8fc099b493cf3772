"""The loads that SFTP servers are measured with, all by OpenSSH's own client: one big file, many small, many sessions."""

import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from commands.bench.doors.peers import find_program
from domain.refusals import OutageError

CIPHER = "aes256-gcm@openssh.com"
SAME_KEY_EXCHANGE = "curve25519-sha256@libssh.org"
"""What both servers know; left alone, a client chooses a slower one with sshd that withstands quantum computers."""

_PATIENCE = 600.0
_OPTIONS = (
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "IdentitiesOnly=yes",
    "IdentityAgent=none",
    "BatchMode=yes",
    "LogLevel=ERROR",
)


@dataclass(frozen=True, slots=True)
class Server:
    """An SFTP server: who may log in there with which key, and the folder that takes files."""

    port: int
    user: str
    key: Path
    folder: str
    key_exchange: str = SAME_KEY_EXCHANGE
    """Empty for whatever client and server choose."""

    def command(self, *words: str) -> list[str]:
        """Return the command of a client that sends what its standard input says."""
        options = [*_OPTIONS, f"KexAlgorithms={self.key_exchange}"] if self.key_exchange else _OPTIONS
        named = [word for option in options for word in ("-o", option)]
        where = ["-o", f"Port={self.port}", "-i", str(self.key), f"{self.user}@127.0.0.1"]
        return [find_program("sftp"), "-q", "-F", "none", "-c", CIPHER, *named, *words, *where]


def put(server: Server, files: Sequence[Path]) -> float:
    """Send the files in one session; return seconds."""
    return put_in_parallel(server, [files])


def put_in_parallel(server: Server, shares: Sequence[Sequence[Path]]) -> float:
    """Send each share of files in a session of its own, all at once; return seconds."""
    batches = ["".join(f"put {file} {server.folder}/{file.name}\n" for file in share) for share in shares]
    with ExitStack() as stack:
        inputs = [stack.enter_context(_input(batch)) for batch in batches]
        began = time.perf_counter()
        clients = [stack.enter_context(_client(server, batch)) for batch in inputs]
        for client in clients:
            if client.wait(_PATIENCE) != 0:
                raise OutageError(f"a client of the SFTP server at port {server.port} failed; its words stand above")
        return time.perf_counter() - began


def connect(server: Server, *, times: int, at_once: int) -> float:
    """Log in, begin a session and leave, so many times and some at once; return seconds."""
    command = server.command("-b", "/dev/null")

    def visit(_: int) -> None:
        subprocess.run(command, check=True, timeout=_PATIENCE, stdout=subprocess.DEVNULL)  # noqa: S603 - looked up

    with ThreadPoolExecutor(at_once) as pool:
        return _time(lambda: list(pool.map(visit, range(times))))


@contextmanager
def _client(server: Server, batch: IO[bytes]) -> Iterator["subprocess.Popen[bytes]"]:
    command = server.command("-b", "-")
    with subprocess.Popen(command, stdin=batch, stdout=subprocess.DEVNULL) as client:  # noqa: S603 - looked up
        try:
            yield client
        finally:
            client.kill()


@contextmanager
def _input(text: str) -> Iterator[IO[bytes]]:
    with TemporaryFile() as file:
        file.write(text.encode())
        file.seek(0)
        yield file


def _time(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
