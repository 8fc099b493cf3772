"""Wire the months of the check-in register: made ahead, and dropped once they were kept, every night."""

from datetime import timedelta

from airflow.sdk import dag, task

from commands.checkins.scheduled import keep_now


@dag(
    schedule="40 1 * * *",
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 10, "retry_delay": timedelta(minutes=5), "execution_timeout": timedelta(hours=2)},
    tags=["checkins", "retention"],
)
def checkin_months() -> None:
    """Make the next months, forget exact coordinates after their days, and drop whole months after the years of all sectors.

    A month that is in use for seconds is dropped by the next try.
    """

    @task
    def keep() -> None:
        """Do all of it; what was done stays done."""
        keep_now()

    keep()


checkin_months()
