"""Services of a sender that need four eyes: one manager asks, a second one confirms (access and login §8.1, §8.3)."""

from datetime import datetime

from django.apps import apps
from django.db import transaction
from django.db.models import Q

from domain.access.actors import Actor, person_named
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import ROLES_OF_ENTITY, Appointee, Role
from domain.access.services import SERVICES, Right, ServiceCode
from domain.access.states import HELD_APPOINTMENTS, GrantState
from domain.assurance import AssuranceLevel
from registers.access.authority import (
    lock_active_account,
    not_entitled,
    require_appointer,
    require_level,
    roles_of,
    standard_quality,
)
from registers.access.changes import note_grant
from registers.access.ebox_tasks import ask_second_manager_of_sender, second_manager_decided
from registers.access.grant_closing import STANDING, close_grant
from registers.access.models import Appointment, Grant
from registers.access.second_managers import require_other_eyes, require_somebody_else

_RETIRED = "RETIRED"


@transaction.atomic
def ask_for_service(
    sender: str, service: ServiceCode, *, entity_id: int, quality: str, by: Actor, at: datetime
) -> Grant:
    """Ask, as a manager, that a sender of the entity may deliver for a service; asked again, what is there is returned.

    It is granted at once where no four eyes are needed, and to the chief at level 500 where there is no second manager;
    else it is PROPOSED until `confirm_service`. The caller configures the sender once it is ACTIVE.
    """
    account = lock_active_account(entity_id)
    roles = require_appointer(Appointee.TECHNICAL_USER, entity_id, quality, by=by, at=at)
    if SERVICES[service].needs_four_eyes and not roles:
        raise not_entitled()
    _lock_living(sender)
    held = standing_service(sender, service, at=at)
    if held is not None:
        return held
    waits = SERVICES[service].needs_four_eyes and not _is_alone_and_sure(entity_id, quality, by=by, roles=roles)
    row = Grant.objects.create(
        environment=account.environment,
        sender_id=sender,
        service=service,
        right=Right.DECLARE,
        state=GrantState.PROPOSED if waits else GrantState.ACTIVE,
        granted_by=by.name,
        granted_at=at,
        valid_from=at,
        source=by.source,
    )
    note_grant(row, "right:proposed" if waits else "right:granted", by=by, at=at)
    if waits:
        ask_second_manager_of_sender(row, entity_id, quality, at=at)
    return row


@transaction.atomic
def confirm_service(grant_id: int, *, entity_id: int, quality: str, by: Actor, at: datetime) -> Grant:
    """Let a second manager confirm it, another human than who asked (decision 0047)."""
    row = _lock_proposed(grant_id, entity_id=entity_id, quality=quality, by=by)
    require_other_eyes(row.granted_by, entity_id, by=by)
    row.state, row.confirmed_by, row.valid_from = GrantState.ACTIVE, by.name, at
    row.save(update_fields=["state", "confirmed_by", "valid_from"])
    note_grant(row, "right:confirmed", by=by, at=at)
    second_manager_decided(row, by=by, at=at)
    return row


@transaction.atomic
def refuse_service(grant_id: int, *, entity_id: int, quality: str, by: Actor, at: datetime) -> Grant:
    """Let a second manager refuse it."""
    row = _lock_proposed(grant_id, entity_id=entity_id, quality=quality, by=by)
    close_grant(row, by=by, at=at, state=GrantState.REFUSED)
    return row


@transaction.atomic
def drop_service(sender: str, service: ServiceCode, *, entity_id: int, quality: str, by: Actor, at: datetime) -> bool:
    """Take it back from the sender; False where there is none. One manager is enough to take something away."""
    lock_active_account(entity_id)
    require_appointer(Appointee.TECHNICAL_USER, entity_id, quality, by=by, at=at)
    return end_service(sender, service, by=by, at=at)


def end_service(sender: str, service: ServiceCode, *, by: Actor, at: datetime) -> bool:
    """Close the right by which the sender delivers for a service, or that waits, in the running transaction.

    False where there is none. The caller has made sure that `by` may.
    """
    _lock(sender)
    held = standing_service(sender, service, at=at)
    if held is None:
        return False
    close_grant(held, by=by, at=at)
    return True


def end_services(sender: str, *, by: Actor, at: datetime) -> int:
    """Close every right that the sender holds or waits for, in the running transaction, as when it is retired; return how many.

    The caller has locked the sender, and made sure that `by` may.
    """
    standing = list(Grant.objects.filter(sender_id=sender, state__in=STANDING).order_by("pk"))
    for row in standing:
        close_grant(row, by=by, at=at)
    return len(standing)


def standing_service(sender: str, service: ServiceCode, *, at: datetime) -> Grant | None:
    """Return the right by which a sender delivers for a service at `at`, or that waits; None where there is none."""
    rows = Grant.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at), sender_id=sender, service=service, state__in=STANDING
    )
    return rows.first()


def quality_bound_to(sender: str, service: ServiceCode, *, at: datetime) -> str | None:
    """Return the quality for which a sender delivers for a service that needs four eyes, None for every one of its company.

    It is that of its technical user, unless a main or co-main access manager asked for the service or confirmed it, or an
    operator opened it: nobody lets a sender declare in qualities that he does not manage (access and login §2.1).
    """
    granted = standing_service(sender, service, at=at)
    if granted is None:
        return None
    known = Grant.objects.filter(pk=granted.pk).values_list("sender__entity_id", "sender__technical_user__quality")
    entity_id, quality = known.get()
    main = Appointment.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=granted.valid_from),
        entity_id=entity_id,
        role__in=[str(role) for role in ROLES_OF_ENTITY],
        valid_from__lte=granted.valid_from,
    )
    deciders = {f"person:{person_id}" for person_id in main.values_list("person_id", flat=True)}
    if deciders & {granted.granted_by, granted.confirmed_by}:
        return None
    return quality or standard_quality(entity_id)


def people_who_let(sender: str, service: ServiceCode, *, at: datetime) -> frozenset[int]:
    """Return the persons who asked that a sender delivers for a service at `at`, and confirmed it."""
    granted = standing_service(sender, service, at=at)
    if granted is None:
        return frozenset()
    names = (granted.granted_by, granted.confirmed_by)
    return frozenset(person_id for name in names if (person_id := person_named(name)) is not None)


def is_only_manager(person_id: int, entity_id: int, quality: str) -> bool:
    """Whether nobody but the person manages the quality, so that there is no second manager; one who is blocked is there."""
    managers = Appointment.objects.filter(entity_id=entity_id, quality__in=["", quality], state__in=HELD_APPOINTMENTS)
    return not set(managers.values_list("person_id", flat=True)) - {person_id}


def _is_alone_and_sure(entity_id: int, quality: str, *, by: Actor, roles: frozenset[Role]) -> bool:
    """Whether the chief asks, as surely as can be, where nobody else could confirm."""
    if not is_only_manager(by.person_id or 0, entity_id, quality):
        return False
    if Role.CHIEF not in roles or by.level < AssuranceLevel.EID:
        raise AccessRefusedError(
            RefusalReason.SECOND_MANAGER_NEEDED,
            "Four eyes are needed, and there is no second access manager.",
            next_step="Sign in with eID as the main access manager, or appoint another manager first.",
        )
    return True


def _lock_proposed(grant_id: int, *, entity_id: int, quality: str, by: Actor) -> Grant:
    lock_active_account(entity_id)
    require_level(by)
    named = Grant.objects.filter(pk=grant_id, sender__entity_id=entity_id).values_list("sender_id", flat=True).first()
    if named is None:
        raise AccessRefusedError(
            RefusalReason.UNKNOWN, "There is no such service to confirm.", next_step="Look at the sender again."
        )
    if not roles_of(by.person_id, entity_id, quality):
        raise not_entitled()
    _lock_living(str(named))
    row = Grant.objects.get(pk=grant_id)
    require_somebody_else(row.granted_by, by=by)
    if row.state != GrantState.PROPOSED:
        raise AccessRefusedError(
            RefusalReason.STATE_FORBIDS, f"The service is {row.state}.", next_step="Look at the sender again."
        )
    return row


def _lock_living(number: str) -> None:
    if _lock(number) == _RETIRED:
        raise AccessRefusedError(
            RefusalReason.STATE_FORBIDS,
            f"Sender {number} is retired.",
            next_step="Its number is never used again: add another sender.",
        )


def _lock(number: str) -> str:
    """Lock a sender before its rights, in the order of who retires it; return its state."""
    senders = apps.get_model("channels", "Sender").objects.select_for_update()
    return str(senders.values_list("state", flat=True).get(pk=number))
