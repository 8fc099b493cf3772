"""Whatever happens between two chunks, or in one: all of a chunk is filed or nothing, once, and answered as it was."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from domain.checkins.items import Item
from domain.checkins.outcomes import Declarant, Outcome
from domain.environments import Environment
from domain.refusals import OutageError
from evidence.models import Answer, DecidedChunk, Submission, SubmissionState
from ingest.check_in_desk import CheckInDesk, TakeItems
from registers.checkins.models import Presence
from tests.checkin_files import a_batch, a_worker, an_event_item
from tests.checkin_items import INSS
from tests.ingest.checkins.conftest import Site, Told

NOON = "2026-07-01T12:00:00+02:00"


class PowerCutError(BaseException):
    """Ends the work as a kill does: nothing catches it."""


@dataclass
class Failing:
    """A register that fails at its `fails_at`-th chunk, before or after it took the items; then it is sound again."""

    register: TakeItems
    fails_at: int
    trouble: type[BaseException] = PowerCutError
    taken_first: bool = False
    calls: list[list[int]] = field(default_factory=list)

    def __call__(
        self,
        items: Sequence[Item],
        *,
        by: Declarant,
        received_at: datetime,
        at: datetime,
        seqs: Sequence[int] | None = None,
    ) -> Sequence[Outcome]:
        self.calls.append(list(seqs or ()))
        fails = len(self.calls) == self.fails_at
        if fails and not self.taken_first:
            raise self.trouble
        outcomes = self.register(items, by=by, received_at=received_at, at=at, seqs=seqs)
        if fails:
            raise self.trouble
        return outcomes


def events(count: int) -> list[str]:
    instants = [datetime.fromisoformat(NOON) - timedelta(seconds=count - place) for place in range(count)]
    return [
        an_event_item(place + 1, at=instant, way="IN" if place % 2 == 0 else "OUT", who=a_worker(INSS))
        for place, instant in enumerate(instants)
    ]


def in_chunks(site: Site, *, size: int = 2, **failing: object) -> Failing:
    """Let the counter file chunks of that size, and the register of production fail as asked."""
    desk = site.message.desks[Environment.PRODUCTION]
    register = Failing(desk.take_items, **{"fails_at": 0} | failing)
    desks = {**site.message.desks, Environment.PRODUCTION: CheckInDesk(register, desk.limits)}
    site.use(replace(site.message, desks=desks, chunk=size))
    return register


def test_a_file_is_filed_in_chunks_in_the_order_of_its_items(site: Site) -> None:
    register = in_chunks(site)
    told = site.send(a_batch(*events(5)))

    assert register.calls == [[1, 2], [3, 4], [5]]
    assert [one.seq for one in told] == [1, 2, 3, 4, 5]
    assert not DecidedChunk.objects.exists()


def expected(site: Site, count: int) -> list[Told]:
    """Return what a file of that many events is answered where nothing happens: in an environment of its own."""
    site.use(replace(site.message, chunk=2))
    return site.send(a_batch(*events(count)), environment="T")


@pytest.mark.parametrize("taken_first", [False, True], ids=["before the chunk", "within the chunk"])
@pytest.mark.parametrize("fails_at", [1, 2, 3])
def test_a_crash_leaves_whole_chunks_and_the_rerun_answers_the_same(
    site: Site, fails_at: int, taken_first: bool
) -> None:
    would_be = expected(site, 5)
    register = in_chunks(site, fails_at=fails_at, taken_first=taken_first)
    site.deliver(a_batch(*events(5)))
    with pytest.raises(PowerCutError):
        site.bench.work("one")

    whole = 2 * (fails_at - 1)
    assert Presence.objects.filter(environment="R").count() == whole
    assert DecidedChunk.objects.count() == fails_at - 1
    assert Answer.objects.filter(kind="CIAR", environment="R").count() == 0

    site.bench.clock.advance(timedelta(minutes=10))
    site.bench.counter.sweep()
    site.bench.work("another")

    assert site.results() == would_be
    assert Presence.objects.filter(environment="R").count() == 5
    assert [call[0] for call in register.calls].count(1) == (2 if fails_at == 1 else 1)
    assert not DecidedChunk.objects.exists()


def test_a_crash_before_the_answer_files_nothing_twice(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    would_be = expected(site, 3)
    register = in_chunks(site)
    sound = site.bench.counter.desk.answers

    class Unplugged:
        def seal(self, content: io.BytesIO, *, at: datetime) -> bytes:
            if b"PresenceBatchResult" in content.getvalue():
                raise PowerCutError
            return sound.seals.seal(content, at=at)

    desk = replace(site.bench.counter.desk, answers=replace(sound, seals=Unplugged()))
    site.bench.counter, working = replace(site.bench.counter, desk=desk), site.bench.counter
    site.deliver(a_batch(*events(3)))
    with pytest.raises(PowerCutError):
        site.bench.work("one")
    site.bench.counter = working
    site.bench.clock.advance(timedelta(minutes=10))
    site.bench.work("another")

    assert site.results() == would_be
    assert register.calls == [[1, 2], [3]]
    assert Presence.objects.filter(environment="R").count() == 3


def test_an_outage_is_tried_again_and_refuses_nobody(site: Site) -> None:
    in_chunks(site, fails_at=2, trouble=OSError)
    site.deliver(a_batch(*events(4)))
    with pytest.raises(OutageError):
        site.bench.work()
    assert Submission.objects.get().state == SubmissionState.RECEIVED

    site.bench.clock.advance(timedelta(minutes=10))
    site.bench.work()
    assert {one.what for one in site.results()} == {"SUCCESSFULLY REGISTERED"}


def test_a_file_that_another_worker_took_over_is_left_to_it_after_a_whole_chunk(site: Site) -> None:
    register = in_chunks(site)
    sound = register.register

    def take(items: Sequence[Item], **how: object) -> Sequence[Outcome]:
        if len(register.calls) == 2:
            Submission.objects.filter(environment="R").update(leased_by="thief")
        return sound(items, **how)

    register.register = take
    site.deliver(a_batch(*events(6)))
    site.bench.work("one")

    assert register.calls == [[1, 2], [3, 4]]
    assert Presence.objects.filter(environment="R").count() == 4
    assert site.results() == []


def test_neighbours_of_a_file_that_fails_are_answered(site: Site) -> None:
    register = in_chunks(site)
    sound = register.register
    for reference in ("R-1", "R-2"):
        site.deliver(a_batch(*events(1), reference=reference))
    first = Submission.objects.order_by("pk")[0].pk

    def take(items: Sequence[Item], *, by: Declarant, **how: object) -> Sequence[Outcome]:
        if by.batch_id == first:
            raise OSError
        return sound(items, by=by, **how)

    register.register = take
    with pytest.raises(OutageError):
        site.bench.work()
    assert len(site.results()) == 1
