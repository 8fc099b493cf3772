"""Say of a public key what it is and whether it is strong enough to sign or to certify with."""

from cryptography.hazmat.primitives.asymmetric import ec, rsa

from signing.algorithms import CURVES, MIN_RSA_BITS

_CERTIFYING_CURVES = (*CURVES, "secp521r1")
"""An authority may be stronger than a signer; its signatures are few."""


def describe_key(key: object) -> str:
    """Return the kind and size of a public key, `RSA of 2048 bits`."""
    match key:
        case rsa.RSAPublicKey(key_size=bits):
            return f"RSA of {bits} bits"
        case ec.EllipticCurvePublicKey(curve=curve):
            return f"ECDSA on {curve.name}"
        case _:
            return "neither RSA nor ECDSA"


def may_sign(key: object) -> bool:
    """Whether a signer may have this key: RSA of 2048 bits or more, P-256 or P-384 (batch protocol §2.1)."""
    match key:
        case rsa.RSAPublicKey(key_size=bits):
            return bits >= MIN_RSA_BITS
        case ec.EllipticCurvePublicKey(curve=curve):
            return curve.name in CURVES
        case _:
            return False


def may_certify(key: object) -> bool:
    """Whether an authority or a responder may have this key: one a signer may have, or P-521."""
    return may_sign(key) or (isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CERTIFYING_CURVES)
