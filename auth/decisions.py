"""Decide whether a person may do what he asks. Pure: everything it looks at is handed in."""

from datetime import datetime
from typing import assert_never

from domain.access.decisions import Allow, Decision, Deny, DenyReason
from domain.access.requests import ACTION_RULES, AccessRequest, Action, ActionRule, Stay, TakingOfAction, UseOfService
from domain.access.services import SERVICES, Right, ServiceCode
from domain.access.standings import HeldMandate, Standing
from domain.access.states import AccountState, EntityAccountState

_ENTITY_REASONS = {
    None: DenyReason.ENTITY_WITHOUT_ACCOUNT,
    EntityAccountState.REGISTERED: DenyReason.ENTITY_NOT_ACTIVATED,
    EntityAccountState.ACTIVATION_EXPIRED: DenyReason.ENTITY_ACTIVATION_EXPIRED,
    EntityAccountState.SUSPENDED: DenyReason.ENTITY_SUSPENDED,
    EntityAccountState.CLOSED: DenyReason.ENTITY_CLOSED,
}
_ACCOUNT_REASONS = {
    AccountState.INVITED: DenyReason.ACCOUNT_NOT_ACTIVATED,
    AccountState.EXPIRED: DenyReason.ACCOUNT_EXPIRED,
    AccountState.BLOCKED: DenyReason.ACCOUNT_BLOCKED,
    AccountState.REMOVED: DenyReason.ACCOUNT_REMOVED,
}


def decide(standing: Standing, request: AccessRequest, at: datetime) -> Decision:
    """Return whether the person of `standing` may do at `at` what `request` asks, or the first thing against it.

    Looked at in this order (access and login §7): the stay, the person, the entity, the quality, the account, the grant,
    appointment or mandate, the level. A manager needs no user account; a user's blocked or locked one stops him as a
    manager too.
    """
    stay = request.stay
    if stay is None or at >= stay.ends_at:
        return Deny(DenyReason.SESSION_OVER)
    if not standing.is_person_known:
        return Deny(DenyReason.PERSON_UNKNOWN)
    match request.wish:
        case TakingOfAction(Action.ACTIVATE_ENTITY):
            return _decide_activation(standing, stay, at)
        case TakingOfAction(action) if ACTION_RULES[action].everybody:
            return _decide_level(ACTION_RULES[action], stay, at)
        case TakingOfAction(action):
            return _first(_about_place(standing), _about_action(standing, action, at)) or _decide_level(
                ACTION_RULES[action], stay, at
            )
        case UseOfService() as use:
            denied = _first(_about_place(standing), _about_service(standing, use, at))
            return denied or _enough(stay.level, SERVICES[use.service].level)
        case _:
            assert_never(request.wish)


def _decide_activation(standing: Standing, stay: Stay, at: datetime) -> Decision:
    """The one thing that is done before the entity is active, by whoever is to become its chief."""
    rule = ACTION_RULES[Action.ACTIVATE_ENTITY]
    if standing.entity_state is EntityAccountState.ACTIVE:
        return Deny(DenyReason.ENTITY_ACTIVATED_ALREADY)
    if standing.entity_state is not EntityAccountState.REGISTERED:
        return Deny(_ENTITY_REASONS[standing.entity_state])
    if not standing.proposed & rule.roles:
        return Deny(DenyReason.NOT_GRANTED)
    return _decide_level(rule, stay, at)


def _about_place(standing: Standing) -> Deny | None:
    """Entity, quality and account."""
    if standing.entity_state is not EntityAccountState.ACTIVE:
        return Deny(_ENTITY_REASONS[standing.entity_state])
    if not standing.is_quality_active:
        return Deny(DenyReason.QUALITY_NOT_ACTIVE)
    account = standing.account
    if account is None:
        return None if standing.roles else Deny(DenyReason.NO_ACCOUNT)
    if account.state is AccountState.ACTIVE:
        return None
    if standing.roles and account.state is not AccountState.BLOCKED:
        return None
    return Deny(_ACCOUNT_REASONS[account.state])


def _about_action(standing: Standing, action: Action, at: datetime) -> Deny | None:
    rule = ACTION_RULES[action]
    if standing.roles & rule.roles:
        return None
    if rule.right is not None and _holds(standing, *rule.right, at=at):
        return None
    return Deny(DenyReason.NOT_GRANTED)


def _about_service(standing: Standing, use: UseOfService, at: datetime) -> Deny | None:
    """A manager has every right in the services of his reach, but where four eyes are needed only what was granted."""
    service = SERVICES[use.service]
    if use.right not in service.rights or standing.quality not in service.qualities:
        return Deny(DenyReason.SERVICE_NOT_OPEN)
    is_by_appointment = bool(standing.roles) and not service.needs_four_eyes
    if not is_by_appointment and not _holds(standing, use.service, use.right, at=at):
        return Deny(DenyReason.NOT_GRANTED)
    if use.principal_id is not None and use.principal_id != standing.entity_id:
        is_mandated = HeldMandate(use.principal_id, service.group) in standing.mandates
        return None if is_mandated else Deny(DenyReason.NO_MANDATE)
    return None


def _holds(standing: Standing, service: ServiceCode, right: Right, *, at: datetime) -> bool:
    is_account_active = standing.account is not None and standing.account.state is AccountState.ACTIVE
    return is_account_active and any(
        held.service is service and held.right.covers(right) and held.is_held(at) for held in standing.rights
    )


def _decide_level(rule: ActionRule, stay: Stay, at: datetime) -> Decision:
    required = rule.level
    if rule.level_with_codes is not None and stay.is_by_activation_codes:
        required = rule.level_with_codes
    if stay.level < required:
        return Deny(DenyReason.LEVEL_TOO_LOW, required_level=required)
    if rule.needs_fresh_proof and at - stay.authenticated_at > stay.fresh_for:
        return Deny(DenyReason.AUTHENTICATION_TOO_OLD, required_level=required)
    return Allow()


def _enough(level: int, required: int) -> Decision:
    return Allow() if level >= required else Deny(DenyReason.LEVEL_TOO_LOW, required_level=required)


def _first(*denials: Deny | None) -> Deny | None:
    return next((denial for denial in denials if denial is not None), None)
