"""Read the keys by which clients recognise the door."""

import io
from collections.abc import Iterable
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_ssh_private_key,
)
from paramiko import ECDSAKey, Ed25519Key, PKey

from sftp_server.algorithms import HOST_KEYS

_OPENSSH_ARMOUR = b"-----BEGIN OPENSSH PRIVATE KEY-----"


class HostKeyError(Exception):
    """A host key cannot be used; the message names the file and what is expected."""


def read_host_keys(paths: Iterable[Path]) -> tuple[PKey, ...]:
    """Return the private keys in `paths` (OpenSSH or PEM, no passphrase); HostKeyError names the first unusable one."""
    return tuple(_read_host_key(path) for path in paths)


def read_coming_host_keys(paths: Iterable[Path]) -> tuple[PKey, ...]:
    """Return the keys that are to follow those in `paths`, where there are any: files of the same name with .next."""
    return read_host_keys(path.with_name(f"{path.name}.next") for path in paths if _has_successor(path))


def _has_successor(path: Path) -> bool:
    return path.with_name(f"{path.name}.next").exists()


def _read_host_key(path: Path) -> PKey:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise HostKeyError(f"host key {path} cannot be read: {error.strerror}") from error
    key = _parse(raw)
    if key is None or key.get_name() not in HOST_KEYS:
        raise HostKeyError(
            f"host key {path} is not a private key of one of {', '.join(HOST_KEYS)} without a passphrase"
        )
    return key


def _parse(raw: bytes) -> PKey | None:
    """Return the key; read by cryptography, since paramiko fails on one ECDSA key in eight that has no comment."""
    try:
        loaded = (load_ssh_private_key if raw.startswith(_OPENSSH_ARMOUR) else load_pem_private_key)(raw, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if isinstance(loaded, EllipticCurvePrivateKey):
        return ECDSAKey(vals=(loaded, loaded.public_key()))
    if isinstance(loaded, Ed25519PrivateKey):
        written = loaded.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
        return Ed25519Key(file_obj=io.StringIO(written.decode("ascii")))
    return None
