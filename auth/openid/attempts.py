"""One login under way at a provider: what we must remember of it, and where that is kept until the person comes back."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self

from auth.openid.profiles import Profile

_SECRET_BYTES = 32

Randomness = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class OpenIdAttempt:
    """A login that a person was sent away for; `acr` is what was asked of the provider.

    `purpose` and `login_id` are the caller's: what the proof is for, and whose it must be where it strengthens a session.
    `return_to` is the path on our site that the person wanted.
    """

    provider: str
    acr: str
    purpose: str
    login_id: int | None
    return_to: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    @classmethod
    def make(
        cls, profile: Profile, *, acr: str, purpose: str, login_id: int | None, return_to: str, randomness: Randomness
    ) -> Self:
        """Return an attempt with a nonce and a PKCE verifier of 256 random bits each."""
        return cls(
            provider=profile.name,
            acr=acr,
            purpose=purpose,
            login_id=login_id,
            return_to=return_to,
            nonce=random_text(randomness),
            verifier=random_text(randomness),
        )

    @property
    def challenge(self) -> str:
        """What the provider gets of the verifier (RFC 7636, S256)."""
        return encode(hashlib.sha256(self.verifier.encode("ascii")).digest())


class OpenIdAttempts(Protocol):
    """Keeps attempts for as long as a login may take (access and login §4.3); each is found by its `state`, in the browser that began it, once."""

    def keep(self, attempt: OpenIdAttempt, *, state: str, browser: bytes, at: datetime) -> None:
        """Keep the attempt under `state` for the browser whose secret hashes to `browser` (32 bytes)."""
        ...

    def take(self, state: str, *, browser: bytes, at: datetime) -> OpenIdAttempt:
        """Return the attempt and use it up, also when what follows fails.

        OpenIdRefused (STATE_UNKNOWN, STATE_USED, STATE_EXPIRED, STATE_OF_OTHER_BROWSER) when there is none to take;
        another browser uses nothing up.
        """
        ...


def random_text(randomness: Randomness) -> str:
    """Return 256 random bits as text that may stand in an address."""
    return encode(randomness(_SECRET_BYTES))


def encode(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
