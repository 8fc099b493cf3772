"""Wire the search for missing check-outs, every ten minutes."""

from datetime import timedelta

from airflow.sdk import dag, task

from commands.checkins.scheduled import find_missing_outs_now


@dag(
    schedule="3-59/10 * * * *",
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=1), "execution_timeout": timedelta(minutes=20)},
    tags=["checkins"],
)
def missing_check_outs() -> None:
    """Flag check-outs that are due since sixteen hours, tell employers and workers, and let drafts of corrections run out."""

    @task
    def find() -> None:
        """Find them all; what a broken run left, the next one finds."""
        find_missing_outs_now()

    find()


missing_check_outs()
