"""Roots, a Citizen CA, a Foreigner CA and cards after the Belgian model, made at run time for the demo and for tests.

Nothing here is trusted by anybody who did not pin these very roots.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from commands.authority import key_usage
from eid_agent.virtual_card import APPLET_1_7, APPLET_1_8, CardContent, CardKey

_ORGANISATION = "Kingdom of Belgium - Demonstration, not the Federal Government"
_CLOCK_TOLERANCE = timedelta(minutes=5)
_OF_AUTHORITIES = timedelta(days=20 * 365)
_OF_CARDS = timedelta(days=10 * 365)
_ANY_POLICY = x509.ObjectIdentifier("2.5.29.32.0")


class Generation(Enum):
    """Cards since 2020, with keys on P-384, and the older ones with RSA keys."""

    APPLET_1_8 = APPLET_1_8
    APPLET_1_7 = APPLET_1_7


class Residence(Enum):
    """Whose card it is, and the policy of its authentication certificate (access and login §5.1)."""

    CITIZEN = "2.16.56.12.1.1.2.2"
    FOREIGNER = "2.16.56.12.1.1.7.2"


@dataclass(frozen=True, slots=True)
class Holder:
    """An invented person."""

    national_number: str
    family_name: str
    given_names: str


@dataclass(frozen=True, slots=True)
class Issuer:
    """An authority's key and certificate."""

    key: CardKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate as DER."""
        return self.certificate.public_bytes(Encoding.DER)

    def issue_list(self, *, at: datetime, lifetime: timedelta, revoked: Mapping[int, datetime] | None = None) -> bytes:
        """Return the DER list of what is revoked (serial number and since when)."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(at)
            .next_update(at + lifetime)
            .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        )
        for serial, since in (revoked or {}).items():
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(since).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(self.key, _digest(self.key)).public_bytes(Encoding.DER)


@dataclass(frozen=True, slots=True)
class CardAuthority:
    """One root with its two authorities that fill cards."""

    generation: Generation
    root: Issuer
    citizens: Issuer
    foreigners: Issuer

    @classmethod
    def create(cls, generation: Generation, *, at: datetime) -> Self:
        """Return a new root, a Citizen CA and a Foreigner CA, valid from shortly before `at`."""
        root = _create_root(generation, at=at)
        number = f"{at:%Y}02"
        return cls(
            generation,
            root,
            _create_authority("Citizen CA", number, root, generation, at=at),
            _create_authority("Foreigner CA", number, root, generation, at=at),
        )

    def issuer_for(self, residence: Residence) -> Issuer:
        """Return who fills the cards of these people."""
        return self.citizens if residence is Residence.CITIZEN else self.foreigners

    def issue_card(
        self, holder: Holder, *, pin: str, at: datetime, residence: Residence = Residence.CITIZEN
    ) -> CardContent:
        """Return a new card with its keys and certificates."""
        issuer = self.issuer_for(residence)
        authentication_key, signature_key = make_key(self.generation), make_key(self.generation)
        builder = card_certificate(holder, authentication_key, issuer=issuer, residence=residence, at=at)
        return CardContent(
            applet=self.generation.value,
            pin=pin,
            authentication_key=authentication_key,
            signature_key=signature_key,
            authentication=signed(builder, issuer),
            signature=signed(signature_certificate(holder, signature_key, issuer=issuer, at=at), issuer),
            authority=issuer.der,
            root=self.root.der,
        )


def make_key(generation: Generation) -> CardKey:
    """Return a fresh key of the kind that cards of this generation have."""
    if generation is Generation.APPLET_1_8:
        return ec.generate_private_key(ec.SECP384R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def card_certificate(
    holder: Holder, key: CardKey, *, issuer: Issuer, residence: Residence, at: datetime
) -> x509.CertificateBuilder:
    """Return an authentication certificate, still to be signed."""
    policy = x509.PolicyInformation(x509.ObjectIdentifier(residence.value), None)
    return (
        _leaf(holder, "Authentication", key, issuer=issuer, at=at)
        .add_extension(key_usage(digital_signature=True), critical=True)
        .add_extension(x509.CertificatePolicies([policy]), critical=False)
    )


def signature_certificate(holder: Holder, key: CardKey, *, issuer: Issuer, at: datetime) -> x509.CertificateBuilder:
    """Return a certificate for signatures in its holder's name, still to be signed."""
    return _leaf(holder, "Signature", key, issuer=issuer, at=at).add_extension(
        key_usage(content_commitment=True), critical=True
    )


def signed(builder: x509.CertificateBuilder, issuer: Issuer) -> bytes:
    """Return the certificate as DER, signed by its issuer."""
    return builder.sign(issuer.key, _digest(issuer.key)).public_bytes(Encoding.DER)


def _create_root(generation: Generation, *, at: datetime) -> Issuer:
    key = make_key(generation)
    name = _name("Demonstration Root CA6" if generation is Generation.APPLET_1_8 else "Demonstration Root CA4")
    builder = _authority_builder(name, key, issuer=name, at=at, path_length=None)
    return Issuer(key, builder.sign(key, _digest(key)))


def _create_authority(name: str, number: str, root: Issuer, generation: Generation, *, at: datetime) -> Issuer:
    key = make_key(generation)
    builder = _authority_builder(_name(name, number=number), key, issuer=root.certificate.subject, at=at, path_length=0)
    purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION])
    builder = builder.add_extension(purposes, critical=False).add_extension(
        x509.CertificatePolicies([x509.PolicyInformation(_ANY_POLICY, None)]), critical=False
    )
    return Issuer(key, builder.sign(root.key, _digest(root.key)))


def _authority_builder(
    name: x509.Name, key: CardKey, *, issuer: x509.Name, at: datetime, path_length: int | None
) -> x509.CertificateBuilder:
    return (
        _builder(name, key, issuer=issuer, at=at, lifetime=_OF_AUTHORITIES)
        .add_extension(x509.BasicConstraints(ca=True, path_length=path_length), critical=True)
        .add_extension(key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _leaf(holder: Holder, use: str, key: CardKey, *, issuer: Issuer, at: datetime) -> x509.CertificateBuilder:
    first, last = holder.given_names.partition(" ")[0], holder.family_name
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{first} {last} ({use})"),
            x509.NameAttribute(NameOID.SURNAME, last),
            x509.NameAttribute(NameOID.GIVEN_NAME, holder.given_names),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, holder.national_number),
        ]
    )
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
    return _builder(name, key, issuer=issuer.certificate.subject, at=at, lifetime=_OF_CARDS).add_extension(
        identifier, critical=False
    )


def _builder(
    name: x509.Name, key: CardKey, *, issuer: x509.Name, at: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _CLOCK_TOLERANCE)
        .not_valid_after(at + lifetime)
    )


def _name(common_name: str, *, number: str = "") -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANISATION),
        x509.NameAttribute(NameOID.COMMON_NAME, common_name),
    ]
    if number:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, number))
    return x509.Name(parts)


def _digest(key: CardKey) -> hashes.SHA256 | hashes.SHA384:
    return hashes.SHA256() if isinstance(key, rsa.RSAPrivateKey) else hashes.SHA384()
