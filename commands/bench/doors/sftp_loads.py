"""The loads that SFTP servers are measured with: one big file, many small ones, many sessions, many connections."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import paramiko

CIPHER = "aes256-gcm@openssh.com"
_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Server:
    """An SFTP server: who may log in there with which key, and the folder that takes files."""

    port: int
    user: str
    key: Path
    folder: str


def put(server: Server, files: Sequence[Path]) -> float:
    """Send the files in one session of OpenSSH's client; return seconds."""
    return _time(lambda: _put(server, files))


def put_in_parallel(server: Server, shares: Sequence[Sequence[Path]]) -> float:
    """Send each share of files in a session of its own, all at once; return seconds."""
    with ThreadPoolExecutor(len(shares)) as pool:
        return _time(lambda: list(pool.map(lambda share: _put(server, share), shares)))


def connect(server: Server, *, times: int, at_once: int) -> float:
    """Log in, begin a session and leave, so many times and some at once; return seconds."""
    key = paramiko.PKey.from_path(server.key)
    with ThreadPoolExecutor(at_once) as pool:
        return _time(lambda: list(pool.map(lambda _: _connect(server, key), range(times))))


def _put(server: Server, files: Sequence[Path]) -> None:
    batch = "".join(f"put {file} {server.folder}/{file.name}\n" for file in files)
    options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "IdentitiesOnly=yes", "LogLevel=ERROR")
    named = [word for option in options for word in ("-o", option)]
    where = ["-P", str(server.port), "-i", str(server.key), f"{server.user}@127.0.0.1"]
    command = ["sftp", "-q", "-b", "-", "-F", "none", "-c", CIPHER, *named, *where]
    subprocess.run(command, input=batch.encode(), check=True, stdout=subprocess.DEVNULL, timeout=_PATIENCE)  # noqa: S603 - fixed words and our own files


def _connect(server: Server, key: paramiko.PKey) -> None:
    transport = paramiko.Transport(("127.0.0.1", server.port))
    try:
        transport.connect(username=server.user, pkey=key)
        transport.open_sftp_client()
    finally:
        with contextlib.suppress(OSError):
            transport.sock.shutdown(socket.SHUT_RDWR)  # wakes the client's own thread, which else sleeps a while
        transport.close()


def _time(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
