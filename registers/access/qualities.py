"""Activate and end the qualities in which an entity acts."""

from datetime import datetime

from django.db import transaction

from domain.access.actors import Actor, ActorKind
from domain.access.qualities import SELF_GIVEN, Quality
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import ROLES_OF_ENTITY
from domain.access.states import AccountState
from evidence.audit import append_event
from registers.access.authority import (
    lock_account,
    lock_active_account,
    not_entitled,
    require_level,
    require_quality,
    roles_of,
)
from registers.access.ending import end_all
from registers.access.models import EntityAccount, EntityQuality, UserAccount
from registers.access.places import chief_of, give_manager
from registers.access.session_ending import QualityStaysEnder, StopReason
from registers.access.user_accounts import finish_user

_LONGEST_NUMBER = 16


@transaction.atomic
def activate_quality(
    entity_id: int, quality: Quality, *, by: Actor, at: datetime, registration_number: str = "", reason: str = ""
) -> EntityQuality:
    """Let the entity act in a further quality; its chief manages it until he appoints somebody (seeds 001 and 004).

    Raises AccessRefusedError unless a chief or co-chief asks for one of SELF_GIVEN, or an operator for any, and when it acts
    in it already.
    """
    account = lock_active_account(entity_id)
    _require_of_entity(by, entity_id)
    if by.kind is not ActorKind.OPERATOR and quality not in SELF_GIVEN:
        raise AccessRefusedError(
            RefusalReason.QUALITY_NOT_SELF_GIVEN,
            "No company gives itself this quality.",
            next_step="The contact centre enters it, after a look into the authentic source.",
        )
    if EntityQuality.objects.filter(entity_id=entity_id, quality=quality, valid_until__isnull=True).exists():
        raise AccessRefusedError(
            RefusalReason.HELD_ALREADY, "The company acts in this quality already.", next_step="Choose another one."
        )
    if len(registration_number) > _LONGEST_NUMBER or not registration_number.isascii():
        raise AccessRefusedError(
            RefusalReason.QUALITY_UNKNOWN,
            "The registration number is too long.",
            next_step="Give at most 16 digits or letters.",
        )
    row = enter_quality(account, quality, registration_number=registration_number, by=by, at=at, reason=reason)
    chief = chief_of(entity_id)
    if chief is not None:
        give_manager(entity_id, account.environment, quality, person_id=chief, by=by, at=at)
    return row


@transaction.atomic
def end_quality(
    entity_id: int, quality: Quality, *, by: Actor, at: datetime, sessions: QualityStaysEnder, reason: str = ""
) -> None:
    """Let the entity act in a quality no more: its managers, users, rights and stays end with it. The standard one stays.

    The caller retires the quality's senders in the same transaction.
    """
    account = lock_active_account(entity_id)
    _require_of_entity(by, entity_id)
    row = require_quality(entity_id, quality, at=at)
    if row.is_standard:
        raise AccessRefusedError(
            RefusalReason.STATE_FORBIDS,
            "The standard quality stays as long as the account.",
            next_step="An operator closes the account of a company that has stopped.",
        )
    row.valid_until = at
    row.save(update_fields=["valid_until"])
    _note("quality:ended", row, by=by, at=at, reason=reason)
    end_all(account, quality=quality, by=by, at=at, reason="QUALITY_ENDED")
    remove_all(account, quality=quality, by=by, at=at, reason="QUALITY_ENDED")
    sessions.end_for_quality(entity_id, quality, StopReason.MANAGER, at)


def enter_quality(
    account: EntityAccount,
    quality: Quality,
    *,
    by: Actor,
    at: datetime,
    registration_number: str = "",
    reason: str = "",
) -> EntityQuality:
    """Enter a quality; the first one of an entity is its standard quality."""
    lock_account(account.entity_id)
    others = EntityQuality.objects.filter(entity_id=account.entity_id, is_standard=True, valid_until__isnull=True)
    row = EntityQuality.objects.create(
        entity_id=account.entity_id,
        environment=account.environment,
        quality=quality,
        registration_number=registration_number,
        is_standard=not others.exists(),
        valid_from=at,
        created_by=by.name,
        source=by.source,
    )
    _note("quality:activated", row, by=by, at=at, reason=reason)
    return row


def remove_all(account: EntityAccount, *, quality: str | None, by: Actor, at: datetime, reason: str) -> set[int]:
    """Remove every user of an entity, or of one quality; return who they were."""
    rows = UserAccount.objects.filter(entity_id=account.entity_id).exclude(state=AccountState.REMOVED)
    if quality is not None:
        rows = rows.filter(quality=quality)
    held = list(rows.order_by("pk"))
    for row in held:
        finish_user(row, by=by, at=at, reason=reason)
    return {row.person_id for row in held}


def _require_of_entity(by: Actor, entity_id: int) -> None:
    require_level(by)
    if by.kind is not ActorKind.OPERATOR and not roles_of(by.person_id, entity_id, "") & ROLES_OF_ENTITY:
        raise not_entitled()


def _note(action: str, row: EntityQuality, *, by: Actor, at: datetime, reason: str) -> None:
    append_event(
        action,
        at=at,
        actor=by.name,
        entity=row.entity_id,
        quality=str(row.quality),
        source=by.source,
        reason=reason or None,
    )
