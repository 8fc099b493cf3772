"""Let the agent beside a card reader answer for the browser page that shows a code (§5.3).

The agent gets the nonce by the code, and for a good token a ticket, which counts only in the browser that asked for the
code. So who talks somebody into typing a foreign code gains nothing: the ticket is of no use in his browser.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from auth import transactions
from auth.eid.challenges import CardProof, Verifier, Wish, begin, new_nonce, take
from auth.eid.refusals import EidCode, EidRefusedError
from auth.eid.tokens import WebEidToken
from auth.eid.verification import prove_by_card
from auth.locksmith import Locksmith
from auth.proofs import ProvenIdentity
from auth.refusals import SignInRefusedError
from domain.assurance import AssuranceLevel, Means

AGENT: Final = hashlib.sha256(b"any eid-agent").digest()
"""The browser of what is waiting for an agent: none in particular, since the code is all that an agent knows."""

_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_LETTERS: Final = 8
_CODE = re.compile(f"[{_ALPHABET}]{{4}}-[{_ALPHABET}]{{4}}")
_PURPOSE: Final = "eid-pairing"


@dataclass(frozen=True, slots=True)
class Pairing:
    """What the page shows: a code of 40 random bits, `ABCD-EFGH`, without letters that look like digits."""

    code: str = field(repr=False)
    expires_at: datetime


def begin_pairing(wish: Wish, *, browser: bytes, locksmith: Locksmith, at: datetime) -> Pairing:
    """Return a code by which an agent may answer for this browser (32 bytes, the hash of its session's id)."""
    letters = "".join(_ALPHABET[byte % len(_ALPHABET)] for byte in locksmith.randomness(_LETTERS))
    code = f"{letters[:4]}-{letters[4:]}"
    content = {"nonce": new_nonce(locksmith), "browser": base64.b64encode(browser).decode("ascii")}
    handle = _handle(code, locksmith)
    begun = begin(wish, handle=handle, content=content, browser=AGENT, locksmith=locksmith, at=at)
    return Pairing(code, begun.expires_at)


def nonce_for_agent(code: str, *, locksmith: Locksmith, at: datetime) -> str:
    """Return what the card of the agent has to sign; EidRefusedError PAIRING_UNKNOWN when no page waits with the code."""
    try:
        taken = transactions.look(_handle(code, locksmith), browser=AGENT, locksmith=locksmith, at=at)
    except SignInRefusedError as refusal:
        raise _unknown() from refusal
    return taken.content["nonce"]


def redeem_for_agent(token: WebEidToken, *, code: str, verifier: Verifier, at: datetime) -> str:
    """Return the ticket with which the browser of the page goes on; code and nonce are used up, whatever comes of it.

    Raises EidRefusedError, and OutageError when no root of the cards is known.
    """
    locksmith = verifier.locksmith
    try:
        taken = transactions.take(_handle(code, locksmith), browser=AGENT, locksmith=locksmith, at=at)
    except SignInRefusedError as refusal:
        raise _unknown() from refusal
    nonce, browser = taken.content["nonce"], base64.b64decode(taken.content["browser"])
    identity = prove_by_card(token, nonce=nonce, rules=verifier.rules, authorities=verifier.authorities, at=at)
    content = _render(identity)
    return begin(Wish.of(taken), handle=None, content=content, browser=browser, locksmith=locksmith, at=at).handle


def finish_pairing(ticket: str, *, browser: bytes, locksmith: Locksmith, at: datetime) -> CardProof:
    """Return whom the card proved, once, in the browser that asked for the code; EidRefusedError NONCE_EXPIRED elsewhere."""
    taken = take(ticket, browser=browser, locksmith=locksmith, at=at)
    if "national_number" not in taken.content:  # the nonce of a challenge, in the place of a ticket
        raise _unknown()
    content = taken.content
    identity = ProvenIdentity(
        means=Means.EID,
        level=AssuranceLevel(int(content["level"])),
        at=datetime.fromisoformat(content["at"]),
        national_number=content["national_number"],
        family_name=content["family_name"],
        given_names=content["given_names"],
    )
    return CardProof(identity, Wish.of(taken))


def _render(identity: ProvenIdentity) -> dict[str, str]:
    return {
        "level": str(int(identity.level)),
        "at": identity.at.isoformat(),
        "national_number": identity.national_number or "",
        "family_name": identity.family_name,
        "given_names": identity.given_names,
    }


def _handle(code: str, locksmith: Locksmith) -> str:
    """Return what the code is found by: keyed, so that the table alone does not tell the few codes there may be."""
    if not _CODE.fullmatch(code):
        raise _unknown()
    return locksmith.digest(code, purpose=_PURPOSE).hex()


def _unknown() -> EidRefusedError:
    return EidRefusedError(EidCode.PAIRING_UNKNOWN, "no page waits with this code, or its time is over")
