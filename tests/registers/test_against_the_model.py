"""The register grants what an independent model of the contingent grants, whatever is declared in whatever order."""

import os

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.registers.conftest import Filer
from tests.registers.contingent_machine import contingent_machine

OPERATIONS = int(os.environ.get("OPERATIONS", "300"))
STEPS, EXAMPLES = 10, 10
PHASES = tuple(Phase) if "SHRINK" in os.environ else (Phase.generate,)
"""Making a counterexample smaller takes minutes; SHRINK=1 asks for it."""


def test_random_declarations_are_granted_what_the_model_grants(filer: Filer):
    machine = contingent_machine(filer)
    bounds = settings(
        max_examples=max(EXAMPLES, OPERATIONS // 400),
        stateful_step_count=STEPS if OPERATIONS < 1000 else 5 * STEPS,
        deadline=None,
        phases=PHASES,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    while machine.operations < OPERATIONS:
        run_state_machine_as_test(machine, settings=bounds)
    print(f"{machine.operations} operations")  # noqa: T201 - what `make contingent` reports
