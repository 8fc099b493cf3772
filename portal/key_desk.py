"""Compose what signing in needs of persons and companies, from their registers."""

import hmac
from functools import cache

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from auth.desk import KeyDesk, KeyOptions
from auth.locksmith import Locksmith
from auth.proofs import Source
from domain.languages import Language
from evidence.audit import append_event
from evidence.clock import SystemClock
from registers.access.models import Appointment, EntityAccount, UserAccount
from registers.persons.models import PersonDetails, PersonIdentifier
from registers.persons.numbers import PersonKeys


class RegisteredPersons:
    """Persons as the persons register knows them."""

    def __init__(self, keys: PersonKeys) -> None:
        self._keys = keys

    def has_national_number(self, person_id: int) -> bool:
        """Whether a national or bis number of the person is known."""
        return self._numbers(person_id).exists()

    def is_national_number(self, person_id: int, number: str) -> bool:
        """Whether `number` is the person's; all of his are compared, in constant time."""
        wanted = self._keys.lookup(number)
        known = list(self._numbers(person_id).values_list("lookup", flat=True))
        return sum(hmac.compare_digest(bytes(lookup), wanted) for lookup in known) > 0

    def mail_address(self, person_id: int) -> str | None:
        """Return the address that the person proved to read, or None."""
        found = PersonDetails.objects.filter(person_id=person_id, email_verified_at__isnull=False).first()
        return found.email if found is not None else None

    def language(self, person_id: int) -> Language:
        """Return the language in which the person is written to."""
        found = PersonDetails.objects.filter(person_id=person_id).values_list("language", flat=True).first()
        return Language(found) if found is not None else Language.EN

    @staticmethod
    def _numbers(person_id: int) -> QuerySet[PersonIdentifier]:
        return PersonIdentifier.objects.filter(person_id=person_id, valid_until__isnull=True)


class CompaniesOfPersons:
    """What companies decided about the keys of their people."""

    def passwords_allowed(self, person_id: int) -> bool:
        """Whether no company of the person has switched signing in by password off."""
        return not _accounts_of(person_id).filter(is_password_login_allowed=False).exists()

    def names_of(self, person_id: int) -> tuple[str, ...]:
        """Return the names of the person's companies."""
        return tuple(_accounts_of(person_id).values_list("entity__name", flat=True))

    def alert(self, person_id: int, occasion: str) -> None:
        """Put on record, for each company of the person, that a first sign-in was locked."""
        for entity_id in _accounts_of(person_id).values_list("entity_id", flat=True):
            append_event(
                "account:activation:alert",
                at=SystemClock().now(),
                actor=f"person:{person_id}",
                entity=entity_id,
                occasion=occasion,
            )


@cache
def key_desk() -> KeyDesk:
    """Return the desk of this process; OutageError when the keys of the installation cannot be read."""
    return KeyDesk(
        locksmith=Locksmith.read(settings.KEYS / "signing_in.json"),
        persons=RegisteredPersons(PersonKeys.read(settings.KEYS / "persons.json")),
        companies=CompaniesOfPersons(),
        options=KeyOptions(
            token_cards=settings.GUICHET.keys.token_card_enabled, totp_window=settings.GUICHET.keys.totp_window
        ),
    )


def source_of_request(request: HttpRequest) -> Source:
    """Return where a request comes from."""
    return Source(address=request.META.get("REMOTE_ADDR", ""), agent=request.headers.get("User-Agent", ""))


def _accounts_of(person_id: int) -> QuerySet[EntityAccount]:
    """Return the accounts of the companies that the person is appointed in or a user of."""
    appointed = Appointment.objects.filter(person_id=person_id, state__in=["PROPOSED", "ACTIVE"]).values("entity_id")
    user = UserAccount.objects.filter(person_id=person_id, state__in=["INVITED", "ACTIVE"]).values("entity_id")
    return EntityAccount.objects.filter(Q(entity_id__in=appointed) | Q(entity_id__in=user))
