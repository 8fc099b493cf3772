"""Wire the end of what is kept by setting, every night."""

from datetime import timedelta

from airflow.sdk import dag, task

from commands.compose import (
    clean_airflow_runs,
    drop_unneeded_revocation_data,
    forget_old_questions,
    forget_old_student_days,
    forget_sent_forms,
    minimise_accounts,
    purge_signing_in,
    purge_web_service,
    retire_due_answers,
)


@dag(
    schedule="20 1 * * *",
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 5, "retry_delay": timedelta(minutes=10), "execution_timeout": timedelta(hours=2)},
    tags=["retention"],
)
def retention() -> None:
    """Take answers out of the outboxes, and forget what else was kept, as long as the settings say.

    No answer is deleted: a sender that repeats the set finds it again. A run that was missed is made up for by the next.
    """

    @task
    def retire_answers() -> None:
        """Let whole answers leave, in batches; what a broken run left, the next try finds."""
        retire_due_answers()

    @task
    def drop_revocation_data() -> None:
        """Drop lists and responses that are neither the newest nor proof; answers do not wait for it."""
        drop_unneeded_revocation_data()

    @task
    def clean_runs() -> None:
        """Delete what Airflow itself keeps of old runs; answers do not wait for it."""
        clean_airflow_runs()

    @task
    def purge_web_requests() -> None:
        """Delete tokens, assertions and idempotency keys that are over."""
        purge_web_service()

    @task
    def purge_attempts() -> None:
        """End stays and first keys that are over, and delete old attempts to sign in."""
        purge_signing_in()

    @task
    def forget_questions() -> None:
        """Delete attestations and records of looks at student days whose time is over."""
        forget_old_questions()

    @task
    def forget_student_days() -> None:
        """Delete periods, contingents and declarations whose years are over, in batches; a try goes on where one stopped."""
        forget_old_student_days()

    @task
    def minimise_users_and_stays() -> None:
        """Forget names of users removed long ago, and from where and with what people signed in."""
        minimise_accounts()

    @task
    def forget_forms() -> None:
        """Forget which forms were sent from pages, once they cannot be sent again."""
        forget_sent_forms()

    retire_answers()
    purge_attempts()
    minimise_users_and_stays()
    forget_forms()
    forget_questions()
    forget_student_days()
    drop_revocation_data()
    clean_runs()
    purge_web_requests()


retention()
