"""Lead who was proven by card or provider into a signed-in stay; the room between the register of persons and `auth`."""

from datetime import datetime
from functools import cached_property
from pathlib import Path

from auth.models import Purpose, Session
from auth.proofs import ProvenIdentity, Source
from auth.sessions import SessionStore
from auth.signing_in import accept_identity, sign_in, step_up
from domain.assurance import AssuranceLevel
from domain.environments import Environment
from registers.persons.merging import current_id
from registers.persons.numbers import PersonDirectory, PersonKeys


class ProvenPersons:
    """Knows the persons of production by the number that a card or a provider proved."""

    def __init__(self, keys: Path) -> None:
        self._keys = keys

    def find_or_create(self, identity: ProvenIdentity, *, at: datetime) -> int:
        """Return the person's id; made at the first sight of a number. ValueError for an identity without one."""
        number = identity.national_number
        if number is None:
            raise ValueError("an identity without a national number is matched by an officer")
        return current_id(self._directory.find_or_create([number], at=at)[number])

    @cached_property
    def _directory(self) -> PersonDirectory:
        """Read when first needed, so that a portal without the keys of the registers still answers everything else."""
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
    proof = accept_identity(identity, person_id=person_id, source=source, at=at)
    if purpose is Purpose.STEP_UP:
        return step_up(store, [proof], required=required, source=source, at=at)
    return sign_in(store, [proof], source=source, at=at)
