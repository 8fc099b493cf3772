"""A time-stamp authority in memory that stamps soundly unless told otherwise."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from asn1crypto.parser import emit
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.signing.builders import (
    HASHES,
    NOON,
    Asn1,
    Keys,
    a_name,
    an_attribute,
    der_of,
    issuer_and_serial,
    key_identifier,
)

TST_INFO = "1.2.840.113549.1.9.16.1.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
SIGNATURE_TIME_STAMP = "1.2.840.113549.1.9.16.2.14"
"""Dotted, since asn1crypto knows their names only where `tsp` was imported before any name was looked up."""

STAMPS = (ExtendedKeyUsageOID.TIME_STAMPING,)


def a_stamper_certificate(
    key: ec.EllipticCurvePrivateKey,
    *,
    issuer_key: ec.EllipticCurvePrivateKey | None = None,
    issuer: str = "Time authority",
    serial: int = 77,
    usages: Sequence[x509.ObjectIdentifier] | None = STAMPS,
    is_critical: bool = True,
    not_before: datetime = NOON - timedelta(days=9),
    not_after: datetime = NOON + timedelta(days=9),
    has_key_identifier: bool = True,
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .issuer_name(a_name(issuer))
        .subject_name(a_name("Time stamper"))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(not_before)
        .not_valid_after(not_after)
    )
    if usages is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=is_critical)
    if has_key_identifier:
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return builder.sign(issuer_key or key, hashes.SHA256())


def names_v2(certificate: x509.Certificate) -> cms.CMSAttribute:
    named = tsp.ESSCertIDv2({"cert_hash": certificate.fingerprint(hashes.SHA256())})
    return an_attribute(SIGNING_CERTIFICATE_V2, tsp.SigningCertificateV2({"certs": [named]}))


def names_v1(certificate: x509.Certificate) -> cms.CMSAttribute:
    named = tsp.ESSCertID({"cert_hash": certificate.fingerprint(hashes.SHA1())})  # noqa: S303 - as RFC 2634 has it
    return an_attribute(SIGNING_CERTIFICATE, tsp.SigningCertificate({"certs": [named]}))


@dataclass(kw_only=True)
class AuthorityInMemory:
    """Answers like an authority whose signer has `key` and `certificate`; each field may deviate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    status: str = "granted"
    digest: str = "sha256"
    signature_algorithm: str = "sha256_ecdsa"
    content_type: str = TST_INFO
    stated_type: str = TST_INFO
    includes_certificate: bool = True
    is_named_by_key: bool = False
    signer_count: int = 1
    names: Callable[[x509.Certificate], cms.CMSAttribute] | None = names_v2
    other_attributes: Sequence[cms.CMSAttribute] | None = None
    stamp: dict[str, Asn1] = field(default_factory=dict)
    change: Callable[[bytes], bytes] = bytes
    requests: list[tsp.TimeStampReq] = field(default_factory=list)

    def ask(self, request: bytes) -> bytes:
        question = tsp.TimeStampReq.load(request, strict=True)
        self.requests.append(question)
        response = tsp.PKIStatusInfo({"status": self.status}).dump()
        if self.status.startswith("granted"):
            response += self.token(question).dump()
        return self.change(emit(0, 1, 16, response))

    def token(self, question: tsp.TimeStampReq) -> cms.ContentInfo:
        stamp = {
            "version": "v1",
            "policy": "1.2.3.4",
            "message_imprint": question["message_imprint"],
            "serial_number": 1,
            "gen_time": NOON,
            "nonce": question["nonce"],
        }
        content = tsp.TSTInfo({name: value for name, value in {**stamp, **self.stamp}.items() if value is not None})
        signed_data: dict[str, Asn1] = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": self.digest}],
            "encap_content_info": {
                "content_type": self.content_type,
                "content": core.ParsableOctetString(content.dump()),
            },
            "signer_infos": [self.signer_info(content.dump())] * self.signer_count,
        }
        if self.includes_certificate:
            signed_data["certificates"] = [asn1_x509.Certificate.load(der_of(self.certificate))]
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed_data)})

    def signer_info(self, content: bytes) -> cms.SignerInfo:
        attributes = [
            an_attribute("content_type", self.stated_type),
            an_attribute("message_digest", hashlib.new(self.digest, content).digest()),
        ]
        if self.names is not None:
            attributes.append(self.names(self.certificate))
        encoded = cms.CMSAttributes(attributes if self.other_attributes is None else list(self.other_attributes))
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": (key_identifier if self.is_named_by_key else issuer_and_serial)(self.certificate),
                "digest_algorithm": {"algorithm": self.digest},
                "signature_algorithm": {"algorithm": self.signature_algorithm},
                "signed_attrs": encoded,
                "signature": self.key.sign(encoded.dump(), ec.ECDSA(HASHES[self.digest])),
            }
        )


def an_authority(keys: Keys, **deviations: Asn1) -> AuthorityInMemory:
    return AuthorityInMemory(key=keys.p256, certificate=a_stamper_certificate(keys.p256), **deviations)
