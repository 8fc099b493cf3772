"""The digest and signature algorithms that a signature may use; whatever has no entry here is refused."""

import hashlib
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

MIN_RSA_BITS = 2048
CURVES = ("secp256r1", "secp384r1")
"""Keys that may sign: RSA from this size on, ECDSA on P-256 and P-384 (batch protocol §2.1)."""


class RunningDigest(Protocol):
    """A digest being computed, as hashlib makes them."""

    def update(self, data: bytes, /) -> None:
        """Add bytes."""
        ...

    def digest(self) -> bytes:
        """Return the digest of all bytes added."""
        ...


class DigestAlgorithm(Enum):
    """A digest algorithm by its object identifier (RFC 5754 §2)."""

    SHA_256 = "2.16.840.1.101.3.4.2.1"
    SHA_384 = "2.16.840.1.101.3.4.2.2"
    SHA_512 = "2.16.840.1.101.3.4.2.3"

    @property
    def short_name(self) -> str:
        """The name as hashlib and asn1crypto write it, `sha256`."""
        return self.hash.name

    def start(self) -> RunningDigest:
        """Return a fresh digest to feed."""
        return hashlib.new(self.short_name)

    def digest(self, data: bytes) -> bytes:
        """Return the digest of `data`."""
        return hashlib.new(self.short_name, data).digest()

    @property
    def hash(self) -> hashes.SHA256 | hashes.SHA384 | hashes.SHA512:
        """The same algorithm as `cryptography` names it."""
        return _HASHES[self]


_HASHES: dict[DigestAlgorithm, hashes.SHA256 | hashes.SHA384 | hashes.SHA512] = {
    DigestAlgorithm.SHA_256: hashes.SHA256(),
    DigestAlgorithm.SHA_384: hashes.SHA384(),
    DigestAlgorithm.SHA_512: hashes.SHA512(),
}


@dataclass(frozen=True, slots=True)
class RsaPkcs1:
    """RSASSA-PKCS1-v1_5."""


@dataclass(frozen=True, slots=True)
class RsaPss:
    """RSASSA-PSS with MGF1 over the message's digest algorithm; the salt length counts bytes."""

    salt_length: int


@dataclass(frozen=True, slots=True)
class Ecdsa:
    """ECDSA with a DER-encoded value."""


Scheme = RsaPkcs1 | RsaPss | Ecdsa

SCHEMES: dict[str, tuple[RsaPkcs1 | Ecdsa, DigestAlgorithm | None]] = {
    "1.2.840.113549.1.1.1": (RsaPkcs1(), None),
    "1.2.840.113549.1.1.11": (RsaPkcs1(), DigestAlgorithm.SHA_256),
    "1.2.840.113549.1.1.12": (RsaPkcs1(), DigestAlgorithm.SHA_384),
    "1.2.840.113549.1.1.13": (RsaPkcs1(), DigestAlgorithm.SHA_512),
    "1.2.840.10045.4.3.2": (Ecdsa(), DigestAlgorithm.SHA_256),
    "1.2.840.10045.4.3.3": (Ecdsa(), DigestAlgorithm.SHA_384),
    "1.2.840.10045.4.3.4": (Ecdsa(), DigestAlgorithm.SHA_512),
}
"""Scheme and digest algorithm that a signature algorithm identifier stands for; None leaves the digest to the signer
(RFC 3370 §3.2). RSASSA-PSS says both in its parameters and is read by `cms`."""

RSASSA_PSS = "1.2.840.113549.1.1.10"


def has_signed(key: object, *, scheme: Scheme, digest_algorithm: DigestAlgorithm, digest: bytes, value: bytes) -> bool:
    """Whether `value` is the signature of `key` (a public key) over what has this `digest`.

    A key of another kind than the scheme's has signed nothing.
    """
    prehashed = Prehashed(digest_algorithm.hash)
    try:
        match key, scheme:
            case rsa.RSAPublicKey(), RsaPkcs1():
                key.verify(value, digest, padding.PKCS1v15(), prehashed)
            case rsa.RSAPublicKey(), RsaPss(salt_length=salt_length):
                mask = padding.MGF1(digest_algorithm.hash)
                key.verify(value, digest, padding.PSS(mask, salt_length), prehashed)
            case ec.EllipticCurvePublicKey(), Ecdsa():
                key.verify(value, digest, ec.ECDSA(prehashed))
            case _:
                return False
    except InvalidSignature:
        return False
    return True
