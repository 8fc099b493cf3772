"""What one identity provider is to us: its address, our name there, what we ask for and what its levels are worth.

Everything that differs between itsme and eIDAS (reached through the federal service, FAS) stands here; the client itself
knows no provider. Access and login §4.1 and §4.3.
"""

from dataclasses import dataclass
from enum import Enum

from domain.assurance import AssuranceLevel, Means


class Wrapping(Enum):
    """How a provider hands over its id token."""

    SIGNED = "a JWS"
    NESTED = "a JWS inside a JWE for our key"


class ClaimsPlace(Enum):
    """Where a provider tells who somebody is."""

    ID_TOKEN = "in the id token"  # noqa: S105 - a place
    USER_INFO = "at its userinfo endpoint"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a provider's ladder: the names (`acr`) it has there, and the level that it gives here."""

    names: tuple[str, ...]
    level: AssuranceLevel


@dataclass(frozen=True, slots=True)
class ClaimNames:
    """Under which names a provider tells the national number, the eIDAS identifier and the names of a person."""

    national_number: str
    person_identifier: str | None
    family_name: str
    given_name: str
    birth_date: str


@dataclass(frozen=True, slots=True)
class Profile:
    """One provider; `ladder` goes from weak to strong, `least` is the weakest `acr` that is ever asked for.

    `prompt` is `login` where the provider would let in without asking whoever its own session still knows. Such a provider
    `tells_when` it asked (`auth_time`), so that it is not believed on its word; itsme asks each time, and tells no instant.
    """

    name: str
    means: Means
    issuer: str
    client_id: str
    scopes: tuple[str, ...]
    ladder: tuple[Rung, ...]
    least: str
    wrapping: Wrapping
    claims_place: ClaimsPlace
    claims: ClaimNames
    prompt: str | None
    tells_when: bool

    def rung_of(self, acr: str) -> int | None:
        """Return the place of `acr` on the ladder; None for a name that is unknown."""
        return next((place for place, rung in enumerate(self.ladder) if acr in rung.names), None)

    def rung_for(self, level: AssuranceLevel) -> int | None:
        """Return the lowest rung that gives `level` and is not below `least`; None when the provider gives no such level."""
        lowest = self.rung_of(self.least) or 0
        return next(
            (place for place, rung in enumerate(self.ladder) if place >= lowest and rung.level >= level),
            None,
        )

    @property
    def names_asked_for(self) -> tuple[str, ...]:
        """The claims that we ask for by name."""
        names = self.claims
        asked = (names.national_number, names.person_identifier, names.family_name, names.given_name, names.birth_date)
        return tuple(name for name in asked if name is not None)


ITSME_ISSUER = "https://idp.prd.itsme.services/v2"
ITSME_BASIC = "http://itsme.services/v2/claim/acr_basic"
ITSME_ADVANCED = "http://itsme.services/v2/claim/acr_advanced"
ITSME_NATIONAL_NUMBER = "http://itsme.services/v2/claim/BENationalNumber"
EIDAS_ISSUER = "https://idp.iamfas.belgium.be/fas/oauth2"
EIDAS_SUBSTANTIAL = "http://eidas.europa.eu/LoA/substantial"
_FAS_LEVEL = "urn:be:fedict:iam:fas:Level"

ITSME_LADDER = (
    Rung((ITSME_BASIC,), AssuranceLevel.ITSME),
    Rung((ITSME_ADVANCED,), AssuranceLevel.ITSME),
)
EIDAS_LADDER = (
    Rung(("http://eidas.europa.eu/LoA/low", f"{_FAS_LEVEL}200"), AssuranceLevel(200)),
    Rung((EIDAS_SUBSTANTIAL, f"{_FAS_LEVEL}400"), AssuranceLevel(400)),
    Rung(("http://eidas.europa.eu/LoA/high", f"{_FAS_LEVEL}450"), AssuranceLevel(450)),
)
"""What a node says of its own means; a level of eIDAS is never more than 450 here."""


def itsme(*, issuer: str, client_id: str, service: str, least: str = ITSME_ADVANCED) -> Profile:
    """Return itsme's profile: both of its steps are level 450, and `service` is the code that itsme gave us.

    `acr_advanced` forces the itsme code; `acr_basic` also takes a fingerprint.
    """
    return Profile(
        name="itsme",
        means=Means.ITSME,
        issuer=issuer,
        client_id=client_id,
        scopes=("openid", f"service:{service}", "profile", "eid"),
        ladder=ITSME_LADDER,
        least=least,
        wrapping=Wrapping.NESTED,
        claims_place=ClaimsPlace.ID_TOKEN,
        claims=ClaimNames(ITSME_NATIONAL_NUMBER, None, "family_name", "given_name", "birthdate"),
        prompt=None,
        tells_when=False,
    )


def eidas(*, issuer: str, client_id: str, least: str = EIDAS_SUBSTANTIAL) -> Profile:
    """Return the profile of means notified under eIDAS, through FAS: low 200, substantial 400, high 450, never more."""
    return Profile(
        name="eidas",
        means=Means.EIDAS,
        issuer=issuer,
        client_id=client_id,
        scopes=("openid", "profile", "egovnrn"),
        ladder=EIDAS_LADDER,
        least=least,
        wrapping=Wrapping.SIGNED,
        claims_place=ClaimsPlace.USER_INFO,
        claims=ClaimNames("egovNRN", "PersonIdentifier", "surname", "givenName", "birthdate"),
        prompt="login",
        tells_when=True,
    )
