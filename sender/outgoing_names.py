"""Sort files that are about to be sent into sets by their names, judged as the counter would judge each name."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path

from domain.environments import Environment
from domain.filenames import FileName, Prefix, SetKey, is_temporary, judge_file_name
from domain.refusals import Refusal, RefusalCode
from sender.signatures import Signatures
from sender.troubles import SenderError

_LIKE_A_NAME = re.compile(r"\A[A-Za-z]{2}(?:\.[^.]*){4,}\Z")
_PAYLOAD_ENDINGS = {".xml", ".zip"}
MOST_FILES = 10_000


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file with a sound name of the protocol."""

    path: Path
    name: FileName


@dataclass(slots=True)
class SortedFiles:
    """What was given: the files of each set, payloads without a name of the protocol, misnamed files, and the rest."""

    sets: dict[SetKey, list[NamedFile]] = field(default_factory=dict)
    whole: set[SetKey] = field(default_factory=set)
    loose: list[Path] = field(default_factory=list)
    misnamed: list[tuple[Path, tuple[Refusal, ...]]] = field(default_factory=list)
    skipped: list[Path] = field(default_factory=list)


def sort_files(paths: Sequence[Path], *, today: date) -> SortedFiles:
    """Return the files sorted; a folder stands for the files in it.

    A set is to be judged as a whole when one of its files is not a payload, or when it came in a folder. Raises
    SenderError for a folder that cannot be listed or holds too much.
    """
    found = SortedFiles()
    seen: set[Path] = set()
    for path in paths:
        inside = _files_in(path) if path.is_dir() else [path]
        fresh = [file for file in inside if file.resolve() not in seen]
        seen.update(file.resolve() for file in fresh)
        named = [file for file in fresh if _LIKE_A_NAME.match(file.name)]
        for file in named:
            _sort_one(file, found, today, is_whole=path.is_dir())
        rest = [file for file in fresh if not _LIKE_A_NAME.match(file.name)]
        if not path.is_dir():
            found.loose += rest
        elif named:
            found.skipped += rest
        else:
            found.loose += [file for file in rest if file.suffix.lower() in _PAYLOAD_ENDINGS]
    return found


def judge_set(
    files: Iterable[NamedFile], *, environment: Environment, signatures: Signatures = Signatures.NEEDED
) -> Iterator[Refusal]:
    """Yield what the counter would say of the number of files and their tails (batch protocol §5, stage D).

    Where signatures are waived, a set has all of its FS files or none.
    """
    names = [file.name for file in files]
    go_ahead = next((name for name in names if name.prefix is Prefix.GO_AHEAD), None)
    if go_ahead is None:
        yield Refusal(RefusalCode.GO_MISSING, "the set has no GO file")
        return
    declared = go_ahead.declared_parts
    counted = list(_count(names, Prefix.PAYLOAD, declared, RefusalCode.PAYLOAD_COUNT))
    may_lack_them = environment is Environment.SIMULATION or signatures is Signatures.WAIVED
    if not may_lack_them or any(name.prefix is Prefix.SIGNATURE for name in names):
        counted += _count(names, Prefix.SIGNATURE, declared, RefusalCode.SIGNATURE_COUNT)
    yield from counted or _tails(names)


def _files_in(folder: Path) -> list[Path]:
    try:
        inside = sorted(
            path
            for path in folder.iterdir()
            if not path.name.startswith(".") and not is_temporary(path.name) and path.is_file()
        )
    except OSError as trouble:
        raise SenderError(f"{folder} cannot be listed: {trouble.strerror}.", next_step="Check the name.") from trouble
    if not inside or len(inside) > MOST_FILES:
        raise SenderError(
            f"{folder} holds {len(inside)} files, 1 to {MOST_FILES} are checked at a time.",
            next_step="Give the folder or the files that you are about to send.",
        )
    return inside


def _sort_one(path: Path, found: SortedFiles, today: date, *, is_whole: bool) -> None:
    refusals = judge_file_name(path.name, today=today)
    if refusals:
        found.misnamed.append((path, refusals))
        return
    file = NamedFile(path, FileName.parse(path.name, today=today))
    found.sets.setdefault(file.name.key, []).append(file)
    if is_whole or file.name.prefix is not Prefix.PAYLOAD:
        found.whole.add(file.name.key)


def _count(names: Sequence[FileName], prefix: Prefix, declared: int, code: RefusalCode) -> Iterator[Refusal]:
    """Refuse another number of files than announced; how parts are numbered was judged with their names."""
    of_kind = [name for name in names if name.prefix is prefix]
    if any(name.declared_parts != declared for name in of_kind):
        yield Refusal(code, f"the {prefix} names announce another number of parts than the GO, which says {declared}")
    elif len(of_kind) != declared:
        yield Refusal(code, f"{len(of_kind)} {prefix} {_files(len(of_kind))} there, {declared} announced")


def _files(number: int) -> str:
    return "file is" if number == 1 else "files are"


def _tails(names: Sequence[FileName]) -> Iterator[Refusal]:
    of_parts = [name for name in names if name.prefix in {Prefix.PAYLOAD, Prefix.SIGNATURE}]
    for part, group in groupby(sorted(of_parts, key=lambda name: name.part_index), lambda name: name.part_index):
        if len({name.parts for name in group}) > 1:
            yield Refusal(RefusalCode.SIGNATURE_NAME_STRUCTURE, f"FI and FS of part {part} end differently")
