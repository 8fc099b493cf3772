"""What one sender sends twice at the same moment is filed one after the other, and nobody waits in a circle for it."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction

from domain.environments import Environment
from registers.access.models import EntityAccount, UserAccount
from tests.access_files import ANN, BERT, a_declaration, a_file, a_form, a_user
from tests.counter_bench import NOON, make_entity, make_sender
from tests.ingest.access.conftest import Firm, make_firm, results

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


def another(firm: Firm, number: str, company: str) -> Firm:
    """Return another company, whose sender declares access as that of the first does."""
    entity = make_entity(name=f"Firm {number}", company=company, nsso=company[1:])
    begins, lasts = NOON - timedelta(days=30), timedelta(days=365)
    identity = firm.bench.authority.issue_signer(f"Sender {number}", at=begins, lifetime=lasts)
    make_sender(number, entity=entity, identity=identity, services=(("ACCS", Environment.PRODUCTION),))
    return make_firm(replace(firm.bench, identity=identity, number=number), entity)


def send(firm: Firm, number: str) -> None:
    """Deliver a file that enters somebody by that number, and leave it to whoever works next."""
    bench = firm.bench
    payload = a_file(a_form(a_declaration(a_user(number)), company=firm.entity.company_number))
    bench.deliver(payload, key=bench.next_key(environment="R", purpose="ACCS"))


def test_files_of_several_senders_about_the_same_people_wait_in_no_circle(firm: Firm, caplog: pytest.LogCaptureFixture):
    """One worker has files that enter Ann and then Bert, a second one files of other senders that enter Bert and then Ann."""
    other, third = another(firm, "654321", "0400767772"), another(firm, "654322", "0448181966")
    fourth = another(firm, "654323", "0438195916")
    filing: list[Future[None]] = []
    with ThreadPoolExecutor(4) as pool:
        with account_held(firm, pool), account_held(third, pool):
            of_workers = ((firm, ANN), (other, BERT)), ((third, BERT), (fourth, ANN))
            for waiting, files in enumerate(of_workers, start=1):
                for sender, number in files:
                    send(sender, number)
                filing.append(pool.submit(file_elsewhere, firm, f"worker {waiting}"))
                wait_for(waiting)
        for work in filing:
            work.result()

    assert [message for message in caplog.messages if "begun again" in message] == []
    for sent_by in (firm, other, third, fourth):
        assert len(sent_by.bench.answers("NOTI")) == 1
