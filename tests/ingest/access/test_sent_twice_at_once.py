"""A form that comes under two names at the same moment has one answer: the second is filed after the first."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event

from django.db import connection, transaction

from registers.access.models import EntityAccount, UserAccount
from tests.access_files import ANN, a_declaration, a_file, a_form, a_user
from tests.ingest.access.conftest import Firm, results

_PATIENCE = 60
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@contextmanager
def account_held(firm: Firm, pool: ThreadPoolExecutor) -> Iterator[None]:
    """Hold the account of the company on a connection of its own."""
    held, over = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            EntityAccount.objects.select_for_update().get(entity=firm.entity)
            held.set()
            over.wait(_PATIENCE)
        connection.close()

    holding = pool.submit(hold)
    assert held.wait(_PATIENCE)
    try:
        yield
    finally:
        over.set()
        holding.result()


def file_elsewhere(firm: Firm, worker: str) -> None:
    try:
        firm.bench.work(worker)
    finally:
        connection.close()


def wait_for(waiting: int) -> None:
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute(_WAITING)
            if cursor.fetchone() == (waiting,):
                return
        time.sleep(0.02)
    raise AssertionError(f"not {waiting} connections wait")


def test_a_form_that_comes_twice_at_once_has_one_answer(firm: Firm):
    firm.employ(ANN)
    payload = a_file(a_form(a_declaration(a_user())))
    filing: list[Future[None]] = []
    with ThreadPoolExecutor(3) as pool:
        with account_held(firm, pool):
            for waiting, worker in enumerate(("one", "two"), start=1):
                firm.bench.deliver(payload, key=firm.bench.next_key(environment="R", purpose="ACCS"))
                filing.append(pool.submit(file_elsewhere, firm, worker))
                wait_for(waiting)
        for one in filing:
            one.result()

    assert results(firm.bench.answers("NOTI")) == ["1", "1"]
    assert UserAccount.objects.filter(person_id=firm.person(ANN)).count() == 1
