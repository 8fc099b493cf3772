"""The two providers that the mock imitates: how itsme and the federal service (FAS) name levels, scopes and claims."""

from dataclasses import dataclass

from commands.mock_identity_provider.people import EIDAS_PEOPLE, ITSME_PEOPLE, Person


@dataclass(frozen=True, slots=True)
class Flavour:
    """One imitated provider; `levels` go from weak to strong. `is_nested` is whether its id tokens are encrypted."""

    name: str
    path: str
    title: str
    levels: tuple[str, ...]
    scopes: frozenset[str]
    service: str | None
    is_nested: bool
    people: tuple[Person, ...]

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
    levels=("http://itsme.services/v2/claim/acr_basic", "http://itsme.services/v2/claim/acr_advanced"),
    scopes=frozenset({"openid", "profile", "email", "phone", "address", "idDocument", "eid"}),
    service=SERVICE,
    is_nested=True,
    people=ITSME_PEOPLE,
)
EIDAS = Flavour(
    name="eidas",
    path="/eidas",
    title="eIDAS",
    levels=(
        "http://eidas.europa.eu/LoA/low",
        "http://eidas.europa.eu/LoA/substantial",
        "http://eidas.europa.eu/LoA/high",
    ),
    scopes=frozenset({"openid", "profile", "egovnrn"}),
    service=None,
    is_nested=False,
    people=EIDAS_PEOPLE,
)
FLAVOURS = (ITSME, EIDAS)
