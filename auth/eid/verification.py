"""Decide whom a Web eID token proves: the one verification behind the browser extension and behind our own agent."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from auth.eid.certificates import load_card_certificate, read_holder, require_authentication_certificate
from auth.eid.refusals import EidCode, EidRefusedError
from auth.eid.signatures import SignedChallenge, require_signature
from auth.eid.tokens import WebEidToken
from auth.proofs import ProvenIdentity
from domain.assurance import DETAILS_LEVEL, AssuranceLevel, Means


class CardAuthorities(Protocol):
    """Whoever knows the pinned roots of the cards, apart from what senders are trusted by, and what was revoked."""

    def require_path(self, der: bytes, *, at: datetime) -> None:
        """Return when the certificate leads to a pinned root at `at`; EidRefusedError CERTIFICATE_UNTRUSTED otherwise.

        Raises OutageError when no root is there at all.
        """
        ...

    def require_not_revoked(self, der: bytes, *, at: datetime) -> None:
        """Return when fresh data say that nothing on the path was revoked.

        Raises EidRefusedError CERTIFICATE_REVOKED, or REVOCATION_UNAVAILABLE where nothing fresh speaks.
        """
        ...


class WithoutRevocation(StrEnum):
    """What a sign-in comes to when nobody can say whether the card was revoked (§5.3).

    LOWERED reaches what shows a student his own days and employers, and no page of a company.
    """

    REFUSED = "refused"
    LOWERED = "lowered"


@dataclass(frozen=True, slots=True)
class EidRules:
    """What this counter asks of a card: its own `origin`, the policies it lists, and what missing data come to."""

    origin: str
    policies: frozenset[str] = frozenset()
    without_revocation: WithoutRevocation = WithoutRevocation.REFUSED


def prove_by_card(
    token: WebEidToken, *, nonce: str, rules: EidRules, authorities: CardAuthorities, at: datetime
) -> ProvenIdentity:
    """Return the holder of the card that signed `nonce` for our origin; `nonce` was taken from its store just now.

    Raises EidRefusedError with the first reason against it; OutageError when no root of the cards is known.
    Whether the card was revoked is asked last, since that may need another machine.
    """
    certificate = load_card_certificate(token.certificate)
    try:
        require_authentication_certificate(certificate, policies=rules.policies, at=at)
        authorities.require_path(token.certificate, at=at)
        require_signature(
            token.signature,
            algorithm=token.algorithm,
            key=certificate.public_key(),
            challenge=SignedChallenge(rules.origin, nonce),
        )
        holder = read_holder(certificate)
        level = _level(token.certificate, rules=rules, authorities=authorities, at=at)
    except EidRefusedError as refusal:
        refusal.certificate = token.certificate_sha256
        raise
    return ProvenIdentity(
        means=Means.EID,
        level=level,
        at=at,
        national_number=holder.national_number,
        family_name=holder.family_name,
        given_names=holder.given_names,
    )


def _level(der: bytes, *, rules: EidRules, authorities: CardAuthorities, at: datetime) -> AssuranceLevel:
    try:
        authorities.require_not_revoked(der, at=at)
    except EidRefusedError as refusal:
        if refusal.code is not EidCode.REVOCATION_UNAVAILABLE or rules.without_revocation is WithoutRevocation.REFUSED:
            raise
        return DETAILS_LEVEL
    return AssuranceLevel.EID
