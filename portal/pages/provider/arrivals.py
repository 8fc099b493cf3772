"""Remember in a browser's own session when an application sent its person here, until he is sent back (OpenID Connect §3.1.2.1)."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from auth.sessions import SessionStore

_KEPT = "sent_here"
_AT_ONCE = 5
_SIGNED_IN_WITHIN = timedelta(hours=1)


def digest_of(query: Mapping[str, Sequence[str]]) -> str:
    """Return what tells one request of an application from another; the order of its parameters does not count."""
    told = "\n".join(f"{name}={value!r}" for name in sorted(query) for value in query[name])
    return hashlib.sha256(told.encode()).hexdigest()


def arrival_of(store: SessionStore, request: str, *, at: datetime) -> datetime | None:
    """Return when this browser's person was sent here with the request; None at first sight, and after an hour."""
    instant = store.get(_KEPT, {}).get(request)
    if instant is None:
        return None
    arrived = datetime.fromtimestamp(instant, at.tzinfo)
    return arrived if at - arrived <= _SIGNED_IN_WITHIN else None


def note_arrival(store: SessionStore, request: str, *, at: datetime) -> None:
    """Remember that the person was sent here now; of many requests the last ones are remembered."""
    others = {known: instant for known, instant in store.get(_KEPT, {}).items() if known != request}
    latest = sorted(others.items(), key=lambda one: one[1])[-(_AT_ONCE - 1) :]
    store[_KEPT] = {**dict(latest), request: at.timestamp()}


def forget_arrival(store: SessionStore, request: str) -> None:
    """Let the request count once: whoever opens its address again is sent here anew."""
    left = {known: instant for known, instant in store.get(_KEPT, {}).items() if known != request}
    if left:
        store[_KEPT] = left
    else:
        store.pop(_KEPT, None)
