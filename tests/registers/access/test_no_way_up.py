"""No sequence of allowed steps by anybody but the legal representative makes a chief."""

import os

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.registers.access.company_machine import CompanyMachine

OPERATIONS = int(os.environ.get("OPERATIONS", "300"))
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
