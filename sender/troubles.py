"""What can go wrong for a sender: one sentence what, one sentence what to do next, and an exit code."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How a sender's command ended; documented in the help of every command."""

    DONE = 0
    REFUSED = 1
    WRONG_USE = 2
    NO_CONNECTION = 3
    INTERRUPTED = 4
    NOT_VERIFIED = 5


EXIT_CODES = """exit codes:
  0  done
  1  the declarations would be refused, or the counter refuses the file
  2  wrong use: an option, a file or the configuration is not as it should be
  3  no connection: counter out of reach, its key not trusted, or login refused
  4  interrupted, or the counter has trouble: run the same command again
  5  an answer is not verified; it stays at the counter
"""


class SenderError(Exception):
    """Trouble that a person can act on: `what` happened and what to do `next_step`, both whole sentences."""

    def __init__(self, what: str, *, next_step: str, exit_code: ExitCode = ExitCode.WRONG_USE) -> None:
        super().__init__(f"{what} {next_step}")
        self.what = what
        self.next_step = next_step
        self.exit_code = exit_code
