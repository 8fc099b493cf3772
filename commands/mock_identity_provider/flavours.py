"""The two providers that the mock imitates: how itsme and the federal service (FAS) name levels, scopes and claims."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from commands.mock_identity_provider.people import EIDAS_PEOPLE, ITSME_PEOPLE, Person


@dataclass(frozen=True, slots=True)
class Flavour:
    """One imitated provider; `is_nested` is whether its id tokens are encrypted.

    `told_levels` are the names (`acr`) of its levels, from weak to strong, with what the tester's page says of each.
    """

    name: str
    path: str
    title: str
    told_levels: Mapping[str, str]
    scopes: frozenset[str]
    service: str | None
    is_nested: bool
    people: tuple[Person, ...]

    @property
    def levels(self) -> tuple[str, ...]:
        """The names of the levels, from weak to strong."""
        return tuple(self.told_levels)

    def find_person(self, key: str) -> Person | None:
        """Return the invented person of that key."""
        return next((person for person in self.people if person.key == key), None)

    def describe(self, person: Person) -> dict[str, object]:
        """Return the claims about a person, under the names that this provider gives them."""
        if self.is_nested:
            told = {
                "http://itsme.services/v2/claim/BENationalNumber": person.national_number,
                "family_name": person.family_name,
                "given_name": person.given_name,
                "birthdate": person.birth_date,
            }
        else:
            told = {
                "egovNRN": person.national_number,
                "PersonIdentifier": person.person_identifier,
                "surname": person.family_name,
                "givenName": person.given_name,
                "birthdate": person.birth_date,
            }
        return {name: value for name, value in told.items() if value is not None}


SERVICE = "GUICHETLOGIN"
"""The service code that the mock's itsme knows."""

ITSME = Flavour(
    name="itsme",
    path="/itsme/v2",
    title="itsme",
    told_levels=MappingProxyType(
        {
            "http://itsme.services/v2/claim/acr_basic": "acr_basic: fingerprint or itsme code",
            "http://itsme.services/v2/claim/acr_advanced": "acr_advanced: itsme code",
        }
    ),
    scopes=frozenset({"openid", "profile", "email", "phone", "address", "idDocument", "eid"}),
    service=SERVICE,
    is_nested=True,
    people=ITSME_PEOPLE,
)
EIDAS = Flavour(
    name="eidas",
    path="/eidas",
    title="eIDAS",
    told_levels=MappingProxyType(
        {
            "http://eidas.europa.eu/LoA/low": "low",
            "http://eidas.europa.eu/LoA/substantial": "substantial",
            "http://eidas.europa.eu/LoA/high": "high",
        }
    ),
    scopes=frozenset({"openid", "profile", "egovnrn"}),
    service=None,
    is_nested=False,
    people=EIDAS_PEOPLE,
)
FLAVOURS = (ITSME, EIDAS)
