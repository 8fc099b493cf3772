"""What is filed says when it was filed, not when the task began that files it: a search from one's last look on finds it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from domain.checkins.vocabulary import PresenceStatus
from domain.environments import Environment
from evidence.models import Answer, AuditEvent
from registers.checkins.models import Presence
from tests.checkin_files import a_batch, a_cancelling_item, a_day_item, a_worker, an_event_item
from tests.checkin_items import INSS
from tests.counter_bench import NOON
from tests.ingest.checkins.conftest import SPACE, Site, kinds

STEP = timedelta(seconds=1)
OTHERS = ("05011512353", "90231512323", "90431512366")


@dataclass(slots=True)
class WalkingClock:
    """A clock that goes on by a second whenever somebody looks at it."""

    instant: datetime = NOON

    def now(self) -> datetime:
        self.instant += STEP
        return self.instant


@pytest.fixture
def clock(site: Site) -> WalkingClock:
    """Let the counter walk on, and file two items at a time."""
    clock = WalkingClock()
    site.bench.counter = replace(site.bench.counter, clock=clock)
    site.use(replace(site.message, chunk=2))
    return clock


def four_days() -> list[str]:
    return [a_day_item(seq, who=a_worker(inss)) for seq, inss in enumerate((INSS, *OTHERS), start=1)]


def created(environment: Environment = Environment.PRODUCTION) -> list[datetime]:
    return list(
        Presence.objects.filter(environment=environment).order_by("number").values_list("created_at", flat=True)
    )


def processed(site: Site, environment: str = "R") -> list[datetime]:
    texts = [answer.root.findtext(f".//{SPACE}ProcessedDateTime") for answer in site.answers(environment=environment)]
    return [datetime.fromisoformat(text or "") for text in texts]


def test_what_a_chunk_registers_was_created_when_the_chunk_was_filed(site: Site, clock: WalkingClock) -> None:
    site.send(a_batch(*four_days()))

    first, second, third, fourth = created()
    assert NOON < first == second < third == fourth
    assert list(AuditEvent.objects.filter(action="presence:taken").order_by("id").values_list("at", flat=True)) == [
        first,
        third,
    ]


def test_a_file_was_processed_after_all_that_is_in_it_was_created(site: Site, clock: WalkingClock) -> None:
    site.send(a_batch(*four_days()))

    (answered,) = processed(site)
    assert answered > max(created())
    assert Answer.objects.get(kind="CIAR").created_at == answered


def test_a_cancellation_says_when_it_was_filed(site: Site, clock: WalkingClock) -> None:
    site.send(a_batch(*four_days()))
    looked = clock.now()
    site.send(
        a_batch(
            an_event_item(1, at=NOON),
            an_event_item(2, at=NOON, who=a_worker(OTHERS[0])),
            a_cancelling_item(3, number=Presence.objects.earliest("number").number),
            reference="CLEANCO-2",
        )
    )

    (cancelled,) = Presence.objects.filter(status=PresenceStatus.CANCELLED.name).values_list("validated_at", flat=True)
    assert cancelled > max(created()) > looked


def test_what_the_next_file_of_a_task_registers_was_created_after_that_of_the_file_before(
    site: Site, clock: WalkingClock
) -> None:
    site.deliver(a_batch(*four_days()[:2]))
    site.deliver(a_batch(*four_days()[2:], reference="CLEANCO-2"))
    site.bench.work()

    first, second, third, fourth = created()
    assert first == second < third == fourth


@pytest.mark.parametrize("environment", ["T", "S"])
def test_the_other_environments_tell_no_earlier_instant(site: Site, clock: WalkingClock, environment: str) -> None:
    site.deliver(a_batch(*four_days()))
    site.deliver(a_batch(*four_days()), environment=environment)
    site.bench.work()

    (answered,) = processed(site, environment)
    (element, *_) = site.answers(environment=environment)[0].root.iter(f"{SPACE}CreationDate")
    assert answered >= datetime.fromisoformat(element.text or "") > max(created())


def test_a_large_file_keeps_no_answer_of_a_file_before_it_waiting(site: Site, clock: WalkingClock) -> None:
    site.deliver(a_batch(four_days()[0]))
    site.deliver(a_batch(*four_days(), f"<!-- {'long' * 70_000} -->", count=4, reference="CLEANCO-2"))
    site.bench.work()

    assert kinds() == ["ACRF", "ACRF", "CIAR", "CIAR"]
    small, large = Answer.objects.filter(kind="CIAR").order_by("id")
    assert small.created_at < Presence.objects.filter(seq=2).get().created_at < large.created_at
