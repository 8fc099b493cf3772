"""Match who was seen in a video call, note what he showed, and give first keys to who asked for it: he has no key yet."""

import os
from collections.abc import Callable
from datetime import datetime

from auth.documents import note_call_document
from auth.keys.temporary_passwords import ReachedBy, issue_activation
from auth.logins import login_of_person, name_login
from auth.models import LoginState, Session
from auth.openid.matching import WaitingIdentity
from domain.access.user_names import new_user_name
from domain.assurance import Means
from domain.registration import SeenDocument
from portal.key_desk import key_desk
from portal.pages.stays import login_of
from registers.persons.details import prove_name, read_details, set_email, set_mobile


def register_matched(
    waiting: WaitingIdentity,
    match: Callable[[], int],
    *,
    seen: SeenDocument | None,
    officer: Session,
    at: datetime,
) -> int:
    """Match who waits, and return the person's id; who asked for a call is named and sent first keys.

    Who was signed in when he asked has a name and keys. The document that the officer saw in the call is noted. Runs in the caller's transaction, and raises what `match` and
    `note_call_document` do.
    """
    person_id, actor = match(), f"login:{login_of(officer)}"
    if seen is not None:
        note_call_document(waiting.number, seen, officer=officer, locksmith=key_desk().locksmith, at=at)
    if waiting.pending.means is Means.EMAIL_CODE and waiting.pending.person_id is None:
        _name(person_id, waiting, actor=actor, at=at)
        _send_first_keys(person_id, waiting, actor=actor, at=at)
    return person_id


def _name(person_id: int, waiting: WaitingIdentity, *, actor: str, at: datetime) -> None:
    """Call a person who has no name here yet as the documents did."""
    if not read_details([person_id]):
        prove_name(
            person_id,
            family_name=waiting.pending.family_name,
            first_name=waiting.pending.given_names,
            language=waiting.language,
            actor=actor,
            at=at,
        )


def _send_first_keys(person_id: int, waiting: WaitingIdentity, *, actor: str, at: datetime) -> None:
    """Send user name and temporary password apart to who never signed in; nobody's keys are taken over by a call."""
    login = login_of_person(person_id, at=at, actor=actor)
    if login.state != LoginState.INVITED:
        return
    if login.user_name is None:
        name_login(login, new_user_name(os.urandom), at=at, actor=actor)
    set_mobile(person_id, waiting.reach.phone, actor=actor, at=at)
    set_email(person_id, waiting.reach.mail, actor=actor, at=at)
    reached = ReachedBy(mail=waiting.reach.mail, mobile=waiting.reach.phone, language=waiting.language)
    issue_activation(login.pk, reached, actor=actor, desk=key_desk(), at=at)
