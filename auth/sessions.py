"""Django's session framework on a table of our own: ids are stored hashed, an ended session stays as a fact."""

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.utils import timezone

from auth.models import Session

ABSOLUTE_LIFETIME = timedelta(hours=8)


def hash_session_id(session_id: str) -> bytes:
    """Return the SHA-256 under which a session is stored; the id itself lives in the cookie only."""
    return hashlib.sha256(session_id.encode()).digest()


class SessionStore(SessionBase):
    """Sessions of at most 8 hours that end after `SESSION_COOKIE_AGE` seconds without use (access and login §6)."""

    def exists(self, session_key: str) -> bool:
        """Whether a session with that id was ever made."""
        return Session.objects.filter(id_hash=hash_session_id(session_key)).exists()

    def create(self) -> None:
        """Make a new, empty session under a fresh id."""
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's own signature
        """Write the session; CreateError when `must_create` meets a used id, UpdateError when it has ended."""
        if self.session_key is None:
            self.create()
            return
        data = self.encode(self._get_session(no_load=must_create))  # type: ignore[attr-defined]
        now = timezone.now()
        id_hash = hash_session_id(self.session_key)
        if must_create:
            try:
                with transaction.atomic():
                    Session.objects.create(
                        id_hash=id_hash,
                        data=data,
                        created_at=now,
                        last_seen_at=now,
                        expires_at=now + ABSOLUTE_LIFETIME,
                    )
            except IntegrityError:
                raise CreateError from None
            return
        living = Session.objects.filter(id_hash=id_hash, ended_at__isnull=True)
        if not living.update(data=data, last_seen_at=now):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        """End the session; its row stays, without its data."""
        key = session_key or self.session_key
        if key is None:
            return
        Session.objects.filter(id_hash=hash_session_id(key), ended_at__isnull=True).update(
            ended_at=timezone.now(),
            end_reason="LOGOUT",
            data="",
        )

    def load(self) -> dict[str, Any]:
        """Return the data of a living session, or forget the id."""
        now = timezone.now()
        row = Session.objects.filter(
            id_hash=hash_session_id(self.session_key or ""),
            ended_at__isnull=True,
            expires_at__gt=now,
            last_seen_at__gt=now - timedelta(seconds=settings.SESSION_COOKIE_AGE),
        ).first()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row.data) if row.data else {}

    @classmethod
    def clear_expired(cls) -> None:
        """End what has run out."""
        now = timezone.now()
        Session.objects.filter(ended_at__isnull=True, expires_at__lte=now).update(
            ended_at=now,
            end_reason="EXPIRED",
            data="",
        )
