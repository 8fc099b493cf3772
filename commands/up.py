"""`guichet up`: run the whole stack until Ctrl-C."""

import argparse
import signal
import sys
import time

from commands.stack.configuration import StackConfiguration, StackError
from commands.stack.supervisor import running_stack

LOOK_SECONDS = 1.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing to choose: the variables of docs/reference/settings.md say where it listens."""
    parser.description = "Run the database, the doors, Airflow and the portal until Ctrl-C."


def run(_arguments: argparse.Namespace) -> int:
    """Run the stack; 0 after Ctrl-C or SIGTERM, 1 and one sentence when it cannot start or stay up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        configuration = StackConfiguration.from_environment()
        with running_stack(configuration, tell=_tell) as supervisor:
            _tell(f"SFTP door  sftp -P {configuration.sftp_port} USER@{configuration.sftp_host}")
            _tell(f"FTP door   port {configuration.ftp_port} of {configuration.ftp_host}")
            _tell(f"portal     https://localhost:{configuration.portal_port}/health")
            _tell(f"Airflow    http://127.0.0.1:{configuration.airflow_port}/")
            _tell("stop with Ctrl-C")
            while True:
                time.sleep(LOOK_SECONDS)
                supervisor.require_running()
    except KeyboardInterrupt:
        return 0
    except BrokenPipeError:  # nobody reads what we tell any more
        return 1
    except StackError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
