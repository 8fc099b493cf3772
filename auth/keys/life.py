"""The life of a digital key: set up, active, suspended when lost, revoked; stays that lean on it end with it (§3.6)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Unpack

from django.db import transaction

from auth.keys.rights import SetUpRight
from auth.models import DigitalKey, DigitalKeyState, Login
from auth.notices import Notice, tell_of_keys
from auth.persons import PersonBook
from auth.proofs import Circumstances
from auth.refusals import KeyRefusedError
from auth.session_life import end_for_means
from domain.assurance import ISSUED_ELSEWHERE, WITHOUT_PASSWORD, AssuranceLevel, Means
from evidence.audit import append_event

_LIVING = (DigitalKeyState.PENDING, DigitalKeyState.ACTIVE, DigitalKeyState.SUSPENDED)


def own_keys(login_id: int) -> Sequence[DigitalKey]:
    """Return the living keys of a login, in the order in which they were made."""
    return list(DigitalKey.objects.filter(login_id=login_id, state__in=_LIVING).order_by("created_at", "pk"))


def find_active(login_id: int, means: Means) -> DigitalKey | None:
    """Return the active key of that kind, or None; of passkeys the oldest."""
    return (
        DigitalKey.objects.filter(login_id=login_id, means=means, state=DigitalKeyState.ACTIVE).order_by("pk").first()
    )


def strongest_key(person_id: int) -> int:
    """Return the level of the person's strongest key that needs no password, 0 where there is none."""
    keys = DigitalKey.objects.filter(
        login__person_id=person_id, state=DigitalKeyState.ACTIVE, means__in=[*WITHOUT_PASSWORD, Means.EIDAS]
    )
    levels = [WITHOUT_PASSWORD.get(Means(key.means), key.enrolled_level) for key in keys]
    return max(map(int, levels), default=0)


def hold_strongest_key(person_id: int) -> int:
    """Return the same; the person's keys stay as they are until the running transaction ends."""
    logins = Login.objects.select_for_update(no_key=True).filter(person_id=person_id)
    list(logins.order_by("pk").values_list("pk", flat=True))
    return strongest_key(person_id)


def holders_of_passwords(person_ids: Collection[int]) -> dict[int, bool]:
    """Return those of the persons who have a password, and whether another key opens as much without it (§4.3)."""
    keys = DigitalKey.objects.filter(login__person_id__in=list(person_ids), state=DigitalKeyState.ACTIVE)
    means_of: dict[int, set[Means]] = {}
    for person_id, means, level in keys.values_list("login__person_id", "means", "enrolled_level"):
        if person_id is not None and (means != Means.EIDAS or level >= AssuranceLevel.ITSME):
            means_of.setdefault(person_id, set()).add(Means(means))
    strong = {*WITHOUT_PASSWORD, Means.EIDAS}
    return {person: bool(strong & means) for person, means in means_of.items() if Means.PASSWORD in means}


def hold_login(login_id: int) -> Login:
    """Return the login, held until the transaction ends, so that its keys change one after the other."""
    return Login.objects.select_for_update(no_key=True).get(pk=login_id)


def activate(key: DigitalKey, right: SetUpRight, *, persons: PersonBook, at: datetime) -> None:
    """Make a key that was set up the active one; the one that it replaces is revoked. The caller holds the login."""
    if key.means != Means.PASSKEY:
        replaced = DigitalKey.objects.filter(
            login_id=key.login_id,
            means=key.means,
            state__in=[DigitalKeyState.ACTIVE, DigitalKeyState.SUSPENDED],
        )
        for old in replaced:
            _end(old, actor=right.actor, at=at, but=right.stay_id, **right.circumstances)
    DigitalKey.objects.filter(pk=key.pk).update(state=DigitalKeyState.ACTIVE, activated_at=at)
    key.state, key.activated_at = DigitalKeyState.ACTIVE, at
    append_event(
        "account:key:added",
        at=at,
        actor=right.actor,
        login=key.login_id,
        key=key.pk,
        means=key.means,
        **right.circumstances,
    )
    tell_of_keys(Notice.KEY_ADDED, key, persons=persons, at=at)


def discard_pending(login_id: int, means: Means, *, at: datetime) -> None:
    """Forget a key of that kind that was begun and never confirmed."""
    pending = DigitalKey.objects.filter(login_id=login_id, means=means, state=DigitalKeyState.PENDING)
    pending.update(state=DigitalKeyState.REVOKED, ended_at=at, sealed=None)


def suspend(key_id: int, right: SetUpRight, *, persons: PersonBook, at: datetime) -> None:
    """Let a lost key prove nothing until it is found again; KeyRefusedError for one that is not active."""
    with transaction.atomic():
        key = _own(key_id, right, DigitalKeyState.ACTIVE)
        mark_suspended(
            key,
            reason="lost",
            actor=right.actor,
            persons=persons,
            at=at,
            but=right.stay_id,
            **right.circumstances,
        )


def mark_suspended(
    key: DigitalKey,
    *,
    reason: str,
    actor: str,
    persons: PersonBook,
    at: datetime,
    but: int | None = None,
    **circumstances: Unpack[Circumstances],
) -> None:
    """Suspend a key and end the stays that lean on it, except the one where its owner says so.

    The event tells the `circumstances` too, where it is done by a right.
    """
    DigitalKey.objects.filter(pk=key.pk).update(state=DigitalKeyState.SUSPENDED)
    key.state = DigitalKeyState.SUSPENDED
    end_for_means(key.login_id, Means(key.means), at=at, actor=actor, but=but)
    append_event(
        "account:key:suspended",
        at=at,
        actor=actor,
        login=key.login_id,
        key=key.pk,
        means=key.means,
        reason=reason,
        **circumstances,
    )
    tell_of_keys(Notice.KEY_SUSPENDED, key, persons=persons, at=at)


def resume(key_id: int, right: SetUpRight, *, persons: PersonBook, at: datetime) -> None:
    """Let a key prove its owner again; KeyRefusedError for one that is not suspended, or where another took its place."""
    with transaction.atomic():
        key = _own(key_id, right, DigitalKeyState.SUSPENDED)
        if key.means != Means.PASSKEY and find_active(key.login_id, Means(key.means)) is not None:
            raise KeyRefusedError("Another key took its place.", next_step="Take this one away.")
        DigitalKey.objects.filter(pk=key.pk).update(state=DigitalKeyState.ACTIVE, misses=0, locked_until=None)
        append_event(
            "account:key:resumed", at=at, actor=right.actor, key=key.pk, means=key.means, **right.circumstances
        )
        tell_of_keys(Notice.KEY_ADDED, key, persons=persons, at=at)


def revoke(key_id: int, right: SetUpRight, *, persons: PersonBook, at: datetime) -> None:
    """Take a key away for good and end the stays that lean on it.

    KeyRefusedError for one that is over or another's, and for an eID, itsme or eIDAS: whoever has it would make it a key
    again by using it, so that such a key can only be suspended.
    """
    with transaction.atomic():
        key = _own(key_id, right, *_LIVING)
        if key.means in ISSUED_ELSEWHERE:
            raise KeyRefusedError("This key is not ours to take away.", next_step="Suspend it.")
        _end(key, actor=right.actor, at=at, but=right.stay_id, **right.circumstances)
        tell_of_keys(Notice.KEY_REMOVED, key, persons=persons, at=at)


def revoke_all(login_id: int, means: Means, *, actor: str, at: datetime) -> None:
    """Take every key of that kind away, as when an access manager gives a new password. The caller holds the login."""
    for key in DigitalKey.objects.filter(login_id=login_id, means=means, state__in=_LIVING):
        _end(key, actor=actor, at=at, but=None)


def _end(key: DigitalKey, *, actor: str, at: datetime, but: int | None, **circumstances: Unpack[Circumstances]) -> None:
    DigitalKey.objects.filter(pk=key.pk).update(state=DigitalKeyState.REVOKED, ended_at=at, sealed=None)
    key.state, key.ended_at = DigitalKeyState.REVOKED, at
    end_for_means(key.login_id, Means(key.means), at=at, actor=actor, but=but)
    append_event(
        "account:key:removed", at=at, actor=actor, login=key.login_id, key=key.pk, means=key.means, **circumstances
    )


def _own(key_id: int, right: SetUpRight, *states: DigitalKeyState) -> DigitalKey:
    hold_login(right.login_id)
    key = DigitalKey.objects.filter(pk=key_id, login_id=right.login_id, state__in=states).first()
    if key is None:
        raise KeyRefusedError("There is no such key.", next_step="Look at the list of your keys once more.")
    return key
