"""Register and revoke the SSH keys of technical users; the rules are those of the door."""

import base64
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

from channels.logins import key_fingerprint
from channels.models import KeyState, Sender, SshKey
from domain.configuration_refusals import ConfigurationRefusedError
from domain.ssh_keys import SshPublicKey
from evidence.audit import append_event

OPENSSH_PREFIX = "SHA256:"


def add_ssh_key(sender: Sender, text: str, *, actor: str, at: datetime) -> tuple[SshKey, bool]:
    """Register the key of an OpenSSH public key file for the sender's technical user; return it and whether it is new."""
    key = _require_key(text)
    fingerprint = key_fingerprint(key.blob)
    known = SshKey.objects.filter(fingerprint=fingerprint, state=KeyState.ACTIVE).first()
    if known is not None:
        if known.technical_user_id != sender.technical_user_id:
            raise ConfigurationRefusedError(
                "The key is registered for another technical user; a key opens the door for one alone.",
                next_step="Let the sender make a key of its own.",
            )
        return known, False
    row = SshKey.objects.create(
        technical_user=sender.technical_user,
        algorithm=key.kind,
        blob=key.blob,
        fingerprint=fingerprint,
        added_at=at,
    )
    append_event("ssh-key:added", at=at, actor=actor, sender=sender.number, fingerprint=fingerprint, algorithm=key.kind)
    return row, True


def revoke_ssh_key(sender: Sender, fingerprint: str, *, actor: str, at: datetime) -> SshKey:
    """Let the key open the door no more, and return it.

    `fingerprint` is as OpenSSH or `openssh_fingerprint` writes it, or 8 or more of its hexadecimal digits.
    """
    keys = SshKey.objects.filter(technical_user=sender.technical_user, state=KeyState.ACTIVE)
    found = [key for key in keys.order_by("pk") if _is_named(key, fingerprint)]
    if len(found) != 1:
        raise ConfigurationRefusedError(
            f"{len(found)} living keys of sender {sender.number} have the fingerprint {fingerprint!r}.",
            next_step="List its keys, and give one fingerprint whole.",
        )
    (key,) = found
    key.state, key.revoked_at = KeyState.REVOKED, at
    key.save(update_fields=["state", "revoked_at"])
    append_event("ssh-key:revoked", at=at, actor=actor, sender=sender.number, fingerprint=key.fingerprint)
    return key


def openssh_fingerprint(fingerprint: str) -> str:
    """Return the fingerprint (64 hexadecimal digits) as `ssh-keygen -l` shows it."""
    return OPENSSH_PREFIX + base64.b64encode(bytes.fromhex(fingerprint)).decode("ascii").rstrip("=")


_SHORTEST = 8


def _is_named(key: SshKey, text: str) -> bool:
    if text.startswith(OPENSSH_PREFIX):
        return openssh_fingerprint(key.fingerprint) == text.rstrip("=")
    return len(text) >= _SHORTEST and key.fingerprint.startswith(text.lower())


def _require_key(text: str) -> SshPublicKey:
    try:
        key = SshPublicKey.parse(text)
        load_ssh_public_key(f"{key.kind} {base64.b64encode(key.blob).decode('ascii')}".encode("ascii"))
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise ConfigurationRefusedError(
            f"The SSH key is not registered: {fault}.",
            next_step="Ask for a public key made by `ssh-keygen -t ed25519`.",
        ) from fault
    return key
