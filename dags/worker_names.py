"""Name the worker that holds a lease: every try of a task has the same, and finds what the last one held."""

from typing import Any


def name_worker(context: Any) -> str:  # noqa: ANN401 - Airflow's context is a typed dict of its own
    """Return the DAG, run, task, map index of the task that runs now, as one name."""
    ti = context["ti"]
    return f"{ti.dag_id}/{ti.run_id}/{ti.task_id}[{ti.map_index}]"
