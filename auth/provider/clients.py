"""Which application speaks at the token endpoint: by its secret (RFC 6749 §2.3.1) or a signed assertion (RFC 7523).

Each application has one of the two ways; the other one is refused.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote_plus

from django.db import IntegrityError, transaction
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from auth.locksmith import Locksmith
from auth.models import Application, UsedAssertion
from auth.provider.applications import ASSERTION_ALGORITHMS, SECRET_PURPOSE, find_application
from auth.provider.faults import ExchangeRefused, OAuthError

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST_LIFE = timedelta(minutes=10)
TOLERANCE = timedelta(seconds=30)
_LONGEST_ASSERTION, _LONGEST_NUMBER, _LATEST = 8192, 255, 2**40


def require_application(
    form: Mapping[str, str], *, authorization: str, audiences: frozenset[str], locksmith: Locksmith, at: datetime
) -> Application:
    """Return the application that proved itself; ExchangeRefused (invalid_client) otherwise.

    `authorization` is the header of that name, `audiences` are the names under which assertions may mean us.
    """
    ways = [bool(authorization), "client_assertion" in form, "client_secret" in form]
    if sum(ways) != 1 or "client_secret" in form:
        raise _refused("another way, more ways, or none")
    application = (
        _by_secret(authorization, locksmith=locksmith)
        if authorization
        else _by_assertion(form, audiences=audiences, at=at)
    )
    if form.get("client_id", application.client_id) != application.client_id:
        raise _refused("named as another application")
    return application


def purge_assertions(*, now: datetime) -> int:
    """Delete numbers that are over anyway; return how many rows went."""
    return UsedAssertion.objects.filter(until__lte=now).delete()[0]


def _by_secret(authorization: str, *, locksmith: Locksmith) -> Application:
    kind, _, encoded = authorization.partition(" ")
    try:
        text = base64.b64decode(encoded, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise _refused("no basic credentials") from None
    client_id, _, secret = text.partition(":")
    application = find_application(unquote_plus(client_id)) if kind.lower() == "basic" else None
    known = bytes(application.secret_hash or b"") if application is not None else b""
    told = locksmith.digest(unquote_plus(secret), purpose=SECRET_PURPOSE)
    if not hmac.compare_digest(told, known) or application is None:
        raise _refused("no such application, or another secret")
    return application


def _by_assertion(form: Mapping[str, str], *, audiences: frozenset[str], at: datetime) -> Application:
    text = form["client_assertion"]
    if form.get("client_assertion_type") != ASSERTION_TYPE or not text.isascii() or len(text) > _LONGEST_ASSERTION:
        raise _refused("no assertion of that type")
    try:
        signed = jws.extract_compact(text.encode())
        header, claims = signed.headers(), json.loads(signed.payload)
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
        raise _refused("no compact JWS over JSON") from None
    if not isinstance(claims, dict) or claims.get("iss") != claims.get("sub") or not isinstance(claims.get("iss"), str):
        raise _refused("issuer and subject are not the application")
    application = find_application(claims["iss"])
    key = _key_of(application, header) if application is not None else None
    if application is None or key is None:
        raise _refused("no such application, or no such key of it")
    try:
        is_signed = jws.validate_compact(signed, key, algorithms=[_algorithm_of(key)])
    except (JoseError, ValueError, TypeError):
        is_signed = False
    if not is_signed:
        raise _refused("another signature")
    _use(application, claims, audiences=audiences, at=at)
    return application


def _key_of(application: Application, header: Mapping[str, object]) -> RSAKey | ECKey | None:
    """Return the registered key that the header names, or the only one; what the header embeds is never looked at."""
    keys = list((application.keys or {"keys": []})["keys"])
    named = [key for key in keys if key["kid"] == header.get("kid")] if "kid" in header else keys
    if len(named) != 1 or "crit" in header or header.get("alg") not in ASSERTION_ALGORITHMS:
        return None
    kind: type[RSAKey | ECKey] = RSAKey if named[0]["kty"] == "RSA" else ECKey
    key = kind.import_key(named[0])
    return key if header["alg"] == _algorithm_of(key) else None


def _algorithm_of(key: RSAKey | ECKey) -> str:
    return "RS256" if isinstance(key, RSAKey) else "ES256"


def _use(application: Application, claims: Mapping[str, object], *, audiences: frozenset[str], at: datetime) -> None:
    """Let the assertion count, this once, when it is meant for us and holds now."""
    told, number, ends = claims.get("aud"), claims.get("jti"), claims.get("exp")
    named = told if isinstance(told, list) else [told]
    if not any(isinstance(one, str) and one in audiences for one in named):
        raise _refused("another audience")
    if not isinstance(number, str) or not 0 < len(number) <= _LONGEST_NUMBER:
        raise _refused("no number")
    if isinstance(ends, bool) or not isinstance(ends, int | float) or not 0 < ends < _LATEST:
        raise _refused("no end")
    until = datetime.fromtimestamp(ends, UTC)
    if not at - TOLERANCE < until <= at + LONGEST_LIFE + TOLERANCE:
        raise _refused("over, or lasts too long")
    try:
        with transaction.atomic():
            UsedAssertion.objects.create(
                application=application,
                number_hash=hashlib.sha256(number.encode("utf-8", "surrogatepass")).digest(),
                until=until + TOLERANCE,
            )
    except IntegrityError:
        raise _refused("used before") from None


def _refused(reason: str) -> ExchangeRefused:
    return ExchangeRefused(OAuthError.INVALID_CLIENT, reason)
