"""A company with one of everything, made as people and programs make it: what the bench multiplies."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from commands.authority import utc_now
from commands.bench.doors.installation import Installation
from commands.demo.declarations import invent_files, render_dimona
from commands.demo.installation import OWN_COMPANY, SENDER_NUMBER
from signing.signer import PayloadSigner

if TYPE_CHECKING:
    from auth.models import Login
    from channels.models import Sender
    from correspondence.models import EboxDocument
    from evidence.models import Submission
    from registers.access.models import Appointment, Entity, UserAccount


@dataclass(frozen=True, slots=True)
class Prototypes:
    """The rows that are copied, with what hangs on them."""

    entity: "Entity"
    chief: "Login"
    user: "UserAccount"
    login: "Login"
    sender: "Sender"
    submission: "Submission"
    document: "EboxDocument"

    def appointments(self) -> list["Appointment"]:
        """Return the roles that the chief has."""
        return list(self.entity.appointments.filter(person_id=_person_of(self.chief)))


def make_prototypes(installation: Installation) -> Prototypes:
    """Make the company of the demo's sender one that people manage; Django must be set up."""
    from django.db import transaction  # noqa: PLC0415 - Django is set up by the caller

    _deliver(installation, at=utc_now())
    with transaction.atomic():
        return _people(at=utc_now())


def _people(*, at: datetime) -> Prototypes:
    from channels.models import Sender  # noqa: PLC0415 - Django is set up by the caller
    from domain.access.actors import Actor  # noqa: PLC0415
    from domain.access.qualities import Quality  # noqa: PLC0415
    from domain.access.services import Right, ServiceCode  # noqa: PLC0415
    from evidence.models import Submission  # noqa: PLC0415
    from registers.access.employment import DeclaredByManager  # noqa: PLC0415
    from registers.access.entity_accounts import activate_account, register_account  # noqa: PLC0415
    from registers.access.granting import WantedRight, grant  # noqa: PLC0415
    from registers.access.models import Entity  # noqa: PLC0415
    from registers.access.user_accounts import activate_user, invite_user  # noqa: PLC0415

    entity = Entity.objects.get(company_number=OWN_COMPANY, environment="R")
    chief, person = _login("chief", at=at), _login("user", at=at)
    register_account(
        entity, chief_id=_person_of(chief), quality=Quality.EMPLOYER, by=Actor.legal_representative(), at=at
    )
    by = Actor.person(_person_of(chief), level=500)
    activate_account(entity.pk, by=by, at=at)
    user = invite_user(
        entity.pk,
        Quality.EMPLOYER,
        person_id=_person_of(person),
        user_name="bench-user",
        employment=DeclaredByManager(),
        by=by,
        at=at,
    )
    user = activate_user(user.pk, by=Actor.person(_person_of(person), level=500), at=at)
    rights = (
        (ServiceCode.DIMONA, Right.CONSULT),
        (ServiceCode.EBOX, Right.CONSULT),
        (ServiceCode.CHECK_INS, Right.DECLARE),
    )
    for service, right in rights:
        grant(user.pk, WantedRight(service, right), by=by, at=at)
    sender = Sender.objects.select_related("technical_user").get(number=SENDER_NUMBER)
    _open_doors(sender, at=at)
    return Prototypes(entity, chief, user, person, sender, Submission.objects.get(), _document(entity, at=at))


def _login(name: str, *, at: datetime) -> "Login":
    from auth.models import DigitalKey, Login, LoginState  # noqa: PLC0415 - Django is set up by the caller
    from domain.assurance import AssuranceLevel, Means  # noqa: PLC0415
    from domain.languages import Language  # noqa: PLC0415
    from registers.persons.details import name_person  # noqa: PLC0415
    from registers.persons.models import Person  # noqa: PLC0415

    person = Person.objects.create(environment="R", created_at=at)
    name_person(person.pk, family_name=f"Bench {name}", first_name="Noor", language=Language.NL, actor="bench", at=at)
    login = Login.objects.create(user_name=f"bench-{name}", person=person, state=LoginState.ACTIVE, created_at=at)
    for means in (Means.PASSWORD, Means.EID):
        DigitalKey.objects.create(
            login=login,
            means=means,
            state="ACTIVE",
            enrolled_level=AssuranceLevel.EID,
            created_at=at,
            activated_at=at,
        )
    return login


def _person_of(login: "Login") -> int:
    if login.person_id is None:
        raise ValueError("a login of the bench stands for nobody")
    return login.person_id


def _open_doors(sender: "Sender", *, at: datetime) -> None:
    """Open every channel, so that the pages of the doors have something to show."""
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - beside what needs Django
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    from channels.configuring.openings import open_channel  # noqa: PLC0415 - Django is set up by the caller
    from channels.configuring.passwords import set_password  # noqa: PLC0415
    from channels.configuring.web_clients import add_web_client  # noqa: PLC0415
    from channels.notices.subscribing import subscribe_mail  # noqa: PLC0415
    from channels.web.scopes import SCOPES  # noqa: PLC0415
    from domain.channels import Channel  # noqa: PLC0415

    for channel in Channel:
        open_channel(sender, channel, actor="bench", at=at)
    set_password(sender, randomness=secrets.token_bytes, actor="bench", at=at)
    subscribe_mail(sender, actor="bench", at=at)
    key = ec.generate_private_key(ec.SECP256R1()).public_key()
    raw = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    scopes = tuple(SCOPES.values())
    add_web_client(sender, raw, scopes=scopes, kid=None, randomness=secrets.token_bytes, actor="bench", at=at)


def _document(entity: "Entity", *, at: datetime) -> "EboxDocument":
    from correspondence.ebox import Posting, publish  # noqa: PLC0415 - Django is set up by the caller
    from correspondence.models import EboxKind  # noqa: PLC0415
    from domain.environments import Environment  # noqa: PLC0415

    posting = Posting(
        kind=EboxKind.ORPHAN_CO_MANAGER,
        environment=Environment.PRODUCTION,
        values={"quality": "EMPLOYER"},
        publisher="bench",
        occasion="bench",
        entity_id=entity.pk,
        quality="EMPLOYER",
        due_at=at,
    )
    return publish(posting, at=at)


def _deliver(installation: Installation, *, at: datetime) -> None:
    """Deliver and file one payload with a dozen declarations."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up by the caller

    from commands.bench.dimona.deliveries import Deliveries, file_measured  # noqa: PLC0415
    from commands.compose import compose_counter  # noqa: PLC0415

    payload = installation.home / "payload.xml"
    payload.write_bytes(render_dimona(invent_files(at=at, seed=1)[0], at=at))
    signer = PayloadSigner.load(installation.keys.signing_key, installation.keys.certificate)
    file_measured(Deliveries(signer), payload, counter=compose_counter(settings.GUICHET), at=utc_now())
