"""The company accounts of the demo: each with its first main access manager, who has still to take it up."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from commands.demo.installation import CLIENT_COMPANY, OWN_COMPANY
from commands.mock_identity_provider.people import ITSME_PEOPLE, Person
from domain.environments import Environment
from domain.languages import Language

_ACTOR = "demo"


@dataclass(frozen=True, slots=True)
class Chief:
    """Who is to manage a company, and how this person is reached."""

    person: Person
    company: str
    company_name: str
    language: Language
    mail: str
    mobile: str

    @property
    def name(self) -> str:
        """Return how people call this person."""
        return f"{self.person.given_name} {self.person.family_name}"

    @property
    def user_name(self) -> str:
        """Return the name for signing in."""
        return f"{self.person.given_name}.{self.person.family_name}".lower()

    @property
    def national_number(self) -> str:
        """Return the number, which the people of the demo have."""
        return self.person.national_number or ""


_BY_KEY = {person.key: person for person in ITSME_PEOPLE}
OWN_CHIEF: Final = Chief(
    _BY_KEY["an"], OWN_COMPANY, "Voorbeeld Loonbureau", Language.NL, "an@loonbureau.example", "+32470000001"
)
CLIENT_CHIEF: Final = Chief(
    _BY_KEY["luc"], CLIENT_COMPANY, "Voorbeeld Winkels", Language.FR, "luc@winkels.example", "+32470000002"
)


def register_demo_accounts(*, at: datetime) -> None:
    """Open the accounts that are not there yet, and send both chiefs their codes; Django must be set up. Repeats are harmless."""
    from django.db import transaction  # noqa: PLC0415 - after django.setup()

    with transaction.atomic():
        for chief in (OWN_CHIEF, CLIENT_CHIEF):
            _register(chief, at=at)


def _register(chief: Chief, *, at: datetime) -> None:
    from django.conf import settings  # noqa: PLC0415 - after django.setup()

    from commands.company_accounts.chiefs import send_codes  # noqa: PLC0415
    from domain.access.actors import Actor  # noqa: PLC0415
    from domain.access.qualities import Quality  # noqa: PLC0415
    from registers.access.entity_accounts import register_account  # noqa: PLC0415
    from registers.access.models import Entity, EntityAccount  # noqa: PLC0415
    from registers.persons.details import name_person, set_email, set_mobile  # noqa: PLC0415
    from registers.persons.numbers import PersonDirectory, PersonKeys  # noqa: PLC0415

    entity = Entity.objects.get(
        company_number=chief.company, environment=Environment.PRODUCTION, valid_until__isnull=True
    )
    if EntityAccount.objects.filter(entity=entity).exists():
        return
    directory = PersonDirectory(PersonKeys.read(settings.KEYS / "persons.json"), environment=Environment.PRODUCTION)
    person = directory.find_or_create([chief.national_number], at=at)[chief.national_number]
    name_person(
        person,
        family_name=chief.person.family_name,
        first_name=chief.person.given_name,
        language=chief.language,
        actor=_ACTOR,
        at=at,
    )
    set_email(person, chief.mail, actor=_ACTOR, at=at)
    set_mobile(person, chief.mobile, actor=_ACTOR, at=at)
    register_account(entity, chief_id=person, quality=Quality.EMPLOYER, by=Actor.legal_representative(), at=at)
    send_codes(person, company=entity, user_name=chief.user_name, reason="registration", at=at)
