"""The life of signed-in stays: use, extension, context, limits, and their end at once (access and login §6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.sessions.backends.base import UpdateError
from django.db import transaction
from django.db.models import Q, QuerySet

from auth.limits import limits
from auth.models import Session
from auth.sessions import SessionStore, hold_logins
from domain.assurance import AssuranceLevel, Means
from evidence.audit import append_event

IDLE_LIFETIME = timedelta(minutes=20)


class EndReason(StrEnum):
    """Why a stay ended."""

    LOGOUT = "LOGOUT"
    NEW_ID = "NEW_ID"
    IDLE = "IDLE"
    EXPIRED = "EXPIRED"
    OWN_CHOICE = "OWN_CHOICE"
    MANAGER = "MANAGER"
    TOO_MANY = "TOO_MANY"
    BLOCKED = "BLOCKED"
    KEY_REVOKED = "KEY_REVOKED"
    PASSWORDS_OFF = "PASSWORDS_OFF"
    ENTITY_SUSPENDED = "ENTITY_SUSPENDED"


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """What the page is told when it asks, without extending anything; in whole seconds."""

    seconds_left: int
    warn: bool


def status_of(stay: Session, *, at: datetime) -> SessionStatus:
    """Return how long the stay lasts without use; its absolute end counts too."""
    idle_end = stay.last_seen_at + IDLE_LIFETIME
    left = min(idle_end, stay.expires_at) - at
    return SessionStatus(seconds_left=max(int(left.total_seconds()), 0), warn=left <= warned_before())


def warned_before() -> timedelta:
    """Return how long before its end a stay is offered to go on: 2 minutes, unless the settings say otherwise."""
    return max(IDLE_LIFETIME - limits().sessions.warned_after, timedelta())


def touch(stay: Session, *, at: datetime) -> bool:
    """Note that the stay is used, by a real request or by "extend"; False when it has ended meanwhile."""
    living = Session.objects.filter(
        pk=stay.pk, ended_at__isnull=True, expires_at__gt=at, last_seen_at__gt=at - IDLE_LIFETIME
    )
    if not living.update(last_seen_at=at):
        return False
    stay.last_seen_at = at
    return True


def is_alive(stay: Session, *, at: datetime) -> bool:
    """Whether the stay goes on."""
    return stay.ended_at is None and status_of(stay, at=at).seconds_left > 0


def is_fresh(stay: Session, *, at: datetime) -> bool:
    """Whether the stay was proven at its level in the last 5 minutes, as sensitive actions need (§4.4)."""
    return stay.authenticated_at is not None and at - stay.authenticated_at <= limits().sessions.fresh


def absolute_end(level: int, *, signed_in_at: datetime) -> datetime:
    """Return when a stay ends whatever happens: after 8 hours, or 1 hour where a password alone proved it."""
    sessions = limits().sessions
    return signed_in_at + (sessions.longest_by_password if level <= AssuranceLevel.PASSWORD else sessions.longest)


def choose_context(store: SessionStore, *, entity_id: int | None, quality: str, at: datetime) -> Session:
    """Act for an entity in a quality from now on, under a new id; UpdateError when the stay has ended.

    Whether the person may is decided by who calls.
    """
    before = store.stay
    level = 0 if before is None else before.level_for(entity_id)
    store.cycle_key(entity_id=entity_id, quality=quality, level=level, last_seen_at=at)
    stay = store.stay
    if stay is None or stay.login_id is None:
        raise UpdateError
    append_event("session:context", at=at, actor=actor_of(stay), session=stay.pk, entity=entity_id, quality=quality)
    return stay


def sign_out(store: SessionStore, *, at: datetime) -> None:
    """End the stay of this browser; harmless where there is none."""
    stay = store.stay
    if stay is not None and stay.login_id is not None:
        append_event("account:logout", at=at, actor=actor_of(stay), session=stay.pk)
    store.flush()


def own_sessions(login_id: int, *, at: datetime) -> Sequence[Session]:
    """Return the living stays of a login, the latest used first; at most as many as may live."""
    return list(
        _alive(Session.objects.filter(login_id=login_id), at).order_by("-last_seen_at")[: limits().sessions.at_once]
    )


def end_own_session(stay_id: int, *, login_id: int, at: datetime) -> bool:
    """End one of the login's own stays; False for one that is over or another's."""
    return _end(Q(pk=stay_id, login_id=login_id), reason=EndReason.OWN_CHOICE, at=at, actor=f"login:{login_id}") == 1


def end_other_sessions(stay: Session, *, at: datetime) -> int:
    """End every other stay of the same login; return how many."""
    others = Q(login_id=stay.login_id) & ~Q(pk=stay.pk)
    return _end(others, reason=EndReason.OWN_CHOICE, at=at, actor=actor_of(stay))


def end_for_login(login_id: int, *, reason: EndReason, at: datetime, actor: str) -> int:
    """End every stay of a login, as when it is blocked; return how many."""
    return _end(Q(login_id=login_id), reason=reason, at=at, actor=actor)


def end_for_means(login_id: int, means: Means, *, at: datetime, actor: str, but: int | None = None) -> int:
    """End the stays that lean on a key that is gone, except the stay `but`; return how many."""
    leaning = Q(login_id=login_id, means__regex=rf"(^|\+){means}(\+|$)") & ~Q(pk=but)
    return _end(leaning, reason=EndReason.KEY_REVOKED, at=at, actor=actor)


def end_beyond_limit(login_id: int, *, at: datetime) -> int:
    """End the oldest stays of a login beyond the five that may live at once; return how many.

    Call it in a transaction: stays of one login are counted one after the other.
    """
    hold_logins([login_id])
    living = _alive(Session.objects.filter(login_id=login_id), at).order_by("-signed_in_at", "-pk")
    too_many = list(living.values_list("pk", flat=True)[limits().sessions.at_once :])
    return _end(Q(pk__in=too_many), reason=EndReason.TOO_MANY, at=at, actor=f"login:{login_id}") if too_many else 0


class SessionEnder:
    """Ends stays for those who block accounts, suspend entities or switch passwords off."""

    def __init__(self, *, actor: str) -> None:
        self._actor = actor

    def end_for_person(self, person_id: int, entity_id: int | None, reason: str, at: datetime) -> None:
        """End the person's stays for the entity; without an entity, all of the person's."""
        concerned = Q(login__person_id=person_id)
        if entity_id is not None:
            concerned &= Q(entity_id=entity_id)
        _end(concerned, reason=reason, at=at, actor=self._actor)

    def end_for_quality(self, entity_id: int, quality: str, reason: str, at: datetime) -> int:
        """End every stay that acts for the entity in that quality."""
        return _end(Q(entity_id=entity_id, quality=quality), reason=reason, at=at, actor=self._actor)

    def end_for_entity(self, entity_id: int, reason: str, at: datetime) -> int:
        """End every stay that acts for the entity."""
        return _end(Q(entity_id=entity_id), reason=reason, at=at, actor=self._actor)

    def end_password_stays(self, person_ids: Sequence[int], at: datetime) -> int:
        """End the stays of these persons that a password began, as when their company switches passwords off."""
        leaning = Q(login__person_id__in=list(person_ids), means__startswith=str(Means.PASSWORD))
        return _end(leaning, reason=EndReason.PASSWORDS_OFF, at=at, actor=self._actor)


def actor_of(stay: Session) -> str:
    """Return how an audit event names who acts in the stay."""
    return f"login:{stay.login_id}"


def _alive(sessions: "QuerySet[Session]", at: datetime) -> "QuerySet[Session]":
    return sessions.filter(ended_at__isnull=True, expires_at__gt=at, last_seen_at__gt=at - IDLE_LIFETIME)


def _end(concerned: Q, *, reason: str, at: datetime, actor: str) -> int:
    """End the living signed-in stays concerned, those too that get a new id at this very moment; return how many."""
    ended = Session.objects.filter(concerned, ended_at__isnull=True, login__isnull=False)
    with transaction.atomic():
        hold_logins(ended.values_list("login_id", flat=True))
        whose = dict(ended.values_list("pk", "login_id"))
        ids, logins = list(whose), set(whose.values())
        count = Session.objects.filter(pk__in=ids, ended_at__isnull=True).update(
            ended_at=at, end_reason=str(reason), data=""
        )
        if count:
            append_event(
                "session:ended",
                at=at,
                actor=actor,
                login=logins.pop() if len(logins) == 1 else None,
                sessions=[str(number) for number in ids],
                reason=str(reason),
            )
    return count
