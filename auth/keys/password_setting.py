"""Set a password: by its owner in a stay that is sure enough, or in a first sign-in."""

from datetime import datetime

from django.db import transaction

from auth.desk import KeyDesk
from auth.keys.life import activate, discard_pending, find_active, hold_login
from auth.keys.rights import SetUpRight
from auth.logins import name_login
from auth.models import DigitalKey, Login
from auth.notices import Notice, tell
from auth.password_policy import PasswordFault, PasswordRefusedError, require_good_password
from auth.refusals import KeyRefusedError
from domain.assurance import Means
from evidence.audit import append_event


def set_password(
    right: SetUpRight, *, user_name: str | None, password: str, repeated: str, desk: KeyDesk, at: datetime
) -> None:
    """Set or renew user name and password; KeyRefusedError for a name that is taken or a password that is weak.

    `user_name` None keeps the one there is. Every stay that leans on the old password ends, except the present one.
    """
    with transaction.atomic():
        login = hold_login(right.login_id)
        if user_name is not None:
            name_login(login, user_name, at=at, actor=right.actor, **right.circumstances)
        if login.user_name is None:
            raise KeyRefusedError("A password needs a user name.", next_step="Choose a user name too.")
        put_password(login, right, password=password, repeated=repeated, desk=desk, at=at)


def put_password(login: Login, right: SetUpRight, *, password: str, repeated: str, desk: KeyDesk, at: datetime) -> None:
    """Put a good password in the place of whatever there was; the caller holds the login."""
    companies = desk.companies.names_of(login.person_id) if login.person_id is not None else ()
    require_good_password(
        password,
        repeated=repeated,
        forbidden=(login.user_name or "", *companies),
        is_leaked=desk.options.is_leaked,
    )
    before = find_active(login.pk, Means.PASSWORD)
    if before is not None and desk.locksmith.is_password(password, login.password):
        raise PasswordRefusedError([PasswordFault.AS_BEFORE])
    login.password = desk.locksmith.hash_password(password)
    Login.objects.filter(pk=login.pk).update(password=login.password)
    discard_pending(login.pk, Means.PASSWORD, at=at)
    key = DigitalKey.objects.create(
        login=login,
        means=Means.PASSWORD,
        enrolled_level=right.level,
        confined_to_id=right.confined_to,
        created_at=at,
    )
    activate(key, right, persons=desk.persons, at=at)
    if before is not None:
        append_event("account:password:change", at=at, actor=right.actor, login=login.pk, **right.circumstances)
        occasion = f"key:{key.pk}:changed"
        tell(Notice.PASSWORD_CHANGED, login, means=Means.PASSWORD, occasion=occasion, persons=desk.persons, at=at)
