"""Connections that threads share are each lent to one at a time, and looked after when that is due."""

import threading
from collections.abc import Iterator

import pytest
from django.db import OperationalError, connection, connections, transaction

from domain.refusals import OutageError
from evidence.shared_connections import SharedConnections

pytestmark = pytest.mark.django_db(transaction=True)


class Hours:
    """A clock in seconds that the test sets."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Hours:
    return Hours()


@pytest.fixture
def shared(clock: Hours) -> Iterator[SharedConnections]:
    own = connections["default"]
    shared = SharedConnections(2, patience=0.2, clock=clock)
    yield shared
    while not shared._idle.empty():
        shared._idle.get().connection.close()
    connections["default"] = own


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def end(*backends: int) -> None:
    """End server processes as a restart of the server does."""
    with connections["default"].cursor() as cursor:
        for pid in backends:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_the_latest_one_is_lent_again_to_whoever_comes(shared: SharedConnections):
    used = set()

    def use() -> None:
        with shared.lend():
            used.add(backend())

    for _ in range(3):
        thread = threading.Thread(target=use)
        thread.start()
        thread.join()

    assert len(used) == 1


def test_two_at_once_have_one_each_and_a_third_waits_for_nothing(shared: SharedConnections):
    held, done = threading.Barrier(3), threading.Event()
    backends = []

    def hold() -> None:
        with shared.lend():
            backends.append(backend())
            held.wait()
            done.wait(5)

    threads = [threading.Thread(target=hold) for _ in range(2)]
    for thread in threads:
        thread.start()
    held.wait()
    with pytest.raises(OutageError), shared.lend():
        pass
    done.set()
    for thread in threads:
        thread.join()

    assert len(set(backends)) == 2
    with shared.lend():
        assert backend() in backends


def test_an_open_transaction_is_not_handed_on(shared: SharedConnections):
    with shared.lend():
        before = backend()
        entered = transaction.atomic()
        entered.__enter__()
    with shared.lend():
        assert not connection.in_atomic_block
        assert backend() != before


def test_one_that_rested_is_replaced_when_the_server_has_ended_it(shared: SharedConnections, clock: Hours):
    own = connections["default"]
    with shared.lend():
        first = backend()
    connections["default"] = own
    end(first)
    clock.seconds += 6
    with shared.lend():
        assert backend() != first


def test_the_failure_of_one_has_the_others_looked_after(shared: SharedConnections, clock: Hours):
    own = connections["default"]
    clock.seconds += 1
    with shared.lend():
        one = backend()
        inner = connections["default"]
        with shared.lend():
            other = backend()
        connections["default"] = inner
    connections["default"] = own
    end(one, other)
    clock.seconds += 1
    with pytest.raises(OperationalError), shared.lend():
        backend()
    with shared.lend():
        inner = connections["default"]
        assert backend() not in {one, other}
        with shared.lend():
            assert backend() not in {one, other}
        connections["default"] = inner
