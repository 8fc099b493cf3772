"""Read public keys and certificates that senders hand in: PEM, DER or JWK, never a private key."""

import json
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from domain.configuration_refusals import ConfigurationFault, ConfigurationRefusedError

SMALLEST_RSA_KEY = 2048
LARGEST_RSA_KEY = 8192
LONGEST_FILE = 16 * 1024
"""Bytes of a public key or certificate."""

_PRIVATE_MEMBERS = {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}


@dataclass(frozen=True, slots=True)
class HandedInKey:
    """A public key, and the name that its file gives it; empty where it gives none."""

    key: PublicKeyTypes
    name: str = ""


def read_public_key(raw: bytes) -> HandedInKey:
    """Return the key of a PEM or DER public key, of a certificate, or of a JWK; ConfigurationRefusedError otherwise."""
    _require_public(raw)
    try:
        if raw.lstrip().startswith(b"{"):
            return _read_jwk(raw)
        if b"CERTIFICATE" in raw:
            return HandedInKey(x509.load_pem_x509_certificate(raw).public_key())
        if raw.lstrip().startswith(b"-----BEGIN"):
            return HandedInKey(load_pem_public_key(raw))
        return HandedInKey(load_der_public_key(raw))
    except (ValueError, TypeError, KeyError, RecursionError, JoseError, UnsupportedAlgorithm) as fault:
        raise ConfigurationRefusedError(
            "The file holds no public key that can be read.",
            next_step="Give a PEM public key, a certificate or one JWK.",
            fault=ConfigurationFault.KEY_UNREADABLE,
        ) from fault


def read_certificate(raw: bytes) -> x509.Certificate:
    """Return the one certificate in PEM or DER; ConfigurationRefusedError otherwise."""
    _require_public(raw)
    try:
        if not raw.lstrip().startswith(b"-----BEGIN"):
            return x509.load_der_x509_certificate(raw)
        (certificate,) = x509.load_pem_x509_certificates(raw)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise ConfigurationRefusedError(
            "The file holds no single certificate in PEM or DER form.",
            next_step="Give the client's certificate alone.",
            fault=ConfigurationFault.CERTIFICATE_UNREADABLE,
        ) from fault
    return certificate


def require_strong(key: PublicKeyTypes) -> None:
    """Raise ConfigurationRefusedError for a key that is too weak, too large to verify cheaply, or of another kind."""
    match key:
        case rsa.RSAPublicKey():
            if SMALLEST_RSA_KEY <= key.key_size <= LARGEST_RSA_KEY:
                return
            found = f"The RSA key has {key.key_size} bits"
        case ec.EllipticCurvePublicKey():
            if isinstance(key.curve, ec.SECP256R1 | ec.SECP384R1):
                return
            found = f"The key lies on the curve {key.curve.name}"
        case ed25519.Ed25519PublicKey():
            return
        case _:
            found = f"The key is of the kind {type(key).__name__}"
    raise ConfigurationRefusedError(
        f"{found}.",
        next_step=f"Take RSA of {SMALLEST_RSA_KEY} to {LARGEST_RSA_KEY} bits, or the curve P-256.",
        fault=ConfigurationFault.KEY_WEAK,
    )


def _require_public(raw: bytes) -> None:
    if b"PRIVATE KEY" in raw:
        raise ConfigurationRefusedError(
            "The file holds a private key, which must never leave its owner.",
            next_step="Have the sender make a new key, and hand in its public half alone.",
            fault=ConfigurationFault.PRIVATE_KEY,
        )
    if len(raw) > LONGEST_FILE:
        raise ConfigurationRefusedError(
            f"The file has {len(raw)} bytes.",
            next_step=f"At most {LONGEST_FILE} are expected.",
            fault=ConfigurationFault.FILE_TOO_LONG,
        )


def _read_jwk(raw: bytes) -> HandedInKey:
    members = json.loads(raw)
    if _PRIVATE_MEMBERS & set(members):
        raise ConfigurationRefusedError(
            "The JWK holds a private or secret key, which must never leave its owner.",
            next_step="Have the sender make a new key, and hand in its public half alone.",
            fault=ConfigurationFault.PRIVATE_KEY,
        )
    key = JWKRegistry.import_key(members).get_op_key("verify")
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey):
        raise TypeError("the JWK is no public key for signatures")
    name = members.get("kid", "")
    return HandedInKey(key, name if isinstance(name, str) else "")
