"""A real PC/SC service with a virtual reader, in a network and a mount namespace of its own, and the card that is put in.

The driver of the reader listens on every address, so it gets a namespace that holds loopback alone. The service's socket
stands in a folder of the test's; the client library is told where. Needs root, pcscd, vsmartcard-vpcd and pyscard.
"""

import ctypes
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from eid_agent.virtual_card import VirtualCard

CLIENT_SOCKET: Final = "PCSCLITE_CSOCK_NAME"
DRIVER: Final = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
DRIVER_PORT: Final = 0x8C7B
_CLONE_NEWNET: Final = 0x40000000
_SECONDS: Final = 20.0
_START: Final = (
    'ip link set lo up && mkdir -p /run/pcscd && mount --bind "$1" /run/pcscd && exec pcscd --foreground -c "$2"'
)
_OFF, _ON, _RESET, _ATR = 0, 1, 2, 4


@dataclass(slots=True)
class Slot:
    """The one slot of the virtual reader: a card goes in and out while the test looks at it."""

    namespace: str
    card: VirtualCard | None = None
    pulled_after: int | None = None
    """How many further commands the card answers before it is pulled."""
    heard: list[bytes] = field(default_factory=list)
    _line: socket.socket | None = None
    _thread: threading.Thread | None = None

    def insert(self, card: VirtualCard, *, pulled_after: int | None = None) -> None:
        """Put a card in; it answers from a thread in the reader's network."""
        self.remove()
        self.card, self.pulled_after, self.heard = card, pulled_after, []
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(_SECONDS), "the virtual reader does not take the card"

    def notice(self) -> None:
        """Wait until the service has looked and found no card; it looks every 0.4 s."""
        self.remove()
        time.sleep(1.0)

    def remove(self) -> None:
        """Pull the card."""
        if self._line is not None:
            self._line.close()
        if self._thread is not None:
            self._thread.join(_SECONDS)
        self._line = self._thread = None

    def _serve(self, ready: threading.Event) -> None:
        enter_network(self.namespace)
        self._line = line = _connect()
        ready.set()
        try:
            while message := _receive(line):
                answer = self._answer(message)
                if answer is None:
                    continue
                line.sendall(len(answer).to_bytes(2) + answer)
        except OSError:
            pass  # the card was pulled, or the reader is gone
        finally:
            line.close()

    def _answer(self, message: bytes) -> bytes | None:
        assert self.card is not None
        if message in {bytes((_OFF,)), bytes((_ON,)), bytes((_RESET,))}:
            self.card.reset()
            return None
        if message == bytes((_ATR,)):
            return self.card.atr
        if self.pulled_after is not None:
            if self.pulled_after == 0:
                raise OSError("pulled")
            self.pulled_after -= 1
        self.heard.append(message)
        return self.card.answer(message)


def enter_network(namespace: str) -> None:
    """Let this thread, and it alone, live in another network from now on."""
    descriptor = os.open(namespace, os.O_RDONLY)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(descriptor, _CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")
    finally:
        os.close(descriptor)


@contextmanager
def running_service(folder: Path) -> Iterator[str]:
    """Run pcscd with the virtual reader; yield the path of its network namespace. Its socket is `folder`/pcscd.comm."""
    readers, sockets = folder / "readers", folder / "run"
    for made in (readers, sockets):
        made.mkdir(exist_ok=True)
    (readers / "vpcd").write_text(
        f'FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:{DRIVER_PORT:#x}\nLIBPATH {DRIVER}\nCHANNELID {DRIVER_PORT:#x}\n'
    )
    with (folder / "log").open("wb") as log:
        service = subprocess.Popen(
            ["unshare", "--net", "--mount", "sh", "-c", _START, "pcscd", str(sockets), str(readers)],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until((sockets / "pcscd.comm").exists, service, folder / "log")
        yield f"/proc/{service.pid}/ns/net"
    finally:
        service.terminate()
        service.wait(_SECONDS)


def wait_until(is_so: Callable[[], bool], service: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while not is_so():
        if service.poll() is not None or time.monotonic() > deadline:
            raise AssertionError(f"pcscd does not run:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.05)


def _connect() -> socket.socket:
    deadline = time.monotonic() + _SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", DRIVER_PORT), timeout=None)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _receive(line: socket.socket) -> bytes:
    head = _exactly(line, 2)
    return _exactly(line, int.from_bytes(head)) if head else b""


def _exactly(line: socket.socket, count: int) -> bytes:
    content = b""
    while len(content) < count:
        part = line.recv(count - len(content))
        if not part:
            return b""
        content += part
    return content
