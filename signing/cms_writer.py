"""Write detached CMS signatures, DER, with signed attributes and the signer's certificate.

What does not change from one signature to the next is encoded once: encoding all of it needs milliseconds each time.
"""

from collections.abc import Callable, Sequence

from asn1crypto import algos, cms, core, x509
from asn1crypto.parser import emit
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding

from signing.signing_identities import SigningIdentity

_UNIVERSAL, _CONTEXT = 0, 2
_CONSTRUCTED = 1
_SEQUENCE, _SET = 16, 17
_VERSION_1 = core.Integer(1).dump()
_DATA = cms.EncapsulatedContentInfo({"content_type": "data"}).dump()
_SIGNED_DATA = cms.ContentType("signed_data").dump()
_CONTENT_TYPE = "1.2.840.113549.1.9.3"
_MESSAGE_DIGEST = "1.2.840.113549.1.9.4"


class CmsWriter:
    """Signs in the name of one identity."""

    def __init__(self, identity: SigningIdentity) -> None:
        self.identity = identity
        self._certificate = identity.certificate.public_bytes(Encoding.DER)
        self._signer = _render_issuer_and_serial(self._certificate)
        self._digest_algorithm = algos.DigestAlgorithm({"algorithm": identity.digest_algorithm.short_name}).dump()
        self._signature_algorithm = _render_signature_algorithm(identity)

    def write(
        self,
        payload_digest: bytes,
        *,
        attributes: Sequence[bytes] = (),
        stamp: Callable[[bytes], bytes] | None = None,
    ) -> bytes:
        """Return the CMS over a payload of this digest, taken with the identity's digest algorithm.

        Its signed attributes are content-type, message-digest and the DER `attributes`; its one unsigned attribute, if
        any, is what `stamp` returns for the signature's value.
        """
        content_type = render_attribute(_CONTENT_TYPE, cms.ContentType("data").dump())
        message_digest = render_attribute(_MESSAGE_DIGEST, core.OctetString(payload_digest).dump())
        signed = b"".join(sorted([content_type, message_digest, *attributes]))
        value = self.identity.sign(_set(signed))
        signer = _sequence(
            _VERSION_1,
            self._signer,
            self._digest_algorithm,
            _context_0(signed),
            self._signature_algorithm,
            core.OctetString(value).dump(),
            b"" if stamp is None else _context_1(stamp(value)),
        )
        signed_data = _sequence(
            _VERSION_1, _set(self._digest_algorithm), _DATA, _context_0(self._certificate), _set(signer)
        )
        return _sequence(_SIGNED_DATA, _context_0(signed_data))


def render_attribute(identifier: str, value: bytes) -> bytes:
    """Return the DER attribute with this dotted object identifier and the one DER `value`."""
    return _sequence(core.ObjectIdentifier(identifier).dump(), _set(value))


def _render_issuer_and_serial(certificate: bytes) -> bytes:
    parsed = x509.Certificate.load(certificate)
    named = cms.IssuerAndSerialNumber({"issuer": parsed.issuer, "serial_number": parsed.serial_number})
    return bytes(named.dump())


def _render_signature_algorithm(identity: SigningIdentity) -> bytes:
    digest = identity.digest_algorithm.short_name
    if isinstance(identity.private_key, rsa.RSAPrivateKey):
        fields = {"algorithm": f"{digest}_rsa", "parameters": core.Null()}
    else:
        fields = {"algorithm": f"{digest}_ecdsa"}
    return bytes(algos.SignedDigestAlgorithm(fields).dump())


def _sequence(*parts: bytes) -> bytes:
    return bytes(emit(_UNIVERSAL, _CONSTRUCTED, _SEQUENCE, b"".join(parts)))


def _set(*parts: bytes) -> bytes:
    return bytes(emit(_UNIVERSAL, _CONSTRUCTED, _SET, b"".join(parts)))


def _context_1(content: bytes) -> bytes:
    return bytes(emit(_CONTEXT, _CONSTRUCTED, 1, content))


def _context_0(content: bytes) -> bytes:
    return bytes(emit(_CONTEXT, _CONSTRUCTED, 0, content))
