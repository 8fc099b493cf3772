"""Read what is known of a person in a quality of an entity, for the decision on what he asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from domain.access.deadlines import end_of_days
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode, ServiceGroup
from domain.access.standings import AccountStanding, HeldMandate, HeldRight, Standing
from domain.access.states import AccountState, AppointmentState, EntityAccountState, GrantState
from domain.brussels import brussels_date
from domain.quarters import Quarter
from registers.access.authority import settled_state
from registers.access.models import (
    Appointment,
    EntityAccount,
    EntityQuality,
    EntityState,
    Grant,
    Mandate,
    MandateState,
    UserAccount,
)


def standing_of(person_id: int, entity_id: int, quality: str, at: datetime) -> Standing:
    """Return all that counts for the person there at `at`; six queries at most, whoever asks."""
    account = EntityAccount.objects.select_related("entity").filter(entity_id=entity_id).first()
    roles, proposed = _roles(person_id, entity_id, quality, at=at)
    user = UserAccount.objects.filter(entity_id=entity_id, quality=quality, person_id=person_id)
    row = user.exclude(state=AccountState.REMOVED).first()
    return Standing(
        person_id=person_id,
        entity_id=entity_id,
        quality=quality,
        entity_state=None if account is None else state_at(account, at=at),
        is_quality_active=_is_quality_active(entity_id, quality, at=at),
        is_password_login_allowed=account is not None and account.is_password_login_allowed,
        roles=roles,
        proposed=proposed,
        account=None if row is None else AccountStanding(_account_state(row, at=at), row.locked_until),
        rights=() if row is None else _rights(row, at=at),
        mandates=_mandates(entity_id, at=at),
    )


def state_at(account: EntityAccount, *, at: datetime) -> EntityAccountState:
    """Return where the account of an entity stands at `at`, also when nobody noted yet that its time ran out."""
    state = settled_state(EntityAccountState(account.state), EntityState(account.entity.state))
    if state is EntityAccountState.REGISTERED and at >= end_of_days(account.codes_issued_at):
        return EntityAccountState.ACTIVATION_EXPIRED
    return state


@dataclass(frozen=True, slots=True)
class Context:
    """A quality of an entity in which a person may act; `quality` is empty where only the whole entity is his."""

    entity_id: int
    entity_name: str
    company_number: str
    quality: str


def contexts_of(person_id: int, *, at: datetime) -> Sequence[Context]:
    """Return where the person holds an appointment or an account that works, by company and quality; three queries.

    A chief who has yet to activate his company's account finds it too; who is to replace a chief does not.
    """
    entity_wide, pairs = set(), set()
    appointments = Appointment.objects.filter(person_id=person_id).filter(
        Q(state=AppointmentState.ACTIVE)
        | Q(
            role=Role.CHIEF,
            state=AppointmentState.PROPOSED,
            confirmed_at__isnull=False,
            entity__account__state=EntityAccountState.REGISTERED,
        )
    )
    for entity_id, quality in appointments.values_list("entity_id", "quality"):
        (pairs.add((entity_id, quality)) if quality else entity_wide.add(entity_id))
    accounts = UserAccount.objects.filter(person_id=person_id, state=AccountState.ACTIVE)
    pairs |= set(accounts.values_list("entity_id", "quality"))
    qualities = (
        EntityQuality.objects.select_related("entity")
        .filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=at),
            entity_id__in={*entity_wide, *(entity_id for entity_id, _ in pairs)},
            valid_from__lte=at,
        )
        .order_by("entity__name", "entity_id", "-is_standard", "quality")
    )
    return [
        Context(row.entity_id, row.entity.name, row.entity.company_number, row.quality)
        for row in qualities
        if row.entity_id in entity_wide or (row.entity_id, row.quality) in pairs
    ]


def _is_quality_active(entity_id: int, quality: str, *, at: datetime) -> bool:
    return EntityQuality.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at), entity_id=entity_id, quality=quality, valid_from__lte=at
    ).exists()


def _roles(person_id: int, entity_id: int, quality: str, *, at: datetime) -> tuple[frozenset[Role], frozenset[Role]]:
    rows = Appointment.objects.filter(
        Q(state=AppointmentState.ACTIVE) | Q(state=AppointmentState.PROPOSED, expires_at__gt=at),
        entity_id=entity_id,
        person_id=person_id,
        quality__in=["", quality],
    ).values_list("role", "state", "confirmed_at")
    active = frozenset(Role(role) for role, state, _ in rows if state == AppointmentState.ACTIVE)
    proposed = frozenset(
        Role(role) for role, state, confirmed in rows if state == AppointmentState.PROPOSED and confirmed is not None
    )
    return active, proposed


def _account_state(row: UserAccount, *, at: datetime) -> AccountState:
    if row.state == AccountState.INVITED and at >= row.expires_at:
        return AccountState.EXPIRED
    return AccountState(row.state)


def _rights(row: UserAccount, *, at: datetime) -> tuple[HeldRight, ...]:
    grants = Grant.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at), account=row, state=GrantState.ACTIVE, valid_from__lte=at
    )
    return tuple(
        HeldRight(ServiceCode(one.service), Right(one.right), one.valid_from, one.valid_until) for one in grants
    )


def _mandates(entity_id: int, *, at: datetime) -> frozenset[HeldMandate]:
    quarter = str(Quarter.of(brussels_date(at)))
    rows = Mandate.objects.filter(
        Q(to_quarter="") | Q(to_quarter__gte=quarter),
        mandatary_id=entity_id,
        state=MandateState.ACTIVE,
        valid_until__isnull=True,
        from_quarter__lte=quarter,
        service_group__in=list(ServiceGroup),
    ).values_list("principal_id", "service_group")
    return frozenset(HeldMandate(principal, ServiceGroup(group)) for principal, group in rows)
