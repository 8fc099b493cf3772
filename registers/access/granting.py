"""Give and take rights in services; nobody gives what he does not manage, nor raises himself where four eyes are needed."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from domain.access.actors import Actor, ActorKind
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Appointee
from domain.access.services import Right, Service, ServiceCode, find_service
from domain.access.states import AccountState, GrantState
from registers.access.authority import mandates_held, not_entitled, require_appointer, require_in_reach, roles_of
from registers.access.changes import note_grant
from registers.access.ebox_tasks import ask_second_manager, second_manager_decided
from registers.access.grant_closing import STANDING, close_grant
from registers.access.models import Grant, UserAccount
from registers.access.second_managers import require_other_eyes, require_somebody_else
from registers.access.user_accounts import find_user, wrong_state


@dataclass(frozen=True, slots=True)
class WantedRight:
    """A right that an account is to have, from `valid_from` (None: now) until before `valid_until` (None: no end)."""

    service: ServiceCode
    right: Right
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@transaction.atomic
def grant(account_id: int, wanted: WantedRight, *, by: Actor, at: datetime) -> Grant:
    """Give a user a right; the same right again changes nothing, another one in the same time is refused.

    A manager who gives himself a right in a service that needs four eyes proposes it: a second manager confirms it.
    """
    account = _account_to_grant(account_id, by=by, at=at)
    service = _require_service(account, wanted, by=by, at=at)
    begins = wanted.valid_from or at
    _require_period(wanted, begins, at=at)
    same = _overlapping(account, wanted, begins)
    for row in same:
        if (row.right, row.valid_until) == (wanted.right, wanted.valid_until) and row.valid_from <= begins:
            return row
        raise AccessRefusedError(
            RefusalReason.OVERLAPPING_GRANT,
            f"The user holds {row.right} in {row.service} in that time.",
            next_step="Take that right back first.",
        )
    return _create(account, service, wanted, begins, by=by, at=at)


@transaction.atomic
def revoke(grant_id: int, *, by: Actor, at: datetime) -> Grant:
    """Take a right back at once."""
    row = _find_grant(grant_id)
    account = _user_of(row)
    _require_manager(account, by=by, at=at)
    if row.state not in STANDING:
        raise _over(row)
    _require_mandate(account, row.service, by=by, at=at)
    close_grant(row, by=by, at=at)
    return row


@transaction.atomic
def confirm_grant(grant_id: int, *, by: Actor, at: datetime) -> Grant:
    """Let a second manager confirm what somebody gave himself, another human than he (decision 0047)."""
    row = _find_grant(grant_id)
    require_confirmable(row, by=by, at=at)
    row.state, row.confirmed_by, row.valid_from = GrantState.ACTIVE, by.name, max(row.valid_from, at)
    row.save(update_fields=["state", "confirmed_by", "valid_from"])
    note_grant(row, "right:confirmed", by=by, at=at)
    second_manager_decided(row, by=by, at=at)
    return row


@transaction.atomic
def refuse_grant(grant_id: int, *, by: Actor, at: datetime) -> Grant:
    """Let a second manager refuse what somebody gave himself."""
    row = _find_grant(grant_id)
    require_refusable(row, by=by, at=at)
    close_grant(row, by=by, at=at, state=GrantState.REFUSED)
    return row


def require_confirmable(row: Grant, *, by: Actor, at: datetime) -> None:
    """Refuse who does not confirm the right of a user as things stand; nothing is held, so that a page may ask before."""
    require_refusable(row, by=by, at=at)
    require_other_eyes(row.granted_by, _user_of(row).entity_id, by=by)
    if row.valid_until is not None and max(row.valid_from, at) >= row.valid_until:
        raise _over(row)


def require_refusable(row: Grant, *, by: Actor, at: datetime) -> None:
    """Refuse who does not refuse the right of a user as things stand; nothing is held."""
    account = _user_of(row)
    if not roles_of(by.person_id, account.entity_id, account.quality):
        raise not_entitled()
    require_appointer(Appointee.USER, account.entity_id, account.quality, by=by, at=at)
    require_somebody_else(row.granted_by, by=by)
    if row.state != GrantState.PROPOSED:
        raise _over(row)


def _account_to_grant(account_id: int, *, by: Actor, at: datetime) -> UserAccount:
    account = find_user(account_id)
    _require_manager(account, by=by, at=at)
    if account.state == AccountState.REMOVED:
        raise wrong_state(account)
    return account


def _require_manager(account: UserAccount, *, by: Actor, at: datetime) -> None:
    roles = require_appointer(Appointee.USER, account.entity_id, account.quality, by=by, at=at)
    require_in_reach(account.person_id, account.entity_id, account.quality, by=by, roles=roles)


def _require_service(account: UserAccount, wanted: WantedRight, *, by: Actor, at: datetime) -> Service:
    service = find_service(wanted.service)
    if service is None or wanted.right not in service.rights:
        raise AccessRefusedError(
            RefusalReason.SERVICE_UNKNOWN,
            f"There is no right {wanted.right} in a service {wanted.service}.",
            next_step="Choose one of the services and rights of the list.",
        )
    if account.quality not in service.qualities:
        raise AccessRefusedError(
            RefusalReason.SERVICE_NOT_OPEN,
            f"The service {service.code} is not open to this quality.",
            next_step="Choose another service or another quality.",
        )
    if by.kind is ActorKind.SENDER:
        _require_by_file(account, service, by=by, at=at)
    return service


def _require_by_file(account: UserAccount, service: Service, *, by: Actor, at: datetime) -> None:
    if not service.is_granted_by_file:
        raise AccessRefusedError(
            RefusalReason.NOT_BY_FILE,
            f"Rights in {service.code} are never given by a file.",
            next_step="A manager gives them in the portal.",
        )
    _require_mandate(account, service.code, by=by, at=at)


def _require_mandate(account: UserAccount, code: str, *, by: Actor, at: datetime) -> None:
    """Refuse a sender that speaks for another company to touch a right in a service that no mandate of it reaches."""
    if by.kind is not ActorKind.SENDER or by.entity_id == account.entity_id:
        return
    service = find_service(code)
    if service is None or service.group not in mandates_held(by.entity_id, account.entity_id, at=at):
        raise AccessRefusedError(
            RefusalReason.RIGHT_NOT_MANAGED,
            f"Your mandate does not reach the service {code}.",
            next_step="Ask the principal for a mandate for that group of services.",
        )


def _require_period(wanted: WantedRight, begins: datetime, *, at: datetime) -> None:
    is_backward = wanted.valid_until is not None and wanted.valid_until <= begins
    if begins < at or is_backward:
        raise AccessRefusedError(
            RefusalReason.OUTSIDE_ACCOUNT_PERIOD,
            "The period begins in the past, or ends before it begins.",
            next_step="Give a first day from today on, and a last day after it.",
        )


def _overlapping(account: UserAccount, wanted: WantedRight, begins: datetime) -> list[Grant]:
    rows = account.grants.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=begins), service=wanted.service, state__in=STANDING
    )
    if wanted.valid_until is not None:
        rows = rows.filter(valid_from__lt=wanted.valid_until)
    return list(rows)


def _create(
    account: UserAccount, service: Service, wanted: WantedRight, begins: datetime, *, by: Actor, at: datetime
) -> Grant:
    raises_himself = service.needs_four_eyes and by.person_id == account.person_id
    row = Grant.objects.create(
        environment=account.environment,
        account=account,
        service=wanted.service,
        right=wanted.right,
        state=GrantState.PROPOSED if raises_himself else GrantState.ACTIVE,
        granted_by=by.name,
        via_mandate_id=_mandate_of(account, service, by=by, at=at),
        granted_at=at,
        valid_from=begins,
        valid_until=wanted.valid_until,
        source=by.source,
    )
    note_grant(row, "right:proposed" if raises_himself else "right:granted", by=by, at=at)
    if raises_himself:
        ask_second_manager(row, account, at=at)
    return row


def _mandate_of(account: UserAccount, service: Service, *, by: Actor, at: datetime) -> int | None:
    """Return the mandate by which a sender speaks for another company, with which the right ends."""
    if by.kind is not ActorKind.SENDER or by.entity_id == account.entity_id:
        return None
    return mandates_held(by.entity_id, account.entity_id, at=at)[service.group]


def _find_grant(grant_id: int) -> Grant:
    row = Grant.objects.select_related("account").filter(pk=grant_id, account__isnull=False).first()
    if row is None:
        raise AccessRefusedError(
            RefusalReason.UNKNOWN, "There is no such right.", next_step="Look at the rights of the user again."
        )
    find_user(_user_of(row).pk)
    row.refresh_from_db()
    return row


def _user_of(row: Grant) -> UserAccount:
    if row.account is None:
        message = f"right {row.pk} is not of a user"
        raise LookupError(message)
    return row.account


def _over(row: Grant) -> AccessRefusedError:
    return AccessRefusedError(
        RefusalReason.STATE_FORBIDS, f"The right is {row.state}.", next_step="Look at the rights of the user again."
    )
