"""Wire the way of a sealed submission: claim, judge and acknowledge; then file and notify."""

import os
from datetime import timedelta

from airflow.sdk import Asset, AssetWatcher, dag, get_current_context, task

from commands.compose import open_counter
from dags.sealed_submissions_trigger import SealedSubmissions
from dags.worker_names import name_worker

WORKER_SLOTS = int(os.environ.get("GUICHET_WORKER_SLOTS") or "2")
SMALLEST_CHUNK = 25  # submissions; a task costs more than filing so few

sealed_submissions = Asset(
    "sealed_submissions", watchers=[AssetWatcher(name="sealed_submissions", trigger=SealedSubmissions())]
)


@dag(
    schedule=[sealed_submissions],
    catchup=False,
    max_active_runs=3,
    default_args={"retries": 3, "retry_delay": timedelta(seconds=5)},
    tags=["intake"],
)
def intake() -> None:
    """Take in what senders have sealed.

    Woken when sealed submissions wait. `receive` claims up to 500 submissions or 64 MB, judges them and writes their
    acknowledgements (ACRF); `file_declarations` applies the rules, files in the register and writes the notifications
    (NOTI). Runs may overlap and tasks may run twice: claims skip what another run holds, effects happen once. To start
    it by hand, trigger it: a run that finds nothing ends at once.
    """

    @task
    def receive() -> list[list[int]]:
        """Claim, judge, acknowledge; return the accepted submissions' ids in one chunk a worker slot at most."""
        accepted = open_counter().claim_and_acknowledge(name_worker(get_current_context()))
        chunks = min(WORKER_SLOTS, -(-len(accepted) // SMALLEST_CHUNK))
        return [accepted[first::chunks] for first in range(chunks)]

    @task
    def file_declarations(submission_ids: list[int]) -> None:
        """Apply the rules, file in the register, notify."""
        open_counter().file_and_notify(submission_ids, name_worker(get_current_context()))

    file_declarations.expand(submission_ids=receive())


intake()
