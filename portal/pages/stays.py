"""The signed-in stay behind a request: whose it is, that it goes on, whether it is over."""

from datetime import datetime, timedelta
from typing import cast

from django.conf import settings
from django.http import HttpRequest

from auth import session_life
from auth.models import Session
from auth.sessions import SessionStore, hash_session_id
from domain.assurance import Means

NOTED_EVERY = timedelta(seconds=15)
"""How often activity is written down at most."""


def store_of(request: HttpRequest) -> SessionStore:
    """Return the session of the request, by its own type."""
    return cast("SessionStore", request.session)


def stay_of(request: HttpRequest) -> Session | None:
    """Return the living stay of somebody signed in, or None."""
    stay = store_of(request).stay
    return stay if stay is not None and stay.login_id is not None else None


def login_of(stay: Session) -> int:
    """Return whose stay it is; LookupError for a stay of nobody, which no page is given."""
    if stay.login_id is None:
        raise LookupError("nobody is signed in")
    return stay.login_id


def person_of(stay: Session) -> int | None:
    """Return the person behind the stay; None for an operator without a national number."""
    if stay.login is None:
        raise LookupError("nobody is signed in")
    return stay.login.person_id


def is_recovered(stay: Session) -> bool:
    """Whether a recovery code proved the stay, whose owner is still to register a new app."""
    return Means.RECOVERY_CODE in stay.proven_means


def stay_that_ended(request: HttpRequest) -> Session | None:
    """Return the stay that is over whose id the browser still shows, so that "it ended" is the thing to say."""
    shown = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return Session.objects.filter(id_hash=hash_session_id(shown), login__isnull=False).first() if shown else None


def is_idle(stay: Session, *, at: datetime) -> bool:
    """Whether a stay that is over ended because it was not used for 20 minutes."""
    if stay.ended_at is not None:
        return bool(stay.end_reason == session_life.EndReason.IDLE)
    return stay.expires_at > at


def note_activity(stay: Session, *, at: datetime) -> None:
    """Let the stay last longer because something is done in it; noted a few times a minute at most."""
    if at - stay.last_seen_at >= NOTED_EVERY:
        session_life.touch(stay, at=at)


def can_go_on(stay: Session) -> bool:
    """Whether doing something makes the stay last longer; not when its longest time is near."""
    return stay.expires_at > stay.last_seen_at + session_life.IDLE_LIFETIME
