"""Measure one file of 10,000 access declarations from its GO to its notification, beside its parse and schema alone."""

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from commands.authority import utc_now
from commands.bench.database import bench_database
from commands.bench.footprints import peak_megabytes
from commands.bench.national_numbers import national_number
from commands.demo.installation import OWN_COMPANY, SENDER_NUMBER, DemoKeys, install_demo_sender
from commands.keys import make_missing_keys
from domain.brussels import brussels_date
from signing.signer import PayloadSigner

if TYPE_CHECKING:
    from commands.bench.dimona.deliveries import Deliveries
    from ingest.work import Counter
    from registers.access.models import Entity

DECLARATIONS = 10_000
WARM_UP = 200
_OPENING = """<?xml version="1.0" encoding="UTF-8"?>
<AccessDeclaration xmlns="urn:guichet:accs:1">
  <Form>
    <Identification>ACCS001</Identification>
    <FormCreationDate>{day}</FormCreationDate>
    <FormCreationHour>09:12:44.120</FormCreationHour>
    <AttestationStatus>0</AttestationStatus>
    <TypeForm>SU</TypeForm>
    <Reference>
      <ReferenceType>1</ReferenceType><ReferenceOrigin>1</ReferenceOrigin><ReferenceNbr>{reference}</ReferenceNbr>
    </Reference>
    <DeclaringEntity><CompanyID>{company}</CompanyID><QualityCode>EMPLOYER</QualityCode></DeclaringEntity>
"""
_CLOSING = "  </Form>\n</AccessDeclaration>\n"
_DECLARATION = """    <Declaration seq="{seq}">
      <Action>{action}</Action>
      <EffectiveDate>{day}</EffectiveDate>
      <Subject><User>
        <Person><INSZ>{number}</INSZ><FamilyName>Peeters</FamilyName><FirstName>Noor</FirstName></Person>{contact}
      </User></Subject>
{rights}      <Reason>OTHER</Reason>
    </Declaration>
"""
_CONTACT = "\n        <EMail>p{count}@firm.example</EMail><Mobile>+32470{count:06d}</Mobile><Language>NL</Language>"
_RIGHT = "      <Rights><ServiceCode>{service}</ServiceCode><RightCode>{right}</RightCode></Rights>\n"


def measure() -> dict[str, float]:
    """Return seconds for a file that enters 10,000 users with two rights each, and for one that changes as many."""
    with tempfile.TemporaryDirectory(prefix="gb-") as folder, bench_database(Path(folder)):
        rig = _set_up(Path(folder))
        rig.employ(DECLARATIONS + WARM_UP)
        rig.deliver(range(DECLARATIONS, DECLARATIONS + WARM_UP), _entered)
        entered = rig.deliver(range(DECLARATIONS), _entered)
        parsed = rig.parse()
        rig.activate()
        changed = rig.deliver(range(DECLARATIONS), _changed)
        peak = peak_megabytes()
    return {
        "access_10000_s": entered,
        "access_changes_10000_s": changed,
        "parse_xsd_s": parsed,
        "ratio_to_parse_xsd": entered / parsed,
        "declarations_per_s": DECLARATIONS / entered,
        "peak_mb": peak,
    }


def _entered(count: int) -> tuple[str, str, str]:
    """Return what enters a user: action, contact data and rights."""
    rights = _RIGHT.format(service="DIMONA", right="DECLARE") + _RIGHT.format(service="EBOX", right="CONSULT")
    return "CREATE", _CONTACT.format(count=count), rights


def _changed(count: int) -> tuple[str, str, str]:
    """Return what changes a user: a right more, a right less, all rights, how to reach him, or now and then a block."""
    match count % 10:
        case 0:
            return "BLOCK", "", ""
        case 1 | 2 | 3:
            return "GRANT", "", _RIGHT.format(service="CHECK_INS", right="CONSULT")
        case 4 | 5:
            return "REVOKE", "", _RIGHT.format(service="EBOX", right="CONSULT")
        case 6 | 7:
            return "REPLACE", "", _RIGHT.format(service="DIMONA", right="CONSULT")
        case _:
            return "UPDATE", f"\n        <EMail>new{count}@firm.example</EMail>", ""


@dataclass(slots=True)
class _Rig:
    """A counter, the company whose users are declared, and how its sender delivers."""

    home: Path
    counter: "Counter"
    deliveries: "Deliveries"
    entity: "Entity"
    sent: int = 0
    numbers: list[str] = field(default_factory=list)

    @property
    def payload(self) -> Path:
        return self.home / "payload.xml"

    def employ(self, count: int) -> None:
        """Let so many persons work for the company."""
        from registers.student_days.models import Period  # noqa: PLC0415 - Django is set up by then

        self.numbers = [national_number(number, born_from_2000=False) for number in range(count)]
        persons = self.counter.desk.messages["ACCS"].register("R").persons  # type: ignore[attr-defined]
        known = persons.find_or_create(set(self.numbers), at=utc_now())
        Period.objects.bulk_create(
            [
                Period(
                    id=100_000_000_000 + place,
                    environment="R",
                    person_id=person,
                    employer_id=self.entity.pk,
                    joint_commission="XXX",
                    worker_type="OTH",
                    starting_date=date(2020, 1, 1),
                    first_declared_at=utc_now(),
                    last_changed_at=utc_now(),
                )
                for place, person in enumerate(known.values())
            ],
            batch_size=2_000,
        )

    def activate(self) -> None:
        """Let every user have taken up the account."""
        from registers.access.models import UserAccount  # noqa: PLC0415 - Django is set up by then

        UserAccount.objects.update(state="ACTIVE", activated_at=utc_now())

    def deliver(self, places: range, declared: Callable[[int], tuple[str, str, str]]) -> float:
        """Return the seconds from the GO of a file about these persons to its notification; all must be accepted."""
        from commands.bench.dimona.deliveries import file_measured  # noqa: PLC0415 - Django is set up by then
        from registers.access.models import DeclaredAccess  # noqa: PLC0415

        self.sent += 1
        with self.payload.open("w", encoding="utf-8") as file:
            file.writelines(self._lines(places, declared))
        before = DeclaredAccess.objects.filter(state="APPLIED").count()
        seconds = file_measured(self.deliveries, self.payload, counter=self.counter, at=utc_now())
        if DeclaredAccess.objects.filter(state="APPLIED").count() - before != len(places):
            raise ValueError("a declaration of the bench was not done")
        return seconds

    def parse(self) -> float:
        """Return the seconds that the file delivered last takes to be parsed and held against its schema alone."""
        schema = self.counter.desk.payloads.schemas.find_namespace(
            "urn:guichet:accs:1", message="ACCS", on=utc_now().date()
        )
        began = time.perf_counter()
        schema.compiled().assertValid(etree.parse(self.payload, etree.XMLParser(huge_tree=False, no_network=True)))
        return time.perf_counter() - began

    def _lines(self, places: range, declared: Callable[[int], tuple[str, str, str]]) -> Iterator[str]:
        day = brussels_date(utc_now())
        yield _OPENING.format(day=day, reference=f"BENCH-{self.sent}", company=OWN_COMPANY)
        for seq, place in enumerate(places, start=1):
            action, contact, rights = declared(place)
            yield _DECLARATION.format(
                seq=seq, action=action, day=day, number=self.numbers[place], contact=contact, rights=rights
            )
        yield _CLOSING


def _set_up(home: Path) -> _Rig:
    from commands.compose import compose_counter, set_up_django  # noqa: PLC0415 - the database must be there

    set_up_django()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from channels.configuring.openings import add_service  # noqa: PLC0415
    from channels.configuring.senders import find_sender  # noqa: PLC0415
    from commands.bench.dimona.deliveries import Deliveries  # noqa: PLC0415
    from domain.access.actors import Actor  # noqa: PLC0415
    from domain.access.qualities import Quality  # noqa: PLC0415
    from domain.environments import Environment  # noqa: PLC0415
    from registers.access.entity_accounts import activate_account, register_account  # noqa: PLC0415
    from registers.access.models import Entity  # noqa: PLC0415
    from registers.persons.models import Person  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    make_missing_keys(home / "keys")
    keys, now = DemoKeys(home / "sender"), utc_now() - timedelta(minutes=1)
    install_demo_sender(keys, home=home, sftp_port=0, at=now)
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic():
        add_service(find_sender(SENDER_NUMBER), "ACCS", [Environment.PRODUCTION], actor="bench", at=now)
    entity = Entity.objects.get(company_number=OWN_COMPANY, environment="R")
    chief = Person.objects.create(environment="R", created_at=now).pk
    register_account(entity, chief_id=chief, quality=Quality.EMPLOYER, by=Actor.legal_representative(), at=now)
    activate_account(entity.pk, by=Actor.person(chief, level=400), at=now)
    signer = PayloadSigner.load(keys.signing_key, keys.certificate)
    return _Rig(home, compose_counter(settings.GUICHET), Deliveries(signer, purpose="ACCS"), entity)
