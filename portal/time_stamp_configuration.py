"""The configuration of the authority that stamps the time on evidence, read from environment variables."""

import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class TimeStampConfiguration:
    """Where time stamps come from, and the certificate that they are signed with; both empty where none are asked for."""

    url: str
    certificate: str

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it."""
        return cls(
            url=os.environ.get("GUICHET_TSA_URL", ""),
            certificate=os.environ.get("GUICHET_TSA_CERTIFICATE", ""),
        )
