"""Let an access manager give a new password to a user whose keys the company itself began.

A login is a person's, not a company's: whoever made his keys with eID, or works for another company too, renews his
password himself, so that nobody takes over more than the access that the company gave.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Lower, Trim

from auth.keys.temporary_passwords import give_new_password
from auth.models import DigitalKey, Login, LoginState
from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import ROLES_OF_ENTITY, Appointee
from domain.access.states import AccountState, AppointmentState
from domain.assurance import Means
from portal.key_desk import key_desk
from registers.access.authority import require_appointer, require_in_reach
from registers.access.company_rules import belongs_elsewhere, takes_passwords
from registers.access.models import Appointment, UserAccount
from registers.access.user_accounts import find_user, wrong_state

_LIVING = (AccountState.ACTIVE, AccountState.INVITED)


def login_to_help(account: UserAccount) -> Login | None:
    """Return the login whose password the company may renew, None where the person does it himself."""
    return logins_to_help([account.person_id], account.entity_id).get(account.person_id)


def logins_to_help(person_ids: Collection[int], entity_id: int) -> dict[int, Login]:
    """Return, by person, the logins of users of a company whose passwords it may renew; one query, however many there are."""
    of_person = UserAccount.objects.filter(person_id=OuterRef("person_id"), entity_id=entity_id)
    # In the database what `normalise_user_name` does to a name that is looked for: names of logins are kept so.
    named_here = of_person.annotate(stored=Lower(Trim("user_name"))).filter(stored=OuterRef("user_name"))
    has_password = DigitalKey.objects.filter(login=OuterRef("pk"), means=Means.PASSWORD)
    logins = Login.objects.annotate(entity_id=Value(entity_id)).filter(
        Q(state=LoginState.INVITED) | Q(Exists(has_password), state=LoginState.ACTIVE),
        Exists(of_person.exclude(state=AccountState.REMOVED)),
        Exists(named_here),
        ~belongs_elsewhere(),
        person_id__in=list(person_ids),
    )
    return {login.person_id: login for login in logins if login.person_id is not None}


def may_be_helped(account: UserAccount) -> bool:
    """Whether a user's account is in a state in which a new password is given."""
    return account.state in _LIVING


def give_password(account_id: int, password: str, repeated: str, *, by: Actor, at: datetime) -> None:
    """Give it, for one sign-in within 72 hours that asks for another; runs in the caller's transaction.

    AccessRefusedError without the power over that user or where passwords are off, PasswordRefusedError for a weak one.
    """
    account = find_user(account_id)
    _require_power(account, by=by, at=at)
    login = login_to_help(account)
    if not may_be_helped(account) or login is None or not takes_passwords(account.entity_id):
        raise wrong_state(account)
    give_new_password(login.pk, password=password, repeated=repeated, actor=by.name, desk=key_desk(), at=at)


def _require_power(account: UserAccount, *, by: Actor, at: datetime) -> None:
    if by.person_id == account.person_id:
        raise AccessRefusedError(
            RefusalReason.ONESELF, "Nobody does so for himself.", next_step="Renew your own under My digital keys."
        )
    roles = require_appointer(Appointee.USER, account.entity_id, account.quality, by=by, at=at)
    require_in_reach(account.person_id, account.entity_id, account.quality, by=by, roles=roles)
    elsewhere = Appointment.objects.filter(
        entity_id=account.entity_id, person_id=account.person_id, state=AppointmentState.ACTIVE
    ).exclude(quality__in=["", account.quality])
    if not roles & ROLES_OF_ENTITY and elsewhere.exists():
        raise AccessRefusedError(
            RefusalReason.TARGET_OUT_OF_REACH,
            "That person manages another quality.",
            next_step="The main access manager does it.",
        )
