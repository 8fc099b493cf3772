"""Builders of keys, certificates, registrations and signatures that are valid unless told otherwise."""

import base64
import hashlib
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

from asn1crypto import algos, cms, core
from asn1crypto import x509 as asn1_x509
from asn1crypto.parser import emit
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from domain.certificates import CertificateState, RegisteredCertificate
from domain.sender_numbers import SenderNumber
from signing.detached import Signer, TextMode, check_signer
from signing.trust import PinnedCertificates, SignerTrust

Asn1: TypeAlias = Any
"""A piece of ASN.1; asn1crypto has no types."""

PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey

NOON = datetime(2026, 4, 15, 12, tzinfo=UTC)
SENDER = SenderNumber.parse("123456")
OTHER_SENDER = SenderNumber.parse("654321")
PAYLOAD = b'<?xml version="1.0" encoding="UTF-8"?>\r\n<Dimona>\r\n</Dimona>\r\n'
HASHES = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}  # noqa: S303
USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


class Keys:
    """Private keys of every kind, made when first asked for."""

    @cached_property
    def rsa_2048(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(65537, 2048)

    @cached_property
    def rsa_1024(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(65537, 1024)  # noqa: S505 - weak on purpose

    @cached_property
    def p256(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP256R1())

    @cached_property
    def other_p256(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP256R1())

    @cached_property
    def p384(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP384R1())

    @cached_property
    def p521(self) -> ec.EllipticCurvePrivateKey:
        return ec.generate_private_key(ec.SECP521R1())

    @cached_property
    def edwards(self) -> ed25519.Ed25519PrivateKey:
        return ed25519.Ed25519PrivateKey.generate()


def a_name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "BE"), x509.NameAttribute(NameOID.COMMON_NAME, text)])


def a_certificate(
    key: PrivateKey,
    *,
    serial: int = 0x1234_5678_9ABC,
    issuer: str = "Demo authority",
    issuer_key: PrivateKey | None = None,
    not_before: datetime = NOON - timedelta(days=900),
    not_after: datetime = NOON + timedelta(days=9000),
    usages: Sequence[str] | None = ("digital_signature",),
    has_key_identifier: bool = True,
    is_authority: bool = False,
) -> x509.Certificate:
    signing_key = issuer_key or key
    builder = (
        x509.CertificateBuilder()
        .issuer_name(a_name(issuer))
        .subject_name(a_name(issuer if is_authority else "Signer"))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    if usages is not None:
        builder = builder.add_extension(x509.KeyUsage(**{name: name in usages for name in USAGES}), critical=True)
    if has_key_identifier:
        identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        builder = builder.add_extension(identifier, critical=False)
    if not is_authority:
        email = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(email, critical=False)
    is_edwards = isinstance(signing_key, ed25519.Ed25519PrivateKey)
    return builder.sign(signing_key, None if is_edwards else hashes.SHA256())


def der_of(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def a_registration(
    certificate: x509.Certificate | bytes,
    *,
    sender: SenderNumber = SENDER,
    state: CertificateState = CertificateState.ACTIVE,
    valid_from: datetime = NOON - timedelta(days=30),
    valid_until: datetime = NOON + timedelta(days=30),
) -> RegisteredCertificate:
    der = certificate if isinstance(certificate, bytes) else der_of(certificate)
    return RegisteredCertificate(sender, der, hashlib.sha256(der).hexdigest(), state, valid_from, valid_until)


def an_attribute(kind: str, *values: Asn1) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": list(values)})


def a_pss_algorithm(
    digest: str = "sha256", *, mask_digest: str | None = None, salt_length: int | None = None, trailer_field: int = 1
) -> algos.SignedDigestAlgorithm:
    mask = {"algorithm": "mgf1", "parameters": {"algorithm": mask_digest or digest}}
    if salt_length is None:
        salt_length = HASHES[digest].digest_size
    parameters = {
        "hash_algorithm": {"algorithm": digest},
        "mask_gen_algorithm": mask,
        "salt_length": salt_length,
        "trailer_field": trailer_field,
    }
    return algos.SignedDigestAlgorithm(
        {"algorithm": "rsassa_pss", "parameters": algos.RSASSAPSSParams(parameters)},
    )


def issuer_and_serial(certificate: x509.Certificate) -> cms.SignerIdentifier:
    parsed = asn1_x509.Certificate.load(der_of(certificate))
    named = cms.IssuerAndSerialNumber({"issuer": parsed.issuer, "serial_number": parsed.serial_number})
    return cms.SignerIdentifier("issuer_and_serial_number", named)


def key_identifier(certificate: x509.Certificate) -> cms.SignerIdentifier:
    value = x509.SubjectKeyIdentifier.from_public_key(certificate.public_key()).digest
    return cms.SignerIdentifier("subject_key_identifier", core.OctetString(value))


@dataclass(kw_only=True)
class Signing:
    """One signature over `payload`; each field may deviate. `attributes` None signs the payload itself."""

    key: PrivateKey
    certificate: x509.Certificate
    payload: bytes = PAYLOAD
    digest: str = "sha256"
    signature_digest: str | None = None
    algorithm: algos.SignedDigestAlgorithm | None = None
    attributes: Sequence[cms.CMSAttribute] | None = field(default_factory=list)
    replace_attributes: bool = False
    reverse_attributes: bool = False
    sid: cms.SignerIdentifier | None = None
    content_type: str = "data"
    content: bytes | None = None
    signer_count: int = 1

    def signed_attributes(self) -> bytes:
        assert self.attributes is not None
        usual = [
            an_attribute("content_type", "data"),
            an_attribute("message_digest", hashlib.new(self.digest, self.payload).digest()),
        ]
        canonical = cms.CMSAttributes([*([] if self.replace_attributes else usual), *self.attributes])
        if self.reverse_attributes:
            return emit(0, 1, 17, b"".join(sorted((attribute.dump() for attribute in canonical), reverse=True)))
        return canonical.dump()

    def sign(self, data: bytes) -> bytes:
        chosen = HASHES[self.signature_digest or self.digest]
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            return self.key.sign(data, ec.ECDSA(chosen))
        if self.algorithm is not None and self.algorithm["algorithm"].native == "rsassa_pss":
            return self.key.sign(data, padding.PSS(padding.MGF1(chosen), chosen.digest_size), chosen)
        return self.key.sign(data, padding.PKCS1v15(), chosen)

    def signature_algorithm(self) -> algos.SignedDigestAlgorithm:
        suffix = "ecdsa" if isinstance(self.key, ec.EllipticCurvePrivateKey) else "rsa"
        name = f"{self.signature_digest or self.digest}_{suffix}"
        return self.algorithm or algos.SignedDigestAlgorithm({"algorithm": name})

    def signer_info(self) -> cms.SignerInfo:
        fields = {
            "version": "v1",
            "sid": self.sid or issuer_and_serial(self.certificate),
            "digest_algorithm": {"algorithm": self.digest},
            "signature_algorithm": self.signature_algorithm(),
        }
        if self.attributes is None:
            return cms.SignerInfo({**fields, "signature": self.sign(self.payload)})
        attributes = self.signed_attributes()
        return cms.SignerInfo(
            {**fields, "signed_attrs": cms.CMSAttributes.load(attributes), "signature": self.sign(attributes)}
        )

    def cms(self) -> bytes:
        encapsulated = {"content_type": self.content_type}
        if self.content is not None:
            encapsulated["content"] = self.content
        signed_data = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": self.digest}],
            "encap_content_info": encapsulated,
            "certificates": [asn1_x509.Certificate.load(der_of(self.certificate))],
            "signer_infos": [self.signer_info()] * self.signer_count,
        }
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed_data)}).dump()

    def file(self) -> bytes:
        return base64.encodebytes(self.cms())


def find_signer(
    signature_file: bytes,
    registered: Sequence[RegisteredCertificate],
    *,
    payload: bytes = PAYLOAD,
    at: datetime = NOON,
    sender: SenderNumber = SENDER,
    trust: SignerTrust | None = None,
    text_mode: TextMode = TextMode.REFUSED,
) -> Signer:
    return check_signer(
        BytesIO(payload),
        signature_file,
        sender=sender,
        registered=registered,
        at=at,
        trust=trust or PinnedCertificates(),
        text_mode=text_mode,
    )


def check(
    signature_file: bytes,
    registered: Sequence[RegisteredCertificate],
    *,
    payload: bytes = PAYLOAD,
    at: datetime = NOON,
    sender: SenderNumber = SENDER,
) -> RegisteredCertificate:
    return find_signer(signature_file, registered, payload=payload, at=at, sender=sender).entry


def write_pem(
    directory: Path, key: PrivateKey, certificate: x509.Certificate, *, stem: str = "signer"
) -> tuple[Path, Path]:
    """Write key and certificate as PEM files; return their paths."""
    key_path, certificate_path = directory / f"{stem}.key.pem", directory / f"{stem}.cert.pem"
    key_path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate_path.write_bytes(certificate.public_bytes(Encoding.PEM))
    return key_path, certificate_path


def openssl(*arguments: str | Path) -> bytes:
    """Run the real openssl program; return what it prints."""
    finished = subprocess.run(["openssl", *map(str, arguments)], check=False, capture_output=True)
    assert finished.returncode == 0, finished.stderr.decode()
    return finished.stdout
