"""Read from a provider's claims who somebody is: a national number, an eIDAS identifier, or neither yet."""

import re
from collections.abc import Mapping
from datetime import date

from auth.openid.attempts import OpenIdAttempt
from auth.openid.faults import OpenIdFault, OpenIdRefused
from auth.openid.id_tokens import IdToken
from auth.openid.outcomes import Identified
from auth.openid.profiles import Profile
from auth.proofs import ProvenIdentity
from domain.identifiers import is_insz

_PERSON_IDENTIFIER = re.compile(r"\A[A-Z]{2}/BE/[\x21-\x7e]{1,256}\Z")
_LONGEST_NAME = 200


def identify(profile: Profile, token: IdToken, claims: Mapping[str, object], *, attempt: OpenIdAttempt) -> Identified:
    """Return who the claims are about.

    A national number counts before an eIDAS identifier. OpenIdRefused when one of them is there and malformed, or when
    eIDAS tells neither. An itsme account without a number is a foreign one, known by its subject alone.
    """
    level = profile.ladder[token.rung].level
    number = _national_number(claims.get(profile.claims.national_number))
    identifier = None if number else _person_identifier(profile, claims)
    identity = ProvenIdentity(
        means=profile.means,
        level=level,
        at=token.proven_at,
        national_number=number,
        eidas_identifier=identifier,
        family_name=_name(claims.get(profile.claims.family_name)),
        given_names=_name(claims.get(profile.claims.given_name)),
        birth_date=_birth_date(claims.get(profile.claims.birth_date)),
        subject=(profile.issuer, token.subject),
    )
    return Identified(identity, attempt)


def _national_number(told: object) -> str | None:
    if told is None:
        return None
    if not isinstance(told, str) or not is_insz(told):
        raise OpenIdRefused(OpenIdFault.NUMBER_WRONG, "the national number has no sound check digits")
    return told


def _person_identifier(profile: Profile, claims: Mapping[str, object]) -> str | None:
    if profile.claims.person_identifier is None:
        return None
    told = claims.get(profile.claims.person_identifier)
    if not isinstance(told, str) or not _PERSON_IDENTIFIER.match(told):
        raise OpenIdRefused(OpenIdFault.IDENTIFIER_WRONG, "an identifier like XX/BE/... for Belgium is expected")
    return told


def _name(told: object) -> str:
    """Return a name as it may be shown; nothing where the provider tells none that is printable and of a sensible length."""
    if not isinstance(told, str) or not told.isprintable() or len(told) > _LONGEST_NAME:
        return ""
    return told.strip()


def _birth_date(told: object) -> date | None:
    try:
        return date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
