"""The configuration of files that prove corrections, read from environment variables."""

import os
import shlex
from dataclasses import dataclass
from typing import Self

from portal.environment_variables import ConfigurationError, read_kept_days, read_number


@dataclass(frozen=True, slots=True)
class EvidenceConfiguration:
    """How large such a file may be, which program looks through it, and how long it is kept after the decision."""

    max_bytes: int
    scanner: str
    scanner_seconds: int
    keep_days: int

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            max_bytes=max(read_number("GUICHET_EVIDENCE_MAX_BYTES", 10 * 1024**2), 1),
            scanner=_read_command(),
            scanner_seconds=max(read_number("GUICHET_EVIDENCE_SCANNER_SECONDS", 30), 1),
            keep_days=read_kept_days("GUICHET_EVIDENCE_KEEP_DAYS", 1825),
        )


def _read_command() -> str:
    text = os.environ.get("GUICHET_EVIDENCE_SCANNER", "")
    try:
        shlex.split(text)
    except ValueError as fault:
        raise ConfigurationError(f"GUICHET_EVIDENCE_SCANNER is {text!r}: {fault}") from None
    return text
