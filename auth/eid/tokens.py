"""Read a Web eID authentication token: bounded, strict, and believing nothing that it says."""

import base64
import binascii
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from auth.eid.refusals import EidCode, EidRefusedError

MAX_TOKEN_BYTES: Final = 32 * 1024
MAX_CERTIFICATE_BYTES: Final = 8 * 1024
MAX_SIGNATURE_BYTES: Final = 1024

_FORMAT = re.compile(r"web-eid:1(?:\.[0-9]{1,3})?", re.ASCII)
_ALGORITHM = re.compile(r"[A-Z]{2}[0-9]{3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class WebEidToken:
    """What a browser extension or an agent brings from a card; nothing in it is verified yet.

    `certificate` is DER and holds a national number, so it shows nowhere; `signature` is as the card made it.
    """

    certificate: bytes = field(repr=False)
    algorithm: str
    signature: bytes = field(repr=False)

    @property
    def certificate_sha256(self) -> str:
        """The SHA-256 by which logs name the certificate."""
        return hashlib.sha256(self.certificate).hexdigest()


def read_token(raw: bytes, *, limit: int = MAX_TOKEN_BYTES) -> WebEidToken:
    """Return the token in the JSON object `raw`; fields that are not known here are left alone (Web eID 1.1 adds some).

    Raises EidRefusedError TOKEN_MALFORMED for anything but a token of major version 1.
    """
    if len(raw) > limit:
        raise _malformed(f"it has {len(raw)} bytes, at most {limit} expected")
    try:
        parsed = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise _malformed("it is not JSON in UTF-8") from error
    if not isinstance(parsed, dict):
        raise _malformed("it is not an object")
    if not _FORMAT.fullmatch(_text(parsed, "format")):
        raise _malformed("its format is not web-eid:1")
    algorithm = _text(parsed, "algorithm")
    if not _ALGORITHM.fullmatch(algorithm):
        raise _malformed("its algorithm is no name such as ES384")
    return WebEidToken(
        certificate=_bytes(parsed, "unverifiedCertificate", limit=MAX_CERTIFICATE_BYTES),
        algorithm=algorithm,
        signature=_bytes(parsed, "signature", limit=MAX_SIGNATURE_BYTES),
    )


def _text(parsed: dict[str, Any], name: str) -> str:
    value = parsed.get(name)
    if not isinstance(value, str):
        raise _malformed(f"its {name} is not a text")
    return value


def _bytes(parsed: dict[str, Any], name: str, *, limit: int) -> bytes:
    try:
        value = base64.b64decode(_text(parsed, name), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _malformed(f"its {name} is not base64") from error
    if not 0 < len(value) <= limit:
        raise _malformed(f"its {name} has {len(value)} bytes, 1 to {limit} expected")
    return value


def _malformed(what: str) -> EidRefusedError:
    return EidRefusedError(EidCode.TOKEN_MALFORMED, f"the token cannot be used: {what}")
