"""Lead who was proven by card or provider into a signed-in stay; the room between the register of persons and `auth`."""

from datetime import datetime
from functools import cached_property
from pathlib import Path

from django.utils.translation import get_language

from auth.models import Purpose, Session
from auth.proofs import ProvenIdentity, Source
from auth.sessions import SessionStore
from auth.signing_in import accept_identity, sign_in, step_up
from domain.assurance import AssuranceLevel
from domain.environments import Environment
from domain.languages import Language
from registers.persons.book import NumberedPersons
from registers.persons.details import prove_name
from registers.persons.merging import current_id
from registers.persons.numbers import PersonDirectory, PersonKeys

_LONGEST_NAME = 100


class ProvenPersons:
    """Knows the persons of production by the number that a card or a provider proved."""

    def __init__(self, keys: Path) -> None:
        self._keys = keys

    def find_or_create(self, identity: ProvenIdentity, *, at: datetime) -> int:
        """Return the person's id; made at the first sight of a number. LookupError for who is still to be matched."""
        person_id = self.find(identity, at=at)
        if person_id is None:
            raise LookupError("an identity without a national number is matched by an officer first")
        return person_id

    def find(self, identity: ProvenIdentity, *, at: datetime) -> int | None:
        """Return the same, and None for an identity without a number that no officer has matched yet."""
        identifier = identity.identifier
        if identity.national_number is not None:
            return current_id(self.directory.find_or_create([identifier], at=at)[identifier])
        found = self.directory.find([identifier]).get(identifier)
        return None if found is None else current_id(found)

    @cached_property
    def book(self) -> NumberedPersons:
        """The persons as letters about their keys ask for them."""
        return NumberedPersons(PersonKeys.read(self._keys), environment=Environment.PRODUCTION)

    @cached_property
    def directory(self) -> PersonDirectory:
        """The register, read when first needed, so that a portal without the keys of the registers still answers everything else."""
        return PersonDirectory(PersonKeys.read(self._keys), environment=Environment.PRODUCTION)


def enter(
    store: SessionStore,
    identity: ProvenIdentity,
    *,
    persons: ProvenPersons,
    purpose: Purpose,
    required: AssuranceLevel,
    source: Source,
    at: datetime,
) -> Session:
    """Return the stay of who was proven: a new one, or the present one strengthened where that is the purpose.

    SignInRefusedError when the login is blocked, or somebody else is signed in whose stay was to be strengthened.
    """
    person_id = persons.find_or_create(identity, at=at)
    _name(person_id, identity, at=at)
    proof = accept_identity(identity, person_id=person_id, persons=persons.book, source=source, at=at)
    if purpose is Purpose.STEP_UP:
        return step_up(store, [proof], required=required, source=source, persons=persons.book, at=at)
    return sign_in(store, [proof], source=source, at=at)


def _name(person_id: int, identity: ProvenIdentity, *, at: datetime) -> None:
    """Call the person as the card or the provider does, whatever others said before."""
    family_name, first_name = _printable(identity.family_name), _printable(identity.given_names)
    if not family_name:
        return
    language = Language(get_language() or Language.EN)
    actor = f"person:{person_id}"
    prove_name(person_id, family_name=family_name, first_name=first_name, language=language, actor=actor, at=at)


def _printable(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[:_LONGEST_NAME].strip()
