"""User accounts: invite, activate, leave, block, sign out and remove; a password's lock that is lifted never takes a block away."""

from datetime import datetime
from typing import assert_never

from django.db import transaction

from domain.access.actors import Actor, ActorKind
from domain.access.deadlines import end_of_days
from domain.access.limits import STANDARD_LIMITS, AccountLimits
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Appointee
from domain.access.states import ACCOUNT_MOVES, AccountState
from domain.stops import StoppedBy, may_block_anew, power_of
from registers.access.authority import (
    lock_active_account,
    require_appointer,
    require_blocker,
    require_in_reach,
    require_key_of_company,
    require_quality,
    roles_of,
)
from registers.access.changes import note_user
from registers.access.employment import CheckedIn, DeclaredByManager, Employment
from registers.access.grant_closing import close_grants
from registers.access.models import UserAccount
from registers.access.operators_stops import require_may_unblock, require_not_stopped
from registers.access.session_ending import PasswordLocks, SessionEnder, StopReason


@transaction.atomic
def invite_user(
    entity_id: int,
    quality: str,
    *,
    person_id: int,
    user_name: str,
    employment: Employment,
    by: Actor,
    at: datetime,
    limits: AccountLimits = STANDARD_LIMITS,
) -> UserAccount:
    """Invite a person who is employed by the company as a user of one quality; AccessRefusedError otherwise.

    The invitation holds until the end of the 30th day. `user_name` is new; see `domain.access.user_names`.
    """
    account = lock_active_account(entity_id)
    require_quality(entity_id, quality, at=at)
    require_appointer(Appointee.USER, entity_id, quality, by=by, at=at)
    if _living(entity_id, quality, person_id):
        raise AccessRefusedError(
            RefusalReason.HELD_ALREADY,
            "The person is a user of this quality already.",
            next_step="Look at the list of users; an expired invitation can be renewed there.",
        )
    require_not_stopped(person_id, entity_id, by=by.name)
    declared, checked = _employment(employment, person_id, entity_id, at=at)
    row = UserAccount.objects.create(
        entity_id=entity_id,
        environment=account.environment,
        quality=quality,
        person_id=person_id,
        user_name=user_name,
        invited_at=at,
        expires_at=end_of_days(at, limits.days),
        employment_declared_by=by.name if declared else "",
        employment_declared_at=declared,
        employment_checked_at=checked,
        valid_from=at,
        created_by=by.name,
        source=by.source,
    )
    note_user(row, "user:invited", by=by, at=at)
    return row


@transaction.atomic
def invite_again(account_id: int, *, by: Actor, at: datetime, limits: AccountLimits = STANDARD_LIMITS) -> UserAccount:
    """Renew an invitation, whether its time is over or not; not of whom an operator blocked here in another place."""
    row = find_user(account_id)
    require_appointer(Appointee.USER, row.entity_id, row.quality, by=by, at=at)
    if row.state not in {AccountState.INVITED, AccountState.EXPIRED}:
        raise wrong_state(row)
    require_not_stopped(row.person_id, row.entity_id, by=by.name)
    row.state, row.invited_at, row.expires_at = AccountState.INVITED, at, end_of_days(at, limits.days)
    row.save(update_fields=["state", "invited_at", "expires_at"])
    note_user(row, "user:invited", by=by, at=at)
    return row


@transaction.atomic
def activate_user(account_id: int, *, by: Actor, at: datetime) -> UserAccount:
    """Let the person take up his account, with new keys or keys he has; the invitation must still hold.

    A company that has switched passwords off is joined with a key that needs none, and whom an operator blocked there
    meanwhile joins none.
    """
    row = find_user(account_id)
    _require_invited_person(row, by)
    if row.state == AccountState.INVITED and at >= row.expires_at:
        raise AccessRefusedError(
            RefusalReason.STATE_FORBIDS,
            "The invitation was not accepted in time.",
            next_step="Your access manager can invite you again.",
        )
    if row.state != AccountState.INVITED:
        raise wrong_state(row)
    require_not_stopped(row.person_id, row.entity_id, by=by.name)
    require_key_of_company(row.entity_id, by=by)
    row.state, row.activated_at = AccountState.ACTIVE, at
    row.save(update_fields=["state", "activated_at"])
    note_user(row, "user:activated", by=by, at=at)
    return row


@transaction.atomic
def decline_user(account_id: int, *, by: Actor, at: datetime) -> UserAccount:
    """Let the person refuse an invitation, also one whose time is over; the company may invite again."""
    row = find_user(account_id)
    _require_invited_person(row, by)
    if row.state not in {AccountState.INVITED, AccountState.EXPIRED}:
        raise wrong_state(row)
    finish_user(row, by=by, at=at, reason="DECLINED")
    return row


@transaction.atomic
def leave(account_id: int, *, by: Actor, at: datetime, sessions: SessionEnder) -> UserAccount:
    """Let a user end his own account: his rights are closed, and his stays in the company end; it may invite him again.

    An account that is blocked stays as it is: the company, which blocked it, ends it.
    """
    row = find_user(account_id)
    _require_invited_person(row, by)
    if row.state != AccountState.ACTIVE:
        raise wrong_state(row)
    finish_user(row, by=by, at=at, reason="LEFT")
    sessions.end_for_person(row.person_id, row.entity_id, StopReason.OWN_CHOICE, at)
    return row


@transaction.atomic
def block_user(account_id: int, *, by: Actor, at: datetime, sessions: SessionEnder, reason: str = "") -> bool:
    """Stop a user at once and end his sessions; False when he is blocked already. Account and rights are kept.

    Who is blocked already is blocked anew by whoever is stronger, and by the company where it was for want of use.
    """
    row, power = find_user(account_id), power_of(by.name)
    _require_other(row, by)
    _require_power(row, by=by, at=at)
    if row.state != AccountState.BLOCKED:
        _require_move(row, AccountState.BLOCKED)
    elif not may_block_anew(power, blocked_by=row.blocked_by, reason=row.block_reason):
        return False
    row.state, row.block_reason, row.blocked_by = AccountState.BLOCKED, reason[:32], str(power)
    row.save(update_fields=["state", "block_reason", "blocked_by"])
    note_user(row, "user:blocked", by=by, at=at, reason=reason)
    sessions.end_for_person(row.person_id, row.entity_id, StopReason.BLOCKED, at)
    return True


@transaction.atomic
def unblock_user(account_id: int, *, by: Actor, at: datetime) -> UserAccount:
    """Take a block away; a lock of too many wrong tries stays until it runs out or is taken away by itself.

    An operator alone takes away what an operator blocked; of a user who was removed since, too, so that he may be entered anew.
    That the user is needed is confirmed by it: the year without use begins anew (§8.6).
    """
    row = find_user(account_id)
    _require_other(row, by)
    _require_power(row, by=by, at=at)
    was_removed = row.state == AccountState.REMOVED and row.blocked_by == StoppedBy.OPERATOR
    if row.state != AccountState.BLOCKED and not was_removed:
        raise wrong_state(row)
    require_may_unblock(row.blocked_by, by=by)
    if not was_removed:
        row.state, row.block_reason, row.attested_at = AccountState.ACTIVE, "", at
    row.blocked_by = ""
    row.save(update_fields=["state", "block_reason", "blocked_by", "attested_at"])
    note_user(row, "user:unblocked", by=by, at=at)
    return row


@transaction.atomic
def remove_user(account_id: int, *, by: Actor, at: datetime, sessions: SessionEnder, reason: str = "") -> UserAccount:
    """Remove a user: his rights are closed, his sessions ended, his account stays on record."""
    row = find_user(account_id)
    _require_other(row, by)
    roles = require_appointer(Appointee.USER, row.entity_id, row.quality, by=by, at=at)
    require_in_reach(row.person_id, row.entity_id, row.quality, by=by, roles=roles)
    _require_move(row, AccountState.REMOVED)
    finish_user(row, by=by, at=at, reason=reason)
    sessions.end_for_person(row.person_id, row.entity_id, StopReason.MANAGER, at)
    return row


@transaction.atomic
def unlock_user(account_id: int, *, by: Actor, at: datetime, locks: PasswordLocks) -> bool:
    """Lift the lock of the user's password before it runs out; False where there is none. A block stays."""
    row = find_user(account_id)
    _require_power(row, by=by, at=at)
    if not locks.lift_for_person(row.person_id, at):
        return False
    note_user(row, "user:unlocked", by=by, at=at)
    return True


@transaction.atomic
def sign_out_user(account_id: int, *, by: Actor, at: datetime, sessions: SessionEnder) -> UserAccount:
    """End the user's sessions in the company; account, rights and keys stay, so that he may sign in again (§6)."""
    row = find_user(account_id)
    _require_other(row, by)
    _require_power(row, by=by, at=at)
    sessions.end_for_person(row.person_id, row.entity_id, StopReason.MANAGER, at)
    note_user(row, "user:signed-out", by=by, at=at)
    return row


def find_user(account_id: int) -> UserAccount:
    """Return a user account with its entity's account locked; refused when there is none."""
    row = UserAccount.objects.filter(pk=account_id).first()
    if row is None:
        raise AccessRefusedError(
            RefusalReason.UNKNOWN, "There is no such user.", next_step="Look at the list of users again."
        )
    lock_active_account(row.entity_id)
    row.refresh_from_db()
    return row


def finish_user(row: UserAccount, *, by: Actor, at: datetime, reason: str) -> None:
    """Remove one account and close its rights, whoever asked for it."""
    close_grants(row, by=by, at=at)
    row.state, row.valid_until = AccountState.REMOVED, at
    row.told_family_name = row.told_first_name = row.told_email = ""
    row.save(update_fields=["state", "valid_until", "told_family_name", "told_first_name", "told_email"])
    note_user(row, "user:removed", by=by, at=at, reason=reason)


def wrong_state(row: UserAccount) -> AccessRefusedError:
    """Return the refusal of a move that the state of the account does not know."""
    removed = row.state == AccountState.REMOVED
    return AccessRefusedError(
        RefusalReason.REMOVED if removed else RefusalReason.STATE_FORBIDS,
        f"The user account is {row.state}.",
        next_step="Look at the list of users again: somebody may have been quicker.",
    )


def _living(entity_id: int, quality: str, person_id: int) -> bool:
    rows = UserAccount.objects.filter(entity_id=entity_id, quality=quality, person_id=person_id)
    return rows.exclude(state=AccountState.REMOVED).exists()


def _employment(
    employment: Employment, person_id: int, entity_id: int, *, at: datetime
) -> tuple[datetime | None, datetime | None]:
    """Return when it was declared and when it was checked; one of them."""
    match employment:
        case DeclaredByManager():
            return at, None
        case CheckedIn(register):
            if not register.is_employed(person_id, entity_id, at):
                raise AccessRefusedError(
                    RefusalReason.NOT_EMPLOYED,
                    "No running employment of the person with the company is known.",
                    next_step="Declare the employment first, or confirm yourself that the person works there.",
                )
            return None, at
        case _:
            assert_never(employment)


def _require_power(row: UserAccount, *, by: Actor, at: datetime) -> None:
    require_blocker(Appointee.USER, row.entity_id, row.quality, by=by, at=at)
    roles = roles_of(by.person_id, row.entity_id, row.quality)
    require_in_reach(row.person_id, row.entity_id, row.quality, by=by, roles=roles)


def _require_invited_person(row: UserAccount, by: Actor) -> None:
    if by.person_id != row.person_id:
        raise AccessRefusedError(
            RefusalReason.NOT_THE_APPOINTEE, "Only the invited person may do this.", next_step="Sign in as that person."
        )


def _require_other(row: UserAccount, by: Actor) -> None:
    if by.kind is ActorKind.PERSON and by.person_id == row.person_id:
        raise AccessRefusedError(
            RefusalReason.ONESELF,
            "Nobody blocks, unblocks, signs out or removes himself.",
            next_step="Another access manager does it.",
        )


def _require_move(row: UserAccount, wanted: AccountState) -> None:
    if wanted not in ACCOUNT_MOVES[AccountState(row.state)]:
        raise wrong_state(row)
