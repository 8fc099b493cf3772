"""Sign notices by the scheme of Standard Webhooks, with Ed25519 keys (`v1a`)."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from domain.refusals import OutageError

KEY_FILE = "notices.key.pem"
PREVIOUS_KEY_FILE = "notices.previous.key.pem"
"""While this one is there, notices carry a signature of it too, so that receivers can change over in peace."""


@dataclass(frozen=True, slots=True)
class NoticeSigner:
    """The keys whose signatures a notice carries, the present one first."""

    keys: Sequence[Ed25519PrivateKey]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the signer whose keys lie in `folder`; OutageError when the present one cannot be read."""
        previous = folder / PREVIOUS_KEY_FILE
        paths = [folder / KEY_FILE, *([previous] if previous.exists() else [])]
        return cls([_read(path) for path in paths])

    def headers(self, body: bytes, *, number: str, timestamp: int) -> dict[str, str]:
        """Return the headers that name and sign a notice sent at `timestamp` (seconds since 1970)."""
        signed = f"{number}.{timestamp}.".encode("ascii") + body
        signatures = (base64.b64encode(key.sign(signed)).decode("ascii") for key in self.keys)
        return {
            "webhook-id": number,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": " ".join(f"v1a,{signature}" for signature in signatures),
        }

    @property
    def public_keys(self) -> list[Ed25519PublicKey]:
        """The keys that verify the signatures."""
        return [key.public_key() for key in self.keys]


def render_public_key(key: Ed25519PublicKey) -> str:
    """Return the key as libraries of Standard Webhooks take it."""
    return "whpk_" + base64.b64encode(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode("ascii")


def render_pem(key: Ed25519PublicKey) -> str:
    """Return the key as OpenSSL takes it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as trouble:
        raise OutageError(f"the key of notices, {path.name}, cannot be read: run guichet keys") from trouble
    if not isinstance(key, Ed25519PrivateKey):
        raise OutageError(f"the key of notices, {path.name}, is no Ed25519 key")
    return key
