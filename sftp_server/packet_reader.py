"""Cut the bytes of a channel into SFTP packets; holds at most one packet and one block of what follows."""

from collections.abc import Callable

from sftp_server.packets import MalformedPacketError

_BLOCK = 256 * 1024
_LENGTH = 4


class PacketReader:
    """The packets that arrive through `receive`, which returns up to so many bytes and none at the end."""

    def __init__(self, receive: Callable[[int], bytes], *, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._pending = bytearray()

    def read_packet(self) -> bytes | None:
        """Return the next packet without its length; None at the end, even in the middle of a packet.

        Raises MalformedPacketError when a packet announces no bytes or more than the limit.
        """
        if not self._fill(_LENGTH):
            return None
        size = int.from_bytes(self._pending[:_LENGTH], "big")
        if not 1 <= size <= self._limit:
            raise MalformedPacketError(f"a packet of {size} bytes; 1 to {self._limit} are taken")
        end = _LENGTH + size
        if not self._fill(end):
            return None
        with memoryview(self._pending) as view:
            packet = bytes(view[_LENGTH:end])
        del self._pending[:end]
        return packet

    def _fill(self, length: int) -> bool:
        while len(self._pending) < length:
            block = self._receive(_BLOCK)
            if not block:
                return False
            self._pending += block
        return True
