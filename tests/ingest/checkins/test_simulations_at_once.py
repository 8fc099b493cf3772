"""A simulation is one transaction, however many chunks its file has: it holds everybody at once, as every call does.

Those of several chunks go one at a time, since the server's table of locks has room for few that are so large.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event
from typing import TypeVar

import pytest
from django.db import connection, transaction

from domain.checkins.items import Worker
from domain.checkins.outcomes import Declarant, Outcome, Registered
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from domain.refusals import OthersFirstError
from evidence.models import Submission
from registers.checkins.locking import hold_off_others_of_many, lock_and_number
from registers.checkins.models import Presence
from tests.checkin_files import a_batch, a_day_item, a_worker
from tests.checkin_items import ANN, COMPANY, a_day
from tests.ingest.checkins.conftest import RECEIVED, TRAYS, Site
from tests.waiting import wait_for

T = TypeVar("T")

_PATIENCE = 60
BEN = Worker(inss="90231512323")
CALLER = Declarant(Environment.TEST, ClockingChannel.REST, sender="123456", enterprise_number=COMPANY)
ANNS, BENS = a_worker(), a_worker("90231512323")
_LOCKS_HELD = """
    SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
    WHERE locktype = 'advisory' AND granted AND datname = current_database()
"""


def test_a_simulation_a_file_and_a_call_of_the_same_people_never_wait_in_a_circle(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """The call has both, the others have Ben and Ann in two chunks, in this order; she is held meanwhile."""
    site.send(a_batch(a_day_item(1), a_day_item(2, who=BENS), reference="R-1"), environment="T")
    site.bench.collect_all(tray=TRAYS["T"][1])
    ann, ben = Presence.objects.order_by("person_id").values_list("person_id", flat=True)
    assert ann < ben
    site.use(replace(site.message, chunk=1))
    filings = [
        _filing(site, "R-2", BENS, ANNS, environment="S"),
        _filing(site, "R-3", BENS, ANNS, environment="T"),
    ]
    is_held, is_over = Event(), Event()

    def hold_ann() -> None:
        with transaction.atomic():
            lock_and_number({ann})
            is_held.set()
            is_over.wait(_PATIENCE)

    def call() -> list[Outcome]:
        items = [a_day(worker=worker) for worker in (ANN, BEN)]
        return site.message.desks[Environment.TEST].take(items, by=CALLER, received_at=RECEIVED, at=RECEIVED)

    with ThreadPoolExecutor(4) as pool:
        holding = pool.submit(_apart(hold_ann))
        try:
            assert is_held.wait(_PATIENCE)
            calling = pool.submit(_apart(call))
            assert wait_for(1)
            filing = []
            for waiting, file in enumerate(filings, start=2):
                filing.append(pool.submit(_apart(file)))
                assert wait_for(waiting)
        finally:
            is_over.set()
        holding.result()
        assert [one.result() for one in filing] == [1, 1]
        assert all(isinstance(one, Registered) for one in calling.result())

    assert [message for message in caplog.messages if "begun again" in message] == []
    assert (len(site.results(environment="S")), len(site.results(environment="T"))) == (2, 2)


def test_a_simulation_of_several_chunks_lets_the_one_before_it_end_and_goes_on_once_that_is_taken_back(
    site: Site,
) -> None:
    """It holds nobody meanwhile, not even what it asked for; that the first one is answered later keeps it from nothing."""
    site.send(a_batch(a_day_item(1), a_day_item(2, who=BENS), reference="R-1"), environment="T")
    first_holds, first_ends, is_taken_back, first_is_answered = Event(), Event(), Event(), Event()

    def hold(worker: Worker) -> None:
        site.message.hold_items([a_day(worker=worker)], by=CALLER, received_at=RECEIVED, at=RECEIVED)

    def simulate_first() -> None:
        with transaction.atomic():
            with transaction.atomic():
                hold(ANN)
                first_holds.set()
                first_ends.wait(_PATIENCE)
                transaction.set_rollback(True)
            is_taken_back.set()
            first_is_answered.wait(_PATIENCE)

    def simulate_second() -> None:
        with transaction.atomic():
            hold(BEN)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(_apart(simulate_first))
        try:
            assert first_holds.wait(_PATIENCE)
            with pytest.raises(OthersFirstError):
                simulate_second()
            assert _locks_held() == len(("Ann", "who holds many"))
            first_ends.set()
            assert is_taken_back.wait(_PATIENCE)
            simulate_second()
        finally:
            first_ends.set()
            first_is_answered.set()
        first.result()


def test_a_worker_whose_simulation_lets_another_go_first_does_what_else_waits_and_judges_it_later(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.use(replace(site.message, chunk=1))
    simulation = _filing(site, "R-1", ANNS, BENS, environment="S")
    site.deliver(a_batch(a_day_item(1), reference="R-2"), environment="T")
    is_held, is_over = Event(), Event()

    def hold_many() -> None:
        with transaction.atomic():
            hold_off_others_of_many()
            is_held.set()
            is_over.wait(_PATIENCE)

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(_apart(hold_many))
        try:
            assert is_held.wait(_PATIENCE)
            assert simulation() == 0
            assert site.bench.counter.work_once("other").filed == 1
        finally:
            is_over.set()
        holding.result()
    waiting = Submission.objects.get(environment="S")
    assert (waiting.state, waiting.leased_by, waiting.lease_count) == ("RECEIVED", "", 0)
    assert "another simulation" in waiting.outage
    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []

    site.bench.clock.advance(timedelta(seconds=30))
    assert site.bench.counter.work_once("other").filed == 1
    assert len(site.results(environment="S")) == 2


def _filing(site: Site, reference: str, *workers: str, environment: str) -> Callable[[], int]:
    """Deliver a file of these workers, let a worker of its own acknowledge it, and return what files it."""
    items = [a_day_item(seq, who=who) for seq, who in enumerate(workers, start=1)]
    site.deliver(a_batch(*items, reference=reference), environment=environment)
    counter = site.bench.counter
    claimed = counter.claim_and_acknowledge(reference)
    return lambda: counter.file_and_notify(claimed, reference)


def _apart(work: Callable[[], T]) -> Callable[[], T]:
    """Return the work as a thread does it, which leaves no connection behind."""

    def do() -> T:
        try:
            return work()
        finally:
            connection.close()

    return do


def _locks_held() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_LOCKS_HELD)
        return int(cursor.fetchone()[0])
