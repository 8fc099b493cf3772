"""Register and revoke the certificates by which technical users sign in over TLS; they sign no payload."""

import hashlib
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from channels.configuring.public_files import read_certificate, require_strong
from channels.models import LoginCertificate, Sender
from domain.configuration_refusals import ConfigurationFault, ConfigurationRefusedError
from evidence.audit import append_event

_ACTIVE, _REVOKED = "ACTIVE", "REVOKED"
_SHORTEST = 8


def add_login_certificate(
    sender: Sender, raw: bytes, *, actor: str, at: datetime
) -> tuple[LoginCertificate, x509.Certificate, bool]:
    """Register a certificate for the sender's technical user; return its row, itself, and whether it is new."""
    certificate = read_certificate(raw)
    require_strong(certificate.public_key())
    _require_for_clients(certificate, at=at)
    der = certificate.public_bytes(Encoding.DER)
    sha256 = hashlib.sha256(der).hexdigest()
    known = LoginCertificate.objects.filter(sha256=sha256, state=_ACTIVE).first()
    if known is not None:
        if known.technical_user_id != sender.technical_user_id:
            raise ConfigurationRefusedError(
                "The certificate is registered for another technical user; it opens the door for one alone.",
                next_step="Let the sender have a certificate of its own.",
                fault=ConfigurationFault.CERTIFICATE_TAKEN,
            )
        return known, certificate, False
    row = LoginCertificate.objects.create(technical_user=sender.technical_user, der=der, sha256=sha256, added_at=at)
    append_event("login-certificate:added", at=at, actor=actor, sender=sender.number, certificate=sha256)
    return row, certificate, True


def revoke_login_certificate(sender: Sender, prefix: str, *, actor: str, at: datetime) -> LoginCertificate:
    """Let a certificate, named by 8 or more digits of its SHA-256, open the door no more, and return its row."""
    living = LoginCertificate.objects.filter(technical_user=sender.technical_user, state=_ACTIVE)
    found = list(living.filter(sha256__startswith=prefix.lower())) if len(prefix) >= _SHORTEST else []
    if len(found) != 1:
        raise ConfigurationRefusedError(
            f"{len(found)} living login certificates of sender {sender.number} begin with {prefix!r}.",
            next_step=f"List them, and give at least {_SHORTEST} digits of one.",
        )
    (row,) = found
    row.state, row.revoked_at = _REVOKED, at
    row.save(update_fields=["state", "revoked_at"])
    append_event("login-certificate:revoked", at=at, actor=actor, sender=sender.number, certificate=row.sha256)
    return row


def end_of(row: LoginCertificate) -> datetime:
    """Return the instant until which a registered certificate signs in, inclusive."""
    return x509.load_der_x509_certificate(bytes(row.der)).not_valid_after_utc


def _require_for_clients(certificate: x509.Certificate, *, at: datetime) -> None:
    if certificate.not_valid_after_utc <= at:
        raise ConfigurationRefusedError(
            f"The certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d}.",
            next_step="Give a newer one.",
            fault=ConfigurationFault.CERTIFICATE_EXPIRED,
        )
    extensions = certificate.extensions
    try:
        is_authority = extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        is_authority = False
    if is_authority:
        raise ConfigurationRefusedError(
            "The certificate is an authority's own.",
            next_step="Give the client's, issued by it.",
            fault=ConfigurationFault.CERTIFICATE_OF_AUTHORITY,
        )
    try:
        usages = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE} & set(usages):
        raise ConfigurationRefusedError(
            "The certificate is not for TLS clients (extended key usage).",
            next_step="Ask its authority for one with clientAuth, or without that extension.",
            fault=ConfigurationFault.CERTIFICATE_NOT_FOR_CLIENTS,
        )
