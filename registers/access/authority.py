"""Whether who asks may change what is asked, looked at under the lock of the entity's account."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from domain.access.actors import Actor, ActorKind
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Appointee, Role, may_any_appoint, stands_above
from domain.access.services import Right, ServiceCode, ServiceGroup
from domain.access.states import AccountState, AppointmentState, EntityAccountState, GrantState
from domain.brussels import brussels_date
from domain.quarters import Quarter
from registers.access.models import (
    Appointment,
    EntityAccount,
    EntityQuality,
    EntityState,
    Grant,
    Mandate,
    MandateState,
)

MANAGING_LEVEL = 400
STRONG_LEVEL = 450
"""From here on no key needs a password."""

_NOT_ACTIVE = {
    EntityAccountState.REGISTERED: "The main access manager has not activated the account of the company yet.",
    EntityAccountState.ACTIVATION_EXPIRED: "The account of the company was not activated in time.",
    EntityAccountState.SUSPENDED: "The account of the company is suspended.",
    EntityAccountState.CLOSED: "The account of the company is closed.",
}


def lock_account(entity_id: int) -> EntityAccount:
    """Return the account of the entity, locked until the running transaction ends; whoever changes it waits here.

    Who signs in by password does not: that is kept off by the switch alone.
    """
    locked = EntityAccount.objects.select_for_update(of=("self",), no_key=True).select_related("entity")
    account = locked.filter(entity_id=entity_id).first()
    if account is None:
        raise AccessRefusedError(
            RefusalReason.NO_ACCOUNT, "The company has no account.", next_step="An operator registers it first."
        )
    return account


def lock_active_account(entity_id: int) -> EntityAccount:
    """Return the account of the entity as `lock_account`; refused unless both may act."""
    account = lock_account(entity_id)
    state = settled_state(EntityAccountState(account.state), EntityState(account.entity.state))
    if state is not EntityAccountState.ACTIVE:
        raise AccessRefusedError(
            RefusalReason.ENTITY_NOT_ACTIVE,
            _NOT_ACTIVE[state],
            next_step="The responsible person of the company asks the contact centre.",
        )
    return account


def settled_state(account: EntityAccountState, entity: EntityState) -> EntityAccountState:
    """Return where an account stands, given whether its entity may act at all."""
    if entity is EntityState.ENDED:
        return EntityAccountState.CLOSED
    if entity is EntityState.SUSPENDED and account is EntityAccountState.ACTIVE:
        return EntityAccountState.SUSPENDED
    return account


def require_quality(entity_id: int, quality: str, *, at: datetime) -> EntityQuality:
    """Return the quality of the entity; refused when the entity does not act in it at `at`."""
    row = EntityQuality.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at), entity_id=entity_id, quality=quality, valid_from__lte=at
    ).first()
    if row is None:
        raise AccessRefusedError(
            RefusalReason.QUALITY_NOT_ACTIVE,
            f"The company does not act in the quality {quality or '(none)'}.",
            next_step="The main access manager activates it first.",
        )
    return row


def standard_quality(entity_id: int) -> str:
    """Return the quality that stands for the whole company, empty where it has none."""
    rows = EntityQuality.objects.filter(entity_id=entity_id, is_standard=True, valid_until__isnull=True)
    return rows.values_list("quality", flat=True).first() or ""


def qualities_covered(entity_id: int, quality: str) -> frozenset[str]:
    """Return what a technical user of that quality may say of it: the quality, or nothing where it is the standard one."""
    return frozenset({quality, ""} if quality == standard_quality(entity_id) else {quality})


def roles_of(person_id: int | None, entity_id: int, quality: str) -> frozenset[Role]:
    """Return the active roles of a person that reach that quality; of the whole entity alone for no quality."""
    if person_id is None:
        return frozenset()
    rows = Appointment.objects.filter(
        entity_id=entity_id, person_id=person_id, state=AppointmentState.ACTIVE, quality__in={"", quality}
    )
    return frozenset(Role(role) for role in rows.values_list("role", flat=True))


def require_appointer(
    appointee: Appointee, entity_id: int, quality: str, *, by: Actor, at: datetime
) -> frozenset[Role]:
    """Return the roles in reach by which `by` may make, change or end such an appointee; refused without.

    A sender speaks as a manager of each quality of its own entity, and for users of an entity whose mandate it holds.
    """
    require_level(by)
    roles = roles_of(by.person_id, entity_id, quality)
    match by.kind:
        case ActorKind.PERSON:
            is_entitled = may_any_appoint(roles, appointee) or (
                appointee is Appointee.TECHNICAL_USER
                and by.person_id is not None
                and holds_right(by.person_id, entity_id, quality, ServiceCode.CHANNELS, Right.MANAGE, at=at)
            )
        case ActorKind.SENDER:
            is_entitled = _may_by_file(appointee, entity_id, by=by, at=at)
        case ActorKind.LEGAL_REPRESENTATIVE:
            is_entitled = appointee is Appointee.CHIEF
        case _:
            is_entitled = False
    if not is_entitled:
        raise not_entitled()
    return roles


def require_blocker(appointee: Appointee, entity_id: int, quality: str, *, by: Actor, at: datetime) -> None:
    """Refuse unless `by` may block and unblock such an appointee: whoever may appoint one, and operators."""
    if by.kind is not ActorKind.OPERATOR:
        require_appointer(appointee, entity_id, quality, by=by, at=at)


def require_in_reach(person_id: int, entity_id: int, quality: str, *, by: Actor, roles: Collection[Role]) -> None:
    """Refuse when the person holds an appointment here that `by` could not make: nobody stops who stands above him."""
    if by.kind is ActorKind.OPERATOR:
        return
    held = roles_of(person_id, entity_id, quality)
    is_above = any(role.is_of_entity for role in held) if by.kind is ActorKind.SENDER else stands_above(held, roles)
    if is_above and person_id != by.person_id:
        raise AccessRefusedError(
            RefusalReason.TARGET_OUT_OF_REACH,
            "That person is an access manager above your own role.",
            next_step="The main access manager does it.",
        )


def require_level(by: Actor, level: int = MANAGING_LEVEL) -> None:
    """Refuse a person who signed in with too weak a key."""
    if by.kind is ActorKind.PERSON and by.level < level:
        raise AccessRefusedError(
            RefusalReason.LEVEL_TOO_LOW,
            "You signed in with a key that is too weak for this.",
            next_step="Sign in with eID, itsme or a code of the mobile app.",
        )


def require_key_of_company(entity_id: int, *, by: Actor) -> None:
    """Refuse who may have signed in with a password to join a company that has switched that off (access and login §4.3)."""
    if (
        by.level < STRONG_LEVEL
        and EntityAccount.objects.filter(entity_id=entity_id, is_password_login_allowed=False).exists()
    ):
        raise AccessRefusedError(
            RefusalReason.PASSWORDS_OFF,
            "The company has switched off signing in with a password.",
            next_step="Sign in with eID, itsme or a passkey.",
        )


def holds_mandate(mandatary_id: int | None, principal_id: int, group: ServiceGroup, *, at: datetime) -> bool:
    """Whether an entity holds the mandate of another for that group in the quarter of `at`."""
    return group in mandates_held(mandatary_id, principal_id, at=at)


def mandates_held(mandatary_id: int | None, principal_id: int, *, at: datetime) -> dict[str, int]:
    """Return the mandates that an entity holds of another in the quarter of `at`, by their groups of services."""
    quarter = str(Quarter.of(brussels_date(at)))
    held = Mandate.objects.filter(
        Q(to_quarter="") | Q(to_quarter__gte=quarter),
        mandatary_id=mandatary_id,
        principal_id=principal_id,
        state=MandateState.ACTIVE,
        valid_until__isnull=True,
        from_quarter__lte=quarter,
    )
    return dict(held.values_list("service_group", "pk"))


def holds_right(
    person_id: int, entity_id: int, quality: str, service: ServiceCode, right: Right, *, at: datetime
) -> bool:
    """Whether an active user of that quality holds exactly that right at `at`."""
    return Grant.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at),
        account__entity_id=entity_id,
        account__quality=quality,
        account__person_id=person_id,
        account__state=AccountState.ACTIVE,
        service=service,
        right=right,
        state=GrantState.ACTIVE,
        valid_from__lte=at,
    ).exists()


def not_entitled() -> AccessRefusedError:
    """Return the refusal for whoever lacks the role."""
    return AccessRefusedError(
        RefusalReason.NOT_ENTITLED,
        "Your role does not allow this.",
        next_step="An access manager above you can do it.",
    )


def _may_by_file(appointee: Appointee, entity_id: int, *, by: Actor, at: datetime) -> bool:
    if appointee in {Appointee.CHIEF, Appointee.CO_CHIEF}:
        raise AccessRefusedError(
            RefusalReason.CHIEF_BY_FILE,
            "A file never appoints, changes or ends a main or co-main access manager.",
            next_step="They are appointed in the portal.",
        )
    if by.entity_id == entity_id:
        return True
    return appointee is Appointee.USER and holds_mandate(by.entity_id, entity_id, ServiceGroup.ACCESS_MANAGEMENT, at=at)
