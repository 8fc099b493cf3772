"""Limits on attempts, counted in PostgreSQL so that all processes and all parallel attempts count together.

An attempt is counted before it is made and given back when it succeeds; so however many are made at once, no more than
the limit are ever tried. Whom and what they concern is kept as a keyed hash, for a day.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

import structlog
from django.db import connection, transaction
from django.db.models import F

from auth.limits import limits
from auth.locksmith import Locksmith
from auth.models import CountedAttempt
from auth.refusals import TooManyAttemptsError
from domain.counted_sources import counted_source
from domain.refusals import OutageError
from domain.sign_in_limits import Rate, Scope

log = structlog.get_logger()

_MINUTES_5, _MINUTES_15 = timedelta(minutes=5), timedelta(minutes=15)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)

_OF_LOGINS = frozenset({Scope.CODE_USER, Scope.MAIL_USER, Scope.ADDRESS_USER})
"""What is counted for the number of a login."""

_LOCK = "SELECT pg_advisory_xact_lock(number) FROM (SELECT unnest(%s::bigint[]) AS number ORDER BY 1) AS locks"
_FIND_FULL = """
SELECT rate.scope, rate.most, rate.within, (
    SELECT at FROM access_control_countedattempt
    WHERE scope = rate.scope AND key_hash = rate.key_hash AND at > %(now)s - rate.within
    ORDER BY at DESC OFFSET rate.most - 1 LIMIT 1
) AS oldest
FROM unnest(%(scopes)s::text[], %(keys)s::bytea[], %(most)s::int[], %(within)s::interval[])
    AS rate (scope, key_hash, most, within)
"""
_COUNT = """
INSERT INTO access_control_countedattempt (scope, key_hash, at)
SELECT scope, key_hash, %s FROM unnest(%s::text[], %s::bytea[]) AS claim (scope, key_hash)
RETURNING id
"""


RATES: Mapping[Scope, tuple[Rate, ...]] = MappingProxyType(
    {
        Scope.LOGIN_USER: (Rate(10, _MINUTES_5),),
        Scope.LOGIN_SOURCE: (Rate(10, _MINUTES_5),),
        Scope.LOGIN_ALL: (Rate(1000, _MINUTES_5),),
        Scope.KEY_SOURCE: (Rate(10, _MINUTES_5),),
        Scope.CODE_USER: (Rate(5, _MINUTES_5), Rate(20, _HOUR), Rate(50, _DAY)),
        Scope.CODE_SOURCE: (Rate(10, _MINUTES_5), Rate(50, _HOUR)),
        Scope.MAIL_USER: (Rate(3, _MINUTES_15),),
        Scope.ADDRESS_USER: (Rate(3, 6 * _HOUR),),
        Scope.PROVIDER_SOURCE: (Rate(300, _MINUTES_5),),
        Scope.CARD_SOURCE: (Rate(100, _MINUTES_5),),
        Scope.ENROLMENT_SOURCE: (Rate(10, _MINUTES_5),),
        Scope.QUESTION_SOURCE: (Rate(5, _HOUR),),
        Scope.CALL_SOURCE: (Rate(20, _HOUR),),
        Scope.APPLICATION_SOURCE: (Rate(30, _MINUTES_5),),
        Scope.ARRIVAL_SOURCE: (Rate(300, _MINUTES_5),),
    }
)


def rates_of(scope: Scope) -> tuple[Rate, ...]:
    """Return the rates that hold: those of the settings, or those above where they name none."""
    return limits().attempts.get(scope) or RATES[scope]


@dataclass(frozen=True, slots=True)
class Claim:
    """An attempt to be counted: for what, and of whom (a user name, an address, nothing for all)."""

    scope: Scope
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Reservation:
    """Attempts that were counted, until they are given back."""

    ids: tuple[int, ...]


def reserve(claims: Sequence[Claim], *, locksmith: Locksmith, at: datetime) -> Reservation:
    """Count an attempt for every claim at once; TooManyAttemptsError, and nothing is counted, when one is full.

    It commits by itself, before the attempt is made: call it outside a transaction.
    """
    keys = [_key_of(claim, locksmith) for claim in claims]
    rates = [
        (claim.scope, key, rate) for claim, key in zip(claims, keys, strict=True) for rate in rates_of(claim.scope)
    ]
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(_LOCK, [[int.from_bytes(key[:8], "big", signed=True) for key in keys]])
        cursor.execute(
            _FIND_FULL,
            {
                "now": at,
                "scopes": [str(scope) for scope, _, _ in rates],
                "keys": [key for _, key, _ in rates],
                "most": [rate.most for _, _, rate in rates],
                "within": [rate.within for _, _, rate in rates],
            },
        )
        waits = [(oldest + within - at, scope) for scope, _, within, oldest in cursor.fetchall() if oldest is not None]
        if waits:
            longest, scope = max(waits)
            _tell(scope, claims)
            raise TooManyAttemptsError(scope, retry_after=int(longest.total_seconds()) + 1)
        cursor.execute(_COUNT, [at, [str(claim.scope) for claim in claims], keys])
        return Reservation(tuple(number for (number,) in cursor.fetchall()))


def rewrite(reservation: Reservation) -> None:
    """Write a counted attempt once more as it is, in the running transaction, so that this commits a row whatever else does."""
    CountedAttempt.objects.filter(pk=reservation.ids[0]).update(scope=F("scope"))


def give_back(reservation: Reservation) -> None:
    """Count these attempts no more, because they succeeded."""
    CountedAttempt.objects.filter(pk__in=reservation.ids).delete()


def source_of(address: str) -> str:
    """Return what an address is counted as: itself, or its network of 64 bits where it is IPv6."""
    try:
        return counted_source(address)
    except ValueError as trouble:
        raise OutageError("the address of a request is not known; the proxy's setting is to be looked at") from trouble


def purge_attempts(*, now: datetime) -> int:
    """Delete attempts that count no more; return how many rows went."""
    return CountedAttempt.objects.filter(at__lt=now - _DAY).delete()[0]


def _tell(scope: str, claims: Sequence[Claim]) -> None:
    """Note which limit was reached, from where and at which login; a user name that was typed names nobody surely."""
    source = next((claim.subject for claim in claims if claim.scope.endswith(".source")), None)
    login = next((claim.subject for claim in claims if claim.scope in _OF_LOGINS), None)
    event = f"throttle:{scope}"
    log.warning(event, source=source, login=login)


def _key_of(claim: Claim, locksmith: Locksmith) -> bytes:
    return locksmith.digest(claim.subject, purpose=f"throttle:{claim.scope}")
