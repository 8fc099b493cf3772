"""The configuration of itsme and eIDAS, read from environment variables; without a client id a provider is not offered."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from auth.openid.profiles import (
    EIDAS_ISSUER,
    EIDAS_LADDER,
    EIDAS_SUBSTANTIAL,
    ITSME_ADVANCED,
    ITSME_ISSUER,
    ITSME_LADDER,
)
from portal.environment_variables import ConfigurationError, read_number


@dataclass(frozen=True, slots=True)
class OpenIdConfiguration:
    """What holds for every provider: an authority believed besides the system's, seconds for a call, apart clocks."""

    ca: str
    seconds: int
    clock_tolerance_seconds: int

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            ca=os.environ.get("GUICHET_OPENID_CA", ""),
            seconds=max(read_number("GUICHET_OPENID_SECONDS", 10), 1),
            clock_tolerance_seconds=read_number("GUICHET_OPENID_CLOCK_TOLERANCE_SECONDS", 30),
        )


@dataclass(frozen=True, slots=True)
class ItsmeConfiguration:
    """Who we are at itsme, and the weakest of its levels that we ask for."""

    issuer: str
    client_id: str
    service: str
    acr: str

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        client_id, service = os.environ.get("GUICHET_ITSME_CLIENT_ID", ""), os.environ.get("GUICHET_ITSME_SERVICE", "")
        if client_id and not service:
            raise ConfigurationError("GUICHET_ITSME_SERVICE is missing; the service code that itsme gave is expected")
        return cls(
            issuer=_require_issuer("GUICHET_ITSME_ISSUER", os.environ.get("GUICHET_ITSME_ISSUER") or ITSME_ISSUER),
            client_id=client_id,
            service=service,
            acr=_require_level(
                "GUICHET_ITSME_ACR",
                os.environ.get("GUICHET_ITSME_ACR") or ITSME_ADVANCED,
                [name for rung in ITSME_LADDER for name in rung.names],
            ),
        )


@dataclass(frozen=True, slots=True)
class EidasConfiguration:
    """Who we are at the federal service (FAS), and the weakest level of an eIDAS means that we ask for."""

    issuer: str
    client_id: str
    acr: str

    @classmethod
    def from_environment(cls) -> Self:
        """Return it as this process has it; ConfigurationError names the first unusable variable."""
        return cls(
            issuer=_require_issuer("GUICHET_EIDAS_ISSUER", os.environ.get("GUICHET_EIDAS_ISSUER") or EIDAS_ISSUER),
            client_id=os.environ.get("GUICHET_EIDAS_CLIENT_ID", ""),
            acr=_require_level(
                "GUICHET_EIDAS_ACR",
                os.environ.get("GUICHET_EIDAS_ACR") or EIDAS_SUBSTANTIAL,
                [name for rung in EIDAS_LADDER for name in rung.names],
            ),
        )


def _require_issuer(name: str, text: str) -> str:
    if not text.startswith("https://") or text.endswith("/") or not text.isprintable() or " " in text:
        raise ConfigurationError(f"{name} is {text!r}; an address like https://provider.example/v2 is expected")
    return text


def _require_level(name: str, text: str, known: Collection[str]) -> str:
    if text not in known:
        raise ConfigurationError(f"{name} is {text!r}; one of {', '.join(known)} is expected")
    return text
