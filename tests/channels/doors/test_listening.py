"""Addresses of doors: parsed, found free or busy, kept for several processes."""

import socket

import pytest

from channels.doors.listening import (
    Address,
    CannotListenError,
    listen_beside,
    parse_addresses,
    require_free,
    reserve,
)

SETTING = "GUICHET_SOME_PORT"


def test_addresses_are_parsed():
    assert parse_addresses("127.0.0.1, [::1]", port=22) == (Address("127.0.0.1", 22), Address("::1", 22))


def test_an_address_that_is_not_ours_is_said():
    with pytest.raises(CannotListenError, match=r"cannot listen on 192\.0\.2\.1 port 0: "):
        reserve([Address("192.0.2.1", 0)], setting=SETTING)


def test_a_plain_listener_makes_an_address_busy():
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = Address("127.0.0.1", other.getsockname()[1])
        with pytest.raises(CannotListenError, match="stop it or choose another GUICHET_SOME_PORT"):
            require_free([address], patience=0.0, setting=SETTING)
    require_free([address], patience=5.0, setting=SETTING)


def test_a_free_port_is_the_same_on_all_addresses():
    kept = reserve(parse_addresses("127.0.0.1,::1", port=0), setting=SETTING)
    first, second = (one.getsockname()[1] for one in kept)
    for one in kept:
        one.close()
    assert first == second != 0


def test_several_processes_listen_on_a_reserved_port():
    (kept,) = reserve([Address("127.0.0.1", 0)], setting=SETTING)
    (first,), (second,) = listen_beside([kept]), listen_beside([kept])
    names = {one.getsockname() for one in (kept, first, second)}
    for one in (kept, first, second):
        one.close()
    assert len(names) == 1
