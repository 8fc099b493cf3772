"""Django's session framework on a table of our own: ids are stored hashed, an ended session stays as a fact."""

import hashlib
import secrets
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q

from auth.limits import limits
from auth.models import OF_NOBODY, Login, Session
from domain.brussels import Clock
from evidence.audit import append_event
from evidence.clock import SystemClock

_ID_BYTES = 32
_KEPT_OF_NOBODY = timedelta(days=1)
_ROWS_AT_ONCE = 10_000
_CARRIED_OVER = (
    *("login_id", "entity_id", "quality", "level", "means", "confined_to_id", "confined_level"),
    *("signed_in_at", "authenticated_at", "address", "agent", "expires_at"),
)
"""What a stay keeps when it gets a new id."""
_END_HELD = """
UPDATE access_control_session SET ended_at = %s, end_reason = 'NEW_ID', data = ''
WHERE id_hash = %s AND ended_at IS NULL
    AND EXISTS (SELECT FROM access_control_login WHERE id = %s FOR NO KEY UPDATE)
"""


def hash_session_id(session_id: str) -> bytes:
    """Return the SHA-256 under which a session is stored; the id itself lives in the cookie only."""
    return hashlib.sha256(session_id.encode()).digest()


def hold_logins(login_ids: Iterable[int | None]) -> None:
    """Hold these logins until the running transaction ends: none of their stays gets a new id meanwhile."""
    held = Login.objects.filter(pk__in={login for login in login_ids if login is not None}).order_by("pk")
    list(held.select_for_update(no_key=True).values_list("pk"))


def _end_all(over: Q, event: str, *, reason: str, at: datetime) -> None:
    living = Session.objects.select_for_update(skip_locked=True).filter(over, ended_at__isnull=True)
    ended = dict(living.values_list("pk", "login_id"))
    Session.objects.filter(pk__in=ended).update(ended_at=at, end_reason=reason, data="")
    whose = sorted(number for number, login in ended.items() if login is not None)
    if whose:
        append_event(event, at=at, actor="platform", sessions=[str(number) for number in whose], reason=reason)


def purge_sessions_of_nobody(*, now: datetime, rows_at_once: int = _ROWS_AT_ONCE) -> int:
    """Delete the sessions in which nobody signed in, a day after they ended; return how many rows went.

    They go in batches that commit for themselves: where years of them wait, no run holds them all, and a killed one was of use.
    """
    old = Session.objects.filter(OF_NOBODY, ended_at__lte=now - _KEPT_OF_NOBODY).order_by("ended_at")
    gone = 0
    while oldest := list(old.values_list("pk", flat=True)[:rows_at_once]):
        gone += Session.objects.filter(pk__in=oldest).delete()[0]
    return gone


class SessionStore(SessionBase):
    """Sessions of at most 8 hours that end after `SESSION_COOKIE_AGE` seconds without use (access and login §6).

    Reading and writing one does not count as use: `session_life.touch` does.
    """

    clock: Clock = SystemClock()
    _row: Session | None = None
    _inserted: dict[str, Any] | None = None
    """What went on under a new id in this very request, so that it is not written a second time."""

    @property
    def stay(self) -> Session | None:
        """The row of this living session, or None where there is none; read once for a request."""
        self._get_session()  # type: ignore[attr-defined]
        return self._row

    def note(self, **columns: object) -> Session:
        """Write columns of the row; UpdateError when there is no living session."""
        stay = self.stay
        if stay is None:
            raise UpdateError
        for name, value in columns.items():
            setattr(stay, name, value)
        if not Session.objects.filter(pk=stay.pk, ended_at__isnull=True).update(**columns):
            raise UpdateError
        return stay

    def exists(self, session_key: str) -> bool:
        """Whether a session with that id was ever made."""
        return Session.objects.filter(id_hash=hash_session_id(session_key)).exists()

    def create(self) -> None:
        """Make a new, empty session under a fresh id."""
        while True:
            self._session_key = self._get_new_session_key()
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def cycle_key(self, **changes: object) -> None:
        """Go on under a new id: the stay is the same but for the `changes` of its columns, the old id ends.

        UpdateError when a signed-in stay has ended meanwhile. Whoever ends the stays of a login holds it first, so that
        none slips to a new id past him.
        """
        before, old_key = self.stay, self.session_key
        if before is None:
            self.create()
            if old_key:
                self._end(old_key, reason="NEW_ID")
            return
        carried = {name: getattr(before, name) for name in _CARRIED_OVER}
        if Session.login.is_cached(before):
            carried["login"] = before.login
        with transaction.atomic(savepoint=False):
            goes_on = self._end_held(before.login_id, old_key or "")
            if goes_on:
                self._session_key = self._get_new_session_key()
                self._insert(**{**carried, **changes})
        if not goes_on:
            raise UpdateError
        self._inserted = deepcopy(self._get_session())  # type: ignore[attr-defined]
        self.modified = True

    def flush(self) -> None:
        """End the session and know nothing of it any more."""
        super().flush()
        self._row = None

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's own signature
        """Write the session; CreateError when `must_create` meets a used id, UpdateError when it has ended."""
        if self.session_key is None:
            self.create()
            return
        if must_create:
            try:
                with transaction.atomic():
                    self._insert()
            except IntegrityError:
                raise CreateError from None
            return
        content = self._get_session()  # type: ignore[attr-defined]
        if content == self._inserted:
            return
        living = Session.objects.filter(id_hash=hash_session_id(self.session_key), ended_at__isnull=True)
        if not living.update(data=self.encode(content)):
            raise UpdateError

    def _insert(self, **columns: object) -> None:
        content = self._get_session(no_load=True)  # type: ignore[attr-defined]
        now = self.clock.now()
        expected = {"last_seen_at": now, "expires_at": now + limits().sessions.longest}
        self._row = Session.objects.create(
            id_hash=hash_session_id(self.session_key or ""),
            data=self.encode(content),
            created_at=now,
            **{**expected, **columns},
        )

    def delete(self, session_key: str | None = None) -> None:
        """End the session; its row stays, without its data."""
        key = session_key or self.session_key
        if key is not None:
            self._end(key, reason="LOGOUT")

    def load(self) -> dict[str, Any]:
        """Return the data of a living session, or forget the id."""
        now = self.clock.now()
        self._row = (
            Session.objects.select_related("login", "entity")
            .filter(
                id_hash=hash_session_id(self.session_key or ""),
                ended_at__isnull=True,
                expires_at__gt=now,
                last_seen_at__gt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE),
            )
            .first()
        )
        if self._row is None:
            self._session_key = None
            return {}
        return self.decode(self._row.data) if self._row.data else {}

    @classmethod
    def clear_expired(cls) -> None:
        """End what has run out, and record whose: `session:idle` after 20 minutes without use, `session:ended` after 8 hours."""
        now = cls.clock.now()
        unused_since = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
        with transaction.atomic():
            _end_all(Q(expires_at__lte=now), "session:ended", reason="EXPIRED", at=now)
            _end_all(Q(last_seen_at__lte=unused_since), "session:idle", reason="IDLE", at=now)

    def _end(self, key: str, *, reason: str) -> None:
        Session.objects.filter(id_hash=hash_session_id(key), ended_at__isnull=True).update(
            ended_at=self.clock.now(),
            end_reason=reason,
            data="",
        )

    def _end_held(self, login_id: int | None, key: str) -> bool:
        """End the id that a stay had, its login held; False when that of somebody signed in has ended already."""
        if login_id is None:
            self._end(key, reason="NEW_ID")
            return True
        with connection.cursor() as cursor:
            cursor.execute(_END_HELD, [self.clock.now(), hash_session_id(key), login_id])
            return bool(cursor.rowcount)

    def _get_new_session_key(self) -> str:
        return secrets.token_urlsafe(_ID_BYTES)
