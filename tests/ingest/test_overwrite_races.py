"""A payload is overwritten, renamed or removed at the very moment its GO is closed: what is filed is what was verified.

For each of many sets, one connection closes the GO while another, at a random moment, does something to the FI.
`make races` runs a thousand of them.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random
from threading import Barrier

import pytest
from django.db import connection

from channels.inboxes import StagingQuota
from channels.mailboxes import Mailbox, Mailboxes
from channels.models import Delivery, DeliveryState, StagedFile
from channels.senders import read_senders
from domain.environments import Environment, Tray
from domain.filenames import Prefix
from domain.mailbox_refusals import MailboxRefusal
from domain.mailboxes import UploadStart
from domain.sender_numbers import SenderNumber
from domain.verdicts import Accepted, Refused
from evidence.models import Submission, SubmissionPart
from ingest.cases import Case
from ingest.judge import judge
from tests.counter_bench import DAY, NOON, SENDER, CounterBench
from tests.dimona_files import STUDENTS, a_payload, an_in

RACES = int(os.environ.get("RACES", "100"))
BATCH, LANES, VERSIONS = 100, 3, 11
LONGEST_PAUSE = 0.012
CHUNK = 7_000


@dataclass
class Race:
    """One set: the version that was signed, another, and every version of its FI whose close was taken."""

    number: int
    signed: bytes
    other: bytes
    closed: list[bytes] = field(default_factory=list)
    refused: int = 0

    def __post_init__(self) -> None:
        self.closed.append(self.signed)

    @property
    def key(self) -> str:
        return f"DIMN.{SENDER}.{DAY}.{self.number:05d}.R"

    @property
    def payload_name(self) -> str:
        return f"FI.{self.key}.1.1"

    def expect_refusals(self, *steps: Callable[[], None]) -> None:
        """Take the steps until the mailbox refuses one, as it may once the set is sealed."""
        try:
            for step in steps:
                step()
        except MailboxRefusal:
            self.refused += 1


def a_version(number: int, mark: str) -> bytes:
    """A sound payload of its own length, of which every part tells to which version it belongs."""
    filling = f"<!-- {mark * (200 + number % VERSIONS * 1_900)} -->"
    return a_payload(an_in(insz=STUDENTS[0])).replace(b"</Dimona>", filling.encode() + b"</Dimona>")


def put(race: Race, mailbox: Mailbox, content: bytes, *, name: str | None = None) -> None:
    upload = mailbox.begin_upload(Tray.IN, name or race.payload_name, start=UploadStart.EMPTY)
    for at in range(0, len(content), CHUNK):
        upload.write(at, content[at : at + CHUNK])
    upload.close()
    race.closed.append(content)


def overwrite(race: Race, mailbox: Mailbox) -> None:
    race.expect_refusals(lambda: put(race, mailbox, race.other))


def overwrite_beside_an_open_handle(race: Race, mailbox: Mailbox) -> None:
    stale = mailbox.begin_upload(Tray.IN, race.payload_name, start=UploadStart.RESUME)
    stale.write(0, b"?" * 50)
    race.expect_refusals(lambda: put(race, mailbox, race.other))
    race.expect_refusals(lambda: stale.write(40, b"!" * CHUNK))
    race.expect_refusals(stale.close)
    assert race.refused


def resume_beside_an_open_handle(race: Race, mailbox: Mailbox) -> None:
    stale = mailbox.begin_upload(Tray.IN, race.payload_name, start=UploadStart.RESUME)
    second = mailbox.begin_upload(Tray.IN, race.payload_name, start=UploadStart.RESUME)
    for at in range(0, len(race.other), CHUNK):
        second.write(at, race.other[at : at + CHUNK])
        race.expect_refusals(partial(stale.write, at, b"?" * 10))
    second.truncate(len(race.other))

    def close() -> None:
        second.close()
        race.closed.append(race.other)

    race.expect_refusals(close)
    race.expect_refusals(lambda: stale.write(10, b"!" * 10))
    race.expect_refusals(stale.close)
    assert race.refused


def rename_over_it(race: Race, mailbox: Mailbox) -> None:
    name = f"{race.number}.tmp"
    put(race, mailbox, race.other, name=name)
    race.expect_refusals(lambda: mailbox.rename(Tray.IN, name, race.payload_name))


def rename_away_and_back(race: Race, mailbox: Mailbox) -> None:
    name = f"{race.number}.tmp"
    race.expect_refusals(
        lambda: mailbox.rename(Tray.IN, race.payload_name, name),
        lambda: mailbox.rename(Tray.IN, name, race.payload_name),
    )


def remove_and_send_again(race: Race, mailbox: Mailbox) -> None:
    race.expect_refusals(lambda: mailbox.remove(Tray.IN, race.payload_name))
    race.expect_refusals(lambda: put(race, mailbox, race.other))


def cut(race: Race, mailbox: Mailbox) -> None:
    upload = mailbox.begin_upload(Tray.IN, race.payload_name, start=UploadStart.EMPTY)
    upload.write(0, race.other[:CHUNK])
    upload.abandon()


DISTURBANCES = (
    overwrite,
    overwrite_beside_an_open_handle,
    resume_beside_an_open_handle,
    rename_over_it,
    rename_away_and_back,
    remove_and_send_again,
    cut,
)


@pytest.fixture
def roomy(bench: CounterBench) -> CounterBench:
    """A counter that takes as many staged files as the test leaves behind."""
    bench.mailboxes = Mailboxes(
        staging=bench.counter.sealer.staging,
        quota=StagingQuota(max_bytes=10**9, max_files=10 * RACES),
        seal=bench.counter.sealer,
        blobs=bench.counter.desk.payloads.blobs,
        clock=bench.clock,
    )
    return bench


def stage(bench: CounterBench, races: list[Race], signatures: dict[bytes, bytes]) -> None:
    """Leave the FI and FS of each race staged, as two closed uploads do."""
    deliveries = Delivery.objects.bulk_create(
        Delivery(
            owner_id=SENDER,
            tray=Tray.IN,
            purpose="DIMN",
            named_sender=SENDER,
            name_date=NOON.date(),
            sequence=f"{race.number:05d}",
            environment=Environment.PRODUCTION,
            opened_at=NOON,
        )
        for race in races
    )
    StagedFile.objects.bulk_create(
        staged
        for race, delivery in zip(races, deliveries, strict=True)
        for staged in (
            _staged(bench, delivery, Prefix.PAYLOAD, race.payload_name, race.signed),
            _staged(bench, delivery, Prefix.SIGNATURE, f"FS{race.payload_name[2:]}", signatures[race.signed]),
        )
    )


def _staged(bench: CounterBench, delivery: Delivery, prefix: Prefix, name: str, content: bytes) -> StagedFile:
    staging = bench.counter.sealer.staging
    path = staging.new_path(SenderNumber(SENDER))
    (bench.home / "staging" / path).write_bytes(content)
    return StagedFile(
        owner_id=SENDER,
        tray=Tray.IN,
        name=name,
        delivery=delivery,
        prefix=prefix,
        part=1,
        declared_parts=1,
        path=path,
        size=len(content),
        upload="00000000-0000-4000-8000-000000000000",
        modified_at=NOON,
        closed_at=NOON,
    )


def run(bench: CounterBench, races: list[Race], *, seed: int) -> None:
    """Run every race, on two connections each, a few at a time."""

    def lane(mine: list[Race], together: Barrier, act: Callable[[Race, Mailbox, Random], None], seed: int) -> None:
        chance, mailbox = Random(seed), bench.mailbox()  # noqa: S311 - the same races in every run
        try:
            for race in mine:
                together.wait()
                act(race, mailbox, chance)
        except BaseException:
            together.abort()
            raise
        finally:
            connection.close()

    with ThreadPoolExecutor(2 * LANES) as pool:
        running = []
        for number in range(LANES):
            together, mine = Barrier(2, timeout=60), races[number::LANES]
            running += [
                pool.submit(lane, mine, together, close_go(bench), seed + number),
                pool.submit(lane, mine, together, disturb, seed + number + LANES),
            ]
        for ended in running:
            ended.result()


def close_go(bench: CounterBench) -> Callable[[Race, Mailbox, Random], None]:
    def close(race: Race, mailbox: Mailbox, chance: Random) -> None:
        time.sleep(chance.random() * LONGEST_PAUSE)
        bench.put(f"GO.{race.key}.1", mailbox=mailbox)

    return close


def disturb(race: Race, mailbox: Mailbox, chance: Random) -> None:
    time.sleep(chance.random() * LONGEST_PAUSE)
    chance.choice(DISTURBANCES)(race, mailbox)


def late_files() -> list[int]:
    """Return the races that left a whole FI in a new delivery, as whatever comes after the seal."""
    late = StagedFile.objects.filter(prefix=Prefix.PAYLOAD, closed_at__isnull=False).filter(
        delivery__state=DeliveryState.OPEN, delivery__go_ahead_at=None
    )
    return sorted(int(sequence) for sequence in late.values_list("delivery__sequence", flat=True))


def sealed(bench: CounterBench) -> Iterator[tuple[int, bytes, Accepted | Refused, Submission]]:
    """Yield every submission: its race, the bytes of its payload, its verdict."""
    senders, counter = read_senders([SENDER]), bench.counter
    trust = counter.trust.read()
    for submission in Submission.objects.prefetch_related("parts__blob"):
        parts = list(submission.parts.all())
        verdict = judge(
            Case(
                submission=submission,
                parts=parts,
                sender=senders[SENDER],
                payloads=counter.desk.payloads,
                trust=trust,
                text_mode=counter.text_mode,
                rules=counter.rules,
            )
        ).verdict
        assert isinstance(verdict, Accepted | Refused)
        yield int(submission.sequence), _payload(bench, parts), verdict, submission


def _payload(bench: CounterBench, parts: list[SubmissionPart]) -> bytes:
    (payload,) = (part for part in parts if part.prefix == Prefix.PAYLOAD)
    with bench.counter.desk.payloads.blobs.open(payload.blob_id) as content:
        return content.read()


def codes_of(verdict: Accepted | Refused) -> list[str]:
    return [str(refusal.code) for refusal in verdict.refusals] if isinstance(verdict, Refused) else []


def test_overwrites_around_the_go_never_file_what_was_not_verified(roomy: CounterBench):
    bench, numbers = roomy, range(1, RACES + 1)
    races = [Race(number, a_version(number, "A"), a_version(number + 4, "B")) for number in numbers]
    signatures = {content: bench.sign(content) for content in {race.signed for race in races}}
    by_number = {race.number: race for race in races}
    late: list[int] = []
    for start in range(0, RACES, BATCH):
        stage(bench, races[start : start + BATCH], signatures)
        run(bench, races[start : start + BATCH], seed=start)
        late += late_files()
        if start == 0:
            require_repeats(bench, [by_number[number] for number in late[:5]])
        StagedFile.objects.all().delete()
    outcomes: Counter[str] = Counter()
    for number, content, verdict, submission in sealed(bench):
        race = by_number[number]
        assert content in race.closed
        if submission.first_of_name_id is not None:
            assert number in late
            continue
        assert codes_of(verdict) == ([] if content == race.signed else ["ACRF-125"])
        outcomes["signed" if content == race.signed else "other"] += 1
    assert min(outcomes["signed"], outcomes["other"], len(late)) > 0
    assert sum(outcomes.values()) > RACES // 2
    assert Submission.objects.values("sequence").distinct().count() == sum(outcomes.values())


def require_repeats(bench: CounterBench, late: list[Race]) -> None:
    """What was closed after the seal lies in a new delivery, which ends with 133."""
    for race in late:
        bench.put(f"FS.{race.key}.1.1", b"any")
        bench.put(f"GO.{race.key}.1")
    repeated = [(codes_of(verdict), submission) for _, _, verdict, submission in sealed(bench)]

    again = [codes for codes, submission in repeated if submission.first_of_name_id is not None]
    assert again == [["ACRF-133"]] * len(late)
