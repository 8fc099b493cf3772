"""No sequence of allowed steps by anybody but the legal representative makes a chief."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from domain.access.roles import Role
from domain.access_declarations import Action
from registers.access.appointing import accept, appoint
from registers.access.models import DeclaredAccess
from tests.registers.access.company_machine import CompanyMachine
from tests.registers.access.conftest import EMPLOYER, NOON, Company, signed_in
from tests.registers.access.declaring import Declarer

OPERATIONS = int(os.environ.get("OPERATIONS", "150"))
STEPS = 30


def test_no_sequence_of_steps_makes_a_chief(db: None):
    run_state_machine_as_test(
        CompanyMachine,
        settings=settings(
            max_examples=max(OPERATIONS // STEPS, 1),
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("action", [Action.GRANT, Action.REVOKE, Action.REPLACE, Action.UPDATE])
def test_what_files_do_to_users_alone_is_refused_for_a_manager(company: Company, action: Action):
    declarer = Declarer(company.entity, company.sessions)
    person = declarer.person(1, at=NOON)
    row = appoint(company.id, role=Role.CO_CHIEF, person_id=person, by=signed_in(company.chief), at=NOON)
    accept(row.pk, by=signed_in(person), at=NOON)
    declarer.declare(person, action=action, role=Role.CO_MANAGER, quality=EMPLOYER, rights=True, at=NOON)

    assert DeclaredAccess.objects.get().state == "REFUSED"
