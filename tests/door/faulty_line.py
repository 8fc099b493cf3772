"""A line between a client and the door that fails when a test wants it to: cut, reset, silent or slow."""

import contextlib
import select
import socket
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

_RESET = struct.pack("ii", 1, 0)
_BLOCK = 16 * 1024


class Fault(Enum):
    """What happens once so many bytes have passed."""

    NONE = "the line stays sound"
    CUT = "both ends see the other hang up"
    RESET = "both ends see a reset"
    SILENT = "nothing passes any more and nobody is told"


@dataclass
class FaultyLine:
    """One connection: `up` and `down` count the bytes that passed; `at` is where the fault happens, in `direction`."""

    client: socket.socket
    door: socket.socket
    fault: Fault = Fault.NONE
    direction: str = "up"
    at: int = 0
    pause: float = 0.0
    block: int = _BLOCK
    up: int = 0
    down: int = 0
    was_left_by_door: threading.Event = field(default_factory=threading.Event)

    def carry(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # a socket that another thread has closed has no number
            while self._carry_once():
                time.sleep(self.pause)

    def _carry_once(self) -> bool:
        ready, _, _ = select.select([self.client, self.door], [], [], 30)
        for source in ready:
            direction, target = ("up", self.door) if source is self.client else ("down", self.client)
            allowed = self.block
            if self.fault is not Fault.NONE and direction == self.direction:
                allowed = min(allowed, self.at - getattr(self, direction))
            data = source.recv(allowed) if allowed else b""
            if allowed and not data:
                self._end(source)
                return False
            setattr(self, direction, getattr(self, direction) + len(data))
            target.sendall(data)
            if self.fault is not Fault.NONE and direction == self.direction and getattr(self, direction) >= self.at:
                self._break()
                return False
        return bool(ready)

    def _end(self, source: socket.socket) -> None:
        if source is self.door:
            self.was_left_by_door.set()
        self.close()

    def _break(self) -> None:
        if self.fault is Fault.SILENT:
            threading.Thread(target=self._wait_until_door_leaves, daemon=True).start()
            return
        if self.fault is Fault.RESET:
            for end in (self.client, self.door):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.close()

    def _wait_until_door_leaves(self) -> None:
        with contextlib.suppress(OSError):
            while self.door.recv(_BLOCK):
                pass
        self.was_left_by_door.set()

    def close(self) -> None:
        for end in (self.client, self.door):
            end.close()


@contextlib.contextmanager
def faulty_line(port: int, **how: object) -> Iterator[tuple[socket.socket, FaultyLine]]:
    """Give the client's end of a line to the door at that port, and the line."""
    ours, theirs = socket.socketpair()
    line = FaultyLine(theirs, socket.create_connection(("127.0.0.1", port), timeout=30), **how)
    carrier = threading.Thread(target=line.carry, daemon=True)
    carrier.start()
    try:
        yield ours, line
    finally:
        ours.close()
        line.close()
        carrier.join(30)
