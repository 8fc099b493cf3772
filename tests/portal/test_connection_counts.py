"""How many connections one worker of the portal takes, in all and of each source."""

import pytest

from portal.connection_counts import ConnectionBounds, ConnectionCounts, TooManyConnections


def some_counts(**deviation: int) -> ConnectionCounts:
    bounds = {"connections": 9, "source_connections": 9, "handshakes": 9, "source_handshakes": 9}
    return ConnectionCounts(ConnectionBounds(**(bounds | deviation), handshake_seconds=1.0))


@pytest.mark.parametrize("bound", ["connections", "source_connections", "handshakes", "source_handshakes"])
def test_beyond_a_bound_nobody_comes_until_somebody_has_left(bound: str):
    counts = some_counts(**{bound: 2})
    first = counts.enter("192.0.2.1")
    counts.enter("192.0.2.1")
    with pytest.raises(TooManyConnections, match=bound.removeprefix("source_")):
        counts.enter("192.0.2.1")
    first.leave()
    counts.enter("192.0.2.1")


@pytest.mark.parametrize(("bound", "is_let_in"), [("handshakes", True), ("connections", False)])
def test_whose_handshake_is_done_is_a_connection_alone(bound: str, is_let_in: bool):
    counts = some_counts(**{bound: 1})
    counts.enter("192.0.2.1").finish_handshake()
    if is_let_in:
        counts.enter("192.0.2.1")
    else:
        with pytest.raises(TooManyConnections):
            counts.enter("192.0.2.1")


@pytest.mark.parametrize("other", ["192.0.2.2", "2001:db8:0:1::1"])
def test_another_source_has_its_own_share(other: str):
    counts = some_counts(source_connections=1)
    counts.enter("2001:db8::1")
    counts.enter(other)


def test_a_network_of_ipv6_is_one_source():
    counts = some_counts(source_connections=1)
    counts.enter("2001:db8::1")
    with pytest.raises(TooManyConnections):
        counts.enter("2001:db8::2")


def test_a_place_is_given_back_once():
    counts = some_counts(connections=2)
    place = counts.enter("192.0.2.1")
    counts.enter("192.0.2.1")
    place.leave()
    place.leave()
    counts.enter("192.0.2.1")
    with pytest.raises(TooManyConnections):
        counts.enter("192.0.2.1")


def test_who_has_left_is_forgotten():
    counts = some_counts()
    counts.enter("192.0.2.1").leave()
    assert not counts._counts
