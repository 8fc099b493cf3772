"""Every DAG loads, says what it does, tries again and holds no rule."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

from dags.worker_names import name_worker

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "dags").glob("*.py"))
DAGS = (
    "access_declarations",
    "access_upkeep",
    "certificate_notices",
    "checkin_months",
    "checkin_validation",
    "evidence_head",
    "intake",
    "missing_check_outs",
    "retention",
    "revocation_refresh",
    "sweep",
)
MAY_IMPORT = {"airflow", "commands", "dags", "psycopg", "domain"} | sys.stdlib_module_names


@pytest.fixture(scope="module")
def bag(_as_the_stack_reads_dags: None) -> DagBag:
    return DagBag(ROOT / "dags")


@pytest.fixture(params=DAGS)
def dag(request: pytest.FixtureRequest, bag: DagBag) -> DAG:
    return bag.dags[request.param]


def imported_names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


def test_every_dag_file_loads(bag: DagBag) -> None:
    assert bag.import_errors == {}


def test_the_dags_are_the_ones_tested_here(bag: DagBag) -> None:
    assert set(bag.dags) == set(DAGS)


def test_every_task_is_tried_again(dag: DAG) -> None:
    assert all(task.retries >= 1 for task in dag.tasks)


def test_every_dag_says_what_it_does_and_has_tags(dag: DAG) -> None:
    assert dag.doc_md
    assert dag.tags


def test_no_dag_makes_up_for_the_past(dag: DAG) -> None:
    assert dag.catchup is False


def test_no_dag_has_more_than_two_tasks_in_sequence(dag: DAG) -> None:
    assert all(not task.downstream_task_ids for first in dag.roots for task in first.downstream_list)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_dag_file_imports_airflow_the_commands_and_no_room_with_rules(path: Path) -> None:
    assert set(imported_names(path)) <= MAY_IMPORT


@pytest.mark.parametrize("name", DAGS)
def test_a_dag_file_branches_on_nothing(name: str) -> None:
    tree = ast.parse((ROOT / "dags" / f"{name}.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.If | ast.IfExp | ast.Match)]


class TaskInstance:
    def __init__(self, *, run_id: str = "manual__2026-07-01", map_index: int = -1, try_number: int = 1) -> None:
        self.dag_id, self.task_id = "intake", "file_declarations"
        self.run_id, self.map_index, self.try_number = run_id, map_index, try_number


def test_a_worker_is_named_after_its_run_and_its_task() -> None:
    assert name_worker({"ti": TaskInstance()}) == "intake/manual__2026-07-01/file_declarations[-1]"


def test_a_second_try_has_the_name_of_the_first() -> None:
    assert name_worker({"ti": TaskInstance(try_number=2)}) == name_worker({"ti": TaskInstance()})


@pytest.mark.parametrize("other", [TaskInstance(map_index=1), TaskInstance(run_id="manual__b")])
def test_no_other_chunk_or_run_has_the_same_name(other: TaskInstance) -> None:
    assert name_worker({"ti": other}) != name_worker({"ti": TaskInstance()})


def test_a_name_fits_in_a_lease_however_long_the_run_is_called() -> None:
    assert len(name_worker({"ti": TaskInstance(run_id="r" * 250, map_index=1023)})) <= 128
