"""What comes of a login at a provider that kept all rules: somebody identified, perhaps still to be matched, or nobody."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Self, TypeAlias

from auth.openid.attempts import OpenIdAttempt
from auth.proofs import ProvenIdentity
from domain.assurance import AssuranceLevel, Means


@dataclass(frozen=True, slots=True)
class Identified:
    """The provider proved a national number, an eIDAS identifier, or an account of its own without either."""

    identity: ProvenIdentity
    attempt: OpenIdAttempt


@dataclass(frozen=True, slots=True)
class IdentityPending:
    """Somebody proved himself who has no number here yet: e-mail and phone are asked, a person matches him (§4.3).

    `subject` is issuer and subject at the provider; `eidas_identifier` is missing for a foreign itsme account. `person_id` is
    of a person who was signed in when he asked: the number becomes his.
    """

    means: Means
    level: AssuranceLevel
    at: datetime
    subject: tuple[str, str] = field(repr=False)
    eidas_identifier: str | None = field(repr=False)
    family_name: str = field(repr=False)
    given_names: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    return_to: str
    person_id: int | None = None

    @property
    def identifier(self) -> str:
        """What tells who waits from others: of a provider, what the person will be found by once he is matched."""
        return self.eidas_identifier or " ".join(self.subject)

    @property
    def known_as(self) -> str:
        """What a provider calls the person; empty for who asked for a call, whose `subject` is what he told of himself."""
        return "" if self.means is Means.EMAIL_CODE else self.identifier

    @classmethod
    def of(cls, identified: Identified) -> Self:
        """Return the same for an identity that no person of ours is known by; ValueError for a national number."""
        identity = identified.identity
        if identity.national_number is not None or identity.subject is None:
            raise ValueError("a national number leaves nothing to be matched")
        return cls(
            means=identity.means,
            level=identity.level,
            at=identity.at,
            subject=identity.subject,
            eidas_identifier=identity.eidas_identifier,
            family_name=identity.family_name,
            given_names=identity.given_names,
            birth_date=identity.birth_date,
            return_to=identified.attempt.return_to,
        )


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The person refused, or let the time pass; nothing went wrong."""

    attempt: OpenIdAttempt


OpenIdOutcome: TypeAlias = Identified | Cancelled
