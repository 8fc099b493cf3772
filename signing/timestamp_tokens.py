"""Verify an RFC 3161 time-stamp token: its form, its signature and the certificate of its signer."""

from typing import Any, TypeAlias

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from signing.algorithms import SCHEMES, DigestAlgorithm, has_signed

Node: TypeAlias = Any
"""A piece of parsed ASN.1; asn1crypto has no types."""

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_TST_INFO = "1.2.840.113549.1.9.16.1.4"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
_SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"


_UNREADABLE = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What asn1crypto and cryptography raise over a token or a certificate that is malformed."""


class InvalidTokenError(Exception):
    """A time-stamp token that proves nothing; the message says why."""


def read_token(encoded: bytes, *, trusted: x509.Certificate) -> Node:
    """Return the TSTInfo that the DER TimeStampToken `encoded` holds.

    Its signer is `trusted` or was certified by it, may do nothing but stamp times (RFC 3161 §2.3), was valid at the
    stamped time and is the one that the signed attributes name (§2.4.2). Raises InvalidTokenError.
    """
    try:
        return _read_token(encoded, trusted)
    except _UNREADABLE as error:
        raise InvalidTokenError(f"it cannot be read: {error}") from error


def _read_token(encoded: bytes, trusted: x509.Certificate) -> Node:
    token = cms.ContentInfo.load(encoded, strict=True)
    _require(token["content_type"].dotted == _SIGNED_DATA, "it is not signed")
    signed_data = token["content"]
    encapsulated = signed_data["encap_content_info"]
    _require(encapsulated["content_type"].dotted == _TST_INFO, "it holds no time stamp")
    _require(len(signed_data["signer_infos"]) == 1, "it has not exactly one signer")
    signer = signed_data["signer_infos"][0]
    certificate = _find_certificate(signer["sid"], signed_data["certificates"], trusted)
    _require_signed(signer, bytes(encapsulated["content"]), certificate)
    stamp = encapsulated["content"].parsed
    _require(isinstance(stamp, tsp.TSTInfo), "it holds no time stamp")
    _require_stamper(certificate, trusted)
    at = stamp["gen_time"].native
    _require(
        certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc,
        f"its signer's certificate was not valid at {at.isoformat()}",
    )
    return stamp


def _find_certificate(sid: Node, included: Node, trusted: x509.Certificate) -> x509.Certificate:
    """Return the signer's certificate: one that came in the token, or the trusted one."""
    own = [x509.load_der_x509_certificate(choice.chosen.dump()) for choice in included or ()]
    for certificate in (trusted, *own):
        if _is_named(sid, certificate):
            return certificate
    raise InvalidTokenError("its signer's certificate is missing")


def _is_named(sid: Node, certificate: x509.Certificate) -> bool:
    if sid.name == "issuer_and_serial_number":
        named = sid.chosen
        is_issuer: bool = named["issuer"].dump() == certificate.issuer.public_bytes()
        return is_issuer and named["serial_number"].native == certificate.serial_number
    try:
        identifier = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return False
    return bool(sid.native == identifier.digest)


def _require_signed(signer: Node, content: bytes, certificate: x509.Certificate) -> None:
    algorithm = DigestAlgorithm(signer["digest_algorithm"]["algorithm"].dotted)
    oid = signer["signature_algorithm"]["algorithm"].dotted
    _require(oid in SCHEMES, f"its signature algorithm is {oid}")
    scheme, stated = SCHEMES[oid]
    _require(stated in {None, algorithm}, f"its signature algorithm is not over {algorithm.name}")
    attributes = {attribute["type"].dotted: attribute["values"] for attribute in signer["signed_attrs"]}
    _require(attributes.keys() >= {_CONTENT_TYPE, _MESSAGE_DIGEST}, "its signed attributes are incomplete")
    _require(_first(attributes[_CONTENT_TYPE]).dotted == _TST_INFO, "its content-type attribute is another")
    _require(_first(attributes[_MESSAGE_DIGEST]).native == algorithm.digest(content), "its content was changed")
    _require_names(attributes, certificate)
    is_signed = has_signed(
        certificate.public_key(),
        scheme=scheme,
        digest_algorithm=algorithm,
        digest=algorithm.digest(signer["signed_attrs"].untag().dump()),
        value=signer["signature"].native,
    )
    _require(is_signed, "its signature does not verify")


def _require_names(attributes: dict[str, Node], certificate: x509.Certificate) -> None:
    """Require that the signed attributes name this certificate, by ESSCertID or ESSCertIDv2 (RFC 5816 §2.2.1)."""
    if _SIGNING_CERTIFICATE_V2 in attributes:
        named = _first(_first(attributes[_SIGNING_CERTIFICATE_V2])["certs"])
        algorithm = DigestAlgorithm(named["hash_algorithm"]["algorithm"].dotted)
        expected = algorithm.digest(certificate.public_bytes(Encoding.DER))
    else:
        _require(_SIGNING_CERTIFICATE in attributes, "it does not name its signer's certificate")
        named = _first(_first(attributes[_SIGNING_CERTIFICATE])["certs"])
        expected = certificate.fingerprint(hashes.SHA1())  # noqa: S303 - what ESSCertID is made of; the signature decides
    _require(named["cert_hash"].native == expected, "it names another certificate than its signer's")


def _require_stamper(certificate: x509.Certificate, trusted: x509.Certificate) -> None:
    if certificate != trusted:
        try:
            certificate.verify_directly_issued_by(trusted)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError) as error:
            raise InvalidTokenError("its signer is not certified by the configured authority") from error
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except x509.ExtensionNotFound as error:
        raise InvalidTokenError("its signer's certificate is not for time stamps") from error
    is_stamper = usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING]
    _require(is_stamper, "its signer's certificate is not for time stamps alone")


def _first(values: Node) -> Node:
    _require(len(values) > 0, "one of its signed attributes has no value")
    return values[0]


def _require(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - the fact is the subject
    if not holds:
        raise InvalidTokenError(otherwise)
