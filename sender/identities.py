"""Read the private SSH key of a technical user, with its pass phrase when it has one."""

import io
from pathlib import Path

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_ssh_private_key,
)

from sender.passphrases import read_passphrase
from sender.troubles import SenderError

_OPENSSH_ARMOUR = b"-----BEGIN OPENSSH PRIVATE KEY-----"


def load_identity(path: Path, *, variable: str | None) -> paramiko.PKey:
    """Return the Ed25519, ECDSA or RSA key at `path` (OpenSSH or PEM form).

    Its pass phrase, when it has one, comes from the environment variable named or is asked for. Raises SenderError.
    """
    try:
        raw = path.read_bytes()
    except OSError as trouble:
        raise SenderError(
            f"The SSH key {path} cannot be opened: {trouble.strerror}.", next_step="Check --identity."
        ) from trouble
    try:
        try:
            return _parse(raw, passphrase=None)
        except TypeError:  # the library's way to say that the key is encrypted
            return _parse(raw, passphrase=read_passphrase(path, variable=variable).encode())
    except (ValueError, TypeError, UnsupportedAlgorithm, paramiko.SSHException) as trouble:
        raise SenderError(
            f"The SSH key {path} cannot be read: it is no Ed25519, ECDSA or RSA key, or the pass phrase is wrong.",
            next_step="Check --identity and the pass phrase.",
        ) from trouble


def _parse(raw: bytes, *, passphrase: bytes | None) -> paramiko.PKey:
    """Return the key, parsed by cryptography and written anew for paramiko.

    Paramiko's own reading fails on unpadded OpenSSH files without comment: half of the ECDSA keys made so.
    """
    load = load_ssh_private_key if raw.lstrip().startswith(_OPENSSH_ARMOUR) else load_pem_private_key
    key = load(raw, passphrase)
    match key:
        case Ed25519PrivateKey():
            kind: type[paramiko.PKey] = paramiko.Ed25519Key
        case EllipticCurvePrivateKey():
            kind = paramiko.ECDSAKey
        case RSAPrivateKey():
            kind = paramiko.RSAKey
        case _:
            raise ValueError(f"a key of type {type(key).__name__} does not log in")
    written = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode("ascii")
    return kind.from_private_key(io.StringIO(written))
