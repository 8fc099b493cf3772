"""Register the programs of a sender at the web service, with the public keys that verify their assertions."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from channels.configuring.public_files import HandedInKey, read_public_key, require_strong
from channels.models import AccessToken, Sender, WebClient, WebClientKey
from channels.web.assertions import RegisteredKey, require_usable
from channels.web.client_ids import RANDOM_CHARACTERS, make_client_id
from channels.web.scopes import Scopes, render_scopes
from domain.configuration_refusals import ConfigurationFault, ConfigurationRefusedError
from domain.sender_numbers import SenderNumber
from evidence.audit import append_event

_ACTIVE, _REVOKED = "ACTIVE", "REVOKED"
_KID = re.compile(r"\A[\x21-\x7e]{1,64}\Z")


def add_web_client(
    sender: Sender,
    raw: bytes,
    *,
    scopes: Scopes,
    kid: str | None,
    randomness: Callable[[int], bytes],
    actor: str,
    at: datetime,
) -> WebClientKey:
    """Register a program of the sender with its first public key, and return that key's row."""
    if not scopes:
        raise ConfigurationRefusedError("A program without a scope may do nothing.", next_step="Give it one or more.")
    client = WebClient.objects.create(
        client_id=make_client_id(SenderNumber(sender.number), randomness(RANDOM_CHARACTERS)),
        sender=sender,
        scopes=render_scopes(scopes),
        created_at=at,
    )
    append_event(
        "web-client:added",
        at=at,
        actor=actor,
        sender=sender.number,
        client=client.client_id,
        scopes=client.scopes.split(),
    )
    key, _ = add_client_key(client, raw, kid=kid, actor=actor, at=at)
    return key


def require_client(client_id: str) -> WebClient:
    """Return the living program of that name, locked until the running transaction ends."""
    client = WebClient.objects.select_for_update().filter(client_id=client_id, state=_ACTIVE).first()
    if client is None:
        raise ConfigurationRefusedError(
            f"There is no living web client {client_id!r}.", next_step="List the web clients to see them."
        )
    return client


def add_client_key(
    client: WebClient, raw: bytes, *, kid: str | None, actor: str, at: datetime
) -> tuple[WebClientKey, bool]:
    """Let one more public key verify the program's assertions; return it and whether it is new.

    Its name is `kid`, else the one in the JWK, else its thumbprint (RFC 7638).
    """
    handed_in = read_public_key(raw)
    der = handed_in.key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    algorithm, thumbprint = _judge(handed_in, der)
    name = kid or handed_in.name or thumbprint
    if not _KID.match(name):
        raise ConfigurationRefusedError(
            "That is no name for a key.",
            next_step="Take 1 to 64 printable ASCII characters without blanks.",
            fault=ConfigurationFault.KEY_NAME,
        )
    known = WebClientKey.objects.filter(client=client, kid=name, state=_ACTIVE).first()
    if known is not None:
        if bytes(known.public_key) == der:
            return known, False
        raise ConfigurationRefusedError(
            f"The web client has another living key named {name}.",
            next_step="Give this one another name, or revoke the other first.",
            fault=ConfigurationFault.KEY_NAME_TAKEN,
        )
    row = WebClientKey.objects.create(client=client, kid=name, algorithm=algorithm, public_key=der, added_at=at)
    append_event("web-client:key-added", at=at, actor=actor, client=client.client_id, kid=name, algorithm=algorithm)
    return row, True


def revoke_client_key(client: WebClient, kid: str, *, actor: str, at: datetime) -> None:
    """Let a public key verify no assertion any more."""
    living = WebClientKey.objects.filter(client=client, kid=kid, state=_ACTIVE)
    if not living.update(state=_REVOKED, revoked_at=at):
        raise ConfigurationRefusedError(
            f"The web client has no living key named {kid!r}.", next_step="List the web clients to see their keys."
        )
    append_event("web-client:key-revoked", at=at, actor=actor, client=client.client_id, kid=kid)


def revoke_client(client: WebClient, *, actor: str, at: datetime) -> None:
    """Let the program in no more: its keys verify nothing, its tokens are worth nothing from now on."""
    WebClientKey.objects.filter(client=client, state=_ACTIVE).update(state=_REVOKED, revoked_at=at)
    AccessToken.objects.filter(client=client).delete()
    client.state, client.revoked_at = _REVOKED, at
    client.save(update_fields=["state", "revoked_at"])
    append_event("web-client:revoked", at=at, actor=actor, client=client.client_id)


def _judge(handed_in: HandedInKey, der: bytes) -> tuple[str, str]:
    """Return the signature algorithm of a key that the web service takes, and its thumbprint."""
    require_strong(handed_in.key)
    match handed_in.key:
        case rsa.RSAPublicKey() as key:
            numbers = key.public_numbers()
            algorithm, members = "RS256", {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}
        case ec.EllipticCurvePublicKey() as curve_key:
            point = curve_key.public_numbers()
            x, y = (_octets(value.to_bytes((curve_key.key_size + 7) // 8, "big")) for value in (point.x, point.y))
            algorithm, members = "ES256", {"crv": "P-256", "kty": "EC", "x": x, "y": y}
        case _:
            algorithm, members = "", {}
    try:
        require_usable(RegisteredKey(algorithm, der))
    except ValueError as fault:
        raise ConfigurationRefusedError(
            "Assertions are signed by RS256 or ES256 alone.",
            next_step="Take RSA of at least 2048 bits, or the curve P-256.",
            fault=ConfigurationFault.KEY_ALGORITHM,
        ) from fault
    return algorithm, _thumbprint(members)


def _thumbprint(members: dict[str, str]) -> str:
    return _octets(hashlib.sha256(json.dumps(members, sort_keys=True, separators=(",", ":")).encode()).digest())


def _number(value: int) -> str:
    return _octets(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _octets(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")
