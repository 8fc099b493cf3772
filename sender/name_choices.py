"""Decide which names the payloads of one set get, from the options of a call, the configuration and the files."""

import os
from argparse import Namespace
from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TypeAlias

from domain.filenames import FileName, SetKey
from domain.sender_numbers import SenderNumber
from sender.configuration import Configuration, required
from sender.naming import SetNames, Taking, names_beside, names_of_set, next_key, parse_payload_name, require_key
from sender.sequences import SequenceBook, state_folder
from sender.troubles import SenderError

DEFAULT_PURPOSE = "DIMN"
Repeated: TypeAlias = Callable[[SetNames], bool]
"""Whether payloads stand under these names already, and are those that the person gives now."""


def names_given(files: Sequence[Path], *, today: date) -> SetNames | None:
    """Return the set that the files' own FI names make, or None when none of them has such a name."""
    given = [name for path in files if (name := parse_payload_name(path, today=today)) is not None]
    if not given:
        return None
    names = names_beside(given[0])
    if len(given) != len(files) or set(given) != set(names.payloads):
        expected = ", ".join(str(name) for name in names.payloads)
        raise SenderError(
            "The files given are not the parts of one set.", next_step=f"Give exactly these together: {expected}."
        )
    return names


def names_made(
    configuration: Configuration,
    arguments: Namespace,
    *,
    today: date,
    parts: int,
    folders: Collection[Path],
    taking: Taking = Taking.TAKE,
    like: FileName | None = None,
    repeated: Repeated | None = None,
) -> SetNames:
    """Return names that were never used: with the sequence chosen in `arguments`, else the next that is free.

    Files in `folders` count as used. What neither an option nor the configuration says is as in the name `like`. A
    chosen sequence may have been used by the same payloads, which `repeated` tells. Raises SenderError when something
    is not known, the sequence was used otherwise, or the counter would refuse the names.
    """
    earlier = None if like is None else like.key
    sender = required(
        configuration.sender or (earlier.sender if earlier else None), what="Your sender number", option="--sender"
    )
    environment = required(
        configuration.environment or (earlier.environment if earlier else None),
        what="The environment",
        option="--environment",
    )
    configured = (earlier.purpose if earlier else None) or configuration.purpose
    purpose = arguments.purpose or configured or DEFAULT_PURPOSE
    book = open_book(configuration, sender, folders)
    sequence: str | None = arguments.sequence
    if sequence is None:
        key = next_key(
            book,
            purpose=purpose,
            sender=sender,
            today=today,
            environment=environment,
            folders=folders,
            taking=taking,
        )
        return names_of_set(key, parts=parts)
    key = require_key(purpose=purpose, sender=sender, today=today, environment=environment, sequence=sequence)
    names = names_of_set(key, parts=parts)
    if taking is Taking.TAKE and not book.remember(today, environment, chosen=sequence):
        _require_repeat(sequence, names, repeated)
    return names


def _require_repeat(sequence: str, names: SetNames, repeated: Repeated | None) -> None:
    """Raise SenderError unless a run that was interrupted, and is repeated now, took the sequence."""
    if repeated is None or not repeated(names):
        raise SenderError(
            f"The sequence {sequence} was used already on that day in environment {names.key.environment}.",
            next_step=f"Leave --sequence out to get the next one; or, if it was meant for this file, name the file "
            f"{names.payloads[0]} yourself.",
        )


def remember_name(configuration: Configuration, key: SetKey) -> None:
    """Write down the sequence of a name that the person made, so that it is not handed out later."""
    book = open_book(configuration, key.sender, ())
    book.remember(key.date, key.environment, chosen=key.sequence)


def open_book(configuration: Configuration, sender: SenderNumber, folders: Collection[Path]) -> SequenceBook:
    """Return the book of the sender's sequences; what earlier versions left in `folders` counts too."""
    return SequenceBook(state_folder(configuration.state, surroundings=os.environ), sender, earlier=folders)


def require_payloads(files: Sequence[Path]) -> None:
    """Raise SenderError unless each is another file and holds something."""
    given: set[Path] = set()
    for path in files:
        if path.resolve() in given:
            raise SenderError(f"{path} is given twice.", next_step="Give each part of the set once.")
        given.add(path.resolve())
        if not path.is_file():
            raise SenderError(f"There is no file {path}.", next_step="Check the name.")
        if path.stat().st_size == 0:
            raise SenderError(f"{path} is empty.", next_step="Give a file with declarations: the counter refuses it.")
