"""Forget what the web service no longer needs: tokens, assertions, signed messages and idempotency keys that are over."""

from datetime import datetime, timedelta

from channels.models import AccessToken, IdempotentRequest, UsedAssertion, UsedMessage

KEYS_REMEMBERED = timedelta(hours=48)
"""How long the outcome of a request with an Idempotency-Key is told again."""


def purge_web_service(*, now: datetime) -> int:
    """Delete expired tokens, assertions that could no longer be used anyway, and old keys; return how many rows went."""
    purged, _ = AccessToken.objects.filter(expires_at__lte=now).delete()
    for rows in (
        UsedAssertion.objects.filter(expires_at__lte=now),
        UsedMessage.objects.filter(expires_at__lte=now),
        IdempotentRequest.objects.filter(asked_at__lte=now - KEYS_REMEMBERED),
    ):
        count, _ = rows.delete()
        purged += count
    return purged
