"""Who appoints whom, tried at the register itself: every pair of the table, and everybody out of his reach (access §2.1)."""

import itertools
from collections.abc import Callable

import pytest

from channels.models import Sender, TechnicalUser
from domain.access.actors import Actor
from domain.access.refusals import AccessRefusedError, RefusalReason
from domain.access.roles import Appointee, Appointer, Role
from domain.access.services import Right, ServiceCode
from registers.access.appointing import appoint
from registers.access.employment import DeclaredByManager
from registers.access.granting import WantedRight, grant, revoke
from registers.access.qualities import activate_quality
from registers.access.sender_services import ask_for_service
from registers.access.user_accounts import invite_user
from tests.domain.access.test_appointing_matrix import TABLE
from tests.registers.access.conftest import EMPLOYER, NOON, SECRETARIAT, Company, a_person, refusal, signed_in

NUMBER = "123456"
ROLES = {Appointer.CO_CHIEF: Role.CO_CHIEF, Appointer.MANAGER: Role.MANAGER, Appointer.CO_MANAGER: Role.CO_MANAGER}
DIMONA = WantedRight(ServiceCode.DIMONA, Right.CONSULT)


def who(company: Company, appointer: Appointer) -> Actor:
    match appointer:
        case Appointer.LEGAL_REPRESENTATIVE:
            return Actor.legal_representative()
        case Appointer.OPERATOR:
            return Actor.operator()
        case Appointer.CHIEF:
            return signed_in(company.chief)
        case Appointer.USER:
            return signed_in(company.user().person_id)
        case Appointer.CHANNEL_MANAGER:
            user = company.user()
            grant(user.pk, WantedRight(ServiceCode.CHANNELS, Right.MANAGE), by=signed_in(company.chief), at=NOON)
            return signed_in(user.person_id)
        case _:
            return signed_in(company.appoint(ROLES[appointer]).person_id)


def try_to_make(company: Company, appointee: Appointee, by: Actor, *, quality: str = EMPLOYER) -> object:
    match appointee:
        case Appointee.USER:
            return invite_user(
                company.id,
                quality,
                person_id=a_person(),
                user_name="newcomer",
                employment=DeclaredByManager(),
                by=by,
                at=NOON,
            )
        case Appointee.TECHNICAL_USER:
            own = {
                "user_name": "EXP_123456",
                "entity": company.entity,
                "contact_name": "Els",
                "contact_address": "e@e.be",
            }
            user = TechnicalUser.objects.create(**own)
            Sender.objects.create(number=NUMBER, entity=company.entity, technical_user=user)
            return ask_for_service(NUMBER, ServiceCode.DIMONA, entity_id=company.id, quality=quality, by=by, at=NOON)
        case _:
            role = Role(appointee.value)
            where = "" if role.is_of_entity else quality
            return appoint(company.id, role=role, person_id=a_person(), quality=where, by=by, at=NOON)


@pytest.mark.parametrize(("appointer", "appointee"), list(itertools.product(Appointer, Appointee)))
def test_the_register_lets_everybody_make_what_the_table_says_and_nothing_else(
    company: Company, appointer: Appointer, appointee: Appointee
):
    by = who(company, appointer)
    if TABLE[appointer].split()[list(Appointee).index(appointee)] == "yes":
        assert try_to_make(company, appointee, by) is not None
    else:
        assert refusal(lambda: try_to_make(company, appointee, by)) is RefusalReason.NOT_ENTITLED


OF_A_QUALITY = [Appointee.MANAGER, Appointee.CO_MANAGER, Appointee.USER, Appointee.TECHNICAL_USER]


@pytest.mark.parametrize("appointee", OF_A_QUALITY)
@pytest.mark.parametrize("appointer", [Appointer.MANAGER, Appointer.CO_MANAGER, Appointer.CHANNEL_MANAGER])
def test_who_manages_one_quality_makes_nobody_in_another(company: Company, appointer: Appointer, appointee: Appointee):
    activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=NOON)
    by = who(company, appointer)
    elsewhere = lambda: try_to_make(company, appointee, by, quality=SECRETARIAT)  # noqa: E731 - asked once
    assert refusal(elsewhere) is RefusalReason.NOT_ENTITLED


@pytest.mark.parametrize("appointee", OF_A_QUALITY)
@pytest.mark.parametrize("appointer", [Appointer.CHIEF, Appointer.CO_CHIEF])
def test_who_manages_the_company_makes_them_in_every_quality(
    company: Company, appointer: Appointer, appointee: Appointee
):
    activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=NOON)
    assert try_to_make(company, appointee, who(company, appointer), quality=SECRETARIAT) is not None


RIGHTS: dict[str, Callable[[int, int, Actor], object]] = {
    "give": lambda account, _held, by: grant(account, WantedRight(ServiceCode.EBOX, Right.CONSULT), by=by, at=NOON),
    "take": lambda _account, held, by: revoke(held, by=by, at=NOON),
}


@pytest.mark.parametrize("step", RIGHTS)
@pytest.mark.parametrize(
    "appointer", [Appointer.MANAGER, Appointer.CO_MANAGER, Appointer.CHANNEL_MANAGER, Appointer.USER]
)
def test_nobody_gives_or_takes_a_right_that_he_does_not_manage(company: Company, appointer: Appointer, step: str):
    activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=NOON)
    user = company.user(quality=SECRETARIAT)
    held = grant(user.pk, DIMONA, by=signed_in(company.chief), at=NOON)
    by = who(company, appointer)
    with pytest.raises(AccessRefusedError) as refused:
        RIGHTS[step](user.pk, held.pk, by)
    assert refused.value.reason is RefusalReason.NOT_ENTITLED


@pytest.mark.parametrize("step", RIGHTS)
@pytest.mark.parametrize("appointer", [Appointer.CHIEF, Appointer.CO_CHIEF, Appointer.MANAGER, Appointer.CO_MANAGER])
def test_a_manager_gives_and_takes_rights_in_his_reach(company: Company, appointer: Appointer, step: str):
    user = company.user()
    held = grant(user.pk, DIMONA, by=signed_in(company.chief), at=NOON)
    RIGHTS[step](user.pk, held.pk, who(company, appointer))
