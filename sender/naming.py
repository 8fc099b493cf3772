"""The file names of one set, and payloads under these names (batch protocol §1)."""

import filecmp
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path

from domain.environments import Environment
from domain.filenames import MAX_PARTS, FileName, Prefix, SetKey
from domain.refusals import Refusal
from domain.sender_numbers import SenderNumber
from sender.durable_files import draft_of, publish, temporary_beside
from sender.sequences import SequenceBook
from sender.troubles import SenderError


class Taking(Enum):
    """Whether a number that is handed out counts as used."""

    TAKE = "take"
    LOOK = "look"


@dataclass(frozen=True, slots=True)
class SetNames:
    """The names of one set: as many payloads and signatures as parts, one go-ahead file."""

    payloads: tuple[FileName, ...]
    signatures: tuple[FileName, ...]
    go_ahead: FileName

    @property
    def key(self) -> SetKey:
        """Elements 2 to 6, common to every name of the set."""
        return self.go_ahead.key


def names_of_set(key: SetKey, *, parts: int) -> SetNames:
    """Return the names of a set of `parts` payloads; SenderError unless that is 1 to 9."""
    if not 1 <= parts <= MAX_PARTS:
        raise SenderError(
            f"A set holds 1 to {MAX_PARTS} payloads, got {parts}.", next_step="Divide the declarations over more sets."
        )
    return SetNames(
        payloads=tuple(FileName(Prefix.PAYLOAD, key, parts, part) for part in range(1, parts + 1)),
        signatures=tuple(FileName(Prefix.SIGNATURE, key, parts, part) for part in range(1, parts + 1)),
        go_ahead=FileName(Prefix.GO_AHEAD, key, parts, None),
    )


def names_beside(payload: FileName) -> SetNames:
    """Return the names of the whole set that `payload` belongs to; a name without tail has a set without tails."""
    if payload.parts is None:
        return SetNames(
            payloads=(payload,),
            signatures=(FileName(Prefix.SIGNATURE, payload.key, None, None),),
            go_ahead=FileName(Prefix.GO_AHEAD, payload.key, None, None),
        )
    return names_of_set(payload.key, parts=payload.declared_parts)


def next_key(
    book: SequenceBook,
    *,
    purpose: str,
    sender: SenderNumber,
    today: date,
    environment: Environment,
    folders: Collection[Path] = (),
    taking: Taking = Taking.TAKE,
) -> SetKey:
    """Return the key of the sender's next set: with a sequence that neither the book nor a file in `folders` has used.

    `today` is the Brussels date. The number counts as used from then on, unless it is only looked at. Raises
    SenderError.
    """
    used = {
        name.key.sequence
        for folder in folders
        for name in payloads_in(folder, today=today)
        if (name.key.sender, name.key.date, name.key.environment) == (sender, today, environment)
    }
    # a purpose that the counter would refuse must not use up a number
    require_key(purpose=purpose, sender=sender, today=today, environment=environment, sequence="00001")
    hand_out = book.take if taking is Taking.TAKE else book.look
    sequence = hand_out(today, environment, used=used)
    return require_key(purpose=purpose, sender=sender, today=today, environment=environment, sequence=sequence)


def require_key(*, purpose: str, sender: SenderNumber, today: date, environment: Environment, sequence: str) -> SetKey:
    """Return the key of these elements; SenderError when the counter would refuse a name made of them."""
    text = f"FI.{purpose}.{sender}.{today:%Y%m%d}.{sequence}.{environment}.1.1"
    try:
        return FileName.parse(text, today=today).key
    except Refusal as refusal:
        raise SenderError(
            f"The counter would refuse the name {text}: {refusal.sentence} ({refusal.code}).",
            next_step="Correct --purpose or --sequence.",
        ) from refusal


def parse_payload_name(path: Path, *, today: date) -> FileName | None:
    """Return the FI name that `path` bears, or None when it bears no such name.

    Raises SenderError when it starts as an FI name but would be refused.
    """
    if not path.name.startswith(f"{Prefix.PAYLOAD}."):
        return None
    try:
        return FileName.parse(path.name, today=today)
    except Refusal as refusal:
        raise SenderError(
            f"The counter would refuse the name {path.name}: {refusal.sentence} ({refusal.code}).",
            next_step="Rename the file, or give it a name that does not start with FI to have one made.",
        ) from refusal


def payloads_in(folder: Path, *, today: date) -> tuple[FileName, ...]:
    """Return the well-formed FI names in `folder`, in order of their text."""
    names = []
    for path in sorted(folder.glob(f"{Prefix.PAYLOAD}.*")) if folder.is_dir() else ():
        try:
            names.append(FileName.parse(path.name, today=today))
        except Refusal:
            continue
    return tuple(names)


def adopt_payloads(sources: Sequence[Path], names: SetNames, *, folder: Path) -> tuple[Path, ...]:
    """Copy each source to `folder` under its FI name and return the copies; the sources stay as they are.

    Raises SenderError when another file already bears one of the names.
    """
    folder.mkdir(parents=True, exist_ok=True)
    targets = tuple(folder / str(name) for name in names.payloads)
    for source, target in zip(sources, targets, strict=True):
        if target.exists() and not filecmp.cmp(source, target, shallow=False):
            raise SenderError(
                f"{target} exists already with another content.",
                next_step="Choose another --sequence or --out; a name is used once and for ever.",
            )
        if not target.exists():
            _copy_whole(source, target)
    return targets


def are_adopted(sources: Sequence[Path], names: SetNames, *, folder: Path) -> bool:
    """Whether an earlier call began to copy these sources to `folder`: what stands there under their names is the same."""
    pairs = zip(sources, (folder / str(name) for name in names.payloads), strict=True)
    there = [(source, target) for source, target in pairs if target.exists()]
    return bool(there) and all(filecmp.cmp(source, target, shallow=False) for source, target in there)


def rename_payloads(sources: Sequence[Path], names: SetNames) -> tuple[Path, ...]:
    """Give each source its FI name in its own folder and return where it is now; SenderError when one is taken."""
    targets = tuple(source.with_name(str(name)) for source, name in zip(sources, names.payloads, strict=True))
    for target in targets:
        if target.exists():
            raise SenderError(f"{target} exists already.", next_step="Choose another --sequence.")
    for source, target in zip(sources, targets, strict=True):
        source.rename(target)
    return targets


def _copy_whole(source: Path, target: Path) -> None:
    with source.open("rb") as reader, draft_of(target) as writer:
        shutil.copyfileobj(reader, writer, 1 << 20)
    publish(temporary_beside(target), target)
