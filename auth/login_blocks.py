"""Block a login, whatever it signs in with, and take the block away: an operator's step for a whole person (§2.1)."""

from datetime import datetime

from django.db import transaction

from auth.keys.life import hold_login
from auth.models import DigitalKey, Login, LoginState
from auth.refusals import KeyRefusedError
from auth.session_life import EndReason, end_for_login
from evidence.audit import append_event


def block_login(login_id: int, *, reason: str, actor: str, at: datetime) -> int:
    """Let nobody sign in by any key of this login, and end its stays at once; return how many ended.

    Keys, accounts and rights are kept. KeyRefusedError for a login that is blocked already or removed.
    """
    with transaction.atomic():
        login = hold_login(login_id)
        if login.state not in {LoginState.INVITED, LoginState.ACTIVE}:
            raise _wrong_state(login)
        Login.objects.filter(pk=login_id).update(state=LoginState.BLOCKED)
        append_event("account:login:blocked", at=at, actor=actor, login=login_id, reason=reason)
        return end_for_login(login_id, reason=EndReason.BLOCKED, at=at, actor=actor)


def unblock_login(login_id: int, *, reason: str, actor: str, at: datetime) -> None:
    """Let the person sign in again with the keys as they were; who never had one is invited as before.

    KeyRefusedError for a login that is not blocked. The lock of a password runs out by itself, or is lifted apart.
    """
    with transaction.atomic():
        login = hold_login(login_id)
        if login.state != LoginState.BLOCKED:
            raise _wrong_state(login)
        has_keys = DigitalKey.objects.filter(login_id=login_id).exists()
        Login.objects.filter(pk=login_id).update(state=LoginState.ACTIVE if has_keys else LoginState.INVITED)
        append_event("account:login:unblocked", at=at, actor=actor, login=login_id, reason=reason)


def _wrong_state(login: Login) -> KeyRefusedError:
    return KeyRefusedError(f"The login is {login.state}.", next_step="See how it stands with `guichet logins show`.")
