"""Wire the refresh of the trust list and of the revocation data, every hour."""

from datetime import timedelta

from airflow.sdk import dag, task

from commands.compose import set_up_django
from commands.trust import refresh


@dag(
    schedule="17 * * * *",
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=2), "execution_timeout": timedelta(minutes=30)},
    tags=["trust"],
)
def revocation_refresh() -> None:
    """Read the files of the trust list and fetch what the authorities have revoked.

    Fails when data that are needed cannot be relied on any more: submissions signed under that authority are held, and
    an operator was written to. To end it, put a newer list into the folder or open the way to the authority, and run
    this again.
    """

    @task
    def bring_up_to_date() -> None:
        """Refresh, and fail for what is lacking."""
        set_up_django()
        refresh(offline=False).require_fresh()

    bring_up_to_date()


revocation_refresh()
