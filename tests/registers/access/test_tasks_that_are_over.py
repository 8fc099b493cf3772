"""A task in the e-Box ends with what it asks for, in whatever way that ends."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from correspondence.models import EboxDocument
from domain.access.actors import Actor
from domain.access.roles import Role
from domain.access.services import Right, ServiceCode
from registers.access.appointing import appoint
from registers.access.ending import end
from registers.access.granting import WantedRight, grant, refuse_grant, revoke
from registers.access.lapsing import lapse_due
from registers.access.models import Appointment, Grant
from registers.access.qualities import activate_quality, end_quality
from registers.access.user_accounts import remove_user
from tests.registers.access.conftest import EMPLOYER, NOON, SECRETARIAT, Company, a_person, signed_in

LATER = NOON + timedelta(hours=1)


def tasks(kind: str) -> list[str]:
    return list(EboxDocument.objects.filter(kind=kind).order_by("pk").values_list("state", flat=True))


def propose_by_file(company: Company, quality: str = EMPLOYER) -> Appointment:
    by = Actor.sender("123456", entity_id=company.id, file="GO.ACCS.123456.20260701.00001.R.1", form="1")
    return appoint(company.id, role=Role.MANAGER, person_id=a_person(), quality=quality, by=by, at=NOON)


def end_by_chief(company: Company, row: Appointment) -> None:
    end(row.pk, by=signed_in(company.chief), at=LATER, sessions=company.sessions)


def test_the_task_to_confirm_a_manager_ends_when_the_time_is_over(company: Company):
    row = propose_by_file(company)
    lapse_due(at=row.expires_at)

    assert tasks("CONFIRM_MANAGER") == ["HANDLED"]


def test_the_task_to_confirm_a_manager_ends_when_the_proposal_is_withdrawn(company: Company):
    end_by_chief(company, propose_by_file(company))

    assert tasks("CONFIRM_MANAGER") == ["HANDLED"]


def test_the_task_to_confirm_a_manager_ends_with_the_quality(company: Company):
    activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=NOON)
    propose_by_file(company, SECRETARIAT)
    end_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=LATER, sessions=company.sessions)

    assert tasks("CONFIRM_MANAGER") == ["HANDLED"]


def take_back(company: Company, right: Grant) -> None:
    revoke(right.pk, by=signed_in(company.chief), at=LATER)


def refuse(company: Company, right: Grant) -> None:
    refuse_grant(right.pk, by=signed_in(company.chief), at=LATER)


def remove_account(company: Company, right: Grant) -> None:
    remove_user(right.account_id, by=signed_in(company.chief), at=LATER, sessions=company.sessions)


@pytest.mark.parametrize("over", [take_back, refuse, remove_account])
def test_the_task_of_a_second_manager_ends_with_the_right(company: Company, over: Callable[[Company, Grant], None]):
    account = company.user(company.appoint(Role.MANAGER).person_id)
    wanted = WantedRight(ServiceCode.ACCESS, Right.CONSULT)
    right = grant(account.pk, wanted, by=signed_in(account.person_id), at=NOON)
    assert tasks("SECOND_MANAGER_NEEDED") == ["NEW"]
    over(company, right)

    assert tasks("SECOND_MANAGER_NEEDED") == ["HANDLED"]


def test_the_task_to_find_a_manager_ends_with_the_last_co_manager_without_one(company: Company):
    manager, helper = company.appoint(Role.MANAGER), company.appoint(Role.CO_MANAGER)
    end_by_chief(company, manager)
    assert tasks("ORPHAN_CO_MANAGER") == ["NEW"]
    end_by_chief(company, helper)

    assert tasks("ORPHAN_CO_MANAGER") == ["HANDLED"]


def test_tasks_that_stayed_open_before_are_ended_and_no_others(company: Company):
    manager, helper = company.appoint(Role.MANAGER), company.appoint(Role.CO_MANAGER)
    account = company.user(manager.person_id)
    wanted = WantedRight(ServiceCode.ACCESS, Right.CONSULT)
    take_back(company, grant(account.pk, wanted, by=signed_in(account.person_id), at=NOON))
    grant(account.pk, wanted, by=signed_in(account.person_id), at=LATER)
    activate_quality(company.id, SECRETARIAT, by=signed_in(company.chief), at=NOON)
    end_by_chief(company, propose_by_file(company, SECRETARIAT))
    propose_by_file(company, SECRETARIAT)
    end_by_chief(company, manager)
    end_by_chief(company, helper)
    EboxDocument.objects.filter(is_task=True).update(state="NEW", handled_at=None, handled_by="")
    import_module("registers.access.migrations.0018_tasks_that_are_over").end(apps, None)

    assert tasks("CONFIRM_MANAGER") == tasks("SECOND_MANAGER_NEEDED") == ["HANDLED", "NEW"]
    assert tasks("ORPHAN_CO_MANAGER") == ["HANDLED"]
