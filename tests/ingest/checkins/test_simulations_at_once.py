"""A simulation is one transaction, however many chunks its file has: it holds everybody at once, as every call does."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest
from django.db import connection, transaction

from domain.checkins.items import Worker
from domain.checkins.outcomes import Declarant, Outcome, Registered
from domain.checkins.vocabulary import ClockingChannel
from domain.environments import Environment
from registers.checkins.locking import lock_and_number
from registers.checkins.models import Presence
from tests.checkin_files import a_batch, a_day_item, a_worker
from tests.checkin_items import ANN, COMPANY, a_day
from tests.ingest.checkins.conftest import RECEIVED, Site
from tests.waiting import wait_for

_PATIENCE = 60
BEN = "90231512323"
CALLER = Declarant(Environment.TEST, ClockingChannel.REST, sender="123456", enterprise_number=COMPANY)


def test_a_simulation_and_a_call_of_the_same_people_never_wait_in_a_circle(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """The simulation has Ben in its first chunk and Ann in its second, the call has both; she is held meanwhile."""
    site.send(a_batch(a_day_item(1), a_day_item(2, who=a_worker(BEN)), reference="R-1"), environment="T")
    ann, ben = Presence.objects.order_by("person_id").values_list("person_id", flat=True)
    assert ann < ben
    site.use(replace(site.message, chunk=1))
    site.deliver(a_batch(a_day_item(1, who=a_worker(BEN)), a_day_item(2), reference="R-2"), environment="S")
    is_held, is_over = Event(), Event()

    def hold_ann() -> None:
        with transaction.atomic():
            lock_and_number({ann})
            is_held.set()
            is_over.wait(_PATIENCE)
        connection.close()

    def call() -> list[Outcome]:
        try:
            items = [a_day(worker=worker) for worker in (ANN, Worker(inss=BEN))]
            return site.message.desks[Environment.TEST].take(items, by=CALLER, received_at=RECEIVED, at=RECEIVED)
        finally:
            connection.close()

    def simulate() -> None:
        try:
            site.bench.work()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        holding = pool.submit(hold_ann)
        try:
            assert is_held.wait(_PATIENCE)
            calling = pool.submit(call)
            assert wait_for(1)
            simulating = pool.submit(simulate)
            assert wait_for(2)
        finally:
            is_over.set()
        holding.result()
        simulating.result()
        assert all(isinstance(one, Registered) for one in calling.result())

    assert [message for message in caplog.messages if "begun again" in message] == []
    assert len(site.results(environment="S")) == 2
