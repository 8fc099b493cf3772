"""Write at once what the declarations of a file did in a world: accounts, rights, their history, the trail."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.access.deadlines import end_of_days
from domain.access.services import find_service
from domain.access.states import AccountState, GrantState
from domain.environments import Environment
from evidence.audit import Detail, Event, append_events
from registers.access.declarations.copying import copy_rows, new_ids, update_rows
from registers.access.declarations.sides import Stays
from registers.access.declarations.worlds import Account, AccountStep, HeldRight, RightStep, World
from registers.access.ebox_tasks import second_manager_needed_no_more
from registers.access.models import Grant, StandingChange, UserAccount
from registers.access.own_words import ToldPerson

_TOLD = ("told_family_name", "told_first_name", "told_email")
_MOVED = (
    *(("state", "text"), ("block_reason", "text"), ("blocked_by", "text"), ("valid_until", "timestamptz")),
    *((column, "text") for column in _TOLD),
)
_ACCOUNT = (
    *("id", "entity_id", "environment", "quality", "person_id", "user_name", "state", "block_reason", "blocked_by"),
    *("invited_at", "expires_at", "employment_declared_by", "employment_declared_at", "employment_checked_at"),
    *("valid_from", "valid_until", "created_by", "source"),
    *_TOLD,
)
_GRANT = (
    *("id", "environment", "account_id", "service", "right", "state", "granted_by", "confirmed_by"),
    *("granted_at", "valid_from", "valid_until", "source", "via_mandate_id"),
)


def write_steps(world: World, *, stays: Stays, at: datetime) -> None:
    """Write what was done to accounts and rights of `world` in the running transaction, and forget it there.

    The number of statements grows with thousands of declarations, not with each.
    """
    _write_accounts(world, at=at)
    _write_rights(world, at=at)
    for person, reason in world.steps.stopped:
        stays.end_for_person(person, world.entity_id, reason, at)
    world.steps = type(world.steps)()


def _write_accounts(world: World, *, at: datetime) -> None:
    """Move accounts before others are made: a person who was removed may be entered again."""
    steps = world.steps.of_accounts
    known = [step for step in steps if step.account.pk is not None]
    moved = list({id(step.account): step.account for step in known}.values())
    update_rows(UserAccount, _MOVED, [_moved_row(account, at=at) for account in moved])
    if invited_again := _moved_by("user:invited", known):
        UserAccount.objects.filter(pk__in=invited_again).update(invited_at=at, expires_at=end_of_days(at))
    if unblocked := _moved_by("user:unblocked", known):
        UserAccount.objects.filter(pk__in=unblocked).update(attested_at=at)
    invited = world.steps.invited
    for step, pk in zip(invited, new_ids(UserAccount, len(invited)), strict=True):
        step.account.pk = pk
    copy_rows(UserAccount, _ACCOUNT, [_new_row(step, world, at=at) for step in invited])
    copy_rows(
        StandingChange,
        ("environment", "account_id", "state", "at", "actor", "source", "reason"),
        [
            (world.environment, step.account.pk, str(step.state), at, step.by.name, step.by.source, step.reason)
            for step in steps
        ],
    )
    append_events([_event_of_account(world, step) for step in steps], at=at)


def _moved_by(action: str, steps: Sequence[AccountStep]) -> list[int]:
    return [step.account.pk for step in steps if step.action == action and step.account.pk is not None]


def _new_row(invited: AccountStep, world: World, *, at: datetime) -> tuple[object, ...]:
    account, by = invited.account, invited.by
    return (
        account.pk,
        world.entity_id,
        world.environment,
        world.quality,
        account.person_id,
        account.user_name,
        str(account.state),
        account.reason if account.state is AccountState.BLOCKED else "",
        account.blocked_by,
        at,
        end_of_days(at),
        account.declared_by,
        account.declared_at,
        at if account.is_checked else None,
        account.valid_from,
        at if account.state is AccountState.REMOVED else None,
        by.name,
        by.source,
        *_told_row(account.told),
    )


def _moved_row(account: Account, *, at: datetime) -> tuple[object, ...]:
    keeps_reason = account.state in {AccountState.BLOCKED, AccountState.REMOVED}
    return (
        account.pk,
        str(account.state),
        account.reason if keeps_reason else "",
        account.blocked_by,
        at if account.state is AccountState.REMOVED else None,
        *_told_row(account.told),
    )


def _told_row(told: ToldPerson) -> tuple[str, str, str]:
    return (told.family_name, told.first_name, told.email)


def _event_of_account(world: World, step: AccountStep) -> Event:
    detail: dict[str, Detail] = {
        "entity": world.entity_id,
        "quality": world.quality,
        "account": step.account.pk,
        "person": step.account.person_id,
        "source": step.by.source,
        "reason": step.reason or None,
    }
    return Event(step.action, step.by.name, None, detail)


def _write_rights(world: World, *, at: datetime) -> None:
    """Close rights before others are given: no two of one account and service overlap."""
    closed = [step for step in world.steps.closed if step.right.pk is not None]
    update_rows(
        Grant,
        (("valid_until", "timestamptz"), ("state", "text")),
        [(step.right.pk, step.right.valid_until, str(GrantState.CLOSED)) for step in closed],
    )
    given = world.steps.granted
    for step, pk in zip(given, new_ids(Grant, len(given)), strict=True):
        step.right.pk = pk
    copy_rows(Grant, _GRANT, [_new_grant(step, world, at=at) for step in given])
    steps = [*((step, GrantState.CLOSED) for step in closed), *((step, GrantState.ACTIVE) for step in given)]
    copy_rows(
        StandingChange,
        ("environment", "grant_id", "state", "at", "actor", "source", "reason"),
        [(world.environment, step.right.pk, str(state), at, step.by.name, step.by.source, "") for step, state in steps],
    )
    append_events(list(_events_of_rights(steps)), at=at)
    for step in closed:
        if step.right.waits and step.right.pk is not None:
            second_manager_needed_no_more(step.right.pk, Environment(world.environment), by=step.by, at=at)


def _new_grant(given: RightStep, world: World, *, at: datetime) -> tuple[object, ...]:
    account, right, by = given.account, given.right, given.by
    return (
        right.pk,
        world.environment,
        account.pk,
        right.service,
        right.right,
        str(GrantState.ACTIVE),
        by.name,
        "",
        at,
        right.valid_from,
        right.valid_until,
        by.source,
        _mandate_of(right, world),
    )


def _mandate_of(right: HeldRight, world: World) -> int | None:
    """Return the mandate by which a right is given, with which it ends; None where the company gives it itself."""
    service = find_service(right.service)
    return None if world.groups is None or service is None else world.groups[service.group]


def _events_of_rights(steps: Sequence[tuple[RightStep, GrantState]]) -> Iterator[Event]:
    for step, state in steps:
        action = "right:granted" if state is GrantState.ACTIVE else "right:revoked"
        detail: dict[str, Detail] = {
            "account": step.account.pk,
            "sender": None,
            "service": step.right.service,
            "right": step.right.right,
            "grant": step.right.pk,
            "source": step.by.source,
        }
        yield Event(action, step.by.name, None, detail)
