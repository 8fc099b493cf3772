"""Write at once what the declarations of a file did in a world: accounts, rights, contact data, their history, the trail."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.access.actors import Actor
from domain.access.deadlines import end_of_days
from domain.access.states import AccountState, GrantState
from domain.languages import Language
from evidence.audit import Detail, Event, append_events
from registers.access.declarations.sides import Stays
from registers.access.declarations.worlds import Account, Contact, HeldRight, World
from registers.access.models import Grant, StandingChange, UserAccount
from registers.persons.models import PersonDetails

_AT_ONCE = 2_000
_PLATFORM_LANGUAGE = Language.EN


def write_steps(world: World, *, by: Actor, first_names: dict[int, str], stays: Stays, at: datetime) -> None:
    """Write everything that was done in `world` in the running transaction, and forget it there.

    The number of statements grows with thousands of declarations, not with each. `first_names` are those of the persons
    who are new here.
    """
    _write_accounts(world, by=by, at=at)
    _write_rights(world, by=by, at=at)
    _write_contacts(world.steps.contacts, world.environment, first_names, at=at)
    for person, reason in world.steps.stopped:
        stays.end_for_person(person, world.entity_id, reason, at)
    world.steps = type(world.steps)()


def _write_accounts(world: World, *, by: Actor, at: datetime) -> None:
    """Move accounts before others are made: a person who was removed may be entered again."""
    steps = world.steps
    moved = list({id(account): account for account, _ in steps.moved if account.pk is not None}.values())
    UserAccount.objects.bulk_update(
        [_moved_row(account, at=at) for account in moved],
        ["state", "block_reason", "valid_until"],
        batch_size=_AT_ONCE,
    )
    rows = UserAccount.objects.bulk_create(
        [_new_row(account, world, by=by, at=at) for account in steps.invited], batch_size=_AT_ONCE
    )
    for account, row in zip(steps.invited, rows, strict=True):
        account.pk = row.pk
    invited_again = [
        account.pk for account, action in steps.moved if action == "user:invited" and account.pk is not None
    ]
    if invited_again:
        UserAccount.objects.filter(pk__in=invited_again).update(invited_at=at, expires_at=end_of_days(at))
    told = [(account, "user:invited") for account in steps.invited] + steps.moved
    StandingChange.objects.bulk_create(
        [
            StandingChange(
                environment=world.environment,
                account_id=account.pk,
                state=account.state,
                at=at,
                actor=by.name,
                source=by.source,
                reason=account.reason,
            )
            for account, _ in told
        ],
        batch_size=_AT_ONCE,
    )
    append_events([_event_of_account(world, account, action, by) for account, action in told], at=at)


def _new_row(account: Account, world: World, *, by: Actor, at: datetime) -> UserAccount:
    return UserAccount(
        entity_id=world.entity_id,
        environment=world.environment,
        quality=world.quality,
        person_id=account.person_id,
        user_name=account.user_name,
        state=account.state,
        block_reason=account.reason if account.state is AccountState.BLOCKED else "",
        invited_at=at,
        expires_at=end_of_days(at),
        employment_declared_by=account.declared_by,
        employment_declared_at=account.declared_at,
        employment_checked_at=at if account.is_checked else None,
        valid_from=account.valid_from,
        valid_until=at if account.state is AccountState.REMOVED else None,
        created_by=by.name,
        source=by.source,
    )


def _moved_row(account: Account, *, at: datetime) -> UserAccount:
    is_removed = account.state is AccountState.REMOVED
    keeps_reason = account.state in {AccountState.BLOCKED, AccountState.REMOVED}
    return UserAccount(
        pk=account.pk,
        state=account.state,
        block_reason=account.reason if keeps_reason else "",
        valid_until=at if is_removed else None,
    )


def _event_of_account(world: World, account: Account, action: str, by: Actor) -> Event:
    detail: dict[str, Detail] = {
        "entity": world.entity_id,
        "quality": world.quality,
        "account": account.pk,
        "person": account.person_id,
        "source": by.source,
        "reason": account.reason or None,
    }
    return Event(action, by.name, None, detail)


def _write_rights(world: World, *, by: Actor, at: datetime) -> None:
    """Close rights before others are given: no two of one account and service overlap."""
    closed = [(account, right) for account, right in world.steps.closed if right.pk is not None]
    Grant.objects.bulk_update(
        [Grant(pk=right.pk, valid_until=right.valid_until, state=GrantState.CLOSED) for _, right in closed],
        ["valid_until", "state"],
        batch_size=_AT_ONCE,
    )
    given = world.steps.granted
    rows = Grant.objects.bulk_create(
        [_new_grant(account, right, world, by=by, at=at) for account, right in given], batch_size=_AT_ONCE
    )
    for (_, right), row in zip(given, rows, strict=True):
        right.pk = row.pk
    steps = [*((pair, GrantState.CLOSED) for pair in closed), *((pair, GrantState.ACTIVE) for pair in given)]
    StandingChange.objects.bulk_create(
        [
            StandingChange(
                environment=world.environment, grant_id=right.pk, state=state, at=at, actor=by.name, source=by.source
            )
            for (_, right), state in steps
        ],
        batch_size=_AT_ONCE,
    )
    append_events(list(_events_of_rights(steps, by)), at=at)


def _new_grant(account: Account, right: HeldRight, world: World, *, by: Actor, at: datetime) -> Grant:
    return Grant(
        environment=world.environment,
        account_id=account.pk,
        service=right.service,
        right=right.right,
        state=GrantState.ACTIVE,
        granted_by=by.name,
        granted_at=at,
        valid_from=right.valid_from,
        valid_until=right.valid_until,
        source=by.source,
    )


def _events_of_rights(steps: Sequence[tuple[tuple[Account, HeldRight], GrantState]], by: Actor) -> Iterator[Event]:
    for (account, right), state in steps:
        action = "right:granted" if state is GrantState.ACTIVE else "right:revoked"
        detail = {
            "account": account.pk,
            "sender": None,
            "service": right.service,
            "right": right.right,
            "grant": right.pk,
            "source": by.source,
        }
        yield Event(action, by.name, None, detail)


def _write_contacts(
    contacts: dict[int, Contact], environment: str, first_names: dict[int, str], *, at: datetime
) -> None:
    """Write how persons are reached; what changed has to be proved again by the person (access §8.2)."""
    known = PersonDetails.objects.in_bulk(list(contacts))
    new = [
        PersonDetails(
            person_id=person,
            environment=environment,
            family_name=contact.family_name,
            first_name=first_names.get(person, ""),
            language=contact.language or _PLATFORM_LANGUAGE,
            email=contact.email,
            mobile=contact.mobile,
            changed_at=at,
        )
        for person, contact in contacts.items()
        if person not in known and contact.family_name
    ]
    PersonDetails.objects.bulk_create(new, batch_size=_AT_ONCE)
    changed = []
    for person, row in known.items():
        contact = contacts[person]
        if (row.email, row.mobile, row.language) == (contact.email, contact.mobile, contact.language):
            continue
        row.email_verified_at = row.email_verified_at if row.email == contact.email else None
        row.mobile_verified_at = row.mobile_verified_at if row.mobile == contact.mobile else None
        row.email, row.mobile, row.language = contact.email, contact.mobile, contact.language or row.language
        row.changed_at = at
        changed.append(row)
    fields = ["email", "email_verified_at", "mobile", "mobile_verified_at", "language", "changed_at"]
    PersonDetails.objects.bulk_update(changed, fields, batch_size=_AT_ONCE)
