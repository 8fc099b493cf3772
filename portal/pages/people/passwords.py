"""Let an access manager give a new password to a user whose keys the company itself began.

A login is a person's, not a company's: whoever made his keys with eID, or works for another company too, renews his
password himself, so that nobody takes over more than the access that the company gave.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef

from auth.keys.temporary_passwords import give_new_password
from auth.logins import normalise_user_name
from auth.models import DigitalKey, Login, LoginState
from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import ROLES_OF_ENTITY, Appointee
from domain.access.states import AccountState, AppointmentState
from domain.assurance import Means
from portal.key_desk import key_desk
from registers.access.authority import require_appointer, require_in_reach
from registers.access.company_rules import companies_of, takes_passwords
from registers.access.models import Appointment, UserAccount
from registers.access.user_accounts import find_user, wrong_state

_LIVING = (AccountState.ACTIVE, AccountState.INVITED)


def login_to_help(account: UserAccount) -> Login | None:
    """Return the login whose password the company may renew, None where the person does it himself."""
    living = Login.objects.filter(person_id=account.person_id, state__in=[LoginState.INVITED, LoginState.ACTIVE])
    has_password = Exists(DigitalKey.objects.filter(login=OuterRef("pk"), means=Means.PASSWORD))
    login = living.annotate(has_password=has_password).first()
    if login is None or companies_of(account.person_id) != {account.entity_id}:
        return None
    ours = UserAccount.objects.filter(person_id=account.person_id, entity_id=account.entity_id)
    if login.user_name not in {normalise_user_name(name) for name in ours.values_list("user_name", flat=True)}:
        return None
    began_with_codes = login.state == LoginState.INVITED or login.has_password
    return login if began_with_codes else None


def give_password(account_id: int, password: str, repeated: str, *, by: Actor, at: datetime) -> None:
    """Give it, for one sign-in within 72 hours that asks for another; runs in the caller's transaction.

    AccessRefusedError without the power over that user or where passwords are off, PasswordRefusedError for a weak one.
    """
    account = find_user(account_id)
    _require_power(account, by=by, at=at)
    login = login_to_help(account)
    if account.state not in _LIVING or login is None or not takes_passwords(account.entity_id):
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
