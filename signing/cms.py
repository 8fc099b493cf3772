"""Read a detached CMS signature, BER or DER, into values; decides on its form, never on who may sign.

Whatever is no CMS shows as a ValueError somewhere below; `read_cms` is the one place that turns those into a Refusal.
"""

from dataclasses import dataclass
from functools import lru_cache

from asn1crypto import algos, core
from asn1crypto.parser import emit

from domain.refusals import Refusal, RefusalCode
from signing.algorithms import RSASSA_PSS, SCHEMES, DigestAlgorithm, RsaPss, Scheme
from signing.ber import (
    CONSTRUCTED,
    CONTEXT_0,
    CONTEXT_1,
    IDENTIFIER,
    INTEGER,
    OCTETS,
    PRIMITIVE_CONTEXT_0,
    SEQUENCE,
    SET,
    Element,
    Fields,
    read_element,
)

MAX_ATTRIBUTES = 64
"""Signed attributes that are looked at; a CAdES signature has about ten."""

MAX_SALT_LENGTH = 512
"""Bytes; the longest that a 4096-bit key could carry."""

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_DATA = "1.2.840.113549.1.7.1"
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
_UNIVERSAL, _CONSTRUCTED_FORM, _SEQUENCE_TAG, _SET_TAG = 0, 1, 16, 17
_PSS_TRAILER = "trailer_field_bc"
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
    try:
        return _read_content_info(Fields(read_element(encoded), "ContentInfo"))
    except (ValueError, TypeError) as error:
        reason = " ".join(str(error).split())[:_MAX_REASON]
        raise _invalid(f"signature file holds no readable CMS SignedData: {reason}") from error


def _read_content_info(content_info: Fields) -> DetachedSignature:
    _require_identifier(content_info.take(IDENTIFIER), _SIGNED_DATA, "content of the CMS")
    wrapper = content_info.take(CONTEXT_0)
    content_info.require_end()
    if len(wrapper.children) != 1:
        raise ValueError(f"the CMS wraps {len(wrapper.children)} contents")
    return _read_signed_data(Fields(wrapper.children[0], "SignedData"))


def _read_signed_data(signed_data: Fields) -> DetachedSignature:
    signed_data.take(INTEGER)
    signed_data.take(SET)
    _require_detached(Fields(signed_data.take(SEQUENCE), "EncapsulatedContentInfo"))
    signed_data.take_optional(CONTEXT_0)
    signed_data.take_optional(CONTEXT_1)
    signers = signed_data.take(SET).children
    signed_data.require_end()
    if len(signers) != 1:
        raise _invalid(f"CMS has {len(signers)} signers, exactly one expected")
    return _read_signer(Fields(signers[0], "SignerInfo"))


def _require_detached(encapsulated: Fields) -> None:
    _require_identifier(encapsulated.take(IDENTIFIER), _DATA, "content type")
    if encapsulated.take_optional(CONTEXT_0) is not None:
        raise _invalid("CMS embeds a content, a detached signature expected")
    encapsulated.require_end()


def _read_signer(signer: Fields) -> DetachedSignature:
    signer.take(INTEGER)
    named = signer.take(SEQUENCE, PRIMITIVE_CONTEXT_0, CONTEXT_0)
    digest_algorithm = _read_digest_algorithm(signer.take(SEQUENCE))
    attributes = signer.take_optional(CONTEXT_0)
    scheme = _read_scheme(signer.take(SEQUENCE), digest_algorithm)
    value = signer.take(OCTETS, OCTETS | CONSTRUCTED).octets()
    signer.take_optional(CONTEXT_1)
    signer.require_end()
    return DetachedSignature(
        signer=_read_name(named),
        digest_algorithm=digest_algorithm,
        scheme=scheme,
        attributes=None if attributes is None else _read_attributes(attributes),
        value=value,
    )


def _read_name(named: Element) -> IssuerAndSerial | KeyIdentifier:
    if named.first != SEQUENCE:
        return KeyIdentifier(named.octets())
    fields = Fields(named, "IssuerAndSerialNumber")
    issuer, serial = fields.take(SEQUENCE).contents, fields.take(INTEGER).contents
    fields.require_end()
    if not serial:
        raise ValueError("the serial number has no byte")
    whole_issuer = bytes(emit(_UNIVERSAL, _CONSTRUCTED_FORM, _SEQUENCE_TAG, issuer))
    return IssuerAndSerial(whole_issuer, int.from_bytes(serial, "big", signed=True))


def _read_algorithm(element: Element) -> tuple[str, Element | None]:
    """Return object identifier and parameters of an AlgorithmIdentifier."""
    fields = Fields(element, "AlgorithmIdentifier")
    identifier, parameters = fields.take(IDENTIFIER), fields.take_any()
    fields.require_end()
    return _dotted(identifier.contents), parameters


def _read_digest_algorithm(element: Element) -> DigestAlgorithm:
    return _require_digest_algorithm(_read_algorithm(element)[0])


def _require_digest_algorithm(identifier: str) -> DigestAlgorithm:
    try:
        return DigestAlgorithm(identifier)
    except ValueError as error:
        raise _invalid(f"digest algorithm is {identifier}, SHA-256, SHA-384 or SHA-512 expected") from error


def _read_scheme(element: Element, digest_algorithm: DigestAlgorithm) -> Scheme:
    """Return the signature scheme, which must use the signer's own digest algorithm (RFC 8933 §3)."""
    identifier, parameters = _read_algorithm(element)
    if identifier == RSASSA_PSS:
        return _read_pss(parameters, digest_algorithm)
    if identifier not in SCHEMES:
        raise _invalid(f"signature algorithm is {identifier}, RSA or ECDSA with SHA-256, SHA-384 or SHA-512 expected")
    scheme, stated = SCHEMES[identifier]
    if stated not in {None, digest_algorithm}:
        raise _invalid(f"signature algorithm is {identifier}, one over {digest_algorithm.name} expected")
    return scheme


def _read_pss(encoded: Element | None, digest_algorithm: DigestAlgorithm) -> RsaPss:
    if encoded is None or encoded.first != SEQUENCE:
        raise _invalid("RSASSA-PSS has no parameters, digest algorithm and salt length expected")
    parameters = algos.RSASSAPSSParams.load(encoded.encoded, strict=True)
    mask = parameters["mask_gen_algorithm"]
    digests = {
        _require_digest_algorithm(parameters["hash_algorithm"]["algorithm"].dotted),
        _require_digest_algorithm(mask["parameters"]["algorithm"].dotted),
    }
    if mask["algorithm"].native != "mgf1" or digests != {digest_algorithm}:
        raise _invalid(f"RSASSA-PSS does not use {digest_algorithm.name} and MGF1 over it throughout")
    if parameters["trailer_field"].native != _PSS_TRAILER:
        raise _invalid(f"RSASSA-PSS has the trailer {parameters['trailer_field'].native}, {_PSS_TRAILER} expected")
    salt_length = int(parameters["salt_length"])
    if not 0 <= salt_length <= MAX_SALT_LENGTH:
        raise _invalid(f"RSASSA-PSS has a salt of {salt_length} bytes, 0 to {MAX_SALT_LENGTH} expected")
    return RsaPss(salt_length)


def _read_attributes(attributes: Element) -> SignedAttributes:
    """Return the attributes byte for byte as they came, under the header of a SET (RFC 5652 §5.4).

    They are neither sorted nor encoded again, as in OpenSSL: an order that is not DER's verifies when it was signed so.
    Only the header is DER's always, since its length may come as indefinite while DER is what is signed.
    """
    if len(attributes.children) > MAX_ATTRIBUTES:
        raise _invalid(f"CMS has {len(attributes.children)} signed attributes, at most {MAX_ATTRIBUTES} expected")
    values = [_read_attribute(attribute) for attribute in attributes.children]
    _require_identifier(_only_value(values, _CONTENT_TYPE, "content-type"), _DATA, "content-type attribute")
    digest = _only_value(values, _MESSAGE_DIGEST, "message-digest")
    if digest.first & ~CONSTRUCTED != OCTETS:
        raise ValueError("the message-digest is no octet string")
    encoded = bytes(emit(_UNIVERSAL, _CONSTRUCTED_FORM, _SET_TAG, attributes.contents))
    return SignedAttributes(encoded, digest.octets())


def _read_attribute(attribute: Element) -> tuple[str, list[Element]]:
    fields = Fields(attribute, "Attribute")
    identifier, values = fields.take(IDENTIFIER), fields.take(SET)
    fields.require_end()
    return _dotted(identifier.contents), values.children


def _only_value(attributes: list[tuple[str, list[Element]]], identifier: str, name: str) -> Element:
    found = [values for kind, values in attributes if kind == identifier]
    count = sum(map(len, found))
    if len(found) != 1 or count != 1:
        raise _invalid(f"CMS has {len(found)} {name} attributes with {count} values, one with one value expected")
    return found[0][0]


def _require_identifier(element: Element, expected: str, name: str) -> None:
    if element.first != IDENTIFIER:
        raise ValueError(f"the {name} is no object identifier")
    identifier = _dotted(element.contents)
    if identifier != expected:
        raise _invalid(f"{name} is {identifier}, {expected} expected")


@lru_cache(maxsize=256)
def _dotted(contents: bytes) -> str:
    """Return an object identifier of at most `ber.MAX_NUMBER` bytes in dotted form."""
    return str(core.ObjectIdentifier(contents=contents).dotted)


def _invalid(sentence: str) -> Refusal:
    return Refusal(RefusalCode.SIGNATURE_INVALID, sentence)
