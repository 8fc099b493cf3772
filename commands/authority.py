"""A certificate authority made at run time, for the demo, tests and a first installation."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from commands.stack.home import write_whole

_CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Identity:
    """A private key and the certificate that goes with it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    def write(self, *, key_path: Path, certificate_path: Path) -> None:
        """Write both as PEM, readable by their owner alone."""
        write_whole(key_path, private_pem(self.key))
        write_whole(certificate_path, certificate_pem(self.certificate))


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority on P-256 that issues certificates for signing and for TLS."""

    identity: Identity

    @classmethod
    def create(cls, name: str, *, at: datetime, lifetime: timedelta) -> Self:
        """Return a new self-signed authority, valid from shortly before `at`."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _name(name)
        certificate = (
            _builder(subject, subject, key.public_key(), at=at, lifetime=lifetime)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(key_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        return cls(Identity(key, certificate))

    @classmethod
    def load(cls, *, key_path: Path, certificate_path: Path) -> Self:
        """Return the authority written in two PEM files."""
        key = serialization.load_pem_private_key(key_path.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            message = f"{key_path.name} holds no elliptic-curve key"
            raise TypeError(message)
        return cls(Identity(key, x509.load_pem_x509_certificate(certificate_path.read_bytes())))

    def issue_signer(self, name: str, *, at: datetime, lifetime: timedelta) -> Identity:
        """Return a new key with a certificate for signatures."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._issue(name, key, at=at, lifetime=lifetime).add_extension(
            key_usage(digital_signature=True, content_commitment=True),
            critical=True,
        )
        return Identity(key, builder.sign(self.identity.key, hashes.SHA256()))

    def issue_server(
        self, host_names: list[str], addresses: list[str], *, at: datetime, lifetime: timedelta
    ) -> Identity:
        """Return a new key with a TLS certificate for the hosts and addresses."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives: list[x509.GeneralName] = [x509.DNSName(name) for name in host_names]
        alternatives += [x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
        builder = (
            self._issue(host_names[0], key, at=at, lifetime=lifetime)
            .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
            .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(key_usage(digital_signature=True), critical=True)
        )
        return Identity(key, builder.sign(self.identity.key, hashes.SHA256()))

    def issue_crl(self, *, at: datetime, lifetime: timedelta, revoked: Mapping[int, datetime] | None = None) -> bytes:
        """Return the DER list of what is revoked (serial number and since when), valid from `at` on."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.identity.certificate.subject)
            .last_update(at)
            .next_update(at + lifetime)
            .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.identity.key.public_key()), critical=False
            )
        )
        for serial, since in (revoked or {}).items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self.identity.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)

    def _issue(
        self,
        name: str,
        key: ec.EllipticCurvePrivateKey,
        *,
        at: datetime,
        lifetime: timedelta,
    ) -> x509.CertificateBuilder:
        issuer = self.identity.certificate
        return (
            _builder(_name(name), issuer.subject, key.public_key(), at=at, lifetime=lifetime)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.identity.key.public_key()),
                critical=False,
            )
        )


def private_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the key as unencrypted PKCS#8 PEM."""
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")


def certificate_pem(certificate: x509.Certificate) -> str:
    """Return the certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")


def crl_pem(der: bytes) -> str:
    """Return a DER revocation list as PEM."""
    return x509.load_der_x509_crl(der).public_bytes(serialization.Encoding.PEM).decode("ascii")


def utc_now() -> datetime:
    """Return the present instant; the commands are shells and may read the clock."""
    return datetime.now(UTC)


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Guichet"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ],
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    *,
    at: datetime,
    lifetime: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _CLOCK_TOLERANCE)
        .not_valid_after(at + lifetime)
    )


def key_usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    """Return the extension that allows exactly these uses."""
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
