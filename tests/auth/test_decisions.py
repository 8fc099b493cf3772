"""The access decision, by tables: every action by every role, and every reason in its order (access and login §2.2, §7)."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from auth.decisions import decide
from domain.access.decisions import Allow, Deny, DenyReason
from domain.access.qualities import Quality
from domain.access.requests import AccessRequest, Action, Stay, TakingOfAction, UseOfService
from domain.access.roles import Role
from domain.access.services import SERVICES, Right, ServiceCode, ServiceGroup
from domain.access.standings import AccountStanding, HeldMandate, HeldRight, Standing
from domain.access.states import AccountState, EntityAccountState

NOON = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ENTITY, PRINCIPAL = 7, 8


def a_stay(**deviation: object) -> Stay:
    return replace(Stay(level=500, authenticated_at=NOON - MINUTE, ends_at=NOON + 20 * MINUTE), **deviation)


def a_user(**deviation: object) -> Standing:
    standard = Standing(
        person_id=1,
        entity_id=ENTITY,
        quality=Quality.EMPLOYER,
        entity_state=EntityAccountState.ACTIVE,
        account=AccountStanding(AccountState.ACTIVE),
    )
    return replace(standard, **deviation)


def a_manager(role: Role = Role.MANAGER, **deviation: object) -> Standing:
    return a_user(account=None, roles=frozenset({role}), **deviation)


def a_right(service: ServiceCode, right: Right, **deviation: object) -> HeldRight:
    return replace(HeldRight(service, right, valid_from=NOON - MINUTE), **deviation)


def asked(wish: object, *, stay: Stay | None = None) -> AccessRequest:
    return AccessRequest(stay or a_stay(), wish)


def to(action: Action, *, stay: Stay | None = None) -> AccessRequest:
    return asked(TakingOfAction(action), stay=stay)


def to_declare(**deviation: object) -> AccessRequest:
    return asked(replace(UseOfService(ServiceCode.DIMONA, Right.DECLARE), **deviation))


CHANNEL_MANAGE = (a_right(ServiceCode.CHANNELS, Right.MANAGE),)
EBOX_MANAGE = (a_right(ServiceCode.EBOX, Right.MANAGE),)
WHO = {
    "CHIEF": a_manager(Role.CHIEF),
    "CO_CHIEF": a_manager(Role.CO_CHIEF),
    "MANAGER": a_manager(Role.MANAGER),
    "CO_MANAGER": a_manager(Role.CO_MANAGER),
    "user": a_user(),
    "CHANNEL_MANAGE": a_user(rights=CHANNEL_MANAGE),
    "EBOX_MANAGE": a_user(rights=EBOX_MANAGE),
}
TABLE = {
    #                              CHIEF CO_CHIEF MANAGER CO_MANAGER user CHANNEL_MANAGE EBOX_MANAGE  level
    Action.MANAGE_QUALITIES: "     yes   yes      -       -          -    -              -            400",
    Action.SWITCH_PASSWORD_LOGIN: "yes   -        -       -          -    -              -            400",
    Action.MANAGE_USERS: "         yes   yes      yes     yes        -    -              -            400",
    Action.GRANT_RIGHTS: "         yes   yes      yes     yes        -    -              -            400",
    Action.APPOINT: "              yes   yes      yes     -          -    -              -            400",
    Action.CONFIGURE_SENDERS: "    yes   yes      yes     yes        -    yes            -            400",
    Action.READ_EBOX: "            yes   yes      yes     yes        -    -              yes          400",
    Action.EXPORT_REGISTER: "      yes   yes      yes     yes        -    -              -            450",
    Action.CHANGE_OWN_KEYS: "      yes   yes      yes     yes        yes  yes            yes          400",
}
PAIRS = list(itertools.product(TABLE, WHO))


@pytest.mark.parametrize(("action", "who"), PAIRS)
def test_every_action_by_everybody_is_as_the_table_says(action: Action, who: str):
    said = TABLE[action].split()[list(WHO).index(who)]
    expected = Allow() if said == "yes" else Deny(DenyReason.NOT_GRANTED)
    assert decide(WHO[who], to(action), NOON) == expected


@pytest.mark.parametrize(
    ("action", "who"), [pair for pair in PAIRS if TABLE[pair[0]].split()[list(WHO).index(pair[1])] == "yes"]
)
def test_every_action_needs_its_level(action: Action, who: str):
    level = int(TABLE[action].split()[-1])
    below = [one for one in (100, 200, 300, 350, 400, 450) if one < level][-1]
    assert decide(WHO[who], to(action, stay=a_stay(level=level)), NOON) == Allow()
    assert decide(WHO[who], to(action, stay=a_stay(level=below)), NOON) == Deny(DenyReason.LEVEL_TOO_LOW, level)


def test_table_has_every_action():
    assert set(TABLE) | {Action.ACTIVATE_ENTITY} == set(Action)


@pytest.mark.parametrize("action", [Action.SWITCH_PASSWORD_LOGIN, Action.APPOINT, Action.CHANGE_OWN_KEYS])
def test_sensitive_action_needs_a_proof_of_the_last_five_minutes(action: Action):
    on_time = to(action, stay=a_stay(authenticated_at=NOON - 5 * MINUTE))
    too_old = to(action, stay=a_stay(authenticated_at=NOON - 5 * MINUTE - timedelta(seconds=1)))
    assert decide(WHO["CHIEF"], on_time, NOON) == Allow()
    assert decide(WHO["CHIEF"], too_old, NOON) == Deny(DenyReason.AUTHENTICATION_TOO_OLD, 400)


WAITING = a_user(
    entity_state=EntityAccountState.REGISTERED, account=None, proposed=frozenset({Role.CHIEF}), is_quality_active=False
)


@pytest.mark.parametrize(
    ("standing", "stay", "expected"),
    [
        (WAITING, a_stay(level=400), Allow()),
        (WAITING, a_stay(level=200, is_by_activation_codes=True), Allow()),
        (WAITING, a_stay(level=200), Deny(DenyReason.LEVEL_TOO_LOW, 400)),
        (WAITING, a_stay(level=100, is_by_activation_codes=True), Deny(DenyReason.LEVEL_TOO_LOW, 200)),
        (replace(WAITING, proposed=frozenset()), a_stay(), Deny(DenyReason.NOT_GRANTED)),
        (replace(WAITING, proposed=frozenset({Role.MANAGER})), a_stay(), Deny(DenyReason.NOT_GRANTED)),
        (
            replace(WAITING, entity_state=EntityAccountState.ACTIVATION_EXPIRED),
            a_stay(),
            Deny(DenyReason.ENTITY_ACTIVATION_EXPIRED),
        ),
        (replace(WAITING, entity_state=EntityAccountState.ACTIVE), a_stay(), Deny(DenyReason.ENTITY_ACTIVATED_ALREADY)),
        (replace(WAITING, entity_state=None), a_stay(), Deny(DenyReason.ENTITY_WITHOUT_ACCOUNT)),
    ],
)
def test_who_activates_the_account_of_an_entity(standing: Standing, stay: Stay, expected):
    assert decide(standing, to(Action.ACTIVATE_ENTITY, stay=stay), NOON) == expected


DECLARING = a_user(rights=(a_right(ServiceCode.DIMONA, Right.DECLARE),))


@pytest.mark.parametrize(
    ("reason", "standing"),
    [
        (DenyReason.PERSON_UNKNOWN, replace(DECLARING, is_person_known=False)),
        (DenyReason.ENTITY_WITHOUT_ACCOUNT, replace(DECLARING, entity_state=None)),
        (DenyReason.ENTITY_NOT_ACTIVATED, replace(DECLARING, entity_state=EntityAccountState.REGISTERED)),
        (DenyReason.ENTITY_ACTIVATION_EXPIRED, replace(DECLARING, entity_state=EntityAccountState.ACTIVATION_EXPIRED)),
        (DenyReason.ENTITY_SUSPENDED, replace(DECLARING, entity_state=EntityAccountState.SUSPENDED)),
        (DenyReason.ENTITY_CLOSED, replace(DECLARING, entity_state=EntityAccountState.CLOSED)),
        (DenyReason.QUALITY_NOT_ACTIVE, replace(DECLARING, is_quality_active=False)),
        (DenyReason.NO_ACCOUNT, replace(DECLARING, account=None)),
        (DenyReason.ACCOUNT_NOT_ACTIVATED, replace(DECLARING, account=AccountStanding(AccountState.INVITED))),
        (DenyReason.ACCOUNT_EXPIRED, replace(DECLARING, account=AccountStanding(AccountState.EXPIRED))),
        (DenyReason.ACCOUNT_BLOCKED, replace(DECLARING, account=AccountStanding(AccountState.BLOCKED))),
        (DenyReason.ACCOUNT_REMOVED, replace(DECLARING, account=AccountStanding(AccountState.REMOVED))),
        (DenyReason.NOT_GRANTED, replace(DECLARING, rights=())),
        (DenyReason.NOT_GRANTED, replace(DECLARING, rights=(a_right(ServiceCode.DIMONA, Right.CONSULT),))),
        (DenyReason.NOT_GRANTED, replace(DECLARING, rights=(a_right(ServiceCode.CHECK_INS, Right.DECLARE),))),
        (
            DenyReason.NOT_GRANTED,
            replace(DECLARING, rights=(a_right(ServiceCode.DIMONA, Right.DECLARE, valid_from=NOON + MINUTE),)),
        ),
        (
            DenyReason.NOT_GRANTED,
            replace(DECLARING, rights=(a_right(ServiceCode.DIMONA, Right.DECLARE, valid_until=NOON),)),
        ),
        (DenyReason.SERVICE_NOT_OPEN, replace(DECLARING, quality="UNHEARD_OF")),
    ],
)
def test_user_is_denied_for_the_one_thing_that_is_wrong(reason: DenyReason, standing: Standing):
    assert decide(DECLARING, to_declare(), NOON) == Allow()
    assert decide(standing, to_declare(), NOON) == Deny(reason)


ORDER = {
    "the stay": (DenyReason.SESSION_OVER, {}),
    "the person": (DenyReason.PERSON_UNKNOWN, {"is_person_known": False}),
    "the entity": (DenyReason.ENTITY_SUSPENDED, {"entity_state": EntityAccountState.SUSPENDED}),
    "the quality": (DenyReason.QUALITY_NOT_ACTIVE, {"is_quality_active": False}),
    "the account": (DenyReason.ACCOUNT_BLOCKED, {"account": AccountStanding(AccountState.BLOCKED)}),
    "the grant": (DenyReason.NOT_GRANTED, {"rights": ()}),
    "the level": (DenyReason.LEVEL_TOO_LOW, {}),
}


@pytest.mark.parametrize("first", range(len(ORDER)), ids=list(ORDER))
def test_first_thing_against_it_is_told(first: int):
    """Everything from `first` on is wrong; `first` is told."""
    steps = list(ORDER.values())
    wrong = {name: value for _, deviation in steps[first:] for name, value in deviation.items()}
    stay = a_stay(level=100, ends_at=NOON if first == 0 else NOON + MINUTE)
    request = asked(UseOfService(ServiceCode.DIMONA, Right.DECLARE), stay=stay)
    assert decide(replace(DECLARING, **wrong), request, NOON).reason is steps[first][0]


def test_nobody_signed_in_is_denied():
    request = AccessRequest(None, UseOfService(ServiceCode.DIMONA, Right.DECLARE))
    assert decide(DECLARING, request, NOON) == Deny(DenyReason.SESSION_OVER)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("service", [code for code in ServiceCode if not SERVICES[code].needs_four_eyes])
def test_manager_has_every_right_in_the_services_of_his_reach(role: Role, service: ServiceCode):
    for right in SERVICES[service].rights:
        assert decide(a_manager(role), asked(UseOfService(service, right)), NOON) == Allow()


@pytest.mark.parametrize("role", Role)
def test_manager_needs_a_right_where_four_eyes_are_needed(role: Role):
    wish = asked(UseOfService(ServiceCode.ACCESS, Right.DECLARE))
    assert decide(a_manager(role), wish, NOON) == Deny(DenyReason.NOT_GRANTED)
    granted = a_user(roles=frozenset({role}), rights=(a_right(ServiceCode.ACCESS, Right.DECLARE),))
    assert decide(granted, wish, NOON) == Allow()


@pytest.mark.parametrize("state", [AccountState.INVITED, AccountState.EXPIRED, AccountState.REMOVED])
def test_manager_needs_no_user_account(state: AccountState):
    standing = replace(a_manager(), account=AccountStanding(state))
    assert decide(standing, to(Action.MANAGE_USERS), NOON) == Allow()


def test_blocked_account_stops_a_manager_too():
    blocked = replace(a_manager(), account=AccountStanding(AccountState.BLOCKED))
    assert decide(blocked, to(Action.MANAGE_USERS), NOON) == Deny(DenyReason.ACCOUNT_BLOCKED)


def test_proposed_manager_manages_nothing():
    standing = a_user(account=None, proposed=frozenset(Role))
    assert decide(standing, to(Action.MANAGE_USERS), NOON) == Deny(DenyReason.NO_ACCOUNT)


def test_principal_is_acted_for_by_mandate():
    mandated = replace(DECLARING, mandates=frozenset({HeldMandate(PRINCIPAL, ServiceGroup.DIMONA)}))
    for_principal = to_declare(principal_id=PRINCIPAL)
    assert decide(mandated, for_principal, NOON) == Allow()
    assert decide(DECLARING, for_principal, NOON) == Deny(DenyReason.NO_MANDATE)
    other_group = replace(DECLARING, mandates=frozenset({HeldMandate(PRINCIPAL, ServiceGroup.CHECK_INS)}))
    assert decide(other_group, for_principal, NOON) == Deny(DenyReason.NO_MANDATE)


def test_own_entity_needs_no_mandate():
    assert decide(DECLARING, to_declare(principal_id=ENTITY), NOON) == Allow()


def test_mandate_gives_no_right_to_a_user():
    mandated = a_user(mandates=frozenset({HeldMandate(PRINCIPAL, ServiceGroup.DIMONA)}))
    assert decide(mandated, to_declare(principal_id=PRINCIPAL), NOON) == Deny(DenyReason.NOT_GRANTED)


@pytest.mark.parametrize("service", ServiceCode)
def test_service_needs_its_level(service: ServiceCode):
    held = SERVICES[service].rights[-1]
    user, level = a_user(rights=(a_right(service, held),)), SERVICES[service].level
    wish = UseOfService(service, held)
    assert decide(user, asked(wish, stay=a_stay(level=level)), NOON) == Allow()
    assert decide(user, asked(wish, stay=a_stay(level=level - 1)), NOON) == Deny(DenyReason.LEVEL_TOO_LOW, level)


def test_right_that_the_service_does_not_know_is_not_open():
    wish = asked(UseOfService(ServiceCode.DIMONA, Right.MANAGE))
    assert decide(a_manager(), wish, NOON) == Deny(DenyReason.SERVICE_NOT_OPEN)


def test_what_is_hidden_looks_as_if_it_were_not_there():
    assert {reason for reason in DenyReason if reason.hides_existence} == {
        DenyReason.ENTITY_WITHOUT_ACCOUNT,
        DenyReason.NO_ACCOUNT,
        DenyReason.NO_MANDATE,
    }
