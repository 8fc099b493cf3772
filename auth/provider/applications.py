"""Applications that send people here: registered by an operator with their exact addresses, and withdrawn."""

import base64
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from auth.locksmith import Locksmith
from auth.models import Application, TokenAlgorithm
from auth.refusals import KeyRefusedError
from domain.assurance import AssuranceLevel
from evidence.audit import append_event

SECRET_PURPOSE = "application-secret"  # noqa: S105 - what a keyed hash is for
ASSERTION_ALGORITHMS = ("RS256", "ES256")
_MOST_ADDRESSES, _LONGEST_ADDRESS, _LONGEST_NAME = 10, 500, 100
_MOST_KEYS, _SMALLEST_RSA_KEY = 5, 2048
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})
_ADDRESS = re.compile(r"\Ahttps?://[\x21\x23-\x7e]+\Z")


@dataclass(frozen=True, slots=True)
class Registration:
    """What an operator registers: `keys` is the application's public JWK Set, None for one that proves itself by a secret."""

    name: str
    redirect_uris: tuple[str, ...]
    least_level: AssuranceLevel
    algorithm: TokenAlgorithm
    is_told_names: bool
    keys: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Registered:
    """A registered application, and the secret that is shown once; empty for one with keys."""

    application: Application
    secret: str = field(repr=False)


def add_application(
    wanted: Registration, *, locksmith: Locksmith, randomness: Callable[[int], bytes], actor: str, at: datetime
) -> Registered:
    """Register an application; KeyRefusedError for a name, an address or keys that cannot be taken."""
    name = wanted.name.strip()
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise KeyRefusedError(
            "An application has a name of 1 to 100 characters.", next_step="Name it as people know it."
        )
    _require_addresses(wanted.redirect_uris)
    keys = None if wanted.keys is None else _public_keys(wanted.keys)
    secret = _random_text(randomness(32)) if keys is None else ""
    application = Application.objects.create(
        client_id=f"app-{randomness(8).hex()}",
        name=name,
        redirect_uris=list(wanted.redirect_uris),
        least_level=wanted.least_level,
        algorithm=wanted.algorithm,
        is_told_names=wanted.is_told_names,
        secret_hash=locksmith.digest(secret, purpose=SECRET_PURPOSE) if secret else None,
        keys=keys,
        added_by=actor,
        added_at=at,
    )
    append_event(
        "application:added", at=at, actor=actor, application=application.client_id, level=int(wanted.least_level)
    )
    return Registered(application, secret)


def living_applications() -> Collection[Application]:
    """Return the applications that may send people here, by name."""
    return list(Application.objects.filter(withdrawn_at__isnull=True).order_by("name", "pk"))


def find_application(client_id: str) -> Application | None:
    """Return the living application of that id, or None."""
    if len(client_id) > 64 or not client_id.isprintable():  # noqa: PLR2004 - as the column
        return None
    return Application.objects.filter(client_id=client_id, withdrawn_at__isnull=True).first()


def withdraw_application(client_id: str, *, actor: str, at: datetime) -> None:
    """Let an application receive nobody any more, at once; KeyRefusedError where there is none."""
    if not Application.objects.filter(client_id=client_id, withdrawn_at__isnull=True).update(withdrawn_at=at):
        raise KeyRefusedError(
            f"There is no application {client_id!r}.",
            next_step="See the applications with `guichet applications list`.",
        )
    append_event("application:withdrawn", at=at, actor=actor, application=client_id)


def _require_addresses(addresses: tuple[str, ...]) -> None:
    """Addresses are compared as they stand: https with a host, no fragment, no user; http on this machine alone."""
    if not 0 < len(addresses) <= _MOST_ADDRESSES or len(set(addresses)) != len(addresses):
        raise KeyRefusedError("An application has 1 to 10 addresses.", next_step="Give each address once.")
    for address in addresses:
        try:
            parts = urlsplit(address)
            host, _port = parts.hostname, parts.port
        except ValueError:
            host, parts = None, None
        is_sound = (
            parts is not None
            and host is not None
            and len(address) <= _LONGEST_ADDRESS
            and _ADDRESS.match(address) is not None
            and "#" not in address
            and "*" not in address
            and "@" not in parts.netloc
            and (parts.scheme == "https" or host in _LOCAL_HOSTS)
        )
        if not is_sound:
            raise KeyRefusedError(
                f"{address!r} is no address to which somebody may be sent back.",
                next_step="Give the whole https address, without a fragment and without wild cards.",
            )


def _public_keys(given: Mapping[str, object]) -> dict[str, object]:
    """Return the public halves as a JWK Set; KeyRefusedError for keys that cannot verify an assertion."""
    try:
        keys = KeySet.import_key_set(dict(given)).keys  # type: ignore[arg-type]
    except (JoseError, ValueError, TypeError, KeyError) as fault:
        raise KeyRefusedError("This is no JWK Set.", next_step="Give a file with an object that has `keys`.") from fault
    if not 0 < len(keys) <= _MOST_KEYS:
        raise KeyRefusedError("A JWK Set has 1 to 5 keys.", next_step="Give the keys that sign.")
    public = []
    for key in keys:
        is_rsa = isinstance(key, RSAKey) and key.public_key.key_size >= _SMALLEST_RSA_KEY
        is_curve = isinstance(key, ECKey) and key.curve_name == "P-256"
        if not (is_rsa or is_curve):
            raise KeyRefusedError("A key is RSA from 2048 bits, or on P-256.", next_step="Make another key.")
        values = key.as_dict(private=False)
        public.append({**values, "kid": str(values.get("kid") or key.thumbprint())})
    return {"keys": public}


def _random_text(random: bytes) -> str:
    return base64.urlsafe_b64encode(random).rstrip(b"=").decode("ascii")
