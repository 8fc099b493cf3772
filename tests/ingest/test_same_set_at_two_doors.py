"""The same set comes through the web service and another door at once: one of the two is accepted, once."""

import os
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from threading import Barrier

import pytest
from django.db import connection

from channels.models import StagedFile
from channels.web.problems import Problem
from domain.channels import Channel
from domain.mailbox_refusals import MailboxRefusal
from evidence.models import Submission
from tests.counter_bench import CounterBench
from tests.dimona_files import a_payload, an_in
from tests.web.in_process import a_reception, events_of, open_channels

RACES = int(os.environ.get("RACES", "100")) // 4
LANES = 3
LONGEST_PAUSE = 0.012
PAYLOAD = a_payload(an_in())


def over_the_web(bench: CounterBench, key: str, signature: bytes, chance: Random) -> str:
    time.sleep(chance.random() * LONGEST_PAUSE)
    reception = a_reception(bench)
    try:
        return "repeated" if reception.complete(events_of(key, PAYLOAD, signature)).is_repeated else "first"
    except Problem:
        reception.discard()
        return "refused"


def through_a_mailbox(bench: CounterBench, key: str, signature: bytes, chance: Random) -> str:
    mailbox = bench.mailbox(channel=chance.choice([Channel.SFTP, Channel.FTP]))
    try:
        for name, content in ((f"FI.{key}.1.1", PAYLOAD), (f"FS.{key}.1.1", signature), (f"GO.{key}.1", b"")):
            bench.put(name, content, mailbox=mailbox)
    except MailboxRefusal:
        return "refused"
    return "taken"


def lane(bench: CounterBench, act, keys: list[str], signature: bytes, together: Barrier, seed: int) -> list[str]:
    chance = Random(seed)  # noqa: S311 - the same races in every run
    try:
        outcomes = []
        for key in keys:
            together.wait()
            outcomes.append(act(bench, key, signature, chance))
    except BaseException:
        together.abort()
        raise
    else:
        return outcomes
    finally:
        connection.close()


@pytest.mark.parametrize("other", [through_a_mailbox, over_the_web])
def test_a_set_that_comes_twice_at_once_is_accepted_once(bench: CounterBench, other):
    open_channels(bench)
    keys, signature = [bench.next_key() for _ in range(RACES)], bench.sign(PAYLOAD)
    outcomes: Counter[tuple[str, str]] = Counter()
    with ThreadPoolExecutor(2 * LANES) as pool:
        running = []
        for number in range(LANES):
            together, mine = Barrier(2, timeout=60), keys[number::LANES]
            running.append(
                [pool.submit(lane, bench, act, mine, signature, together, number) for act in (over_the_web, other)]
            )
        for web, mailbox in running:
            outcomes.update(zip(web.result(), mailbox.result(), strict=True))
    bench.clock.advance(timedelta(hours=25))
    bench.counter.sweep()
    bench.work()

    answered = Counter(tuple(answer.codes) for answer in bench.answers("ACRF"))
    assert answered[()] == Submission.objects.filter(first_of_name=None).count() == RACES
    assert set(answered) == {(), ("ACRF-133",)}
    both = sum(outcomes[pair] for pair in outcomes if "refused" not in pair)
    assert answered["ACRF-133",] >= both > 0
    assert ("refused", "refused") not in outcomes
    assert not StagedFile.objects.exists()
