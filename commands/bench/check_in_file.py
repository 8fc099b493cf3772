"""Measure one file of 10,000 check-in events from its GO to its result, beside its parse and schema alone."""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from commands.authority import utc_now
from commands.bench.database import bench_database
from commands.bench.footprints import peak_megabytes
from commands.bench.national_numbers import national_number
from commands.demo.installation import OWN_COMPANY, SENDER_NUMBER, DemoKeys, install_demo_sender
from commands.keys import make_missing_keys
from domain.brussels import BRUSSELS
from signing.signer import PayloadSigner

if TYPE_CHECKING:
    from commands.bench.dimona.deliveries import Deliveries
    from ingest.work import Counter

ITEMS = 10_000
EVENTS_A_DAY = 4
"""In, out for a break, in again, out."""
_WARM_UP = 200
_SITE = "1Y1003BENCH1Z"
_OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<PresenceBatch xmlns="urn:guichet:presence:1">
  <Header>
    <BatchReference>{reference}</BatchReference>
    <CreationDateTime>{at}</CreationDateTime>
    <SenderEnterpriseNumber>{company}</SenderEnterpriseNumber>
    <ItemCount>{count}</ItemCount>
  </Header>
"""
_EVENT = """  <RegisterEvent seq="{seq}">
    <RegistrationDateTime>{at}</RegistrationDateTime>
    <Type>{way}</Type>
    <INSS>{number}</INSS>
    <Employer><EnterpriseNumber>{company}</EnterpriseNumber></Employer>
    <WorkPlaceId>{site}</WorkPlaceId>
    <PlaceOfWork><Coordinates><Latitude>50.8466</Latitude><Longitude>4.3528</Longitude></Coordinates></PlaceOfWork>
    <Capacity>EMPLOYEE</Capacity>
    <Capture method="QR" deviceId="phone-{seq}"/>
    <ClientPresenceRegistrationReference>{reference}-{seq}</ClientPresenceRegistrationReference>
  </RegisterEvent>
"""
_CLOSING = "</PresenceBatch>\n"


def measure() -> dict[str, float]:
    """Return seconds for a file of 10,000 events of people who are new, and for one of people who are known."""
    with tempfile.TemporaryDirectory(prefix="gb-") as folder, bench_database(Path(folder)):
        from commands.compose import set_up_django  # noqa: PLC0415 - the database must be there

        set_up_django()
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        return measure_files(Path(folder))


def measure_files(home: Path) -> dict[str, float]:
    """Return the figures of files delivered to a counter under `home`, whose database is migrated and may be full.

    The sender, its work place and its keys are made; call it once for a database.
    """
    rig = _set_up(home)
    rig.deliver(_WARM_UP, first_worker=900_000)
    new, known = rig.deliver(ITEMS), rig.deliver(ITEMS, hours_ago=9)
    return {
        "file_10000_s": known,
        "file_10000_new_people_s": new,
        "file_items_per_s": ITEMS / known,
        "file_parse_xsd_s": rig.parse(),
        "file_peak_mb": peak_megabytes(),
    }


@dataclass(slots=True)
class _Rig:
    """A counter, and how a sender with one work place delivers to it."""

    home: Path
    counter: "Counter"
    deliveries: "Deliveries"
    sent: int = 0

    @property
    def payload(self) -> Path:
        return self.home / "check-ins.xml"

    def deliver(self, count: int, *, first_worker: int = 0, hours_ago: int = 18) -> float:
        """Return the seconds from the GO of a file of so many events to its result; all must be registered."""
        from commands.bench.dimona.deliveries import file_measured  # noqa: PLC0415 - Django is set up by then
        from evidence.models import AuditEvent  # noqa: PLC0415

        self.sent += 1
        begin = utc_now() - timedelta(hours=hours_ago)
        with self.payload.open("w", encoding="utf-8") as file:
            file.writelines(self._lines(count, begin, first_worker))
        seconds = file_measured(self.deliveries, self.payload, counter=self.counter, at=utc_now())
        filed = AuditEvent.objects.filter(action="submission:filed").order_by("-pk")[0]
        if filed.detail != {"forms": count, "refused": 0}:
            raise ValueError(f"a file of the bench was answered otherwise: {filed.detail}")
        return seconds

    def parse(self) -> float:
        """Return the seconds that the file delivered last takes to be parsed and held against its schema alone."""
        schema = self.counter.desk.payloads.schemas.find_namespace(
            "urn:guichet:presence:1", message="CIAO", on=utc_now().date()
        )
        began = time.perf_counter()
        schema.compiled().assertValid(etree.parse(self.payload, etree.XMLParser(huge_tree=False, no_network=True)))
        return time.perf_counter() - began

    def _lines(self, count: int, begin: datetime, first_worker: int) -> Iterator[str]:
        reference = f"B{self.sent}"
        yield _OPENING.format(reference=reference, at=_written(utc_now()), company=OWN_COMPANY, count=count)
        for place in range(count):
            turn, worker = divmod(place, -(-count // EVENTS_A_DAY))
            yield _EVENT.format(
                seq=place + 1,
                at=_written(begin + timedelta(hours=2 * turn, seconds=worker)),
                way="OUT" if turn % 2 else "IN",
                number=national_number(first_worker + worker, born_from_2000=False),
                company=OWN_COMPANY,
                site=_SITE,
                reference=reference,
            )
        yield _CLOSING


def _written(instant: datetime) -> str:
    return instant.astimezone(BRUSSELS).isoformat(timespec="seconds")


def _set_up(home: Path) -> _Rig:
    from django.conf import settings  # noqa: PLC0415 - Django is set up by then
    from django.db import transaction  # noqa: PLC0415

    from channels.configuring.openings import add_service  # noqa: PLC0415
    from channels.configuring.senders import find_sender  # noqa: PLC0415
    from commands.bench.dimona.deliveries import Deliveries  # noqa: PLC0415
    from commands.compose import compose_counter  # noqa: PLC0415
    from domain.checkins.vocabulary import Sector  # noqa: PLC0415
    from domain.environments import Environment  # noqa: PLC0415
    from registers.checkins.models import WorkPlace  # noqa: PLC0415

    make_missing_keys(home / "keys")
    keys, now = DemoKeys(home / "sender"), utc_now() - timedelta(minutes=1)
    install_demo_sender(keys, home=home, sftp_port=0, at=now)
    with transaction.atomic():
        add_service(find_sender(SENDER_NUMBER), "CIAO", [Environment.PRODUCTION], actor="bench", at=utc_now())
    WorkPlace.objects.create(
        environment=Environment.PRODUCTION,
        number=_SITE,
        sector=Sector.CLEANING,
        name="Bench",
        declarant=OWN_COMPANY,
        valid_from=(now - timedelta(days=30)).date(),
        changed_at=now,
    )
    signer = PayloadSigner.load(keys.signing_key, keys.certificate)
    return _Rig(home, compose_counter(settings.GUICHET), Deliveries(signer, purpose="CIAO"))
