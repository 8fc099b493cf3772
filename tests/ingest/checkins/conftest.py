"""A cleaning company whose sender may deliver check-ins, with a work place of each of two sectors."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from channels.models import SenderService
from domain.checkins.vocabulary import Sector
from domain.environments import Environment, Tray
from evidence.models import Answer
from ingest.checkin_message import CheckinMessage
from registers.checkins.models import WorkPlace
from tests.checkin_items import CLEANING_SITE, COMPANY, SITE
from tests.counter_bench import AnswerSeen, CounterBench, make_entity, make_sender, open_bench
from tests.ingest.answer_checks import require_all_valid

SPACE = "{urn:guichet:presence:1}"
RECEIVED = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
"""Noon in Brussels, when the bench stands still."""
TRAYS = {
    "R": (Tray.IN, Tray.OUT),
    "T": (Tray.IN_TEST, Tray.OUT_TEST),
    "S": (Tray.IN_SIMULATION, Tray.OUT_SIMULATION),
}


@dataclass
class Told:
    """What an answer says of one item: what it is called, its codes or remarks."""

    seq: int
    what: str
    codes: tuple[str, ...]


@dataclass
class Site:
    """The company, seen from the counter that its sender delivers to."""

    bench: CounterBench

    @property
    def message(self) -> CheckinMessage:
        message = self.bench.counter.desk.messages["CIAO"]
        assert isinstance(message, CheckinMessage)
        return message

    def use(self, message: CheckinMessage) -> None:
        """Let the counter work with another message."""
        desk = self.bench.counter.desk
        messages = {**desk.messages, "CIAO": message}
        payloads = replace(desk.payloads, messages={**desk.payloads.messages, "CIAO": message})
        self.bench.counter = replace(self.bench.counter, desk=replace(desk, messages=messages, payloads=payloads))

    def deliver(self, payload: bytes, *, environment: str = "R", key: str | None = None) -> str:
        key = key or self.bench.next_key(environment=environment, purpose="CIAO")
        return self.bench.deliver(payload, key=key, tray=TRAYS[environment][0])

    def send(self, payload: bytes, *, environment: str = "R") -> list[Told]:
        """Deliver the file, work, and return what its result says of each item."""
        self.bench.collect_all(tray=TRAYS[environment][1])
        self.deliver(payload, environment=environment)
        self.bench.work()
        return self.results(environment=environment)

    def results(self, *, environment: str = "R") -> list[Told]:
        return [told for answer in self.answers(environment=environment) for told in read_results(answer)]

    def answers(self, *, environment: str = "R", kind: str = "CIAR") -> list[AnswerSeen]:
        return self.bench.answers(kind, tray=TRAYS[environment][1])

    def refusal(self, *, environment: str = "R") -> list[str]:
        """Return the codes of the last acknowledgement."""
        return [code.removeprefix("ACRF-") for code in self.acknowledgement(environment=environment).codes]

    def acknowledgement(self, *, environment: str = "R") -> AnswerSeen:
        return self.bench.answers("ACRF", tray=TRAYS[environment][1])[-1]


def read_results(answer: AnswerSeen) -> list[Told]:
    told = []
    for result in answer.root.iter(f"{SPACE}Result"):
        (one,) = result
        codes = [element.text for element in one.iter(f"{SPACE}ErrorCode", f"{SPACE}Remark")]
        what = one.findtext(f"{SPACE}LastValidation/{SPACE}Status") or one.findtext(f"{SPACE}Status") or "REFUSED"
        told.append(Told(int(result.get("seq")), what, tuple(codes)))
    return told


def kinds() -> list[str]:
    return list(Answer.objects.order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def bench(transactional_db: None, tmp_path: Path, keys_home: Path) -> Iterator[CounterBench]:
    bench = open_bench(tmp_path, keys_home)
    yield bench
    require_all_valid(bench.counter.desk.payloads.blobs)


@pytest.fixture
def site(bench: CounterBench) -> Site:
    entity = make_entity(company=COMPANY, nsso="012345674")
    sender = make_sender(bench.number, entity=entity, identity=bench.identity)
    for environment in Environment:
        SenderService.objects.create(sender=sender, purpose="CIAO", environment=environment)
    for environment in (Environment.PRODUCTION, Environment.TEST):
        for number, sector in ((SITE, Sector.CONSTRUCTION), (CLEANING_SITE, Sector.CLEANING)):
            WorkPlace.objects.create(
                environment=environment,
                number=number,
                sector=sector,
                name=str(sector),
                declarant=COMPANY,
                valid_from=date(2026, 1, 1),
                changed_at=RECEIVED,
            )
    return Site(bench)
