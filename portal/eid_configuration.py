"""The configuration of signing in by card, read from environment variables."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from auth.eid.verification import WithoutRevocation
from portal.environment_variables import ConfigurationError

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class EidConfiguration:
    """Whose cards are believed: the folder of their roots, which of them are pinned, and what a card must show."""

    trust: Path
    roots: frozenset[str]
    policies: frozenset[str]
    without_revocation: WithoutRevocation

    @classmethod
    def from_environment(cls, home: Path) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            trust=Path(os.environ.get("GUICHET_EID_TRUST") or home / "eid_trust").resolve(),
            roots=_read_fingerprints("GUICHET_EID_ROOTS"),
            policies=frozenset(os.environ.get("GUICHET_EID_POLICIES", "").replace(",", " ").split()),
            without_revocation=_read_without_revocation("GUICHET_EID_WITHOUT_REVOCATION"),
        )


def _read_fingerprints(name: str) -> frozenset[str]:
    words = os.environ.get(name, "").replace(",", " ").split()
    fingerprints = frozenset(word.replace(":", "").lower() for word in words)
    if not all(map(_SHA256.fullmatch, fingerprints)):
        raise ConfigurationError(f"{name} is {' '.join(words)!r}; SHA-256 fingerprints of 64 digits are expected")
    return fingerprints


def _read_without_revocation(name: str) -> WithoutRevocation:
    text = os.environ.get(name) or "refused"
    try:
        return WithoutRevocation(text)
    except ValueError:
        expected = " or ".join(WithoutRevocation)
        raise ConfigurationError(f"{name} is {text!r}; {expected} is expected") from None
