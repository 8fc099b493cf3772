"""Cards, their authorities and what judges them, for tests of signing in by card; valid unless told otherwise."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from auth.eid.challenges import Verifier
from auth.eid.refusals import EidCode, EidRefusedError
from auth.eid.tokens import WebEidToken, read_token
from auth.eid.verification import EidRules
from commands.demo.card_authority import CardAuthority, Generation, Holder, Residence
from eid_agent.cards import BelgianCard, CardChannel, signing_way_of, what_to_sign
from eid_agent.tokens import web_eid_token
from eid_agent.virtual_card import CardContent, VirtualCard
from tests.auth.builders import NOON, a_locksmith

ORIGIN = "https://localhost:8443"
NONCE = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY="
PIN = "1234"
ELS = Holder("85073003328", "Peeters", "Els Maria")


@cache
def authority(generation: Generation = Generation.APPLET_1_8) -> CardAuthority:
    """Return the one authority of all tests; those that need another root make one."""
    return CardAuthority.create(generation, at=NOON - timedelta(days=400))


@cache
def a_card(generation: Generation = Generation.APPLET_1_8, residence: Residence = Residence.CITIZEN) -> CardContent:
    """Return a card of Els."""
    return authority(generation).issue_card(ELS, pin=PIN, at=NOON - timedelta(days=30), residence=residence)


def a_token(
    content: CardContent | None = None, *, origin: str = ORIGIN, nonce: str = NONCE, **changed: object
) -> WebEidToken:
    """Return what a card answers, read as the portal reads it; `changed` replaces fields of its JSON."""
    return read_token(
        json.dumps({**answer_of(VirtualCard(content or a_card()), origin=origin, nonce=nonce), **changed}).encode()
    )


def answer_of(channel: CardChannel, *, origin: str = ORIGIN, nonce: str = NONCE, pin: str = PIN) -> dict[str, str]:
    """Return the token that the card on a channel signs."""
    from cryptography import x509  # noqa: PLC0415

    card = BelgianCard(channel)
    raw = card.read_authentication_certificate()
    way = signing_way_of(x509.load_der_x509_certificate(raw))
    card.prepare(way)
    card.verify(pin)
    signature = card.sign(what_to_sign(origin, nonce, digest=way.digest))
    return dict(web_eid_token(certificate=raw, algorithm=way.name, signature=signature))


@dataclass(slots=True)
class AuthoritiesInMemory:
    """Believes every card but those that it is told of, by the SHA-256 of their certificates."""

    untrusted: set[str] = field(default_factory=set)
    revoked: set[str] = field(default_factory=set)
    has_records: bool = True
    asked: list[str] = field(default_factory=list)

    def require_path(self, der: bytes, *, at: datetime) -> None:  # noqa: ARG002 - the port's own words
        self.asked.append("path")
        if WebEidToken(der, "", b"").certificate_sha256 in self.untrusted:
            raise EidRefusedError(EidCode.CERTIFICATE_UNTRUSTED, "it leads nowhere")

    def require_not_revoked(self, der: bytes, *, at: datetime) -> None:  # noqa: ARG002 - the port's own words
        self.asked.append("revocation")
        if WebEidToken(der, "", b"").certificate_sha256 in self.revoked:
            raise EidRefusedError(EidCode.CERTIFICATE_REVOKED, "it was revoked")
        if not self.has_records:
            raise EidRefusedError(EidCode.REVOCATION_UNAVAILABLE, "nobody says")


def a_verifier(authorities: AuthoritiesInMemory | None = None, rules: EidRules | None = None) -> Verifier:
    """Return what judges tokens."""
    return Verifier(rules or EidRules(ORIGIN), authorities or AuthoritiesInMemory(), a_locksmith())
