"""Let an access manager give a new password to a user whose keys the company itself began.

A login is a person's, not a company's: whoever made his keys with eID, or works for another company too, renews his
password himself, so that nobody takes over more than the access that the company gave.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Lower, Trim

from auth.keys.temporary_passwords import give_new_password
from auth.models import DigitalKey, Login, LoginState
from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import ROLES_OF_ENTITY, Appointee, Role, may_any_appoint
from domain.access.standings import Standing
from domain.access.states import AccountState, AppointmentState
from domain.assurance import Means
from portal.key_desk import key_desk
from registers.access.authority import require_appointer
from registers.access.company_rules import belongs_elsewhere, takes_passwords
from registers.access.models import Appointment, UserAccount
from registers.access.user_accounts import find_user, wrong_state

_LIVING = (AccountState.ACTIVE, AccountState.INVITED)


def login_to_help(account: UserAccount) -> Login | None:
    """Return the login whose password the company may renew, None where the person does it himself."""
    return _to_help({account.person_id}, account.entity_id).first()


def persons_to_help(users: Collection[UserAccount], standing: Standing) -> frozenset[int]:
    """Return those of the users of a quality to whom the reader may give a new password, by person; one query at most."""
    asked = frozenset(user.person_id for user in users if user.state in _LIVING) - {standing.person_id}
    if not asked or not standing.is_password_login_allowed:
        return frozenset()
    above = Exists(_managing_above(standing.roles, standing.entity_id, standing.quality))
    logins = _to_help(asked, standing.entity_id).exclude(above)
    return asked & frozenset(logins.values_list("person_id", flat=True))


def why_not_helped(user: UserAccount, standing: Standing) -> RefusalReason:
    """Return why the reader may give no new password to a user whom the company could help."""
    if user.person_id == standing.person_id:
        return RefusalReason.ONESELF
    return RefusalReason.TARGET_OUT_OF_REACH if user.state in _LIVING else RefusalReason.STATE_FORBIDS


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
    above = Exists(_managing_above(roles, account.entity_id, account.quality))
    if UserAccount.objects.filter(above, pk=account.pk).exists():
        raise AccessRefusedError(
            RefusalReason.TARGET_OUT_OF_REACH,
            "That person is an access manager above your own role, or of another quality.",
            next_step="The main access manager does it.",
        )


def _to_help(person_ids: Collection[int], entity_id: int) -> QuerySet[Login]:
    """Return the logins of users of a company that it began alone, and whose passwords it may renew."""
    of_person = UserAccount.objects.filter(person_id=OuterRef("person_id"), entity_id=entity_id)
    # In the database what `normalise_user_name` does to a name that is looked for: names of logins are kept so.
    named_here = of_person.annotate(stored=Lower(Trim("user_name"))).filter(stored=OuterRef("user_name"))
    has_password = DigitalKey.objects.filter(login=OuterRef("pk"), means=Means.PASSWORD)
    return Login.objects.annotate(entity_id=Value(entity_id)).filter(
        Q(state=LoginState.INVITED) | Q(Exists(has_password), state=LoginState.ACTIVE),
        Exists(of_person.exclude(state=AccountState.REMOVED)),
        Exists(named_here),
        ~belongs_elsewhere(),
        person_id__in=list(person_ids),
    )


def _managing_above(roles: Collection[Role], entity_id: int, quality: str) -> QuerySet[Appointment]:
    """Return the places of the person of a row that who has those roles could not give: nobody helps who stands above him.

    Who manages another quality is helped by those of the whole company alone.
    """
    held = Appointment.objects.filter(
        entity_id=entity_id, person_id=OuterRef("person_id"), state=AppointmentState.ACTIVE
    )
    is_here = Q(quality__in=["", quality])
    above = is_here & Q(role__in=[role for role in Role if not may_any_appoint(roles, Appointee(role.value))])
    return held.filter(above if ROLES_OF_ENTITY & set(roles) else above | ~is_here)
