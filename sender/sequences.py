"""Hand out sequence numbers that one sender never uses twice on a day in an environment.

Digits first (`00001` to `99999`), then mixed with capitals (`0000A` and on), as the protocol's own answers do
(batch protocol §1.1). The state is a small JSON file that a person can read.
"""

import contextlib
import json
import os
import time
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from domain.environments import Environment
from domain.sender_numbers import SenderNumber
from sender.durable_files import write_whole
from sender.troubles import SenderError

STATE_NAME = ".guichet-sequence.json"
LENGTH = 5
LAST_NUMERIC = "9" * LENGTH
LAST = "Z" * LENGTH
_FIRST_MIXED = "0000A"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LOCK_PATIENCE_SECONDS = 10.0
_LOCK_PAUSE_SECONDS = 0.02


def following(sequence: str) -> str:
    """Return the sequence after `sequence`; ValueError after the last, `ZZZZZ`."""
    if sequence.isdigit():
        return _FIRST_MIXED if sequence == LAST_NUMERIC else f"{int(sequence) + 1:0{LENGTH}d}"
    candidate = _plus_one(sequence)
    while candidate.isdigit():
        candidate = _plus_one(candidate)
    return candidate


class SequenceBook:
    """The last sequence used per sender, day and environment, kept in the file `state`."""

    def __init__(self, state: Path) -> None:
        self._state = state

    def take(
        self, sender: SenderNumber, day: date, environment: Environment, *, used: Collection[str] = frozenset()
    ) -> str:
        """Return the next sequence that is not in `used` and remember it.

        Raises SenderError when the state cannot be read or locked, or the day has no sequence left.
        """
        page = f"{sender}.{day:%Y%m%d}.{environment}"
        with self._locked():
            book = self._read()
            sequence = book.get(page, "0" * LENGTH)
            try:
                sequence = following(sequence)
                while sequence in used:
                    sequence = following(sequence)
            except ValueError:
                raise SenderError(
                    f"Every sequence number of {day} in environment {environment} has been used.",
                    next_step="Send the rest tomorrow.",
                ) from None
            book[page] = sequence
            write_whole(self._state, json.dumps(book, indent=1, sort_keys=True).encode())
        return sequence

    def _read(self) -> dict[str, str]:
        if not self._state.exists():
            return {}
        try:
            book = json.loads(self._state.read_bytes())
            return {str(page): _require_sequence(sequence) for page, sequence in book.items()}
        except (ValueError, AttributeError) as trouble:
            raise SenderError(
                f"The sequence numbers in {self._state} cannot be read.",
                next_step="Repair that file, or remove it and give --sequence with a number not used today.",
            ) from trouble

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        lock = self._state.with_name(f"{self._state.name}.lock")
        deadline = time.monotonic() + _LOCK_PATIENCE_SECONDS
        while True:
            try:
                os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            except FileExistsError:
                if time.monotonic() > deadline:
                    raise SenderError(
                        f"Another run seems to be taking a sequence number: {lock} exists.",
                        next_step="If no other run is active, remove that file and try again.",
                    ) from None
                time.sleep(_LOCK_PAUSE_SECONDS)
            else:
                break
        try:
            yield
        finally:
            lock.unlink(missing_ok=True)


def _plus_one(sequence: str) -> str:
    if sequence == LAST:
        raise ValueError(sequence)
    number = int(sequence, len(_ALPHABET)) + 1
    characters = []
    for _ in range(LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[digit])
    return "".join(reversed(characters))


def _require_sequence(value: object) -> str:
    if isinstance(value, str) and len(value) == LENGTH and all(character in _ALPHABET for character in value):
        return value
    raise ValueError(value)
