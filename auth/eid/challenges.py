"""Challenges for cards: a nonce of 256 bits for one browser, for five minutes, for one token (§5.3)."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from auth import transactions
from auth.eid.refusals import EidCode, EidRefusedError
from auth.eid.tokens import WebEidToken
from auth.eid.verification import CardAuthorities, EidRules, prove_by_card
from auth.limits import limits
from auth.locksmith import Locksmith
from auth.models import Purpose
from auth.proofs import ProvenIdentity
from auth.refusals import SignInRefusedError
from domain.assurance import AssuranceLevel, Means

_NONCE_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Wish:
    """What a card is shown for: to sign in, or to strengthen the stay of a login up to `required`; then where to go on."""

    purpose: Purpose = Purpose.SIGN_IN
    login_id: int | None = None
    required: AssuranceLevel = AssuranceLevel.EID
    return_to: str = ""

    def render(self) -> dict[str, str]:
        """Return what must be remembered beside purpose and login, which the transaction keeps itself."""
        return {"required": str(int(self.required)), "return_to": self.return_to}

    @classmethod
    def of(cls, taken: transactions.Taken) -> Self:
        """Return the wish that a transaction was begun for."""
        return cls(
            purpose=taken.purpose,
            login_id=taken.login_id,
            required=AssuranceLevel(int(taken.content["required"])),
            return_to=taken.content["return_to"],
        )


@dataclass(frozen=True, slots=True)
class CardProof:
    """Whom a card proved, and what it was shown for."""

    identity: ProvenIdentity
    wish: Wish


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a card has to sign, as the 44 characters that extension and agent hash."""

    nonce: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Verifier:
    """What the counter judges a token by, and the keys of what it must remember meanwhile."""

    rules: EidRules
    authorities: CardAuthorities
    locksmith: Locksmith


def new_nonce(locksmith: Locksmith) -> str:
    """Return 256 random bits in base64."""
    return base64.b64encode(locksmith.randomness(_NONCE_BYTES)).decode("ascii")


def begin_challenge(wish: Wish, *, browser: bytes, locksmith: Locksmith, at: datetime) -> Challenge:
    """Return a fresh challenge for the browser (32 bytes, the hash of its session's id)."""
    nonce = new_nonce(locksmith)
    begun = begin(wish, handle=nonce, content={}, browser=browser, locksmith=locksmith, at=at)
    return Challenge(nonce, begun.expires_at)


def redeem_challenge(token: WebEidToken, *, nonce: str, browser: bytes, verifier: Verifier, at: datetime) -> CardProof:
    """Return whom the token proves; the nonce is used up, also when it proves nobody.

    Raises EidRefusedError, and OutageError when no root of the cards is known.
    """
    taken = take(nonce, browser=browser, locksmith=verifier.locksmith, at=at)
    identity = prove_by_card(token, nonce=nonce, rules=verifier.rules, authorities=verifier.authorities, at=at)
    return CardProof(identity, Wish.of(taken))


def begin(
    wish: Wish, *, handle: str | None, content: Mapping[str, str], browser: bytes, locksmith: Locksmith, at: datetime
) -> transactions.Begun:
    """Remember the wish, with `content`, for what a card does in the next minutes."""
    return transactions.begin(
        Means.EID,
        purpose=wish.purpose,
        browser=browser,
        content={**wish.render(), **content},
        locksmith=locksmith,
        at=at,
        login_id=wish.login_id,
        lifetime=limits().keys.challenge,
        handle=handle,
    )


def take(handle: str, *, browser: bytes, locksmith: Locksmith, at: datetime) -> transactions.Taken:
    """Use up what was begun for a card; EidRefusedError NONCE_EXPIRED when it is over, used, unknown or another's."""
    try:
        taken = transactions.take(handle, browser=browser, locksmith=locksmith, at=at)
    except SignInRefusedError as refusal:
        raise over() from refusal
    if taken.means is not Means.EID:
        raise over()
    return taken


def over() -> EidRefusedError:
    """Return the refusal of what nobody can take any more."""
    return EidRefusedError(EidCode.NONCE_EXPIRED, "the nonce is unknown, over, used, or was given to another browser")
