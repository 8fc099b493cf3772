"""Read a detached CMS signature, BER or DER, into values; decides on its form, never on who may sign.

asn1crypto reads lazily and reports malformed ASN.1 with several exception types whenever a value is touched, so every
value needed is taken out inside `read_cms`, the one place that turns those exceptions into a Refusal.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

from asn1crypto import algos, cms, core
from asn1crypto.parser import emit

from domain.refusals import Refusal, RefusalCode
from signing.algorithms import RSASSA_PSS, SCHEMES, DigestAlgorithm, RsaPss, Scheme
from signing.ber_bounds import require_bounded

Node: TypeAlias = Any
"""A piece of parsed ASN.1; asn1crypto has no types."""

MAX_ATTRIBUTES = 64
"""Signed attributes that are looked at; a CAdES signature has about ten."""

MAX_SALT_LENGTH = 512
"""Bytes; the longest that a 4096-bit key could carry."""

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_DATA = "1.2.840.113549.1.7.1"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_UNIVERSAL, _CONSTRUCTED, _SET = 0, 1, 17
_MAX_REASON = 160


@dataclass(frozen=True, slots=True)
class IssuerAndSerial:
    """A signer named by the DER bytes of its certificate's issuer and by the serial number."""

    issuer: bytes
    serial: int

    def __str__(self) -> str:
        return f"serial number {self.serial:x}"


@dataclass(frozen=True, slots=True)
class KeyIdentifier:
    """A signer named by its certificate's subject key identifier."""

    value: bytes

    def __str__(self) -> str:
        return f"key identifier {self.value[:32].hex()}"


@dataclass(frozen=True, slots=True)
class SignedAttributes:
    """The bytes that were signed, as a SET, and the payload digest they state."""

    encoded: bytes
    message_digest: bytes


@dataclass(frozen=True, slots=True)
class DetachedSignature:
    """All that a CMS with one signer and no content says; without attributes the payload itself was signed."""

    signer: IssuerAndSerial | KeyIdentifier
    digest_algorithm: DigestAlgorithm
    scheme: Scheme
    attributes: SignedAttributes | None
    value: bytes


def read_cms(encoded: bytes) -> DetachedSignature:
    """Return the signature that `encoded` holds (batch protocol §2.3, first four verification steps).

    Certificates and unsigned attributes inside are not looked at. Raises Refusal SIGNATURE_INVALID.
    """
    require_bounded(encoded)
    try:
        return _read_content_info(cms.ContentInfo.load(encoded, strict=True))
    except (ValueError, TypeError) as error:
        reason = " ".join(str(error).split())[:_MAX_REASON]
        raise _invalid(f"signature file holds no readable CMS SignedData: {reason}") from error


def _read_content_info(content_info: Node) -> DetachedSignature:
    _require_oid(content_info["content_type"], _SIGNED_DATA, "content of the CMS")
    signed_data = content_info["content"]
    encapsulated = signed_data["encap_content_info"]
    _require_oid(encapsulated["content_type"], _DATA, "content type")
    if not isinstance(encapsulated["content"], core.Void):
        raise _invalid("CMS embeds a content, a detached signature expected")
    signers = signed_data["signer_infos"]
    if len(signers) != 1:
        raise _invalid(f"CMS has {len(signers)} signers, exactly one expected")
    signer = signers[0]
    for sequence in (content_info, signed_data, encapsulated, signer):
        _require_no_more_fields(sequence)
    return _read_signer(signer)


def _read_signer(signer: Node) -> DetachedSignature:
    digest_algorithm = _read_digest_algorithm(signer["digest_algorithm"])
    attributes = signer["signed_attrs"]
    return DetachedSignature(
        signer=_read_identifier(signer["sid"]),
        digest_algorithm=digest_algorithm,
        scheme=_read_scheme(signer["signature_algorithm"], digest_algorithm),
        attributes=None if isinstance(attributes, core.Void) else _read_attributes(attributes),
        value=bytes(signer["signature"]),
    )


def _read_identifier(identifier: Node) -> IssuerAndSerial | KeyIdentifier:
    if identifier.name == "subject_key_identifier":
        return KeyIdentifier(bytes(identifier.chosen))
    named = identifier.chosen
    return IssuerAndSerial(bytes(named["issuer"].dump()), int(named["serial_number"]))


def _read_digest_algorithm(identifier: Node) -> DigestAlgorithm:
    oid = identifier["algorithm"].dotted
    try:
        return DigestAlgorithm(oid)
    except ValueError as error:
        raise _invalid(f"digest algorithm is {oid}, SHA-256, SHA-384 or SHA-512 expected") from error


def _read_scheme(identifier: Node, digest_algorithm: DigestAlgorithm) -> Scheme:
    """Return the signature scheme, which must use the signer's own digest algorithm (RFC 8933 §3)."""
    oid = identifier["algorithm"].dotted
    if oid == RSASSA_PSS:
        return _read_pss(identifier["parameters"], digest_algorithm)
    if oid not in SCHEMES:
        raise _invalid(f"signature algorithm is {oid}, RSA or ECDSA with SHA-256, SHA-384 or SHA-512 expected")
    scheme, stated = SCHEMES[oid]
    if stated not in {None, digest_algorithm}:
        raise _invalid(f"signature algorithm is {oid}, one over {digest_algorithm.name} expected")
    return scheme


def _read_pss(parameters: Node, digest_algorithm: DigestAlgorithm) -> RsaPss:
    if not isinstance(parameters, algos.RSASSAPSSParams):
        raise _invalid("RSASSA-PSS has no parameters, digest algorithm and salt length expected")
    mask = parameters["mask_gen_algorithm"]
    digests = {_read_digest_algorithm(parameters["hash_algorithm"]), _read_digest_algorithm(mask["parameters"])}
    if mask["algorithm"].native != "mgf1" or digests != {digest_algorithm}:
        raise _invalid(f"RSASSA-PSS does not use {digest_algorithm.name} and MGF1 over it throughout")
    salt_length = int(parameters["salt_length"])
    if not 0 <= salt_length <= MAX_SALT_LENGTH:
        raise _invalid(f"RSASSA-PSS has a salt of {salt_length} bytes, 0 to {MAX_SALT_LENGTH} expected")
    return RsaPss(salt_length)


def _read_attributes(attributes: Node) -> SignedAttributes:
    """Return the attributes byte for byte as they came, under the header of a SET (RFC 5652 §5.4).

    They are neither sorted nor encoded again, as in OpenSSL: an order that is not DER's verifies when it was signed so.
    Only the header is DER's always, since its length may come as indefinite while DER is what is signed.
    """
    encoded = bytes(emit(_UNIVERSAL, _CONSTRUCTED, _SET, attributes.contents))
    if len(attributes) > MAX_ATTRIBUTES:
        raise _invalid(f"CMS has {len(attributes)} signed attributes, at most {MAX_ATTRIBUTES} expected")
    _require_oid(_read_only_value(attributes, _CONTENT_TYPE, "content-type"), _DATA, "content-type attribute")
    digest = _read_only_value(attributes, _MESSAGE_DIGEST, "message-digest")
    return SignedAttributes(encoded, bytes(digest))


def _read_only_value(attributes: Node, oid: str, name: str) -> Node:
    found = [attribute["values"] for attribute in attributes if attribute["type"].dotted == oid]
    count = sum(len(values) for values in found)
    if len(found) != 1 or count != 1:
        raise _invalid(f"CMS has {len(found)} {name} attributes with {count} values, one with one value expected")
    return found[0][0]


def _require_oid(identifier: Node, expected: str, name: str) -> None:
    if identifier.dotted != expected:
        raise _invalid(f"{name} is {identifier.dotted}, {expected} expected")


def _require_no_more_fields(sequence: Node) -> None:
    if len(sequence) > len(sequence._fields):
        raise _invalid(f"CMS has a {type(sequence).__name__} with {len(sequence)} fields")


def _invalid(sentence: str) -> Refusal:
    return Refusal(RefusalCode.SIGNATURE_INVALID, sentence)
