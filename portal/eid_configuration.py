"""The configuration of signing in by card, read from environment variables."""

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from auth.eid.verification import WithoutRevocation
from domain.languages import Language
from portal.environment_variables import ConfigurationError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PAGE = re.compile(r"https://[a-z0-9.-]+(:[0-9]+)?(/([!-z~]|\{language\})*)?")


@dataclass(frozen=True, slots=True)
class EidConfiguration:
    """Whose cards are believed: the folder of their roots, which of them are pinned, and what a card must show.

    `software_page` is where people get the browser's extension and the reader's software, empty where nobody said; `{language}`
    in it stands for the language of the reader.
    """

    trust: Path
    roots: frozenset[str]
    policies: frozenset[str]
    without_revocation: WithoutRevocation
    software_page: str = ""

    def software_page_in(self, language: Language) -> str:
        """Return that address for who reads the language."""
        return self.software_page.replace("{language}", language)

    @classmethod
    def from_environment(cls, home: Path) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            trust=Path(os.environ.get("GUICHET_EID_TRUST") or home / "eid_trust").resolve(),
            roots=_read_fingerprints("GUICHET_EID_ROOTS"),
            policies=frozenset(os.environ.get("GUICHET_EID_POLICIES", "").replace(",", " ").split()),
            without_revocation=_read_without_revocation("GUICHET_EID_WITHOUT_REVOCATION"),
            software_page=_read_page("GUICHET_EID_SOFTWARE_PAGE"),
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


def _read_page(name: str) -> str:
    text = os.environ.get(name, "")
    if text and not _PAGE.fullmatch(text):
        raise ConfigurationError(f"{name} is {text!r}; an address like https://cards.example/{{language}}/ is expected")
    return text
