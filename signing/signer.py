"""Sign a payload as a sender does: the signature file that goes beside it."""

from pathlib import Path
from typing import BinaryIO, Self

from cryptography.x509 import Certificate

from signing.cms_writer import CmsWriter
from signing.payloads import digest_payload
from signing.signature_files import render_signature_file
from signing.signing_identities import SigningIdentity, SigningKey


class PayloadSigner:
    """A sender's RSA (2048 bits or more), P-256 or P-384 key with its certificate; ValueError for any other."""

    def __init__(self, private_key: SigningKey, certificate: Certificate) -> None:
        self._writer = CmsWriter(SigningIdentity(private_key, certificate))

    @classmethod
    def load(cls, key_pem_path: Path, certificate_pem_path: Path, *, passphrase: bytes | None = None) -> Self:
        """Return the signer with the PEM key and certificate in these files.

        Raises ValueError when a file holds something else or the passphrase is wrong, OSError when it cannot be read.
        """
        identity = SigningIdentity.load(key_pem_path, certificate_pem_path, passphrase=passphrase)
        return cls(identity.private_key, identity.certificate)

    def sign(self, content: BinaryIO | bytes) -> bytes:
        """Return the body of the signature file for the exact bytes of `content` (batch protocol §2.1, §2.2).

        A detached CMS over SHA-256 (SHA-384 with a key on P-384) with the signer's certificate, as base64 lines of
        64 columns ended by LF. A stream is read from where it stands, in chunks.
        """
        digest = digest_payload(content, algorithm=self._writer.identity.digest_algorithm)
        return render_signature_file(self._writer.write(digest))
