"""The host keys of the SFTP door: made, announced to clients before they count, and put in their predecessors' place."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from commands.stack.home import write_whole

HostKey: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey

HOST_KEYS: Mapping[str, Callable[[], HostKey]] = MappingProxyType(
    {
        "sftp_host_ed25519": ed25519.Ed25519PrivateKey.generate,
        "sftp_host_ecdsa": lambda: ec.generate_private_key(ec.SECP256R1()),
    },
)
"""The files of the private keys; the public halves lie beside them, under the same name with .pub."""


def make_host_key(path: Path, generate: Callable[[], HostKey]) -> None:
    """Write a key pair in OpenSSH's form, unless the private key is there."""
    if path.exists():
        return
    key = generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    write_whole(path, private.decode("ascii"))
    write_whole(_public(path), public.decode("ascii") + "\n")


def announce_host_keys(folder: Path) -> list[Path]:
    """Make the keys that shall follow, where there are none yet, and return their files."""
    coming = [folder / f"{name}.next" for name in HOST_KEYS]
    for path, generate in zip(coming, HOST_KEYS.values(), strict=True):
        make_host_key(path, generate)
    return coming


def switch_host_keys(folder: Path) -> list[Path]:
    """Put announced keys in place and return their files; the former ones stay under names with .old."""
    switched = []
    for name in HOST_KEYS:
        path = folder / name
        coming, former = path.with_name(f"{name}.next"), path.with_name(f"{name}.old")
        if not coming.exists():
            continue
        for here, there in ((path, former), (coming, path)):
            here.replace(there)
            _public(here).replace(_public(there))
        switched.append(path)
    return switched


def fingerprint(path: Path) -> str:
    """Return the fingerprint of a key as OpenSSH shows it."""
    blob = base64.b64decode(_public(path).read_text(encoding="ascii").split()[1])
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode("ascii").rstrip("=")


def _public(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")
