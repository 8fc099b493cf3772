"""Names, language and addresses of persons; an address counts once its owner proved to read there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.db.models.lookups import In

from correspondence.models import OutboxMessage
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.languages import Language
from domain.person_contacts import parse_email, parse_mobile
from domain.person_names import is_other_family
from evidence.audit import append_event
from registers.persons.left_addresses import letters_of_left
from registers.persons.models import Person, PersonDetails

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Details:
    """How a person is named and reached; `email` and `mobile` are empty where none is known."""

    person_id: int
    family_name: str
    first_name: str
    language: Language
    email: str = ""
    mobile: str = ""
    is_email_verified: bool = False
    is_mobile_verified: bool = False
    is_name_proved: bool = False

    @property
    def name(self) -> str:
        """The name as it is shown."""
        return f"{self.first_name} {self.family_name}".strip()


def create_person(environment: Environment, *, at: datetime) -> int:
    """Return a new person without a national number, such as a manager from abroad."""
    return Person.objects.create(environment=environment, created_at=at).pk


def name_person(
    person_id: int,
    *,
    family_name: str,
    first_name: str,
    language: Language,
    actor: str,
    at: datetime,
) -> None:
    """Enter or change a person's name and language as somebody said.

    A name that is proved stays as it is. ConfigurationRefusedError where its family name is another one, and for a name
    that is none.
    """
    known = PersonDetails.objects.filter(person_id=person_id, name_proved_at__isnull=False).first()
    if known is not None:
        if is_other_family(known.family_name, require_name(family_name, first_name)[0]):
            raise ConfigurationRefusedError(
                "A card, a provider or documents proved another name of this person.",
                next_step="Look at the name and the number again.",
            )
        return
    _write_name(person_id, family_name, first_name, language, proved_at=None, actor=actor, at=at)


def prove_name(
    person_id: int,
    *,
    family_name: str,
    first_name: str,
    language: Language,
    actor: str,
    at: datetime,
) -> None:
    """Enter the name that a card, a provider or documents prove, in place of what others said; ConfigurationRefusedError.

    One that was proved before stays unless the family name is another one: providers write first names in several ways.
    """
    known = PersonDetails.objects.filter(person_id=person_id).first()
    if known is not None and known.name_proved_at is not None and not is_other_family(known.family_name, family_name):
        return
    kept = language if known is None else Language(known.language)
    _write_name(person_id, family_name, first_name, kept, proved_at=at, actor=actor, at=at)


def require_name(family_name: str, first_name: str) -> tuple[str, str]:
    """Return both names without blanks around; ConfigurationRefusedError for a name that is none."""
    for name in (family_name, first_name):
        if len(name) > _LONGEST_NAME or not name.isprintable():
            raise ConfigurationRefusedError(
                "The name is too long or not printable.", next_step="Take 1 to 100 letters."
            )
    if not family_name.strip():
        raise ConfigurationRefusedError("The family name is missing.", next_step="Give the family name.")
    return family_name.strip(), first_name.strip()


def _write_name(
    person_id: int,
    family_name: str,
    first_name: str,
    language: Language,
    *,
    proved_at: datetime | None,
    actor: str,
    at: datetime,
) -> None:
    family_name, first_name = require_name(family_name, first_name)
    person = Person.objects.get(pk=person_id)
    said = {
        "environment": person.environment,
        "family_name": family_name,
        "first_name": first_name,
        "name_proved_at": proved_at,
        "language": language,
    }
    _, is_new = PersonDetails.objects.update_or_create(
        person=person, defaults=said, create_defaults=said | {"changed_at": at}
    )
    append_event("person:named" if is_new else "person:renamed", at=at, actor=actor, person=person_id)


def set_email(person_id: int, text: str, *, actor: str, at: datetime) -> str:
    """Put a new address in place of the old one, tell the old one, and return the new; it is unverified until `verify_email`."""
    try:
        address = parse_email(text)
    except ValueError:
        raise ConfigurationRefusedError(
            "This is no e-mail address.", next_step="Give an address such as name@example.be."
        ) from None
    with transaction.atomic():
        known = PersonDetails.objects.select_for_update().filter(person_id=person_id).exclude(email=address).first()
        if known is not None:
            OutboxMessage.objects.bulk_create(
                letters_of_left(known, email=address, mobile=known.mobile, at=at), ignore_conflicts=True
            )
            known.email, known.email_verified_at, known.changed_at = address, None, at
            known.save(update_fields=["email", "email_verified_at", "changed_at"])
            append_event("account:email:change", at=at, actor=actor, person=person_id)
    return address


def set_mobile(person_id: int, text: str, *, actor: str, at: datetime) -> str:
    """Put a new mobile number in place of the old one and return it; it is unverified until `verify_mobile`.

    The old number is told, and so is the e-mail address: where both change, the number is changed first.
    """
    try:
        number = parse_mobile(text)
    except ValueError:
        raise ConfigurationRefusedError(
            "This is no mobile number.", next_step="Give a number such as +32 470 12 34 56."
        ) from None
    with transaction.atomic():
        known = PersonDetails.objects.select_for_update().filter(person_id=person_id).exclude(mobile=number).first()
        if known is not None:
            OutboxMessage.objects.bulk_create(
                letters_of_left(known, email=known.email, mobile=number, at=at), ignore_conflicts=True
            )
            known.mobile, known.mobile_verified_at, known.changed_at = number, None, at
            known.save(update_fields=["mobile", "mobile_verified_at", "changed_at"])
            append_event("account:mobile:change", at=at, actor=actor, person=person_id)
    return number


def verify_email(person_id: int, address: str, *, actor: str, at: datetime) -> bool:
    """Note that the person reads at that address; False when the address was changed meanwhile."""
    waiting = PersonDetails.objects.filter(person_id=person_id, email=address)
    if waiting.filter(email_verified_at__isnull=True).update(email_verified_at=at):
        append_event("account:email:verified", at=at, actor=actor, person=person_id)
    return waiting.exists()


def verify_mobile(person_id: int, number: str, *, actor: str, at: datetime) -> bool:
    """Note that the person reads at that number; False when the number was changed meanwhile."""
    waiting = PersonDetails.objects.filter(person_id=person_id, mobile=number)
    if waiting.filter(mobile_verified_at__isnull=True).update(mobile_verified_at=at):
        append_event("account:mobile:verified", at=at, actor=actor, person=person_id)
    return waiting.exists()


def verify_reached(person_id: int, *, since: datetime, actor: str, at: datetime) -> bool:
    """Note that what was sent to both addresses at `since` was read; False when one was changed after that."""
    unchanged = PersonDetails.objects.filter(person_id=person_id, changed_at__lte=since)
    row = unchanged.exclude(email="").exclude(mobile="").first()
    if row is None:
        return False
    verify_email(person_id, row.email, actor=actor, at=at)
    verify_mobile(person_id, row.mobile, actor=actor, at=at)
    return True


def verify_mailed(person_id: int, *, since: datetime, actor: str, at: datetime) -> bool:
    """Note that what was mailed at `since` was read; False when the address was changed after that."""
    address = address_since(person_id, since)
    return address is not None and verify_email(person_id, address, actor=actor, at=at)


def address_since(person_id: int, since: datetime) -> str | None:
    """Return the mail address, proved or not, that has been the same since then; None where it was changed, or is unknown."""
    row = PersonDetails.objects.filter(person_id=person_id, changed_at__lte=since).exclude(email="").first()
    return None if row is None else row.email


def read_details(person_ids: Collection[int]) -> dict[int, Details]:
    """Return what is known of those persons; who has no name is left out. One query, none for nobody."""
    if not person_ids:
        return {}
    rows = PersonDetails.objects.filter(person_id__in=person_ids)
    return {row.person_id: details_in(row) for row in rows}


def details_in(row: PersonDetails) -> Details:
    """Return a row as a value."""
    return Details(
        person_id=row.person_id,
        family_name=row.family_name,
        first_name=row.first_name,
        language=Language(row.language),
        email=row.email,
        mobile=row.mobile,
        is_email_verified=row.email_verified_at is not None,
        is_mobile_verified=row.mobile_verified_at is not None,
        is_name_proved=row.name_proved_at is not None,
    )


def reached_at(addresses: Collection[str]) -> Q:
    """Return the condition that a person is reached at one of the mail addresses; capital letters make no other address."""
    small = sorted({address.lower() for address in addresses})
    return Q(In(Lower("email"), small)) & ~Q(email="")
