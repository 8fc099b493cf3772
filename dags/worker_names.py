"""Name the worker that holds a lease: every try of a task has the same, and finds what the last one held."""

from typing import Any

LONGEST_RUN_ID = 80  # a lease keeps 128 characters, and an operator may name a run as he likes


def name_worker(context: Any) -> str:  # noqa: ANN401 - Airflow's context is a typed dict of its own
    """Return the DAG, run, task and map index of the task that runs now, as one name."""
    ti = context["ti"]
    return f"{ti.dag_id}/{ti.run_id[:LONGEST_RUN_ID]}/{ti.task_id}[{ti.map_index}]"
