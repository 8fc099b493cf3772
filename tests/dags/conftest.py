"""Airflow as a library: no metadata database, no logging of its own, a home that goes away; other tests see none of it."""

import tempfile
from collections.abc import Iterator
from importlib import import_module

import pytest

HOME = tempfile.TemporaryDirectory(prefix="airflow-")

with pytest.MonkeyPatch.context() as environment:
    environment.setenv("AIRFLOW_HOME", HOME.name)
    environment.setenv("_AIRFLOW__AS_LIBRARY", "1")
    for module in ("airflow.settings", "airflow.sdk", "airflow.triggers.base", "airflow.dag_processing.dagbag"):
        import_module(module)


@pytest.fixture(scope="session")
def _as_the_stack_reads_dags() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AIRFLOW__CORE__DAG_IGNORE_FILE_SYNTAX", "regexp")
        yield


def pytest_unconfigure() -> None:
    HOME.cleanup()
