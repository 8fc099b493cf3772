"""Wire what time does to company accounts, every hour."""

from datetime import timedelta

from airflow.sdk import dag, task

from commands.company_accounts.hourly import keep_up_now


@dag(
    schedule="17 * * * *",
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=5), "execution_timeout": timedelta(minutes=30)},
    tags=["access"],
)
def access_upkeep() -> None:
    """Let proposals, invitations and activation codes lapse, write tasks that are due, block who was away for a year."""

    @task
    def keep_up() -> None:
        """Do all that is due."""
        keep_up_now()

    keep_up()


access_upkeep()
