"""A check-in register with two work places, and items brought to it as a sender's program does."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.channels import Channel
from domain.checkins.items import Item
from domain.checkins.limits import CheckInLimits
from domain.checkins.outcomes import Declarant, Outcome
from domain.checkins.vocabulary import ClockingChannel, Sector
from domain.environments import Environment, Tray
from evidence.models import Reception, Submission
from registers.access.models import Entity, Mandate
from registers.checkins.evidence_of_corrections import NO_SHELF
from registers.checkins.intake import take_items
from registers.checkins.models import WorkPlace
from registers.persons.aliases import Aliases
from registers.persons.numbers import PersonKeys
from tests.checkin_items import CLEANING_SITE, COMPANY, RECEIVED, SITE
from tests.counter_bench import make_entity

FIRM, OTHER = "0412345614", "0448181966"
"""A firm that others mandate, and one of these beside the usual company."""
SENDER = Declarant(Environment.PRODUCTION, ClockingChannel.REST, sender="123456", enterprise_number=COMPANY)


@pytest.fixture
def keys(tmp_path) -> PersonKeys:
    path = tmp_path / "persons.json"
    path.write_text(PersonKeys.generate(), encoding="ascii")
    return PersonKeys.read(path)


def a_work_place(**deviation) -> WorkPlace:
    facts = {
        "environment": "R",
        "number": SITE,
        "sector": Sector.CONSTRUCTION,
        "name": "Station",
        "declarant": COMPANY,
        "valid_from": date(2026, 1, 1),
        "changed_at": RECEIVED,
    }
    return WorkPlace.objects.create(**facts | deviation)


def a_submission() -> Submission:
    return Submission.objects.create(
        environment="R",
        channel=Channel.SFTP,
        tray=Tray.IN,
        owner="123456",
        technical_user="EXP_123456",
        reception=Reception.COMPLETE,
        subject_name="GO.CIAO.123456.20261123.00001.R.1",
        ticket="0123456789ABC",
        received_at=RECEIVED,
        received_on=RECEIVED.date(),
    )


@dataclass
class Counter:
    """Brings items to the register; `by` and `received_at` stay until they are changed."""

    keys: PersonKeys
    by: Declarant = SENDER
    received_at: datetime = RECEIVED
    limits: CheckInLimits = field(default_factory=CheckInLimits)

    @property
    def aliases(self) -> Aliases:
        return Aliases(self.keys, environment=self.by.environment)

    def __call__(self, *items: Item, seqs: Sequence[int] | None = None, shelf=NO_SHELF, **deviation) -> list[Outcome]:
        at = {"received_at": self.received_at, "at": self.received_at} | {
            name: deviation.pop(name) for name in ("received_at", "at") if name in deviation
        }
        if "received_at" in at and at["at"] < at["received_at"]:
            at["at"] = at["received_at"]
        by = replace(self.by, **deviation)
        return take_items(items, by=by, aliases=self.aliases, limits=self.limits, seqs=seqs, shelf=shelf, **at)


@pytest.fixture
def counter(db: None, keys: PersonKeys) -> Counter:
    a_work_place()
    a_work_place(number=CLEANING_SITE, sector=Sector.CLEANING, name="Offices")
    return Counter(keys)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def mandates(principal: Entity, mandatary: Entity) -> Mandate:
    """Let the first be declared for by the second since nine days."""
    return Mandate.objects.create(
        environment="R",
        principal=principal,
        mandatary=mandatary,
        service_group="CHECK_INS",
        state="ACTIVE",
        from_quarter="20201",
        valid_from=RECEIVED - timedelta(days=9),
        in_force_from=RECEIVED - timedelta(days=9),
        created_by="test",
        source="OPERATOR",
    )


@pytest.fixture
def principal(counter: Counter) -> Entity:
    """The company that declared both work places."""
    return make_entity(company=COMPANY)


@pytest.fixture
def firm(principal: Entity) -> Entity:
    return make_entity(name="Software", company=FIRM, nsso="123456749", environments=(Environment.PRODUCTION,))


@pytest.fixture
def mandated(principal: Entity, firm: Entity) -> Mandate:
    return mandates(principal, firm)


@pytest.fixture
def other_principal(firm: Entity) -> Entity:
    """A second client of the firm, with no part in the works unless a test gives it one."""
    entity = make_entity(name="Another client", company=OTHER, nsso="123456846", environments=(Environment.PRODUCTION,))
    mandates(entity, firm)
    return entity
