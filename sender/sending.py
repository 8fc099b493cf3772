"""Deliver signed sets: every FI, every FS, then GO, into the tray of their environment; resumable, never twice."""

import hashlib
import io
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path

from domain.environments import INBOXES, Environment, Tray
from domain.filenames import FileName, SetKey
from sender.journal import Journal, SetRecord
from sender.naming import SetNames, names_beside, parse_payload_name
from sender.progress import ContinuedFile, Meter, MeteredFile, silent
from sender.sessions.contract import CounterSession, NotSealedError, RemoteFile, told_in_sentences
from sender.signatures import Signatures
from sender.troubles import ExitCode, SenderError

_CHUNK = 256 * 1024
_INCOMPLETE = (
    "Give the FI files to `guichet sign`, which makes what is missing; or, if what they hold was signed anew under "
    "another name, remove the files of this set."
)
"""An interrupted `guichet sign` leaves such a set, and takes a new name when it is run again."""
_UNSIGNED = "Where the counter's operator waived your signatures, send the set by `--channel web --unsigned`."
Report = Callable[[str], None]


class Outcome(Enum):
    """What one call did for a set."""

    DELIVERED = "delivered"
    TAKEN_OVER_EARLIER = "taken over earlier"
    DELIVERED_EARLIER = "delivered earlier"


class Repeat(Enum):
    """Whether a set is delivered from its beginning, whatever the journal says of it."""

    NEVER = "never"
    ON_DEMAND = "on demand"


@dataclass(frozen=True, slots=True)
class OutgoingSet:
    """A set of files in one folder, ready to be delivered; `signatures` is empty only where it goes without FS."""

    names: SetNames
    folder: Path
    signatures: tuple[FileName, ...]

    @property
    def key(self) -> SetKey:
        """Elements 2 to 6 of the names."""
        return self.names.key

    @property
    def tray(self) -> Tray:
        """Where files of this environment belong (batch protocol §4.1)."""
        return next(tray for tray in INBOXES if tray.environment is self.key.environment)

    @property
    def uploads(self) -> tuple[FileName, ...]:
        """What goes before the go-ahead file, in order."""
        return (*self.names.payloads, *self.signatures)

    @property
    def left_out(self) -> tuple[FileName, ...]:
        """The FS files that it goes without: where an earlier attempt left one in the tray, the set would wait for all of them."""
        return () if self.signatures else self.names.signatures

    @property
    def lacks_signatures(self) -> bool:
        """Whether it goes without FS where others need them."""
        return not self.signatures and self.key.environment is not Environment.SIMULATION

    def path_of(self, name: FileName) -> Path:
        """Return the local path of one file of the set."""
        return self.folder / str(name)


def gather_sets(
    paths: Sequence[Path], *, today: date, signatures: Signatures = Signatures.NEEDED
) -> tuple[OutgoingSet, ...]:
    """Return the sets that the given FI files belong to, each once, complete on disk.

    `today` is the Brussels date. Where signatures are waived, a set has all of its FS files or none. Raises SenderError for
    another kind of file, a missing part or a missing signature.
    """
    gathered: dict[tuple[Path, SetKey], OutgoingSet] = {}
    for path in paths:
        name = parse_payload_name(path, today=today)
        if name is None:
            raise SenderError(
                f"{path.name} is not the name of a payload (FI...).",
                next_step="Give the FI file that `guichet sign` wrote; FS and GO go along by themselves.",
            )
        folder = path.resolve().parent
        gathered.setdefault((folder, name.key), _gather(names_beside(name), folder, signatures))
    return tuple(gathered.values())


def deliver(
    session: CounterSession,
    outgoing: OutgoingSet,
    *,
    counter: str,
    at: datetime,
    repeat: Repeat = Repeat.NEVER,
    report: Report = lambda _: None,
    meter: Meter = silent,
) -> Outcome:
    """Deliver one set to `counter` (its name in the journal) and return what was done; `at` is when, in UTC.

    Raises SenderError: interrupted (run again), or refused by the counter.
    """
    journal = Journal(outgoing.folder)
    record = journal.record_of(outgoing.key, counter=counter)
    digests = {str(name): _digest(outgoing.path_of(name), meter) for name in outgoing.uploads}
    if repeat is Repeat.ON_DEMAND:
        record = SetRecord(counter)
    elif record.delivered_at is not None:
        _require_same(record, digests, outgoing)
        return Outcome.DELIVERED_EARLIER
    there = _find_remains(session, outgoing, (*outgoing.uploads, outgoing.names.go_ahead))
    if record.go_ahead_begun and record.digests == digests and not there:
        journal.conclude(outgoing.key, record, at=at)
        return Outcome.TAKEN_OVER_EARLIER
    there |= _find_remains(session, outgoing, outgoing.left_out)
    there = _clear_remains(session, outgoing, there, same=_sent_alike(outgoing, record, digests, counter=counter))
    begun = journal.begin(outgoing.key, SetRecord(counter, digests))
    for name in outgoing.uploads:
        _upload_file(session, outgoing, name, offset=there.get(name, 0), meter=meter)
        report(f"sent {name}")
    begun = journal.begin_go_ahead(outgoing.key, begun)
    try:
        with told_in_sentences(f"sending {outgoing.names.go_ahead}"):
            session.upload(_remote(outgoing.tray, outgoing.names.go_ahead), io.BytesIO(), offset=0, size=0)
    except NotSealedError as trouble:
        if not outgoing.lacks_signatures or not _is_whole_there(session, outgoing):
            raise
        journal.begin(outgoing.key, SetRecord(counter))
        _take_back(session, outgoing)
        raise _signatures_asked(outgoing) from trouble
    report(f"sent {outgoing.names.go_ahead}")
    journal.conclude(outgoing.key, begun, at=at)
    return Outcome.DELIVERED


def _sent_alike(
    outgoing: OutgoingSet, record: SetRecord, digests: Mapping[str, str], *, counter: str
) -> AbstractSet[tuple[str, str]]:
    """Return name and digest of what an earlier attempt sent alike, and may be continued.

    Of a set without FS nothing that came over another channel is: it comes whole over the one that needs none.
    """
    if outgoing.lacks_signatures and record.counter != counter:
        return frozenset()
    return record.digests.items() & digests.items()


def _signatures_asked(outgoing: OutgoingSet) -> SenderError:
    return SenderError(
        f"The counter asks for the signatures (FS) of {outgoing.key}: it has every file whole, and over this channel they are not "
        "waived for your sender. Nothing was delivered, and what was sent is taken back.",
        next_step="Give the FI files to `guichet sign` and send them again, or ask the operator about your signatures.",
        exit_code=ExitCode.REFUSED,
    )


def _take_back(session: CounterSession, outgoing: OutgoingSet) -> None:
    """Remove what lies in the tray, the go-ahead first: what was never sealed is then as if it had not been sent."""
    with told_in_sentences(f"taking {outgoing.key} back"):
        for name in (outgoing.names.go_ahead, *outgoing.uploads):
            session.remove(_remote(outgoing.tray, name))


def _gather(names: SetNames, folder: Path, needed: Signatures) -> OutgoingSet:
    for name in names.payloads:
        _require_file(folder / str(name), f"Part {name} of the set is missing in {folder}.")
    if needed is Signatures.FORBIDDEN:
        return OutgoingSet(names, folder, ())
    signatures = names.signatures
    may_lack_them = needed is Signatures.WAIVED or names.key.environment is Environment.SIMULATION
    is_without = not any((folder / str(name)).exists() for name in signatures)
    if may_lack_them and is_without:
        return OutgoingSet(names, folder, ())
    for name in signatures:
        next_step = f"{_INCOMPLETE} {_UNSIGNED}" if is_without else _INCOMPLETE
        _require_file(folder / str(name), f"The signature {name} is missing in {folder}.", next_step=next_step)
    return OutgoingSet(names, folder, signatures)


def _require_file(path: Path, what: str, *, next_step: str = _INCOMPLETE) -> None:
    if not path.is_file():
        raise SenderError(what, next_step=next_step)


def _require_same(record: SetRecord, digests: dict[str, str], outgoing: OutgoingSet) -> None:
    if record.digests != digests:
        raise SenderError(
            f"The set {outgoing.key} was delivered on {record.delivered_at:%Y-%m-%d %H:%M} UTC "
            "and its files have changed since.",
            next_step="Give the changed content a new name with `guichet sign`: a name is used once and for ever.",
        )


def _is_whole_there(session: CounterSession, outgoing: OutgoingSet) -> bool:
    """Whether the counter holds every byte of the set that goes before its go-ahead."""
    there = _find_remains(session, outgoing, outgoing.uploads)
    return all(there.get(name) == outgoing.path_of(name).stat().st_size for name in outgoing.uploads)


def _find_remains(session: CounterSession, outgoing: OutgoingSet, names: Sequence[FileName]) -> dict[FileName, int]:
    """Return the size of each of those files of the set that lies in the tray, as from an earlier attempt."""
    with told_in_sentences(f"looking for {outgoing.key}"):
        sizes = {name: session.size_of(_remote(outgoing.tray, name)) for name in names}
    return {name: size for name, size in sizes.items() if size is not None}


def _clear_remains(
    session: CounterSession, outgoing: OutgoingSet, there: dict[FileName, int], *, same: AbstractSet[tuple[str, str]]
) -> dict[FileName, int]:
    """Delete what another content, or an earlier go-ahead, left in the tray; return what may be continued.

    Only the last close of this attempt may complete the set, so a go-ahead file never stays.
    """
    unchanged = {name for name, _ in same}
    continued = {
        name: size
        for name, size in there.items()
        if str(name) in unchanged and size <= outgoing.path_of(name).stat().st_size
    }
    with told_in_sentences(f"clearing away what is left of {outgoing.key}"):
        for name in there.keys() - continued.keys():
            session.remove(_remote(outgoing.tray, name))
    return continued


def _upload_file(session: CounterSession, outgoing: OutgoingSet, name: FileName, *, offset: int, meter: Meter) -> None:
    path = outgoing.path_of(name)
    size = path.stat().st_size
    with (
        meter(f"sending {name}", size) as advance,
        ContinuedFile(path, advance) as content,
        told_in_sentences(f"sending {name}"),
    ):
        session.upload(_remote(outgoing.tray, name), content, offset=offset, size=size)


def _remote(tray: Tray, name: FileName) -> RemoteFile:
    return RemoteFile(tray, str(name))


def _digest(path: Path, meter: Meter) -> str:
    with meter(f"reading {path.name}", path.stat().st_size) as advance, MeteredFile(path, advance) as content:
        digest = hashlib.sha256()
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
