"""The account of an entity: register it with its first chief, activate, re-issue codes, suspend, resume and close it."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from django.db import transaction

from domain.access.actors import Actor, ActorKind
from domain.access.deadlines import end_of_days
from domain.access.limits import STANDARD_LIMITS, AccountLimits
from domain.access.qualities import Quality
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Role
from domain.access.states import (
    ENTITY_MOVES,
    LIVING_APPOINTMENTS,
    AccountState,
    AppointmentState,
    EntityAccountState,
)
from registers.access.authority import (
    MANAGING_LEVEL,
    STRONG_LEVEL,
    lock_account,
    lock_active_account,
    not_entitled,
    require_level,
    roles_of,
)
from registers.access.changes import note_appointment, note_entity
from registers.access.ending import end_all
from registers.access.lapsing import lapse_activation
from registers.access.models import Appointment, Entity, EntityAccount, EntityQuality, UserAccount
from registers.access.places import chief_of, give_manager, take_place
from registers.access.qualities import enter_quality, remove_all
from registers.access.session_ending import SessionEnder, StopReason

ACTIVATING_LEVEL = 200
"""With activation codes; other keys need the level that pages ask for (access and login §2.2)."""
_LONGEST_REASON = 200


class ActivationCodes(Protocol):
    """Knows who made his password from codes that were sent to him."""

    def were_consumed(self, person_id: int, *, since: datetime) -> bool:
        """Whether codes that were issued at `since` or later led to the person's present password."""
        ...


@transaction.atomic
def register_account(
    entity: Entity,
    *,
    chief_id: int,
    quality: Quality,
    by: Actor,
    at: datetime,
    limits: AccountLimits = STANDARD_LIMITS,
) -> EntityAccount:
    """Open the account of an entity with a standard quality and its first chief, for the legal representative.

    The chief has 30 days, until midnight in Brussels, to activate it; AccessRefusedError when there is an account.
    """
    _require_representative(by)
    Entity.objects.select_for_update().get(pk=entity.pk)
    if EntityAccount.objects.filter(entity=entity).exists():
        raise AccessRefusedError(
            RefusalReason.HELD_ALREADY,
            "The company has an account already.",
            next_step="Issue new codes, or appoint another main access manager.",
        )
    account = EntityAccount.objects.create(
        entity=entity,
        environment=entity.environment,
        state=EntityAccountState.REGISTERED,
        codes_issued_at=at,
        created_by=by.name,
        source=by.source,
    )
    note_entity(account, "account:registered", by=by, at=at)
    if not EntityQuality.objects.filter(entity=entity, quality=quality, valid_until__isnull=True).exists():
        enter_quality(account, quality, by=by, at=at)
    _propose_chief(account, chief_id, by=by, at=at, limits=limits)
    return account


@transaction.atomic
def activate_account(entity_id: int, *, by: Actor, at: datetime, codes: ActivationCodes | None = None) -> EntityAccount:
    """Let the first chief take up the account by signing in (seeds 001 and 004); he manages every quality from then on.

    A password is enough where it was made from the codes of this account, which `codes` knows. AccessRefusedError after
    the 30th day in Brussels, and for anybody else.
    """
    account = lock_account(entity_id)
    chief = Appointment.objects.filter(entity_id=entity_id, role=Role.CHIEF, state=AppointmentState.PROPOSED).first()
    if chief is None or by.person_id is None or chief.person_id != by.person_id:
        raise not_entitled()
    if account.state == EntityAccountState.ACTIVATION_EXPIRED or (
        account.state == EntityAccountState.REGISTERED and at >= end_of_days(account.codes_issued_at)
    ):
        raise AccessRefusedError(
            RefusalReason.ACTIVATION_OVER,
            "The activation period is over.",
            next_step="The responsible person of your company must request new codes.",
        )
    is_by_codes = codes is not None and codes.were_consumed(by.person_id, since=account.codes_issued_at)
    require_level(by, ACTIVATING_LEVEL if is_by_codes else MANAGING_LEVEL)
    _move(account, EntityAccountState.ACTIVE)
    account.activated_at = at
    account.save(update_fields=["state", "activated_at"])
    take_place(chief, by=by, at=at)
    note_appointment(chief, "appointment:accepted", by=by, at=at)
    note_entity(account, "account:activated", by=by, at=at)
    for quality in _qualities(entity_id):
        give_manager(entity_id, account.environment, quality, person_id=chief.person_id, by=by, at=at)
    return account


@transaction.atomic
def renew_activation(
    entity_id: int, *, by: Actor, at: datetime, reason: str, limits: AccountLimits = STANDARD_LIMITS
) -> Appointment:
    """Begin the 30 days anew because the legal representative asked for new codes; `reason` says how he asked.

    Whoever was to become the chief still is; the caller issues his new codes. Only before the account is active.
    """
    _require_representative(by)
    require_reason(reason)
    account = lock_account(entity_id)
    lapse_activation(account, at=at)
    if account.state not in {EntityAccountState.REGISTERED, EntityAccountState.ACTIVATION_EXPIRED}:
        raise _wrong_state(account)
    account.state, account.codes_issued_at = EntityAccountState.REGISTERED, at
    account.save(update_fields=["state", "codes_issued_at"])
    note_entity(account, "account:activation:renewed", by=by, at=at, reason=reason)
    last = Appointment.objects.filter(entity_id=entity_id, role=Role.CHIEF).order_by("-pk").first()
    if last is None:
        message = f"the account of entity {entity_id} never had a chief"
        raise LookupError(message)
    if last.state == AppointmentState.PROPOSED:
        last.expires_at = end_of_days(at, limits.days)
        last.save(update_fields=["expires_at"])
        return last
    return _propose_chief(account, last.person_id, by=by, at=at, limits=limits)


@transaction.atomic
def reset_chief(entity_id: int, *, by: Actor, at: datetime, reason: str) -> int:
    """Return the chief of an active account, who is to get new codes because he lost his keys (access and login §2.1).

    The legal representative asks for it; `reason` says how. The caller issues the codes.
    """
    _require_representative(by)
    require_reason(reason)
    account = lock_active_account(entity_id)
    chief = chief_of(entity_id)
    if chief is None:
        message = f"the active account of entity {entity_id} has no chief"
        raise LookupError(message)
    note_entity(account, "account:chief:reset", by=by, at=at, reason=reason)
    return chief


@transaction.atomic
def suspend_account(entity_id: int, *, by: Actor, at: datetime, reason: str, sessions: SessionEnder) -> EntityAccount:
    """Stop everything in an active account; an operator gives the reason, and everybody's sessions end.

    The caller shuts its senders out in the same transaction.
    """
    _require_operator(by)
    require_reason(reason)
    account = lock_account(entity_id)
    _move(account, EntityAccountState.SUSPENDED)
    account.suspended_at, account.resumed_at = at, None
    account.save(update_fields=["state", "suspended_at", "resumed_at"])
    note_entity(account, "account:suspended", by=by, at=at, reason=reason)
    for person_id in people_of(entity_id):
        sessions.end_for_person(person_id, entity_id, StopReason.ENTITY_SUSPENDED, at)
    return account


@transaction.atomic
def resume_account(entity_id: int, *, by: Actor, at: datetime) -> EntityAccount:
    """Let a suspended account work again, with all that was in it."""
    _require_operator(by)
    account = lock_account(entity_id)
    if account.state != EntityAccountState.SUSPENDED:
        raise _wrong_state(account)
    _move(account, EntityAccountState.ACTIVE)
    account.resumed_at = at
    account.save(update_fields=["state", "resumed_at"])
    note_entity(account, "account:resumed", by=by, at=at)
    return account


@transaction.atomic
def close_account(entity_id: int, *, by: Actor, at: datetime, reason: str, sessions: SessionEnder) -> EntityAccount:
    """Close an account for ever: qualities, appointments, users and rights end. The caller retires its senders in the same transaction."""
    _require_operator(by)
    require_reason(reason)
    account = lock_account(entity_id)
    people = people_of(entity_id)
    _move(account, EntityAccountState.CLOSED)
    account.closed_at = at
    account.save(update_fields=["state", "closed_at"])
    note_entity(account, "account:closed", by=by, at=at, reason=reason)
    EntityQuality.objects.filter(entity_id=entity_id, valid_until__isnull=True).update(valid_until=at)
    remove_all(account, quality=None, by=by, at=at, reason="ACCOUNT_CLOSED")
    end_all(account, quality=None, by=by, at=at, reason="ACCOUNT_CLOSED")
    for person_id in people:
        sessions.end_for_person(person_id, entity_id, StopReason.ENTITY_SUSPENDED, at)
    return account


@transaction.atomic
def forbid_password_login(entity_id: int, *, by: Actor, at: datetime, strongest_key_of: Callable[[int], int]) -> bool:
    """Switch password login off for the whole company; False when it is off. Only the chief does (seed 001).

    `strongest_key_of` returns the level of a person's strongest key that needs no password; below 450 it is refused, since
    he would lock himself out. It is asked once the account is held, and holds the keys. The caller ends the sessions that
    began with a password, in the same transaction.
    """
    account = _account_of_chief(entity_id, by=by)
    if by.person_id is None or strongest_key_of(by.person_id) < STRONG_LEVEL:
        raise AccessRefusedError(
            RefusalReason.CHIEF_WITHOUT_STRONG_KEY,
            "You have no key that works without a password: you would lock yourself out.",
            next_step="Sign in once with eID or itsme, or add a passkey, then switch it off.",
        )
    EntityAccount.objects.select_for_update().get(pk=account.pk)  # nobody comes by password between this and the commit
    return _switch_passwords(account, is_allowed=False, by=by, at=at)


@transaction.atomic
def allow_password_login(entity_id: int, *, by: Actor, at: datetime) -> bool:
    """Switch password login on again; False when it is on."""
    return _switch_passwords(_account_of_chief(entity_id, by=by), is_allowed=True, by=by, at=at)


@transaction.atomic
def restore_password_login(entity_id: int, *, by: Actor, at: datetime, reason: str) -> bool:
    """Switch password login on as the legal representative asked, whose chief lost his strong key; False when it is on."""
    _require_representative(by)
    require_reason(reason)
    return _switch_passwords(lock_active_account(entity_id), is_allowed=True, by=by, at=at, reason=reason)


def people_of(entity_id: int) -> list[int]:
    """Return everybody who holds an appointment or a user account in the entity now."""
    appointed = Appointment.objects.filter(entity_id=entity_id, state__in=LIVING_APPOINTMENTS)
    users = UserAccount.objects.filter(entity_id=entity_id).exclude(state=AccountState.REMOVED)
    return sorted({*appointed.values_list("person_id", flat=True), *users.values_list("person_id", flat=True)})


def require_reason(reason: str) -> None:
    """Refuse an operator's step without a reason that can be read later."""
    if not reason.strip() or len(reason) > _LONGEST_REASON or not reason.isprintable():
        raise AccessRefusedError(
            RefusalReason.STATE_FORBIDS,
            "A reason is needed, of one printable line.",
            next_step=f"Say in at most {_LONGEST_REASON} characters why, without names or numbers of persons.",
        )


def _account_of_chief(entity_id: int, *, by: Actor) -> EntityAccount:
    account = lock_active_account(entity_id)
    require_level(by)
    if Role.CHIEF not in roles_of(by.person_id, entity_id, ""):
        raise not_entitled()
    return account


def _switch_passwords(account: EntityAccount, *, is_allowed: bool, by: Actor, at: datetime, reason: str = "") -> bool:
    if account.is_password_login_allowed == is_allowed:
        return False
    account.is_password_login_allowed = is_allowed
    account.save(update_fields=["is_password_login_allowed"])
    action = "account:password-login:allowed" if is_allowed else "account:password-login:disabled"
    note_entity(account, action, by=by, at=at, reason=reason)
    return True


def _propose_chief(
    account: EntityAccount, person_id: int, *, by: Actor, at: datetime, limits: AccountLimits
) -> Appointment:
    row = Appointment.objects.create(
        entity_id=account.entity_id,
        environment=account.environment,
        role=Role.CHIEF,
        person_id=person_id,
        proposed_at=at,
        expires_at=end_of_days(at, limits.days),
        confirmed_at=at,
        confirmed_by=by.name,
        created_by=by.name,
        source=by.source,
    )
    note_appointment(row, "appointment:proposed", by=by, at=at)
    return row


def _qualities(entity_id: int) -> list[str]:
    rows = EntityQuality.objects.filter(entity_id=entity_id, valid_until__isnull=True).order_by("pk")
    return list(rows.values_list("quality", flat=True))


def _move(account: EntityAccount, wanted: EntityAccountState) -> None:
    if wanted not in ENTITY_MOVES[EntityAccountState(account.state)]:
        raise _wrong_state(account)
    account.state = wanted


def _wrong_state(account: EntityAccount) -> AccessRefusedError:
    return AccessRefusedError(
        RefusalReason.STATE_FORBIDS,
        f"The account of the company is {account.state}.",
        next_step="Show the account to see where it stands.",
    )


def _require_representative(by: Actor) -> None:
    if by.kind is not ActorKind.LEGAL_REPRESENTATIVE:
        raise not_entitled()


def _require_operator(by: Actor) -> None:
    if by.kind is not ActorKind.OPERATOR:
        raise not_entitled()
