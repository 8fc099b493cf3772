"""Run tasks as Airflow's LocalExecutor does, in workers that start warm and die with their scheduler."""

import ctypes
import os
import signal
from importlib import import_module

from airflow.executors.local_executor import LocalExecutor

LIBRARIES = (
    "asn1crypto.cms",
    "cryptography.x509",
    "django.contrib.auth.hashers",
    "django.db.models",
    "evidence.quiet_postgresql.base",
    "lxml.etree",
)
PR_SET_PDEATHSIG = 1  # linux/prctl.h
ENDING = frozenset({signal.SIGINT, signal.SIGTERM})


class WarmLocalExecutor(LocalExecutor):
    """Fork workers that hold the libraries every task needs: each task starts about half a second sooner.

    A worker inherits the scheduler's database connections. One that outlived a killed scheduler would keep its open
    transaction, and with it the rows of running DAG runs locked, so workers and their tasks are ended by the kernel
    when their parent ends; what they held is recovered by lease.

    The scheduler's handler of SIGTERM logs before it ends the process. Where the signal interrupted a line that was being
    logged, the handler would wait for a lock that its own thread holds, for ever. So signals that end the scheduler wait
    for `sync`, which it calls in each of its rounds while nothing is half done.
    """

    def start(self) -> None:
        """Import, tie what is forked from now on to its parent's life, and start the workers."""
        for library in LIBRARIES:
            import_module(library)
        os.register_at_fork(after_in_child=_die_with_parent)
        os.register_at_fork(after_in_child=_hear_what_ends)
        super().start()
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)

    def sync(self) -> None:
        """Take what tasks tell, and the signals that came since; end the scheduler when a worker was killed.

        A worker that was killed may have held the lock of the queue all workers read. The supervisor starts the scheduler
        again with fresh workers; without this, no task might ever run.
        """
        if not all(worker.is_alive() for worker in self.workers.values()):
            self.log.critical("A worker was killed; the scheduler ends to be started again with fresh ones")
            os.kill(os.getpid(), signal.SIGKILL)
        super().sync()
        _hear_what_ends()
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)

    def end(self) -> None:
        """Send home every worker, and wait until the tasks that run are done.

        All read one queue, and any may take the message that was sent for another. LocalExecutor sends none for a worker that
        has ended already, so that one which ended quickly on another's message would leave that other waiting for ever. What
        is sent too often nobody reads.
        """
        for _ in self.workers:
            self.activity_queue.put(None)
        super().end()


def _die_with_parent() -> None:
    """Ask the kernel to end this process when the one that forked it ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _hear_what_ends() -> None:
    """Let the signals through that end a process; what has waited is handled before this returns."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
