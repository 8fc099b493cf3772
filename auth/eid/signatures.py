"""Verify what a card signed: the digests of the origin and of the nonce, in the algorithm that goes with its key (§5.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from auth.eid.refusals import EidCode, EidRefusedError

MIN_RSA_BITS = 2048

_CURVES: Mapping[str, tuple[str, hashes.HashAlgorithm]] = MappingProxyType(
    {"ES256": ("secp256r1", hashes.SHA256()), "ES384": ("secp384r1", hashes.SHA384())}
)
_RSA: Mapping[str, hashes.HashAlgorithm] = MappingProxyType(
    {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
)


@dataclass(frozen=True, slots=True)
class SignedChallenge:
    """What a card was asked to sign: an origin `https://host[:port]` without a final slash, and the nonce as its text."""

    origin: str
    nonce: str

    def digest_input(self, algorithm: hashes.HashAlgorithm) -> bytes:
        """Return the two digests one after the other, which is what the signature is over."""
        return _digest(self.origin, algorithm) + _digest(self.nonce, algorithm)


def require_strong_key(key: object) -> None:
    """Raise EidRefusedError CERTIFICATE_WRONG unless the key is RSA of 2048 bits or more, P-256 or P-384 (§5.1)."""
    match key:
        case rsa.RSAPublicKey(key_size=bits) if bits >= MIN_RSA_BITS:
            return
        case ec.EllipticCurvePublicKey(curve=curve) if curve.name in {name for name, _ in _CURVES.values()}:
            return
        case rsa.RSAPublicKey(key_size=bits):
            got = f"RSA of {bits} bits"
        case ec.EllipticCurvePublicKey(curve=curve):
            got = f"ECDSA on {curve.name}"
        case _:
            got = "neither RSA nor ECDSA"
    raise EidRefusedError(
        EidCode.CERTIFICATE_WRONG, f"the key is {got}, RSA of {MIN_RSA_BITS} bits or more, P-256 or P-384 expected"
    )


def require_signature(signature: bytes, *, algorithm: str, key: object, challenge: SignedChallenge) -> None:
    """Raise EidRefusedError SIGNATURE_INVALID unless `key` signed the challenge with `algorithm`, a name of RFC 7518.

    An ECDSA signature is r and s in equal length, an RSA one is as it is.
    """
    try:
        match key:
            case ec.EllipticCurvePublicKey():
                _verify_on_curve(signature, algorithm, key, challenge)
            case rsa.RSAPublicKey():
                _verify_rsa(signature, algorithm, key, challenge)
            case _:
                raise _invalid("the key is neither RSA nor ECDSA")
    except InvalidSignature as error:
        raise _invalid("it is not over this nonce and this origin, by this card") from error


def _verify_on_curve(
    signature: bytes, algorithm: str, key: ec.EllipticCurvePublicKey, challenge: SignedChallenge
) -> None:
    curve, digest = _CURVES.get(algorithm, (None, None))
    if digest is None or key.curve.name != curve:
        raise _invalid(f"its algorithm is {algorithm}, which does not go with a key on {key.curve.name}")
    half = (key.key_size + 7) // 8
    if len(signature) != 2 * half:
        raise _invalid(f"it has {len(signature)} bytes, {2 * half} expected")
    r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
    key.verify(encode_dss_signature(r, s), challenge.digest_input(digest), ec.ECDSA(digest))


def _verify_rsa(signature: bytes, algorithm: str, key: rsa.RSAPublicKey, challenge: SignedChallenge) -> None:
    digest = _RSA.get(algorithm[2:])
    if digest is None:
        raise _invalid(f"its algorithm is {algorithm}, which is not known here")
    match algorithm[:2]:
        case "RS":
            scheme: padding.AsymmetricPadding = padding.PKCS1v15()
        case "PS":
            scheme = padding.PSS(mgf=padding.MGF1(digest), salt_length=padding.PSS.DIGEST_LENGTH)
        case _:
            raise _invalid(f"its algorithm is {algorithm}, which does not go with an RSA key")
    key.verify(signature, challenge.digest_input(digest), scheme, digest)


def _digest(text: str, algorithm: hashes.HashAlgorithm) -> bytes:
    running = hashes.Hash(algorithm)
    running.update(text.encode("utf-8"))
    return running.finalize()


def _invalid(what: str) -> EidRefusedError:
    return EidRefusedError(EidCode.SIGNATURE_INVALID, f"the signature cannot be accepted: {what}")
