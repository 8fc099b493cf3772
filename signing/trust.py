"""Decide whether a certificate leads to a trusted authority and was not revoked, for one set of trust material.

Pure: no network, no clock, no table. Paths and parsed records are remembered, so that a warm decision costs little.
"""

from datetime import datetime, timedelta
from typing import Protocol

from cryptography import x509

from domain.trust import TrustMaterial
from signing.paths import PathFinder, TrustedPath, path_of
from signing.revocation import RevocationBook

__all__ = ["CertificateTrust", "PinnedCertificates", "SignerTrust", "TrustedPath"]

MAX_PATHS = 4096
"""Paths remembered, about 10 kB each."""


class SignerTrust(Protocol):
    """Whoever decides why a registered certificate may be relied on."""

    def require_path(self, der: bytes, *, at: datetime) -> TrustedPath:
        """Return the path from the certificate `der` to what is trusted; Refusal SIGNATURE_INVALID without one."""
        ...

    def require_not_known_revoked(self, path: TrustedPath, *, at: datetime) -> None:
        """Raise Refusal SIGNATURE_INVALID when a certificate of the path is known to have been revoked at `at`."""
        ...

    def require_not_revoked(self, path: TrustedPath, *, at: datetime) -> tuple[str, ...]:
        """Return the SHA-256 of the records that say so; OutageError where nothing fresh speaks."""
        ...


class PinnedCertificates:
    """Relies on the registered certificates themselves, for one who was handed the very certificate of the other side."""

    def require_path(self, der: bytes, *, at: datetime) -> TrustedPath:  # noqa: ARG002 - the checks know the windows
        """Return the certificate as its own anchor."""
        return path_of((x509.load_der_x509_certificate(der),))

    def require_not_known_revoked(self, path: TrustedPath, *, at: datetime) -> None:
        """Return: whoever pinned the certificate takes it back by himself."""

    def require_not_revoked(self, _path: TrustedPath, *, at: datetime) -> tuple[str, ...]:  # noqa: ARG002 - likewise
        """Return nothing, since nothing was consulted."""
        return ()


class CertificateTrust:
    """What an operator trusts at a moment; safe to share between threads.

    A revocation record is relied on for `max_age` after its source was last seen to offer it. With `policies` (dotted
    object identifiers) a path must be valid for one of them; without, for any.
    """

    def __init__(self, material: TrustMaterial, *, max_age: timedelta, policies: frozenset[str] = frozenset()) -> None:
        self._finder = PathFinder(material, policies=policies)
        self._book = RevocationBook(material.records, max_age=max_age)
        self._paths: dict[bytes, TrustedPath] = {}

    def require_path(self, der: bytes, *, at: datetime) -> TrustedPath:
        """Return the path from the certificate `der` to an anchor whose certificates are all valid at `at`.

        Raises Refusal SIGNATURE_INVALID (batch protocol §2.4, check 1); ValueError when `der` is no certificate.
        """
        known = self._paths.get(der)
        if known is not None and known.valid_from <= at <= known.valid_until:
            return known
        path = self._finder.find(der, at=at)
        if len(self._paths) >= MAX_PATHS:
            self._paths.clear()
        self._paths[der] = path
        return path

    def require_not_revoked(self, path: TrustedPath, *, at: datetime) -> tuple[str, ...]:
        """Return the SHA-256 of every record that says so, one for each certificate below the anchor.

        Raises Refusal SIGNATURE_INVALID for a certificate that was revoked at `at`, the instant of reception, and
        OutageError when nothing fresh speaks of one (batch protocol §5, signature codes).
        """
        self._book.require_not_known_revoked(path, at=at)
        return self._book.require_fresh(path, at=at)

    def require_not_known_revoked(self, path: TrustedPath, *, at: datetime) -> None:
        """Raise Refusal SIGNATURE_INVALID when any record, however old, says that one was revoked at `at`."""
        self._book.require_not_known_revoked(path, at=at)
