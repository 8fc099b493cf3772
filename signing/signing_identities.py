"""A private key with its certificate, as one who signs holds them; loads both from PEM files."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from signing.algorithms import CURVES, MIN_RSA_BITS, DigestAlgorithm

SigningKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class SigningIdentity:
    """RSA of 2048 bits or more, P-256 or P-384; ValueError for any other key or for another key's certificate."""

    private_key: SigningKey
    certificate: x509.Certificate

    def __post_init__(self) -> None:
        form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if self.private_key.public_key().public_bytes(*form) != self.certificate.public_key().public_bytes(*form):
            message = "the certificate is of another key than the private key"
            raise ValueError(message)
        match self.private_key:
            case rsa.RSAPrivateKey(key_size=bits) if bits < MIN_RSA_BITS:
                message = f"the key is RSA of {bits} bits, at least {MIN_RSA_BITS} expected"
                raise ValueError(message)
            case ec.EllipticCurvePrivateKey(curve=curve) if curve.name not in CURVES:
                message = f"the key is on {curve.name}, P-256 or P-384 expected"
                raise ValueError(message)

    @classmethod
    def load(cls, key_pem_path: Path, certificate_pem_path: Path, *, passphrase: bytes | None = None) -> Self:
        """Return the identity in these two PEM files, the key decrypted with `passphrase` when it is encrypted.

        Raises ValueError when a file holds something else or the passphrase is wrong, OSError when it cannot be read.
        """
        private_key = _read_private_key(key_pem_path, passphrase)
        return cls(private_key, x509.load_pem_x509_certificate(certificate_pem_path.read_bytes()))

    @property
    def digest_algorithm(self) -> DigestAlgorithm:
        """SHA-384 for a key on P-384, SHA-256 for any other."""
        match self.private_key:
            case ec.EllipticCurvePrivateKey(curve=ec.SECP384R1()):
                return DigestAlgorithm.SHA_384
            case _:
                return DigestAlgorithm.SHA_256

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`: ECDSA, or RSASSA-PKCS1-v1_5."""
        digest = self.digest_algorithm.digest(data)
        prehashed = Prehashed(self.digest_algorithm.hash)
        if isinstance(self.private_key, rsa.RSAPrivateKey):
            return self.private_key.sign(digest, padding.PKCS1v15(), prehashed)
        return self.private_key.sign(digest, ec.ECDSA(prehashed))


def _read_private_key(path: Path, passphrase: bytes | None) -> SigningKey:
    try:
        private_key = load_pem_private_key(path.read_bytes(), passphrase)
    except (TypeError, ValueError, UnsupportedAlgorithm) as error:
        message = f"{path.name} holds no private key that can be read: {error}"
        raise ValueError(message) from error
    if not isinstance(private_key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        message = f"{path.name} holds a key that is neither RSA nor ECDSA"
        raise ValueError(message)  # noqa: TRY004 - what is wrong is the file's content
    return private_key
