"""Lanes in which large submissions are filed: in the processes that judge their pieces, one for each processor."""

from concurrent.futures import BrokenExecutor, wait

from django.db import connection

from commands.judging_workers import judging_workers, processors
from domain.refusals import OutageError
from registers.student_days.lanes import Lane, Share
from registers.student_days.set_filing import Opened


class ProcessLanes:
    """As many lanes as this process may use processors."""

    def run(self, lane: Lane) -> list[dict[int, Opened]]:
        """Run `lane` for every share, each on a connection of its own; return what they return when all have ended.

        Raises what a lane raised, and OutageError when the process of one is gone.
        """
        shares = [Share(number, processors()) for number in range(processors())]
        try:
            running = [judging_workers().submit(_run_apart, lane, share) for share in shares]
            wait(running)
            return [one.result() for one in running]
        except BrokenExecutor as trouble:
            raise OutageError("a process that filed a part of a submission is gone") from trouble


def _run_apart(lane: Lane, share: Share) -> dict[int, Opened]:
    """Run a lane on a fresh connection: one that was left open may have been cut off since, and holds memory."""
    try:
        return lane(share)
    finally:
        connection.close()
