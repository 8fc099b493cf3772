"""Wire the letters that a sender's certificate ends, every day."""

from datetime import timedelta

from airflow.sdk import dag, task

from commands.certificates import notice_expiries
from commands.compose import set_up_django


@dag(
    schedule="30 5 * * *",
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=5), "execution_timeout": timedelta(minutes=30)},
    tags=["trust"],
)
def certificate_notices() -> None:
    """Tell the technical users of senders that a certificate ends, 60, 30 and 7 days before.

    Each letter is written once; it may run as often as one likes. A day that was missed is made up for by the next run.
    """

    @task
    def notice() -> None:
        """Write the letters that are due."""
        set_up_django()
        notice_expiries()

    notice()


certificate_notices()
