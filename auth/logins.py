"""Logins: find or make the one of a person, name it, block it; what hangs on it is another room's."""

import re
from datetime import datetime
from typing import Unpack

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from auth.models import Login, LoginState
from auth.proofs import Circumstances
from auth.refusals import KeyRefusedError
from auth.session_life import EndReason, SessionEnder
from evidence.audit import append_event

_USER_NAME = re.compile(r"\A[a-z0-9](?:[a-z0-9._@-]{1,62})[a-z0-9]\Z")


def login_of_person(person_id: int, *, at: datetime, actor: str) -> Login:
    """Return the person's login, made INVITED where there is none; safe when two make it at once."""
    found = Login.objects.filter(person_id=person_id).exclude(state=LoginState.REMOVED).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            made = Login.objects.create(person_id=person_id, state=LoginState.INVITED, created_at=at)
            append_event("account:created", at=at, actor=actor, login=made.pk)
    except IntegrityError:
        return Login.objects.exclude(state=LoginState.REMOVED).get(person_id=person_id)
    return made


def has_keys() -> Q:
    """Return whether the person of a row has signed in before, blocked or not, as a part of another query."""
    logins = Login.objects.filter(person_id=OuterRef("person_id"))
    return Q(Exists(logins.exclude(state__in=[LoginState.INVITED, LoginState.REMOVED])))


def give_login(*, of: int, to: int, at: datetime, actor: str) -> Login | None:
    """Let the login of a person who turned out to be another one be that one's; return it, None where there was none.

    Where both have one, that of the other stays, unless it was never used; the one too many is removed and its stays
    end. Runs in the caller's transaction.
    """
    living = Login.objects.select_for_update().exclude(state=LoginState.REMOVED).filter(person_id__in=(of, to))
    logins = {login.person_id: login for login in living.order_by("pk")}
    given, own = logins.get(of), logins.get(to)
    if given is None:
        return own
    if own is not None:
        kept, surplus = (given, own) if own.state == LoginState.INVITED != given.state else (own, given)
        SessionEnder(actor=actor).end_for_person(surplus.person_id or 0, None, str(EndReason.BLOCKED), at)
        Login.objects.filter(pk=surplus.pk).update(state=LoginState.REMOVED)
        append_event("account:removed", at=at, actor=actor, login=surplus.pk, person=to, kept=kept.pk)
        if kept is own:
            return own
    Login.objects.filter(pk=given.pk).update(person_id=to)
    append_event("account:person-merged", at=at, actor=actor, login=given.pk, person=to, absorbed=of)
    given.person_id = to
    return given


def normalise_user_name(text: str) -> str:
    """Return a user name as it is stored and looked up: without blanks around, in lower case."""
    return text.strip().lower()


def name_login(
    login: Login, user_name: str, *, at: datetime, actor: str, **circumstances: Unpack[Circumstances]
) -> None:
    """Give the login its user name; KeyRefusedError when it has another form or is taken.

    The event tells the `circumstances` too, as of a right to set up keys.
    """
    wanted = normalise_user_name(user_name)
    if not _USER_NAME.match(wanted):
        raise KeyRefusedError(
            "A user name has 3 to 64 letters without accents, digits, dots, hyphens, underscores or @.",
            next_step="Choose another user name.",
        )
    if login.user_name == wanted:
        return
    try:
        with transaction.atomic():
            Login.objects.filter(pk=login.pk).update(user_name=wanted)
            append_event("account:name:change", at=at, actor=actor, login=login.pk, **circumstances)
    except IntegrityError:
        raise KeyRefusedError("This user name is taken.", next_step="Choose another user name.") from None
    login.user_name = wanted
