"""Start every process of the list under supervisord, wait until each works, and stop them so that none is left."""

import contextlib
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Any
from xmlrpc.client import Error as XmlRpcError
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from commands.stack.configuration import StackConfiguration, StackError
from commands.stack.descendants import Descendants
from commands.stack.home import REPOSITORY, write_whole
from commands.stack.interruptions import uninterrupted
from commands.stack.launch import environment_of
from commands.stack.ports import find_troubles
from commands.stack.probes import NotHealthy
from commands.stack.processes import DATABASE, PREPARE, Process, in_stopping_order, processes_for
from commands.stack.supervision_rules import control_socket, render_supervision_rules

Tell = Callable[[str], None]

HEALTHY_SECONDS = 240.0
TELL_EVERY_SECONDS = 5.0
POLL_SECONDS = 0.2
QUICK_ENDS = 4
UNREACHABLE = (OSError, HTTPException, XmlRpcError)
"""What a call to a supervisord that is not there, or is going, raises."""
STOPPED = frozenset({"STOPPED", "EXITED", "FATAL"})


@contextlib.contextmanager
def running_stack(configuration: StackConfiguration, *, tell: Tell) -> Iterator["Supervisor"]:
    """Run the whole stack while the block runs; `tell` gets one line for each step. Raises StackError."""
    supervisor = Supervisor(configuration, tell=tell)
    supervisor.require_startable()
    try:
        supervisor.start()
        yield supervisor
    finally:
        supervisor.stop()


class Supervisor:
    """One supervisord and the processes that it keeps running for one home."""

    def __init__(
        self,
        configuration: StackConfiguration,
        *,
        tell: Tell,
        processes: Sequence[Process] | None = None,
        preparation: Process = PREPARE,
    ) -> None:
        self._configuration = configuration
        self._tell = tell
        self._processes = processes_for(configuration) if processes is None else tuple(processes)
        self._preparation = preparation
        self._descendants = Descendants()
        self._supervisord: subprocess.Popen[bytes] | None = None

    def require_startable(self) -> None:
        """Raise StackError when this stack runs already, a port is taken or the disk is full."""
        with contextlib.suppress(*UNREACHABLE):
            number = self._call("getPID")
            raise StackError(f"this stack runs already: stop it with `kill {number}` first")
        if troubles := find_troubles(self._configuration):
            raise StackError("\n".join(troubles))

    def start(self) -> None:
        """Start the database, prepare it, start the rest, each once it can. Raises StackError."""
        self._start_supervisord()
        services = [process for process in self._processes if process is not DATABASE]
        if DATABASE in self._processes:
            self._start_processes([DATABASE])
        self._prepare()
        self._start_processes(services)

    def require_running(self) -> None:
        """Raise StackError when supervisord itself has ended; to be called every now and then."""
        if self._supervisord is None or self._supervisord.poll() is not None:
            raise StackError(f"supervisord ended; the reason is in {self._log('supervisord')}")
        self._descendants.reap_orphans(kept=self._supervisord.pid)

    def stop(self) -> None:
        """Stop the processes in their order, and end whatever is left; raises StackError when that fails.

        A second Ctrl-C does not interrupt it, nor does a terminal that has gone.
        """
        if self._supervisord is None:
            return
        with uninterrupted():
            self._tell_if_possible("stopping")
            with contextlib.suppress(*UNREACHABLE):
                for together in in_stopping_order(self._processes):
                    self._stop_together(together)
            with contextlib.suppress(*UNREACHABLE):
                self._call("shutdown")
            try:
                self._supervisord.wait(sum(process.stop_seconds for process in self._processes))
            except subprocess.TimeoutExpired:
                self._supervisord.kill()
                self._supervisord.wait()
            self._supervisord = None
            for process in self._descendants.end():
                self._tell_if_possible(f"{process} outlived its supervisor and was ended")

    def _start_supervisord(self) -> None:
        home = self._configuration.home
        rules = home / "run" / "supervisord.conf"
        write_whole(rules, render_supervision_rules(self._processes, home))
        (home / "log").mkdir(parents=True, exist_ok=True)
        self._descendants.adopt_orphans()
        with self._log("supervisord-start").open("wb") as output:
            self._supervisord = subprocess.Popen(  # noqa: S603 - our own file
                [sys.executable, "-m", "supervisor.supervisord", "-c", rules],
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop it in order
            )
        while True:
            self.require_running()
            with contextlib.suppress(*UNREACHABLE):
                self._call("getPID")
                return
            time.sleep(POLL_SECONDS)

    def _prepare(self) -> None:
        self._tell("preparing keys and tables")
        environment = environment_of(self._preparation, self._configuration)
        command = [sys.executable, *self._preparation.command(self._configuration)]
        ended = subprocess.run(command, cwd=REPOSITORY, env=environment, check=False)  # noqa: S603 - our own list
        if ended.returncode != 0:
            raise StackError("keys and tables could not be prepared; the reason stands above")

    def _start_processes(self, processes: Sequence[Process]) -> None:
        for process in processes:
            self._call("startProcess", process.name, False)
        waiting, began, told = list(processes), time.monotonic(), 0.0
        starts: defaultdict[str, set[int]] = defaultdict(set)
        while waiting:
            self.require_running()
            reasons = {process.name: reason for process in waiting if (reason := self._reason(process)) is not None}
            elapsed = time.monotonic() - began
            for process in waiting:
                if process.name not in reasons:
                    self._tell(f"{process.name} works ({elapsed:.0f} s)")
            waiting = [process for process in waiting if process.name in reasons]
            for process in waiting:
                self._require_steady(process, starts[process.name])
            if elapsed > HEALTHY_SECONDS:
                raise StackError("; ".join(f"{name} does not work: {reason}" for name, reason in reasons.items()))
            if waiting and elapsed - told > TELL_EVERY_SECONDS:
                told = elapsed
                self._tell(f"waiting for {', '.join(reasons)} ({elapsed:.0f} s)")
            time.sleep(POLL_SECONDS)

    def _reason(self, process: Process) -> str | None:
        try:
            process.probe(self._configuration)
        except NotHealthy as reason:
            return str(reason)
        return None

    def _require_steady(self, process: Process, starts: set[int]) -> None:
        """Raise StackError with the log's last line when `process` ends as soon as it is started, again and again."""
        starts.add(int(self._call("getProcessInfo", process.name)["start"]))
        if len(starts) > QUICK_ENDS:
            lines = self._log(process.name).read_text(encoding="utf-8", errors="replace").splitlines()
            last = lines[-1] if lines else "nothing"
            raise StackError(f"{process.name} ends as soon as it starts; the last word in its log: {last}")

    def _stop_together(self, processes: Sequence[Process]) -> None:
        """Stop processes and wait for them; supervisord's own end looks at them one by one, a second for each."""
        for process in processes:
            with contextlib.suppress(Fault):  # not running
                self._call("stopProcess", process.name, False)
        deadline = time.monotonic() + max(process.stop_seconds for process in processes)
        while time.monotonic() < deadline:
            states = {self._call("getProcessInfo", process.name)["statename"] for process in processes}
            if states <= STOPPED:
                return
            time.sleep(POLL_SECONDS)

    def _tell_if_possible(self, line: str) -> None:
        with contextlib.suppress(OSError):
            self._tell(line)

    def _call(self, method: str, *arguments: object) -> Any:  # noqa: ANN401 - supervisord answers with structures
        transport = SupervisorTransport(serverurl=f"unix://{control_socket(self._configuration.home)}")
        with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
            return getattr(proxy.supervisor, method)(*arguments)

    def _log(self, name: str) -> Path:
        return self._configuration.home / "log" / f"{name}.log"
