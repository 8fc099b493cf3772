"""Wire the recovery of what the intake left behind, every minute."""

from datetime import timedelta

from airflow.sdk import dag, get_current_context, task

from commands.compose import open_counter
from dags.worker_names import name_worker

BATCHES_A_MINUTE = 4


@dag(
    schedule="* * * * *",
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 1, "retry_delay": timedelta(seconds=5), "execution_timeout": timedelta(minutes=20)},
    tags=["intake", "recovery"],
)
def sweep() -> None:
    """Give back expired leases, lapse overdue deliveries, carry messages, and take in what nobody was woken for.

    The sweep does the intake's work itself, so it needs neither the triggerer nor another run. Nothing waits as long as
    the intake is awake; then its claims are empty.
    """

    @task
    def recover() -> None:
        """Do whatever waits, filings that lost their worker among it, then sweep."""
        counter = open_counter()
        counter.work_once(name_worker(get_current_context()), most_batches=BATCHES_A_MINUTE)
        counter.sweep().require_whole()

    recover()


sweep()
