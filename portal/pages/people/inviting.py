"""Invite somebody as a user: find or enter the person, and send first keys to who has none yet.

What is known of a person is never overwritten by an access manager, and whoever has signed in before is sent no codes:
knowing somebody's number must not be enough to take over his keys.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from auth.keys.temporary_passwords import ReachedBy, issue_activation
from auth.logins import has_keys, login_of_person, name_login
from auth.models import Login, LoginState, Session, TemporaryCredentialKind
from domain.access.user_names import new_user_name
from domain.environments import Environment
from domain.languages import Language
from domain.person_names import is_other_family
from portal.key_desk import key_desk
from portal.pages.permissions import actor_of, entity_of
from registers.access.company_rules import belonging_elsewhere
from registers.access.employment import CheckedIn, DeclaredByManager, Employment
from registers.access.first_codes import gets_first_codes
from registers.access.models import Entity, UserAccount
from registers.access.own_words import ToldPerson
from registers.access.telling_persons import tell_invited
from registers.access.told_persons import keep_told
from registers.access.user_accounts import invite_again, invite_user
from registers.persons.details import Details, create_person, name_person, read_details, set_email, set_mobile
from registers.persons.merging import current_id
from registers.persons.numbers import PersonDirectory, PersonKeys
from registers.student_days.employments import DeclaredEmployments

Said = Mapping[str, str]


class OtherNameError(Exception):
    """The number is somebody's who is known under another family name."""


@dataclass(frozen=True, slots=True)
class Invited:
    """A user who was invited: whether codes were sent, and where else the letter went if the company said where."""

    account: UserAccount
    has_codes: bool
    told_at: str = field(default="", repr=False)


def invite(stay: Session, said: Said, *, at: datetime) -> Invited:
    """Invite whom a form describes into the quality of the stay, in the running transaction.

    `said` holds first_name, family_name, number (may be empty), address, mobile, language, and whether the employment
    is_employed as the manager declares it, which counts where the register knows none (access and login §2.2). Raises
    OtherNameError, and AccessRefusedError as the register does.
    """
    entity, actor = entity_of(stay), actor_of(stay)
    person_id = _person(said, entity, at=at)
    account = invite_user(
        entity.pk,
        stay.quality,
        person_id=person_id,
        user_name=new_user_name(os.urandom),
        employment=_employment(said, person_id, entity, at=at),
        by=actor,
        at=at,
    )
    if not belonging_elsewhere([person_id], entity.pk):
        _reach(person_id, said, actor=actor.name, at=at)
    else:
        _name(person_id, said, actor=actor.name, at=at)
        keep_told(account, ToldPerson(said["family_name"].strip(), said["first_name"].strip(), said["address"]))
    has_codes = send_first_keys(account, actor=actor.name, at=at)
    return Invited(account, has_codes, account.told_email)


def renew(stay: Session, account_id: int, *, at: datetime) -> UserAccount:
    """Invite again, with new codes for who never signed in; AccessRefusedError as the register does."""
    actor = actor_of(stay)
    account = invite_again(account_id, by=actor, at=at)
    send_first_keys(account, actor=actor.name, at=at)
    return account


def send_first_keys(account: UserAccount, *, actor: str, at: datetime) -> bool:
    """Send the user name by mail and a temporary password by SMS to whom the company sends codes.

    Return whether codes were sent. Anybody else is told by mail and e-Box that he is invited, and signs in with the keys he has
    (access and login §8.4).
    """
    login = login_of_person(account.person_id, at=at, actor=actor)
    if not UserAccount.objects.filter(gets_first_codes(has_keys()), pk=account.pk).exists():
        tell_invited(account, at=at)
        return False
    details = read_details([account.person_id])[account.person_id]
    if login.user_name is None:
        name_login(login, account.user_name, at=at, actor=actor)
    reached = ReachedBy(details.email, details.mobile, details.language, company=account.entity.called)
    kind = TemporaryCredentialKind.INVITATION
    issue_activation(login.pk, reached, actor=actor, kind=kind, desk=key_desk(), at=at)
    return True


def _employment(said: Said, person_id: int, entity: Entity, *, at: datetime) -> Employment:
    """Return what the register knows of the employment, or else the manager's word."""
    register = DeclaredEmployments(Environment(entity.environment))
    is_known = register.is_employed(person_id, entity.pk, at)
    return DeclaredByManager() if said.get("is_employed") and not is_known else CheckedIn(register)


def _person(said: Said, entity: Entity, *, at: datetime) -> int:
    """Return whom a form describes; OtherNameError where another name is proved, or was said in this company.

    What another company said of a name binds nobody: a mistake there would keep the person out of every other one.
    """
    environment = Environment(entity.environment)
    if not said["number"]:
        return create_person(environment, at=at)
    directory = PersonDirectory(PersonKeys.read(settings.KEYS / "persons.json"), environment=environment)
    person_id = current_id(directory.find_or_create([said["number"]], at=at)[said["number"]])
    known = read_details([person_id]).get(person_id)
    if known is None or not is_other_family(known.family_name, said["family_name"]):
        return person_id
    if known.is_name_proved or not belonging_elsewhere([person_id], entity.pk):
        raise OtherNameError
    return person_id


def _reach(person_id: int, said: Said, *, actor: str, at: datetime) -> None:
    """Enter name and addresses of who has none, or never signed in."""
    has_signed_in = Login.objects.filter(person_id=person_id).exclude(state=LoginState.INVITED).exists()
    known = _name(person_id, said, actor=actor, at=at)
    if has_signed_in:
        return
    if known is None or not known.is_mobile_verified:
        set_mobile(person_id, said["mobile"], actor=actor, at=at)
    if known is None or not known.is_email_verified:
        set_email(person_id, said["address"], actor=actor, at=at)


def _name(person_id: int, said: Said, *, actor: str, at: datetime) -> Details | None:
    """Name who has no name yet; return what was known before."""
    known = read_details([person_id]).get(person_id)
    if known is None:
        name_person(
            person_id,
            family_name=said["family_name"],
            first_name=said["first_name"],
            language=Language(said["language"]),
            actor=actor,
            at=at,
        )
    return known
