"""Know every process that comes from this one, also after its parent died, and end those that are left."""

import contextlib
import ctypes
import os

import psutil

from commands.stack.configuration import StackError

ADOPT_ORPHANS = 36
"""PR_SET_CHILD_SUBREAPER: who loses its parent below us becomes our child, not that of process 1."""

POLITE_SECONDS = 30.0
FORCED_SECONDS = 10.0


class Descendants:
    """The processes below this one that were not there when it was made."""

    def __init__(self) -> None:
        self._before = set(psutil.Process().children(recursive=True))

    def adopt_orphans(self) -> None:
        """Become the parent of every later process below us whose own parent dies."""
        if ctypes.CDLL(None, use_errno=True).prctl(ADOPT_ORPHANS, 1, 0, 0, 0) != 0:
            raise StackError(f"the system does not let us adopt orphans: {os.strerror(ctypes.get_errno())}")

    def running(self) -> list[psutil.Process]:
        """List those that run; one that ended and waits for its parent does not."""
        found = set(psutil.Process().children(recursive=True)) - self._before
        return [process for process in found if _runs(process)]

    def reap_orphans(self, *, kept: int) -> None:
        """Let go of adopted processes that ended; somebody here waits for process `kept` and those of our own session."""
        for process in psutil.Process().children():
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError, ChildProcessError):
                is_adopted = process.pid != kept and os.getsid(process.pid) != os.getsid(0)
                if is_adopted and process.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(process.pid, os.WNOHANG)

    def end(self) -> list[str]:
        """End all that run, politely first, and tell which they were; raises StackError when one resists."""
        left = self.running()
        names = [f"{process.name()} (process {process.pid})" for process in left]
        for process in left:
            _send(process, force=False)
        psutil.wait_procs(left, timeout=POLITE_SECONDS)
        left = self.running()
        for process in left:
            _send(process, force=True)
        psutil.wait_procs(left, timeout=FORCED_SECONDS)
        if left := self.running():
            raise StackError(f"processes {[process.pid for process in left]} do not end")
        return names


def _send(process: psutil.Process, *, force: bool) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        if force:
            process.kill()
        else:
            process.terminate()


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
