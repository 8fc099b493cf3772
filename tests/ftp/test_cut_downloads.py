"""A client that resets its connection between two steps of ours has cut it, whichever step hears of it."""

import io
import socket
import struct
import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from pyftpdlib.ioloop import IOLoop

from channels.ftp.data_connections import DataConnection
from channels.ftp.transfers import Outgoing, TransferEnd


def reset(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    time.sleep(0.05)  # until the reset has arrived, over loopback


class ResetBefore(Outgoing):
    """An answer of one block; its client resets the connection before the block of that number is asked for."""

    def __init__(self, number: int, client: socket.socket) -> None:
        super().__init__(io.BytesIO(b"answer"))
        self._left, self._client = number, client

    def next_block(self) -> bytes:
        self._left -= 1
        if self._left == 0:
            reset(self._client)
        return super().next_block()


@pytest.fixture
def pair():
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        accepted, _ = server.accept()
    yield client, accepted
    client.close()
    accepted.close()


@pytest.mark.parametrize("number", [1, 2], ids=["before a byte is sent", "before its end is told"])
def test_a_download_that_is_reset_between_two_steps_was_cut(pair: tuple[socket.socket, socket.socket], number: int):
    client, accepted = pair
    loop, ends = IOLoop(), []
    owner = SimpleNamespace(
        ioloop=loop, data_channel=None, data_tls=None, data_certificate="", stall=60.0, last_look=0.1
    )
    ended: Callable[[TransferEnd | Exception], None] = ends.append
    DataConnection(accepted, owner).begin(ResetBefore(number, client), ended)
    loop.loop(timeout=1, blocking=False)
    loop.close()

    assert ends == [TransferEnd.CUT]
