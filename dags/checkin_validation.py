"""Wire the validation of check-ins after they were taken, every five minutes."""

from datetime import timedelta

from airflow.sdk import dag, task

from commands.checkins.scheduled import validate_now


@dag(
    schedule="*/5 * * * *",
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=1), "execution_timeout": timedelta(minutes=30)},
    tags=["checkins"],
)
def checkin_validation() -> None:
    """Validate what is new, and what changed sources concern.

    Nobody waits for it: who registers is answered before. A run that was missed is made up for by the next.
    """

    @task
    def validate() -> None:
        """Validate all that waits, in transactions of their own."""
        validate_now()

    validate()


checkin_validation()
