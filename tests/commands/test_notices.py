"""`guichet notices`: subscribing, looking and retrying by command, and a carrier that is killed on its way."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from channels.models import AnswerNotice, AnswerSubscription, Sender
from channels.notices.announcing import NoticeBoard
from commands.__main__ import main
from commands.authority import Authority, certificate_pem
from commands.notices.carry import compose_carrier
from commands.stack.configuration import StackConfiguration
from commands.stack.probes import NotHealthy, probe_notices
from domain.refusals import OutageError
from evidence.models import Answer, AuditEvent
from portal.configuration import Configuration
from tests.counter_bench import CounterBench, make_entity, make_sender, open_bench
from tests.dimona_files import a_payload, an_in
from tests.door.conftest import REPOSITORY, database_url, free_port

HOW_TO = REPOSITORY / "docs" / "how-to" / "be-told-of-answers.md"
PATIENCE = 40.0


@pytest.fixture(scope="module")
def keys_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture
def bench(transactional_db: None, tmp_path: Path, keys_home: Path) -> CounterBench:
    bench = open_bench(tmp_path, keys_home)
    make_sender(bench.number, entity=make_entity(), identity=bench.identity)
    return bench


def run(capsys: pytest.CaptureFixture[str], words: str, *more: str) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["notices", *words.split(), *more])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


class Program:
    """A program of the test with the lines that it prints."""

    def __init__(self, words: list[str], *, folder: Path, environment: dict[str, str]) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            words, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(line.strip() for line in self.process.stdout)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        code = self.process.wait(PATIENCE)
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@contextmanager
def documented_receiver(bench: CounterBench, *, pause: float = 0.0) -> Iterator[tuple[Program, str]]:
    """Run the receiver of the document, as it stands there; `pause` seconds before each answer."""
    folder = bench.home / "receiver"
    folder.mkdir(exist_ok=True)
    now = bench.identity.certificate.not_valid_before_utc
    authority = Authority.create("Authority of receivers", at=now, lifetime=timedelta(days=9999))
    authority.issue_server(["localhost"], [], at=now, lifetime=timedelta(days=9998)).write(
        key_path=folder / "server.key.pem", certificate_path=folder / "server.cert.pem"
    )
    (folder / "authority.pem").write_text(certificate_pem(authority.identity.certificate))
    (folder / "notices.pub.pem").write_text((bench.home / "keys" / "notices.pub.pem").read_text())
    (program,) = re.findall(r"```python\n(.*?)```", HOW_TO.read_text(), re.DOTALL)
    waiting = f"        print('asked:', self.headers['webhook-id'], flush=True)\n        time.sleep({pause})\n"
    program = program.replace("    def do_POST(self):\n", f"    def do_POST(self):\n{waiting}")
    (folder / "receiver.py").write_text(program)
    port = free_port()
    receiver = Program(
        [sys.executable, "receiver.py", str(port)], folder=folder, environment={"PATH": os.environ["PATH"]}
    )
    try:
        yield receiver, f"https://localhost:{port}/answers"
    finally:
        receiver.end()


def surroundings(bench: CounterBench) -> dict[str, str]:
    return os.environ | {
        "GUICHET_HOME": str(bench.home),
        "DATABASE_URL": database_url(),
        "GUICHET_NOTICE_NETWORKS": "127.0.0.0/8,::1/128",
        "GUICHET_NOTICE_CA": str(bench.home / "receiver" / "authority.pem"),
    }


def start_carrier(bench: CounterBench, *words: str) -> Program:
    return Program(
        [sys.executable, "-m", "commands", "notices", "carry", *words],
        folder=REPOSITORY,
        environment=surroundings(bench),
    )


def subscribe(bench: CounterBench, address: str) -> AnswerSubscription:
    sender = Sender.objects.get(number=bench.number)
    return AnswerSubscription.objects.create(
        sender=sender, means="WEBHOOK", address=address, created_at=bench.clock.now()
    )


@pytest.mark.timeout(120)
def test_the_documented_receiver_is_told_by_the_process_that_carries(bench: CounterBench):
    with documented_receiver(bench) as (receiver, address):
        carrier = start_carrier(bench, "--every", "2")
        try:
            subscribe(bench, address)
            bench.deliver(a_payload(an_in()))
            bench.work()
            until(lambda: len([line for line in receiver.lines if line.startswith("ready: FO.")]) == 2)
            until(lambda: set(AnswerNotice.objects.values_list("state", flat=True)) == {"TOLD"})
        finally:
            code = carrier.end()
    assert code == 0
    names = sorted(line.split(".")[1] for line in receiver.lines if line.startswith("ready:"))
    assert names == ["ACRF", "NOTI"]


@pytest.mark.timeout(120)
def test_a_carrier_killed_on_its_way_loses_nothing_and_doubles_at_most(bench: CounterBench):
    with documented_receiver(bench, pause=1.0) as (receiver, address):
        subscribe(bench, address)
        bench.deliver(a_payload(an_in()))
        bench.work()
        carrier = start_carrier(bench, "--every", "2")
        until(lambda: [line for line in receiver.lines if line.startswith("asked:")])
        carrier.end(signal.SIGKILL)
        assert AnswerNotice.objects.filter(state="WAITING", attempts=0).count() == 2
        AnswerNotice.objects.update(next_attempt_at=bench.clock.now())  # as if the leases had run out
        assert start_carrier(bench).wait() == 0
    assert set(AnswerNotice.objects.values_list("state", flat=True)) == {"TOLD"}
    asked = [line.split()[1] for line in receiver.lines if line.startswith("asked:")]
    assert len(set(asked)) == 2
    assert max(map(asked.count, asked)) <= 2
    assert len([line for line in receiver.lines if line.startswith("ready:")]) == 2


def test_a_sender_subscribes_once_by_each_means(bench: CounterBench, capsys: pytest.CaptureFixture[str]):
    for words in ("--webhook https://receiver.example/answers", "--mail"):
        made = run(capsys, f"subscribe --sender {bench.number} {words}")
        again = run(capsys, f"subscribe --sender {bench.number} {words}")
        assert (made[0], again[0]) == (0, 0)
        assert again[1].startswith("nothing changed")
    listed = run(capsys, f"list --sender {bench.number}")[1]
    assert "https://receiver.example/answers" in listed
    assert "EMAIL" in listed
    assert AnswerSubscription.objects.count() == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("subscribe --sender 123456 --webhook http://receiver.example/", "https://"),
        ("subscribe --sender 123456 --webhook https://127.0.0.1/", "no public address"),
        ("subscribe --sender 123456 --webhook https://[fe80::1]/", "no public address"),
        ("subscribe --sender 654321 --mail", "There is no sender"),
        ("end 99", "There is no living subscription 99."),
        ("retry 99", "There is no living subscription 99."),
    ],
)
def test_what_cannot_be_is_refused(bench: CounterBench, capsys: pytest.CaptureFixture[str], words: str, sentence: str):
    code, told = run(capsys, words)
    assert (code, sentence in told, AnswerSubscription.objects.count()) == (1, True, 0)


def test_a_sender_has_a_bounded_number_of_receivers(bench: CounterBench, capsys: pytest.CaptureFixture[str]):
    codes = [
        run(capsys, f"subscribe --sender {bench.number} --webhook https://receiver.example/{number}")[0]
        for number in range(6)
    ]
    assert codes == [0, 0, 0, 0, 0, 1]


def test_what_was_given_up_is_tried_again_by_command(bench: CounterBench, capsys: pytest.CaptureFixture[str]):
    subscription = subscribe(bench, "https://receiver.example/")
    bench.deliver(a_payload(an_in()))
    bench.work()
    AnswerNotice.objects.update(state="GIVEN_UP", problem="it answered 500", attempts=9)
    AnswerSubscription.objects.update(failures=9, retry_at=bench.clock.now() + timedelta(days=9999))
    assert "it answered 500" in run(capsys, "list")[1]
    assert run(capsys, f"retry {subscription.pk}") == (
        0,
        f"2 notices of subscription {subscription.pk} are tried now\n",
    )
    assert set(AnswerNotice.objects.values_list("state", "attempts", "problem")) == {("WAITING", 0, "")}
    subscription.refresh_from_db()
    assert (subscription.failures, subscription.retry_at) == (0, None)
    assert run(capsys, f"end {subscription.pk}")[1].endswith("2 notices that waited are given up\n")
    assert run(capsys, f"retry {subscription.pk}")[0] == 1


def test_a_retired_sender_is_told_nothing_any_more(bench: CounterBench):
    subscribe(bench, "https://receiver.example/")
    bench.deliver(a_payload(an_in()))
    bench.work()
    assert main(["senders", "retire", bench.number]) == 0
    assert AnswerSubscription.objects.get().ended_at is not None
    assert set(AnswerNotice.objects.values_list("state", "problem")) == {("GIVEN_UP", "its sender was retired")}
    assert AuditEvent.objects.get(action="notices:ended").detail["given_up"] == 2


def test_the_public_key_is_shown_for_libraries_and_for_openssl(
    bench: CounterBench, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(settings, "GUICHET", replace(settings.GUICHET, home=bench.home))
    told = run(capsys, "key")[1]
    assert told.startswith("whpk_")
    assert (bench.home / "keys" / "notices.pub.pem").read_text() in told


def test_notices_that_nobody_carries_are_not_healthy(bench: CounterBench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("AIRFLOW_DATABASE_URL", database_url())
    configuration = StackConfiguration.from_environment()
    probe_notices(configuration)
    subscribe(bench, "https://receiver.example/")
    bench.deliver(a_payload(an_in()))
    bench.work()
    AnswerNotice.objects.update(next_attempt_at=bench.identity.certificate.not_valid_before_utc)
    with pytest.raises(NotHealthy, match="2 notices of answers wait"):
        probe_notices(configuration)


def test_one_statement_finds_nothing_where_nobody_subscribed(bench: CounterBench, django_assert_num_queries):
    bench.deliver(a_payload(an_in()))
    bench.work()
    answered = Answer.objects.first()
    with django_assert_num_queries(1):
        NoticeBoard().announce([(answered.pk, bench.number)], at=bench.clock.now())
    assert AnswerNotice.objects.count() == 0
    connection.close()


def test_a_setting_that_cannot_be_used_is_named(bench: CounterBench, monkeypatch: pytest.MonkeyPatch):
    configuration = replace(settings.GUICHET, home=bench.home, notices=replace(settings.GUICHET.notices, seconds=60))
    with pytest.raises(OutageError, match="GUICHET_NOTICE_SECONDS is 60; 1 to 59 are expected"):
        compose_carrier(configuration)
    monkeypatch.setenv("GUICHET_NOTICE_NETWORKS", "10.0.0.1/8")
    with pytest.raises(OutageError, match=r"GUICHET_NOTICE_NETWORKS is '10\.0\.0\.1/8'"):
        Configuration.from_environment()
