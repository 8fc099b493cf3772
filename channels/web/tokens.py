"""Access tokens: given for a client's assertion, known again by their SHA-256, refused as soon as anything is revoked."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from channels.logins import ChannelLogin
from channels.models import (
    AccessToken,
    Sender,
    SenderChannel,
    SenderState,
    TechnicalUserState,
    UsedAssertion,
    WebClient,
    WebClientKey,
)
from channels.web.assertions import (
    AssertionRefused,
    AssertionRules,
    Claim,
    RegisteredKey,
    read_claim,
    require_timely,
    sender_of,
    verify,
)
from channels.web.scopes import Scopes, lacking_scopes, name_some, parse_scopes, render_scopes
from domain.channels import Channel
from domain.environments import Environment
from domain.sender_numbers import SenderNumber
from evidence.prepared import open_prepared

TOKEN_BYTES = 32
MOST_KEYS_TRIED = 10
"""So many keys may verify an assertion that names none: those of the client that were added last."""

_LONGEST_BEARER = 128
_SCOPES_OF_SIGNERS = "scope:presence:declaration:declarant scope:presence:declaration:consult"
_MAY_SIGN_IN = (SenderState.ACTIVE, SenderState.SUSPENDED)
_OPEN = SenderChannel.objects.filter(sender=OuterRef("sender"), channel=Channel.WEB_SERVICE)

_CALLER = """
    SELECT client.client_id, sender.number, sender.state, technical_user.user_name, token.scopes,
           EXISTS (SELECT FROM channels_senderchannel channel
                   WHERE channel.sender_id = sender.number AND channel.channel = 'WEB_SERVICE'),
           coalesce((SELECT entity.company_number FROM access_entity entity WHERE entity.id = sender.entity_id), ''),
           ARRAY(SELECT service.purpose || service.environment FROM channels_senderservice service
                 WHERE service.sender_id = sender.number)
    FROM channels_accesstoken token
    JOIN channels_webclient client ON client.id = token.client_id
    JOIN channels_sender sender ON sender.number = client.sender_id
    JOIN channels_technicaluser technical_user ON technical_user.id = sender.technical_user_id
    WHERE token.sha256 = %s::text AND token.expires_at > %s::timestamptz AND client.state = 'ACTIVE'
      AND sender.state IN ('ACTIVE', 'SUSPENDED') AND technical_user.state = 'ACTIVE'
      AND NOT EXISTS (SELECT FROM channels_webclientkey key
                      WHERE key.client_id = client.id AND key.revoked_at >= token.issued_at)
"""
"""Written out, since it runs before every request: building it anew costs more than asking it."""


class ScopeRefused(Exception):  # noqa: N818 - the client's fault
    """The client asked for a scope that it does not have; the sentence names it and is of characters of RFC 6749 §5.2."""


class Standing(Enum):
    """What a known token is good for now."""

    DELIVERS = "deliver and collect"
    COLLECTS = "collect: the sender is suspended"
    CLOSED = "nothing: the web service is no longer open for the sender"


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever shows a living token, with the company of its sender and what that declares where."""

    client_id: str
    login: ChannelLogin
    scopes: Scopes
    standing: Standing
    company: str = ""
    services: frozenset[tuple[str, Environment]] = frozenset()


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A token as the client gets it, once; `scopes` are separated by blanks."""

    value: str
    client_id: str
    scopes: str
    seconds: int


@dataclass(frozen=True, slots=True)
class TokenRules:
    """What assertions are judged by, and how many seconds a token lives."""

    assertions: AssertionRules
    seconds: int


def give_token(
    assertion: str,
    wanted: str | None,
    *,
    client_id: str | None,
    rules: TokenRules,
    randomness: Callable[[int], bytes],
    at: datetime,
) -> GivenToken:
    """Exchange an assertion for a token. A suspended sender gets one, to collect (§6).

    An assertion whose signature held is used up, in a commit of its own, whatever becomes of it afterwards. Raises
    AssertionRefused, or ScopeRefused for scopes beyond the client's.
    """
    claim = read_claim(assertion)
    number = sender_of(claim)
    if client_id is not None and client_id != claim.client_id:
        raise AssertionRefused("another client id beside the assertion")
    client = _find_client(claim.client_id, number)
    verified = verify(claim, _find_keys(client, claim), rules.assertions, at=at)
    _use_up(client, verified.jti, until=verified.remember_until)
    require_timely(claim, rules.assertions, at=at)
    scopes = _grant(client, wanted)
    value = urlsafe_b64encode(randomness(TOKEN_BYTES)).rstrip(b"=").decode("ascii")
    AccessToken.objects.create(
        sha256=_digest(value),
        client=client,
        scopes=scopes,
        issued_at=at,
        expires_at=at + timedelta(seconds=rules.seconds),
    )
    return GivenToken(value, client.client_id, scopes, rules.seconds)


def find_caller(bearer: str, *, at: datetime) -> Caller | None:
    """Return who shows the token: None when it is unknown or over, or its client or a key of it was revoked since."""
    if not (0 < len(bearer) <= _LONGEST_BEARER and bearer.isascii()):
        return None
    with open_prepared() as cursor:
        cursor.execute(_CALLER, [_digest(bearer), at])
        row = cursor.fetchone()
    if row is None:
        return None
    client_id, number, state, user_name, scopes, is_open, company, services = row
    standing = Standing.DELIVERS if state == SenderState.ACTIVE else Standing.COLLECTS
    return Caller(
        client_id,
        ChannelLogin(SenderNumber(number), user_name, Channel.WEB_SERVICE),
        parse_scopes(scopes),
        standing if is_open else Standing.CLOSED,
        company,
        frozenset((service[:-1], Environment(service[-1])) for service in services),
    )


def caller_by_certificate(sender: Sender, sha256: str) -> Caller | None:
    """Return the sender as whoever signs a message with its certificate, which opens check-ins alone; None for nobody."""
    user = sender.technical_user
    if sender.state not in _MAY_SIGN_IN or user.state != TechnicalUserState.ACTIVE:
        return None
    standing = Standing.DELIVERS if sender.state == SenderState.ACTIVE else Standing.COLLECTS
    is_open = SenderChannel.objects.filter(sender=sender, channel=Channel.WEB_SERVICE).exists()
    return Caller(
        f"certificate {sha256}",
        ChannelLogin(SenderNumber(sender.number), user.user_name, Channel.WEB_SERVICE),
        parse_scopes(_SCOPES_OF_SIGNERS),
        standing if is_open else Standing.CLOSED,
        sender.entity.company_number,
        frozenset((service.purpose, Environment(service.environment)) for service in sender.services.all()),
    )


def _find_client(client_id: str, number: str) -> WebClient:
    client = WebClient.objects.filter(
        Exists(_OPEN),
        client_id=client_id,
        sender_id=number,
        state="ACTIVE",
        sender__state__in=_MAY_SIGN_IN,
        sender__technical_user__state=TechnicalUserState.ACTIVE,
    ).first()
    if client is None:
        raise AssertionRefused("no such client, or it may not come in")
    return client


def _find_keys(client: WebClient, claim: Claim) -> list[RegisteredKey]:
    """Return the living keys of the client that the assertion may be of, the newest first: one at most if it names it."""
    living = WebClientKey.objects.filter(client=client, state="ACTIVE")
    may_be = living.filter(algorithm=claim.algorithm) if claim.kid is None else living.filter(kid=claim.kid)
    newest = may_be.order_by("-added_at", "-pk")[:MOST_KEYS_TRIED]
    return [RegisteredKey(key.algorithm, bytes(key.public_key)) for key in newest]


def _use_up(client: WebClient, jti: str, *, until: datetime) -> None:
    try:
        with transaction.atomic():
            UsedAssertion.objects.create(client=client, jti=jti, expires_at=until)
    except IntegrityError:
        raise AssertionRefused("used before") from None


def _grant(client: WebClient, wanted: str | None) -> str:
    owned = parse_scopes(client.scopes)
    if wanted is None or not wanted.strip():
        return render_scopes(owned)
    lacking = lacking_scopes(wanted, owned)
    if lacking:
        raise ScopeRefused(f"not granted: {name_some(lacking)}; this client has: {render_scopes(owned) or 'none'}")
    return render_scopes(parse_scopes(wanted))


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("ascii")).hexdigest()
