"""Wire the settling of access declarations that waited for a day, a manager or a person, every five minutes."""

from datetime import timedelta

from airflow.sdk import dag, task

from commands.settle_access import settle


@dag(
    schedule="*/5 * * * *",
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1), "execution_timeout": timedelta(minutes=30)},
    tags=["access"],
)
def access_declarations() -> None:
    """Apply access declarations on their day, note what managers and persons decided, let lapse what is late.

    Each of these sends a second notification with the same reference. It may run as often as one likes: each thing is
    settled once. `guichet access-declarations settle` does the same.
    """

    @task
    def settle_due() -> None:
        """Settle what is due."""
        settle()

    settle_due()


access_declarations()
