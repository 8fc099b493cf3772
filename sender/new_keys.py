"""Make what a new sender needs to sign and to log in: private keys, a certificate request, a public SSH key."""

from datetime import datetime, timedelta
from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

from domain.sender_numbers import SenderNumber

RSA_BITS = 3072
LONGEST_NAME = 64
"""Characters of a common name, and of an organisation's (RFC 5280, appendix A.1)."""
_COUNTRY = "BE"
_CLOCK_TOLERANCE = timedelta(minutes=5)


class KeyKind(Enum):
    """Kinds of key that a counter takes signatures of."""

    P256 = "P-256"
    RSA = "RSA"


SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def make_signing_key(kind: KeyKind) -> SigningKey:
    """Return a new private key."""
    match kind:
        case KeyKind.P256:
            return ec.generate_private_key(ec.SECP256R1())
        case KeyKind.RSA:
            return rsa.generate_private_key(65537, RSA_BITS)


def make_ssh_key() -> ed25519.Ed25519PrivateKey:
    """Return a new private key to log in with."""
    return ed25519.Ed25519PrivateKey.generate()


def render_signing_key(key: SigningKey, *, passphrase: str | None) -> bytes:
    """Return the key as PKCS #8 PEM, encrypted when there is a pass phrase."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, _encryption(passphrase))


def render_public_key(key: SigningKey) -> bytes:
    """Return the public half as PEM for the counter."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def render_ssh_key(key: ed25519.Ed25519PrivateKey, *, passphrase: str | None) -> bytes:
    """Return the private key as OpenSSH reads it, encrypted when there is a pass phrase."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, _encryption(passphrase))


def render_ssh_public_key(key: ed25519.Ed25519PrivateKey, *, comment: str) -> bytes:
    """Return the public half as one line for the counter."""
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH) + f" {comment}\n".encode()


def render_request(key: SigningKey, *, organisation: str, sender: SenderNumber | None) -> bytes:
    """Return a certificate signing request (PKCS #10, PEM) for a certificate that signs declarations."""
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(_subject(organisation, sender))
        .add_extension(_signing_usage(), critical=True)
        .sign(key, hashes.SHA256())
    )
    return request.public_bytes(Encoding.PEM)


def render_self_signed(
    key: SigningKey, *, organisation: str, sender: SenderNumber | None, at: datetime, lifetime: timedelta
) -> bytes:
    """Return a certificate (PEM) that the key signed itself, for a first try at a counter that trusts it by name."""
    subject = _subject(organisation, sender)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _CLOCK_TOLERANCE)
        .not_valid_after(at + lifetime)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signing_usage(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.PEM)


def _subject(organisation: str, sender: SenderNumber | None) -> x509.Name:
    number = "" if sender is None else f" {sender}"
    common_name = f"{organisation[: LONGEST_NAME - len(number)]}{number}"
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, _COUNTRY),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _signing_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )


def _encryption(passphrase: str | None) -> KeySerializationEncryption:
    return NoEncryption() if passphrase is None else BestAvailableEncryption(passphrase.encode())
