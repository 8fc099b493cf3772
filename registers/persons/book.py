"""Persons as signing in must know them: whether they have a number, which one it is, and where they are written to."""

import hmac
from datetime import datetime

from domain.environments import Environment
from domain.identifiers import is_insz
from domain.languages import Language
from registers.persons.details import address_since, read_details
from registers.persons.models import IdentifierKind, PersonIdentifier
from registers.persons.numbers import PersonKeys


class WrittenPersons:
    """Answers where persons are written to, and in which language; needs no keys of the registers."""

    def mail_address(self, person_id: int) -> str | None:
        """Return the verified address of the person, None where there is none."""
        details = read_details([person_id]).get(person_id)
        return details.email if details is not None and details.is_email_verified else None

    def address_since(self, person_id: int, since: datetime) -> str | None:
        """Return the mail address of the person, proved or not, that has been the same since then; None where there is none."""
        return address_since(person_id, since)

    def language(self, person_id: int) -> Language:
        """Return the language in which the person is written to; English where none is known."""
        details = read_details([person_id]).get(person_id)
        return Language.EN if details is None else details.language


class NumberedPersons(WrittenPersons):
    """Answers for the persons of one environment by their numbers too."""

    def __init__(self, keys: PersonKeys, *, environment: Environment) -> None:
        self._keys = keys
        self._environment = environment

    def has_national_number(self, person_id: int) -> bool:
        """Whether the person has a national or bis number that is still his."""
        return self._living(person_id) != []

    def is_national_number(self, person_id: int, number: str) -> bool:
        """Whether `number` is one of the person's; compared in constant time, by its keyed index."""
        wanted = self._keys.lookup(number) if is_insz(number) else b""
        found = False
        for known in self._living(person_id):
            found |= hmac.compare_digest(known, wanted)
        return found

    def _living(self, person_id: int) -> list[bytes]:
        rows = PersonIdentifier.objects.filter(
            person_id=person_id,
            environment=self._environment,
            kind=IdentifierKind.INSZ,
            valid_until__isnull=True,
        )
        return [bytes(lookup) for lookup in rows.values_list("lookup", flat=True)]
