"""A manager sees what the company's senders delivered, why it was refused, and downloads the answers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from channels.models import Sender
from domain.access.services import Right, ServiceCode
from domain.channels import Channel
from evidence.models import AnswerFile, AuditEvent, Submission
from registers.access.granting import WantedRight, grant
from registers.access.models import UserAccount
from tests.counter_bench import SENDER, CounterBench, make_entity, make_sender, open_bench
from tests.dimona_files import a_payload, an_in
from tests.portal.people import settle_manager, settle_stranger, settle_user
from tests.portal.test_structured_reports import MOST_QUERIES, Visitor, a_visitor
from tests.registers.access.conftest import signed_in


@pytest.fixture(scope="session")
def keys_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def bench(transactional_db: None, tmp_path: Path, keys_home: Path) -> CounterBench:
    opened = open_bench(tmp_path, keys_home)
    make_sender(opened.number, entity=make_entity(), identity=opened.identity)
    return opened


@pytest.fixture
def visitor(client: Client, bench: CounterBench, settings) -> Visitor:
    visitor = a_visitor(client, settle_manager(company="0400767772"))
    Sender.objects.filter(pk=SENDER).update(entity_id=visitor.manager.entity_id)
    settings.GUICHET = replace(settings.GUICHET, home=bench.home)
    return visitor


def delivered(bench: CounterBench, payload: bytes, **deviation: object) -> Submission:
    bench.deliver(payload, **deviation)
    bench.work()
    return Submission.objects.latest("pk")


def text(visitor: Visitor, path: str) -> str:
    return visitor.get(path).content.decode()


def test_a_delivery_is_listed_with_its_state(visitor: Visitor, bench: CounterBench):
    submission = delivered(bench, a_payload(an_in()))

    page = text(visitor, "/deliveries")
    assert submission.subject_name in page
    assert "Handled" in page


def test_a_delivery_tells_every_channel_that_its_files_came_through(visitor: Visitor, bench: CounterBench):
    key = bench.next_key()
    bench.put(f"FI.{key}.1.1", a_payload(an_in()), mailbox=bench.mailbox(channel=Channel.FTP))
    bench.put(f"FS.{key}.1.1", bench.sign(a_payload(an_in())))
    bench.put(f"GO.{key}.1")
    page = text(visitor, f"/deliveries/{Submission.objects.get().pk}")

    assert "FTP, over a leased line or with TLS; SFTP, over the internet" in page


def test_a_delivery_is_found_by_its_ticket(visitor: Visitor, bench: CounterBench):
    submission = delivered(bench, a_payload(an_in()))

    assert submission.subject_name in text(visitor, f"/deliveries?q={submission.ticket.lower()}")
    assert submission.subject_name not in text(visitor, "/deliveries?q=0000000000000")


def test_each_declaration_tells_its_anomalies_in_the_language_of_the_page(visitor: Visitor, bench: CounterBench):
    submission = delivered(bench, a_payload(an_in(), an_in(insz="85011512300")))

    page = text(visitor, f"/deliveries/{submission.pk}?language=nl")
    assert "00024-004" in page
    assert "geweigerd" in page
    assert "is not" not in page


def test_a_refused_file_tells_its_code(visitor: Visitor, bench: CounterBench):
    submission = delivered(bench, b"<Dimone/>")

    page = text(visitor, f"/deliveries/{submission.pk}")
    assert "The whole file was refused" in page
    assert "ACRF-089" in page
    assert "The root element belongs to no known message." in page


async def whole(pieces: AsyncIterator[bytes]) -> bytes:
    return b"".join([piece async for piece in pieces])


def test_an_answer_is_downloaded_and_stays_in_the_outbox(visitor: Visitor, bench: CounterBench):
    submission = delivered(bench, a_payload(an_in()))
    file = AnswerFile.objects.filter(answer__submission=submission, name__startswith="FO.NOTI").get()
    answer = visitor.get(f"/deliveries/{submission.pk}/answers/{file.pk}")

    content = asyncio.run(whole(answer.streaming_content))
    assert len(content) == file.size
    assert b"<NOTIFICATION" in content
    assert file.name in answer["Content-Disposition"]
    file.refresh_from_db()
    assert file.collected_at is None
    assert AuditEvent.objects.filter(action="answer:shown", submission=submission).count() == 1


@pytest.mark.parametrize("settle", [settle_stranger, settle_user], ids=["nobody's", "a user without the right"])
def test_who_has_no_right_sees_no_delivery(visitor: Visitor, bench: CounterBench, settle):
    submission = delivered(bench, a_payload(an_in()))
    other = a_visitor(Client(), settle(visitor.manager))
    status = HTTPStatus.NOT_FOUND if settle is settle_stranger else HTTPStatus.FORBIDDEN

    other.get("/deliveries", status=status)
    other.get(f"/deliveries/{submission.pk}", status=status)


def test_another_companys_delivery_looks_like_one_that_is_not_there(visitor: Visitor, bench: CounterBench):
    submission = delivered(bench, a_payload(an_in()))
    file = AnswerFile.objects.filter(answer__submission=submission, blob__isnull=False).first()
    other = a_visitor(Client(), settle_manager(company="0123456749", user_name="an.other"))

    other.get(f"/deliveries/{submission.pk}", status=HTTPStatus.NOT_FOUND)
    other.get(f"/deliveries/{submission.pk}/answers/{file.pk}", status=HTTPStatus.NOT_FOUND)


PURPOSES = {ServiceCode.DIMONA: "DIMN", ServiceCode.CHECK_INS: "CIAO", ServiceCode.ACCESS: "ACCS"}


def a_reader(visitor: Visitor, wanted: WantedRight) -> Visitor:
    """A user of the visitor's company with one right."""
    settled, now = settle_user(visitor.manager), datetime.now(UTC)
    account = UserAccount.objects.get(person_id=settled.person_id)
    grant(account.pk, wanted, by=signed_in(visitor.manager.company.chief), at=now)
    return a_visitor(Client(), settled)


@pytest.mark.parametrize("service", PURPOSES)
def test_a_user_reads_the_deliveries_of_his_services_alone(visitor: Visitor, bench: CounterBench, service: ServiceCode):
    submission = delivered(bench, a_payload(an_in()))
    file = AnswerFile.objects.filter(answer__submission=submission, blob__isnull=False).first()
    reader = a_reader(visitor, WantedRight(service, Right.CONSULT))
    for purpose in (*PURPOSES.values(), ""):
        Submission.objects.filter(pk=submission.pk).update(purpose=purpose)
        is_his = PURPOSES[service] == purpose
        status = HTTPStatus.OK if is_his else HTTPStatus.NOT_FOUND

        assert (f"/deliveries/{submission.pk}" in text(reader, "/deliveries")) == is_his
        reader.get(f"/deliveries/{submission.pk}", status=status)
        answer = reader.get(f"/deliveries/{submission.pk}/answers/{file.pk}", status=status)
        if is_his:
            assert asyncio.run(whole(answer.streaming_content))


def test_a_manager_reads_every_delivery_of_the_quality(visitor: Visitor, bench: CounterBench):
    submission = delivered(bench, a_payload(an_in()))
    for purpose in (*PURPOSES.values(), ""):
        Submission.objects.filter(pk=submission.pk).update(purpose=purpose)

        assert f"/deliveries/{submission.pk}" in text(visitor, "/deliveries")
        visitor.get(f"/deliveries/{submission.pk}")


def test_who_configures_channels_sees_only_deliveries_whose_names_say_no_message(visitor: Visitor, bench: CounterBench):
    named, unnamed = (delivered(bench, a_payload(an_in())) for _ in range(2))
    Submission.objects.filter(pk=unnamed.pk).update(purpose="")
    reader = a_reader(visitor, WantedRight(ServiceCode.CHANNELS, Right.MANAGE))

    reader.get(f"/deliveries/{unnamed.pk}")
    reader.get(f"/deliveries/{named.pk}", status=HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("path", ["/deliveries", "/deliveries/{id}", "/deliveries/check"])
def test_a_page_takes_few_queries(visitor: Visitor, bench: CounterBench, path: str):
    submission = delivered(bench, a_payload(*[an_in(insz="85011512300") for _ in range(30)]))
    visitor.get("/home")
    with CaptureQueriesContext(connection) as queries:
        visitor.get(path.format(id=submission.pk))

    assert len(queries) <= MOST_QUERIES, "\n".join(query["sql"][:90] + query["sql"][-60:] for query in queries)
