"""Wire the daily signed statement of how far the audit chain reaches."""

from datetime import timedelta

from airflow.sdk import dag, task

from commands.compose import sign_evidence_head


@dag(
    schedule="50 0 * * *",
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 8, "retry_delay": timedelta(minutes=10), "execution_timeout": timedelta(minutes=10)},
    tags=["evidence"],
)
def evidence_head() -> None:
    """Sign the newest link of the audit chain, and write the signed head into GUICHET_HOME/heads.

    Whoever keeps these files elsewhere can prove later that nothing before them was changed. What is signed already is
    not signed again, so it may run as often as one likes; a day that was missed is covered by the next head.
    """

    @task
    def sign() -> None:
        """Sign it; without any event yet there is nothing to sign."""
        sign_evidence_head()

    sign()


evidence_head()
