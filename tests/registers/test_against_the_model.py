"""The register grants what an independent model of the contingent grants, whatever is declared in whatever order."""

import os
from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from domain.answers import FormResult
from domain.student_declarations import DimonaAction
from tests.registers.batch_filer import BatchFiler, SetFiler
from tests.registers.conftest import Filer
from tests.registers.contingent_machine import contingent_machine

OPERATIONS = int(os.environ.get("OPERATIONS", "150"))
STEPS, EXAMPLES = 10, 5
PHASES = tuple(Phase) if "SHRINK" in os.environ else (Phase.generate,)
"""Making a counterexample smaller takes minutes; SHRINK=1 asks for it."""


def require_as_granted_by_the_model(file: Callable[..., Sequence[FormResult]]) -> int:
    """File random forms until there are enough; return how many there were."""
    machine = contingent_machine(file)
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
    return machine.operations


def test_single_decisions_grant_what_the_model_grants(filer: Filer):
    def file(*files: Sequence[DimonaAction]) -> list[FormResult]:
        return [result for actions in files for result in (filer(*actions) if actions else ())]

    operations = require_as_granted_by_the_model(file)

    print(f"{operations} operations one after the other")  # noqa: T201 - what `make contingent` reports


def test_sets_grant_what_the_model_grants(filer: Filer):
    file = SetFiler(BatchFiler(filer.keys))

    operations = require_as_granted_by_the_model(file)

    assert file.as_sets > operations // 10
    print(f"{operations} operations in batches, {file.as_sets} of them filed as sets")  # noqa: T201 - likewise
