"""Seal the id of a person for an address or a form: what it looks like does not tell whether anybody is known by a number."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.crypto import salted_hmac

_KEY_SALT = "portal.pages.checkins.sealed_ids"
_NONCE_BYTES = 12
_ID_BYTES = 8
"""Of a database's bigint: all ids are sealed to one length."""


def seal_id(person_id: int) -> str:
    """Return the id, 0 too, encrypted anew each time under the secret of this installation."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed = _cipher().encrypt(nonce, person_id.to_bytes(_ID_BYTES), None)
    return urlsafe_b64encode(nonce + sealed).decode()


def open_id(sealed: str) -> int | None:
    """Return the id that was sealed; None for what we did not seal."""
    try:
        content = urlsafe_b64decode(sealed)
        return int.from_bytes(_cipher().decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], None))
    except (ValueError, InvalidTag):
        return None


def _cipher() -> AESGCM:
    return AESGCM(salted_hmac(_KEY_SALT, "", algorithm="sha256").digest())
