"""Notices from the answer that is offered to the receiver that takes it, and what becomes of those it does not take."""

import asyncio
import json
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction

from channels.models import AnswerNotice, AnswerSubscription, Sender
from channels.notices import claiming
from channels.notices.announcing import NoticeBoard
from channels.notices.carrier import CarrierParts, NoticeCarrier
from channels.notices.claiming import pause_after
from channels.notices.signatures import NoticeSigner
from channels.notices.subscribing import end_subscription, subscribe_webhook
from commands.notices.carry import compose_carrier
from correspondence.models import OutboxMessage
from domain.refusals import OutageError
from evidence.models import Answer, AnswerFile, AuditEvent
from tests.channels.notices import receivers
from tests.channels.notices.receivers import Answering, Receiver, answer, receiving, server_context
from tests.counter_bench import CounterBench
from tests.dimona_files import a_payload, an_in

HOUR = timedelta(hours=1)
LOOPBACK = frozenset({ip_network("127.0.0.0/8"), ip_network("::1/128")})


def parts(bench: CounterBench, folder: Path, **deviations: object) -> CarrierParts:
    notices = replace(
        settings.GUICHET.notices,
        networks=LOOPBACK,
        ca=receivers.authority_file(folder),
        **{"seconds": 5} | deviations,
    )
    configuration = replace(settings.GUICHET, home=bench.home, notices=notices)
    composed = compose_carrier(configuration)
    return replace(composed, clock=bench.clock, rules=replace(composed.rules, jitter=lambda: 1.0))


def subscribe(bench: CounterBench, address: str) -> AnswerSubscription:
    with transaction.atomic():
        sender = Sender.objects.get(number=bench.number)
        made, _ = subscribe_webhook(sender, address, allowed=LOOPBACK, actor="test", at=bench.clock.now())
    return made


def offer(bench: CounterBench, count: int) -> None:
    """Offer so many more answers to the first submission, which has one acknowledgement and one notification."""
    first = Answer.objects.order_by("pk").first()
    for number in range(count):
        with transaction.atomic():
            made = Answer.objects.create(
                submission_id=first.submission_id,
                kind="NOTI",
                number=number + 100,
                recipient=first.recipient,
                environment="R",
                day=first.day,
                sequence=number + 1000,
                created_at=bench.clock.now(),
            )
            AnswerFile.objects.create(
                answer=made,
                recipient=made.recipient,
                environment="R",
                name=f"FO.NOTI.999999.20260701.{number + 1000:05d}.R",
                size=0,
                offered_at=bench.clock.now(),
            )
            NoticeBoard().announce([(made.pk, made.recipient)], at=bench.clock.now())


def deliver(bench: CounterBench) -> None:
    bench.deliver(a_payload(an_in()))
    bench.work()


def drained(
    bench: CounterBench,
    folder: Path,
    *answerings: Answering,
    prepare: Callable[[list[Receiver]], None] | None = None,
    rounds: int = 1,
    **deviations: object,
) -> list[Receiver]:
    """Let one receiver for each answering be told by one carrier after another."""

    async def drain() -> list[Receiver]:
        context = server_context(folder)
        async with AsyncExitStack() as stack:
            made = [await stack.enter_async_context(receiving(context, answering)) for answering in answerings]
            if prepare is not None:
                await asyncio.to_thread(in_thread, lambda: prepare(made))
            for _ in range(rounds):
                await NoticeCarrier(parts(bench, folder, **deviations)).drain()
            return made

    return asyncio.run(drain())


def in_thread(work: Callable[[], None]) -> None:
    try:
        work()
    finally:
        connection.close()


def subscribed(bench: CounterBench, *, offers: int = 0) -> Callable[[list[Receiver]], None]:
    def prepare(made: list[Receiver]) -> None:
        for receiver in made:
            subscribe(bench, receiver.address())
        deliver(bench)
        offer(bench, offers)

    return prepare


def states() -> list[str]:
    return list(AnswerNotice.objects.order_by("pk").values_list("state", flat=True))


def test_nothing_is_noted_where_nobody_subscribed_or_nobody_does_any_more(bench: CounterBench):
    ended = subscribe(bench, "https://receiver.example/")
    with transaction.atomic():
        end_subscription(ended, actor="test", at=bench.clock.now(), reason="test")
    deliver(bench)
    assert Answer.objects.count() == 2
    assert AnswerNotice.objects.count() == 0


def test_a_notice_is_made_with_its_answer_or_not_at_all(bench: CounterBench):
    subscribe(bench, "https://receiver.example/")
    deliver(bench)
    answered = Answer.objects.first()
    AnswerNotice.objects.all().delete()
    with transaction.atomic():
        NoticeBoard().announce([(answered.pk, bench.number)], at=bench.clock.now())
        transaction.set_rollback(True)
    assert AnswerNotice.objects.count() == 0
    for _ in range(2):
        NoticeBoard().announce([(answered.pk, bench.number)], at=bench.clock.now())
    assert AnswerNotice.objects.count() == 1


def test_the_receiver_is_told_of_each_answer_by_a_signed_request(bench: CounterBench, tmp_path: Path):
    (receiver,) = drained(bench, tmp_path, answer("204 No Content"), prepare=subscribed(bench))
    told = {json.loads(seen.body)["kind"]: json.loads(seen.body) for seen in receiver.seen}
    offered = AnswerFile.objects.get(name__startswith="FO.ACRF")
    assert states() == ["TOLD", "TOLD"]
    assert set(told) == {"ACRF", "NOTI"}
    assert told["ACRF"] == {
        "event": "answer.ready",
        "sender": bench.number,
        "environment": "R",
        "ticket": offered.answer.submission.ticket,
        "file": offered.name,
        "kind": "ACRF",
        "offered_at": f"{bench.clock.now():%Y-%m-%dT%H:%M:%SZ}",
    }
    numbers = {str(number) for number in AnswerNotice.objects.values_list("number", flat=True)}
    assert {seen.headers["webhook-id"] for seen in receiver.seen} == numbers


def run_script(script: str, folder: Path, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-uc", script.removeprefix("sh\n")],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_request_is_verified_with_openssl_as_documented(bench: CounterBench, tmp_path: Path):
    (receiver,) = drained(bench, tmp_path, answer("204 No Content"), prepare=subscribed(bench))
    seen = receiver.seen[0]
    document = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "be-told-of-answers.md"
    (script,) = [block for block in document.read_text().split("```") if "pkeyutl" in block]
    for name in ("body", "notices.pub.pem"):
        (tmp_path / name).write_bytes(seen.body if name == "body" else (bench.home / "keys" / name).read_bytes())
    variables = {name.replace("-", "_"): seen.headers[name] for name in seen.headers if name.startswith("webhook-")}
    verified = run_script(script, tmp_path, variables)
    assert "Verified Successfully" in verified.stdout, verified.stderr
    (tmp_path / "body").write_bytes(seen.body + b" ")
    assert "Verified Successfully" not in run_script(script, tmp_path, variables).stdout


def test_both_keys_sign_while_the_previous_one_is_there(bench: CounterBench):
    keys = bench.home / "keys"
    previous = keys / "notices.previous.key.pem"
    previous.write_bytes((keys / "notices.key.pem").read_bytes())
    try:
        signed = NoticeSigner.load(keys).headers(b"{}", number="7", timestamp=1)["webhook-signature"]
    finally:
        previous.unlink()
    assert [part[:4] for part in signed.split()] == ["v1a,", "v1a,"]


def test_without_a_key_nothing_is_carried(tmp_path: Path):
    with pytest.raises(OutageError, match="guichet keys"):
        NoticeSigner.load(tmp_path)


def test_a_receiver_that_fails_is_paused_and_told_later_under_the_same_number(bench: CounterBench, tmp_path: Path):
    numbers = []

    async def failing_once(reader, writer) -> None:
        await answer("500 Oops" if not numbers else "200 OK")(reader, writer)
        numbers.append(1)

    def wait_a_little(_: list[Receiver]) -> None:
        subscribe(bench, _[0].address())
        deliver(bench)
        AnswerNotice.objects.exclude(pk=AnswerNotice.objects.first().pk).delete()

    async def tell() -> Receiver:
        async with receiving(server_context(tmp_path), failing_once) as receiver:
            await asyncio.to_thread(in_thread, lambda: wait_a_little([receiver]))
            for minutes in (0, 0, 1):
                bench.clock.advance(timedelta(minutes=minutes))
                await NoticeCarrier(parts(bench, tmp_path)).drain()
            return receiver

    receiver = asyncio.run(tell())
    notice = AnswerNotice.objects.get()
    assert [seen.headers["webhook-id"] for seen in receiver.seen] == [str(notice.number)] * 2
    assert (notice.state, notice.attempts, notice.problem) == ("TOLD", 2, "")
    assert (notice.subscription.failures, notice.subscription.retry_at) == (0, None)


def test_a_receiver_that_is_down_is_asked_once_a_pause_however_much_waits(bench: CounterBench, tmp_path: Path):
    (receiver,) = drained(bench, tmp_path, answer("500 Oops"), prepare=subscribed(bench, offers=30), rounds=3)
    subscription = AnswerSubscription.objects.get()
    assert receiver.connections <= claiming.AT_ONCE
    assert (subscription.failures, subscription.retry_at) == (1, bench.clock.now() + timedelta(seconds=10))
    for _ in range(3):
        bench.clock.advance(HOUR)
        before = AnswerNotice.objects.filter(attempts__gt=0).count()
        claimed = claiming.claim_due(busy=(), limit=99, now=bench.clock.now())
        assert len(claimed) == 1
        assert before


def test_pauses_grow_to_six_hours():
    seconds = [pause_after(failures, jitter=1.0).total_seconds() for failures in (1, 2, 3, 9, 99, 10_000)]
    assert seconds == [10, 30, 90, 21_600, 21_600, 21_600]


def test_what_could_not_be_told_for_two_days_is_given_up_and_the_operator_told_once(
    bench: CounterBench, tmp_path: Path
):
    drained(bench, tmp_path, answer("500 Oops"), prepare=subscribed(bench, offers=3))
    AnswerSubscription.objects.update(address="https://127.0.0.1:1/")
    for _ in range(12):
        bench.clock.advance(6 * HOUR)
        asyncio.run(NoticeCarrier(parts(bench, tmp_path)).drain())
    given_up = AnswerNotice.objects.filter(state="GIVEN_UP")
    assert states() == ["GIVEN_UP"] * 5
    assert {notice.problem for notice in given_up} == {"no connection: it was refused"}
    letters = OutboxMessage.objects.filter(recipient=settings.GUICHET.operator_address, occasion__contains="given-up")
    assert 1 <= letters.count() <= 2  # one a day
    assert AuditEvent.objects.filter(action="notices:given-up").exists()


def test_a_receiver_that_is_gone_is_told_nothing_more_and_its_sender_is_written_to(bench: CounterBench, tmp_path: Path):
    Sender.objects.update(language="fr")
    (receiver,) = drained(bench, tmp_path, answer("410 Gone"), prepare=subscribed(bench, offers=20), rounds=2)
    letter = OutboxMessage.objects.get(recipient="it@sender.example")
    assert receiver.connections <= claiming.AT_ONCE
    assert (AnswerSubscription.objects.get().ended_at, set(states())) == (bench.clock.now(), {"GIVEN_UP"})
    assert letter.subject == f"Les avis à votre récepteur sont terminés (expéditeur {bench.number})"
    to_operator = OutboxMessage.objects.get(recipient=settings.GUICHET.operator_address)
    assert f"`guichet notices subscribe --sender {bench.number} --webhook '{receiver.address()}'`" in to_operator.body
    assert "notices retry" not in to_operator.body  # there is nothing left to be retried


def test_one_slow_receiver_holds_no_other_up(bench: CounterBench, tmp_path: Path):
    told_at: list[float] = []

    async def noting(reader, writer) -> None:
        told_at.append(time.monotonic())
        await answer("200 OK")(reader, writer)

    drained(
        bench,
        tmp_path,
        receivers.silent,
        noting,
        receivers.dripping,
        prepare=subscribed(bench, offers=30),
        seconds=4,
    )
    fast = AnswerNotice.objects.filter(state="TOLD").values_list("subscription", flat=True)
    assert (len(told_at), len(set(fast))) == (32, 1)
    assert told_at[-1] - told_at[0] < 3.5
    assert AnswerSubscription.objects.filter(failures=1).count() == 2


def test_two_carriers_tell_each_notice_once(bench: CounterBench, tmp_path: Path):
    async def tell() -> Receiver:
        async with receiving(server_context(tmp_path), answer("200 OK")) as receiver:
            await asyncio.to_thread(in_thread, lambda: subscribed(bench, offers=30)([receiver]))
            carriers = [NoticeCarrier(parts(bench, tmp_path)) for _ in range(2)]
            await asyncio.gather(*(carrier.drain() for carrier in carriers))
            return receiver

    receiver = asyncio.run(tell())
    numbers = [seen.headers["webhook-id"] for seen in receiver.seen]
    assert len(numbers) == len(set(numbers)) == 32
    assert set(states()) == {"TOLD"}


def test_a_new_answer_is_told_at_once_and_a_stop_lets_what_is_on_its_way_arrive(bench: CounterBench, tmp_path: Path):
    async def slowly(reader, writer) -> None:
        await asyncio.sleep(0.3)
        await answer("200 OK")(reader, writer)

    async def tell() -> float:
        async with receiving(server_context(tmp_path), slowly) as receiver:
            stop, carrier = asyncio.Event(), NoticeCarrier(parts(bench, tmp_path))
            running = asyncio.create_task(carrier.run(stop, every=60))
            await asyncio.to_thread(in_thread, lambda: subscribe(bench, receiver.address()))
            await asyncio.sleep(1)
            await asyncio.to_thread(in_thread, lambda: deliver(bench))
            began = time.monotonic()
            while not receiver.seen:  # noqa: ASYNC110 - the receiver of all tests counts, it does not signal
                await asyncio.sleep(0.02)
            took = time.monotonic() - began
            stop.set()
            carrier.wake()
            await running
            return took

    assert asyncio.run(tell()) < 5  # the poll would come after a minute
    assert "TOLD" in states()
    assert threading.active_count() < 50


def break_connections() -> None:
    """Let the database hang up on everybody else, as when it is started anew."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_carrier_goes_on_after_the_database_hung_up(bench: CounterBench, tmp_path: Path):
    async def tell() -> Receiver:
        async with receiving(server_context(tmp_path), answer("200 OK")) as receiver:
            stop, carrier = asyncio.Event(), NoticeCarrier(parts(bench, tmp_path))
            running = asyncio.create_task(carrier.run(stop, every=0.2))
            await asyncio.sleep(0.5)
            await asyncio.to_thread(in_thread, break_connections)
            await asyncio.sleep(0.5)
            await asyncio.to_thread(in_thread, lambda: subscribed(bench)([receiver]))
            while len(receiver.seen) < 2:  # noqa: ASYNC110 - likewise
                await asyncio.sleep(0.02)
            stop.set()
            await running
            return receiver

    connection.close()
    asyncio.run(asyncio.wait_for(tell(), 60))
    assert states() == ["TOLD", "TOLD"]


def test_a_notice_on_its_way_while_the_database_hangs_up_is_told_and_noted_all_the_same(
    bench: CounterBench, tmp_path: Path
):
    async def hang_up(reader, writer) -> None:
        await asyncio.to_thread(in_thread, break_connections)
        await answer("200 OK")(reader, writer)

    async def tell() -> Receiver:
        async with receiving(server_context(tmp_path), hang_up) as receiver:
            await asyncio.to_thread(in_thread, lambda: subscribed(bench)([receiver]))
            for _ in range(2):
                await NoticeCarrier(parts(bench, tmp_path)).drain()
                bench.clock.advance(claiming.LEASE)
            return receiver

    connection.close()
    receiver = asyncio.run(tell())
    asked = [seen.headers["webhook-id"] for seen in receiver.seen]
    assert states() == ["TOLD", "TOLD"]
    assert len(set(asked)) == 2
    assert max(map(asked.count, asked)) <= 2
