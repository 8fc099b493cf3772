"""Who is to become a company's main access manager: found or entered, and sent his codes on two ways."""

import os
import sys
from argparse import Namespace
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from auth.desk import KeyDesk, KeyOptions
from auth.keys.email_codes import mask
from auth.keys.temporary_passwords import ReachedBy, issue_activation
from auth.locksmith import Locksmith
from auth.logins import login_of_person, name_login
from auth.models import Login, LoginState, TemporaryCredentialKind
from commands.configuring.actions import ACTOR
from domain.access.user_names import new_user_name
from domain.brussels import BRUSSELS
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.identifiers import is_insz
from domain.person_names import is_other_family
from evidence.clock import SystemClock
from registers.access.company_rules import CompanyDecisions, belonging_elsewhere
from registers.access.models import Entity, EntityAccount
from registers.persons.book import NumberedPersons
from registers.persons.details import create_person, name_person, read_details, set_email, set_mobile
from registers.persons.merging import current_id
from registers.persons.models import PersonDetails, PersonIdentifier
from registers.persons.numbers import PersonDirectory, PersonKeys

_LONGEST_INPUT = 100
_COUNT_HERE_ALONE = (
    "keys that somebody with a national number makes with these codes count for this company alone; eID, itsme or the "
    "registration office opens the rest\n"
)


@dataclass(frozen=True, slots=True)
class NamedChief:
    """Who is to become a chief, and whether codes may be sent to him: `needs_codes` is false for who has keys or companies."""

    person_id: int
    needs_codes: bool


def enter_chief(arguments: Namespace, entity_id: int, *, environment: Environment, at: datetime) -> NamedChief:
    """Return the person whom the arguments describe, named and with his addresses, which are not verified yet.

    What the person proved stays: his name, and the addresses at which he reads. Of whoever signs in already, or belongs to
    another company, nothing is changed: codes for one company would open all the others. ConfigurationRefusedError where
    the number is that of somebody of another name.
    """
    if arguments.without_number:
        person_id = create_person(environment, at=at)
    else:
        directory = PersonDirectory(_person_keys(), environment=environment)
        number = _read_number()
        person_id = current_id(directory.find_or_create([number], at=at)[number])
    known = read_details([person_id]).get(person_id)
    if known is not None and is_other_family(known.family_name, arguments.family_name):
        raise ConfigurationRefusedError(
            "The number is that of somebody who is known under another name.",
            next_step="Look at both again. `guichet persons rename` corrects a name that was typed wrong.",
        )
    if known is not None and (_has_signed_in(person_id) or belonging_elsewhere([person_id], entity_id)):
        return NamedChief(person_id, needs_codes=False)
    name_person(
        person_id,
        family_name=arguments.family_name,
        first_name=arguments.first_name,
        language=arguments.language,
        actor=ACTOR,
        at=at,
    )
    if known is None or not known.is_mobile_verified:
        set_mobile(person_id, arguments.mobile, actor=ACTOR, at=at)
    if known is None or not known.is_email_verified:
        set_email(person_id, arguments.mail, actor=ACTOR, at=at)
    return NamedChief(person_id, needs_codes=True)


def _has_signed_in(person_id: int) -> bool:
    return Login.objects.filter(person_id=person_id).exclude(state=LoginState.INVITED).exists()


def require_codes_to_open(account: EntityAccount) -> None:
    """Refuse to send codes for a company that takes no password; ConfigurationRefusedError."""
    if not account.is_password_login_allowed:
        raise ConfigurationRefusedError(
            "The company has switched off signing in with a password, so that codes would open nothing.",
            next_step="Give --without-codes, or let the company sign in with passwords first: "
            "`guichet account allow-passwords`.",
        )


def send_codes(
    person_id: int,
    *,
    company: Entity,
    user_name: str | None,
    reason: str,
    at: datetime,
    kind: TemporaryCredentialKind = TemporaryCredentialKind.CHIEF,
) -> str:
    """Post the user name by mail and the temporary password by SMS, and return the user name; never the password.

    The letter names the company for which the person is registered.
    """
    details = read_details([person_id]).get(person_id)
    if details is None:
        raise ConfigurationRefusedError(
            "No address of the main access manager is known.",
            next_step="Name him again with `guichet account replace-chief`, or let him enter his addresses.",
        )
    login = login_of_person(person_id, at=at, actor=ACTOR)
    if user_name is not None or login.user_name is None:
        name_login(login, user_name or new_user_name(os.urandom), at=at, actor=ACTOR)
    reached = ReachedBy(details.email, details.mobile, details.language, company=company.called)
    issue_activation(
        login.pk, reached, actor=ACTOR, reason=reason, kind=kind, company_id=company.pk, desk=_desk(), at=at
    )
    return str(login.user_name)


def tell_where(person_id: int) -> str:
    """Return where the two halves went, masked, and whether the person proved to read there: the caller may know better.

    Of somebody with a national number it says too where his keys count (decision 0050).
    """
    row = PersonDetails.objects.get(person_id=person_id)
    entered = _day(row.changed_at)
    has_number = PersonIdentifier.objects.filter(person_id=person_id, valid_until__isnull=True).exists()
    told = (
        f"user name to {mask(row.email)}, {_standing(row.email_verified_at, entered)}\n"
        f"password to {row.mobile[:3]}***{row.mobile[-2:]}, {_standing(row.mobile_verified_at, entered)}\n"
    )
    return told + (_COUNT_HERE_ALONE if has_number else "")


def _standing(verified_at: datetime | None, entered: str) -> str:
    if verified_at is not None:
        return f"verified on {_day(verified_at)}"
    return f"not verified, entered on {entered}: ask the person whether it is right; --mail and --mobile replace it"


def _day(at: datetime) -> str:
    return f"{at.astimezone(BRUSSELS):%Y-%m-%d}"


def _desk() -> KeyDesk:
    return KeyDesk(
        locksmith=Locksmith.read(settings.KEYS / "signing_in.json"),
        persons=NumberedPersons(_person_keys(), environment=Environment.PRODUCTION),
        companies=CompanyDecisions(SystemClock()),
        options=KeyOptions(
            activation_url=f"{settings.GUICHET.web.public_url.rstrip('/')}/activate",
            contact_phone=settings.GUICHET.contact_phone,
        ),
    )


def _person_keys() -> PersonKeys:
    return PersonKeys.read(settings.KEYS / "persons.json")


def _read_number() -> str:
    number = "".join(character for character in sys.stdin.read(_LONGEST_INPUT) if character.isdigit())
    if not is_insz(number):
        raise ConfigurationRefusedError(
            "Standard input does not hold a national number with sound check digits.",
            next_step="Write it there, or give --without-number for somebody who has none.",
        )
    return number
