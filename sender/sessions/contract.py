"""What the sender's tools ask of a session with the counter, and how its troubles are told; no channel is known here."""

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from domain.environments import Tray
from sender.progress import Advance
from sender.tables import printable
from sender.troubles import ExitCode, SenderError

LOGIN_SECONDS = 30.0
"""How long connecting and logging in may take."""
REPLY_SECONDS = 300.0
"""How long a reply may take: sealing a large set takes the counter a while before it answers the last close."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file in a tray of the mailbox."""

    tray: Tray
    name: str

    def __str__(self) -> str:
        return f"/{self.tray}/{self.name}"


class CounterSession(Protocol):
    """A session with one mailbox at the counter.

    Every method raises LineLostError, CounterRefusesError or CounterTroubleError, and OSError for trouble of this
    machine's own.
    """

    def size_of(self, file: RemoteFile) -> int | None:
        """Return the size in bytes of a file, None when no such file is visible."""
        ...

    def names_in(self, tray: Tray) -> Sequence[str]:
        """Return the names of the files that are visible in a tray."""
        ...

    def upload(self, file: RemoteFile, content: BinaryIO, *, offset: int, size: int) -> None:
        """Write `content`, of `size` bytes in all, to `file`; return when the counter has answered its close.

        With `offset` 0 the file begins anew; otherwise the first `offset` bytes stay and `content` is read from there.
        Raises SenderError, without a close, when `content` turns out to have another size, and NotSealedError after that of a
        go-ahead file where the counter says so.
        """
        ...

    def download(self, file: RemoteFile, target: BinaryIO, advance: Advance) -> None:
        """Read a file to its end into `target`, telling how many bytes more have come each time."""
        ...

    def remove(self, file: RemoteFile) -> None:
        """Remove a file, which may be gone already."""
        ...


class Connection(Protocol):
    """Where the counter is and who asks; its text is the counter's name in the journal."""

    def connected(self, *, passphrase_variable: str | None) -> AbstractContextManager[CounterSession]:
        """Yield a session with the counter, closed at the end.

        Raises SenderError when the counter cannot be reached, is not trusted, or refuses the login.
        """
        ...


class LineLostError(Exception):
    """The connection broke; nobody knows what the counter still did."""


class CounterRefusesError(Exception):
    """The counter does not do what it was asked; `said` is its reason, `next_step` a sentence where more is known."""

    def __init__(self, said: str, *, next_step: str = "") -> None:
        super().__init__(said)
        self.said = said
        self.next_step = next_step


class CounterTroubleError(Exception):
    """The counter cannot do now what it was asked, but may later."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


class NotSealedError(SenderError):
    """The counter has the go-ahead file of a set, and says that it did not seal the set: something of it is lacking."""


@contextlib.contextmanager
def told_in_sentences(doing: str) -> Iterator[None]:
    """Turn what a session raises while `doing` (such as "sending FI...") into a SenderError."""
    try:
        yield
    except LineLostError as trouble:
        raise SenderError(
            f"The connection was lost while {doing}.",
            next_step="Run the same command again: it goes on where it stopped.",
            exit_code=ExitCode.INTERRUPTED,
        ) from trouble
    except CounterRefusesError as refusal:
        raise SenderError(
            f"The counter refuses {doing}: {_part(refusal.said)}.",
            next_step=refusal.next_step or "Check the name, the environment and your sender's rights, then try again.",
            exit_code=ExitCode.REFUSED,
        ) from refusal
    except CounterTroubleError as trouble:
        raise SenderError(
            f"The counter has trouble while {doing}: {_part(trouble.said)}.",
            next_step="Nothing is lost; run the same command again in a few minutes.",
            exit_code=ExitCode.INTERRUPTED,
        ) from trouble
    except OSError as trouble:
        raise SenderError(
            f"This machine has trouble while {doing}: {printable(str(trouble.strerror or trouble))}.",
            next_step="Repair that, then run the command again.",
        ) from trouble


def require_size(arrived: int | None, size: int) -> None:
    """Raise SenderError unless as many bytes arrived as the file has here; None where the counter does not say."""
    if arrived not in {size, None}:
        raise SenderError(
            f"The counter holds {arrived} bytes of a file that has {size} here.",
            next_step="Make sure that nothing else writes to the file, then run the same command again.",
            exit_code=ExitCode.INTERRUPTED,
        )


def out_of_reach(host: str, port: int, reason: str) -> SenderError:
    """Return what is told when no connection comes about."""
    return SenderError(
        f"{host} port {port} cannot be reached: {printable(reason)}.",
        next_step="Check --host, --port and your network, then try again.",
        exit_code=ExitCode.NO_CONNECTION,
    )


def no_counter(host: str, port: int, said: str) -> SenderError:
    """Return what is told when something else than a counter answers."""
    return SenderError(
        f"{host} port {port} does not answer as the counter does: {printable(said)}.",
        next_step="Check --host, --port and --channel, then try again later.",
        exit_code=ExitCode.NO_CONNECTION,
    )


def login_refused(who: str, means: str, *, next_step: str) -> SenderError:
    """Return what is told when the counter does not let `who` in with `means`, such as "the key keys/ssh_key"."""
    return SenderError(
        f"The counter refuses the login of {who!r} with {means}.",
        next_step=next_step,
        exit_code=ExitCode.NO_CONNECTION,
    )


def login_undecided(who: str, said: str = "") -> SenderError:
    """Return what is told when the counter gave up before it decided on a login; `said` is its reason."""
    reason = f": {_part(said)}" if said else ""
    return SenderError(
        f"The counter ended the conversation before it decided on the login of {who!r}{reason}.",
        next_step="It has trouble of its own: try again in a minute.",
        exit_code=ExitCode.INTERRUPTED,
    )


def _part(said: str) -> str:
    return printable(said).rstrip(". ") or "it gives no reason"
