"""Read what is known of a person in a quality of an entity, for the decision on what he asks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from domain.access.deadlines import end_of_days
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode, ServiceGroup
from domain.access.standings import AccountStanding, HeldMandate, HeldRight, Standing
from domain.access.states import AccountState, AppointmentState, EntityAccountState
from domain.brussels import brussels_date
from domain.quarters import Quarter
from evidence.prepared import open_prepared
from registers.access.authority import settled_state
from registers.access.models import (
    Appointment,
    Entity,
    EntityAccount,
    EntityQuality,
    EntityState,
    UserAccount,
)

_STOPPED = frozenset({EntityAccountState.SUSPENDED, EntityAccountState.CLOSED})

_STANDING = """
SELECT account.state, entity.state, account.codes_issued_at, account.is_password_login_allowed,
    EXISTS (
        SELECT 1 FROM access_entityquality
        WHERE entity_id = asked.entity AND quality = asked.quality
            AND valid_from <= asked.at AND (valid_until IS NULL OR valid_until > asked.at)
    ),
    roles.found, roles.states, roles.confirmed,
    own.state, own.expires_at,
    held.services, held.rights, held.begins, held.ends,
    mandates.principals, mandates.groups
FROM (
    SELECT %(entity)s::bigint AS entity, %(person)s::bigint AS person, %(quality)s::text AS quality,
        %(at)s::timestamptz AS at, %(quarter)s::text AS quarter
) AS asked
LEFT JOIN access_entityaccount AS account ON account.entity_id = asked.entity
LEFT JOIN access_entity AS entity ON entity.id = account.entity_id
LEFT JOIN LATERAL (
    SELECT array_agg(role) AS found, array_agg(state) AS states, array_agg(confirmed_at IS NOT NULL) AS confirmed
    FROM access_appointment
    WHERE entity_id = asked.entity AND person_id = asked.person AND quality IN ('', asked.quality)
        AND (state = 'ACTIVE' OR state = 'PROPOSED' AND expires_at > asked.at)
) AS roles ON true
LEFT JOIN LATERAL (
    SELECT id, state, expires_at FROM access_useraccount
    WHERE entity_id = asked.entity AND quality = asked.quality AND person_id = asked.person AND state <> 'REMOVED'
    ORDER BY id LIMIT 1
) AS own ON true
LEFT JOIN LATERAL (
    SELECT array_agg(service ORDER BY id) AS services, array_agg("right" ORDER BY id) AS rights,
        array_agg(valid_from ORDER BY id) AS begins, array_agg(valid_until ORDER BY id) AS ends
    FROM access_grant
    WHERE account_id = own.id AND state = 'ACTIVE'
        AND valid_from <= asked.at AND (valid_until IS NULL OR valid_until > asked.at)
) AS held ON true
LEFT JOIN LATERAL (
    SELECT array_agg(principal_id) AS principals, array_agg(service_group) AS groups
    FROM access_mandate
    WHERE mandatary_id = asked.entity AND state = 'ACTIVE' AND valid_until IS NULL
        AND from_quarter <= asked.quarter AND (to_quarter = '' OR to_quarter >= asked.quarter)
        AND service_group = ANY (%(groups)s::text[])
) AS mandates ON true
"""


def standing_of(person_id: int, entity_id: int, quality: str, at: datetime) -> Standing:
    """Return all that counts for the person there at `at`, by one statement: nearly every page asks for it."""
    asked: dict[str, Any] = {
        "entity": entity_id,
        "person": person_id,
        "quality": quality,
        "at": at,
        "quarter": str(Quarter.of(brussels_date(at))),
        "groups": [str(group) for group in ServiceGroup],
    }
    with open_prepared() as cursor:
        cursor.execute(_STANDING, asked)
        ((account, entity, issued_at, allowed, is_active, *rest),) = cursor.fetchall()
    roles, own, held, mandates = rest[:3], rest[3:5], rest[5:9], rest[9:]
    active, proposed = _roles(*(column or () for column in roles))
    return Standing(
        person_id=person_id,
        entity_id=entity_id,
        quality=quality,
        entity_state=None if account is None else _state_at(account, entity, issued_at, at=at),
        is_quality_active=is_active,
        is_password_login_allowed=bool(allowed),
        roles=active,
        proposed=proposed,
        account=None if own[0] is None else AccountStanding(_account_state(own[0], own[1], at=at)),
        rights=tuple(
            HeldRight(ServiceCode(service), Right(right), begin, end)
            for service, right, begin, end in zip(*(column or () for column in held), strict=True)
        ),
        mandates=frozenset(
            HeldMandate(principal, ServiceGroup(group))
            for principal, group in zip(*(column or () for column in mandates), strict=True)
        ),
    )


def state_at(account: EntityAccount, *, at: datetime) -> EntityAccountState:
    """Return where the account of an entity stands at `at`, also when nobody noted yet that its time ran out."""
    return _state_at(account.state, account.entity.state, account.codes_issued_at, at=at)


@dataclass(frozen=True, slots=True)
class Context:
    """A quality of an entity in which a person may act, unless the company's account is stopped."""

    entity_id: int
    entity_name: str
    company_number: str
    quality: str
    is_stopped: bool = False


def contexts_of(person_id: int, *, at: datetime) -> Sequence[Context]:
    """Return where the person holds an appointment or an account that works, by company and quality; two queries.

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
    accounts = UserAccount.objects.filter(person_id=person_id, state=AccountState.ACTIVE)
    of_accounts = accounts.values_list("entity_id", "quality")
    for entity_id, quality in appointments.values_list("entity_id", "quality").union(of_accounts):
        (pairs.add((entity_id, quality)) if quality else entity_wide.add(entity_id))
    qualities = (
        EntityQuality.objects.select_related("entity__account")
        .filter(
            Q(valid_until__isnull=True) | Q(valid_until__gt=at),
            entity_id__in={*entity_wide, *(entity_id for entity_id, _ in pairs)},
            valid_from__lte=at,
        )
        .order_by("entity__name", "entity_id", "-is_standard", "quality")
    )
    return [
        Context(
            row.entity_id, row.entity.name, row.entity.company_number, row.quality, is_stopped=_is_stopped(row.entity)
        )
        for row in qualities
        if row.entity_id in entity_wide or (row.entity_id, row.quality) in pairs
    ]


def _is_stopped(entity: Entity) -> bool:
    account = getattr(entity, "account", None)
    return (
        account is not None and settled_state(EntityAccountState(account.state), EntityState(entity.state)) in _STOPPED
    )


def _state_at(account: str, entity: str, issued_at: datetime, *, at: datetime) -> EntityAccountState:
    state = settled_state(EntityAccountState(account), EntityState(entity))
    if state is EntityAccountState.REGISTERED and at >= end_of_days(issued_at):
        return EntityAccountState.ACTIVATION_EXPIRED
    return state


def _roles(
    roles: Iterable[str], states: Iterable[str], confirmed: Iterable[bool]
) -> tuple[frozenset[Role], frozenset[Role]]:
    """Return the roles that are held, and those that are proposed and confirmed."""
    rows = list(zip(roles, states, confirmed, strict=True))
    active = frozenset(Role(role) for role, state, _ in rows if state == AppointmentState.ACTIVE)
    proposed = frozenset(
        Role(role) for role, state, is_confirmed in rows if state == AppointmentState.PROPOSED and is_confirmed
    )
    return active, proposed


def _account_state(state: str, expires_at: datetime, *, at: datetime) -> AccountState:
    return AccountState.EXPIRED if state == AccountState.INVITED and at >= expires_at else AccountState(state)
