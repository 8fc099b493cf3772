"""Hand out sequence numbers that one sender never uses twice on a day in an environment.

Digits first (`00001` to `99999`), then mixed with capitals (`0000A` and on), as the protocol's own answers do
(batch protocol §1.1). The state is a small JSON file that a person can read, one for each sender number, in a folder
of the user's own, so that it does not matter where the files of a set are written.
"""

import contextlib
import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path

from domain.environments import Environment
from domain.sender_numbers import SenderNumber
from sender.durable_files import write_whole
from sender.locks import locked
from sender.troubles import SenderError

STATE_NAME = "sequences.json"
OLD_STATE_NAME = ".guichet-sequence.json"
"""What earlier versions kept beside the payloads; still read, never written."""
LENGTH = 5
NONE_YET = "0" * LENGTH
LAST_NUMERIC = "9" * LENGTH
LAST = "Z" * LENGTH
_FIRST_MIXED = "0000A"
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def following(sequence: str) -> str:
    """Return the sequence after `sequence`; ValueError after the last, `ZZZZZ`."""
    if sequence.isdigit():
        return _FIRST_MIXED if sequence == LAST_NUMERIC else f"{int(sequence) + 1:0{LENGTH}d}"
    candidate = _plus_one(sequence)
    while candidate.isdigit():
        candidate = _plus_one(candidate)
    return candidate


def state_folder(chosen: Path | None, *, surroundings: Mapping[str, str]) -> Path:
    """Return the folder for what outlives a call: the one chosen, else `guichet` in the user's own state folder.

    `surroundings` are the environment variables; XDG_STATE_HOME counts when it is an absolute path, as its
    specification asks.
    """
    if chosen is not None:
        return chosen
    home = Path(surroundings.get("XDG_STATE_HOME", ""))
    return (home if home.is_absolute() else Path("~/.local/state").expanduser()) / "guichet"


class SequenceBook:
    """The last sequence used per day and environment by `sender`, kept in a folder of its own below `folder`.

    What the books of earlier versions in the folders `earlier` say counts too.
    """

    def __init__(self, folder: Path, sender: SenderNumber, *, earlier: Collection[Path] = ()) -> None:
        self._sender = sender
        self._state = folder / str(sender) / STATE_NAME
        self._earlier = tuple(path / OLD_STATE_NAME for path in earlier)

    def take(self, day: date, environment: Environment, *, used: Collection[str] = frozenset()) -> str:
        """Return the next sequence that is not in `used` and remember it.

        Raises SenderError when the state cannot be read, written or locked, or the day has no sequence left.
        """
        with self._opened() as book:
            sequence = self._next(book, day, environment, used)
            book[self._page(day, environment)] = sequence
            self._write(book)
        return sequence

    def remember(self, day: date, environment: Environment, *, chosen: str) -> bool:
        """Write down a sequence that the person chose, so that it is not handed out later.

        Return whether it was free: neither handed out nor chosen before.
        """
        page = self._page(day, environment)
        with self._opened() as book:
            chosen_page = f"{page}/{chosen}"
            last = max((kept.get(page, NONE_YET) for kept in (book, *map(_read, self._earlier))), key=_rank)
            is_free = chosen_page not in book and _rank(chosen) > _rank(last)
            if chosen_page not in book:
                book[chosen_page] = chosen
                self._write(book)
        return is_free

    def look(self, day: date, environment: Environment, *, used: Collection[str] = frozenset()) -> str:
        """Return what `take` would return now, without taking it."""
        return self._next(_read(self._state), day, environment, used)

    def _next(self, book: dict[str, str], day: date, environment: Environment, used: Collection[str]) -> str:
        page = self._page(day, environment)
        books = (book, *map(_read, self._earlier))
        sequence = max((kept.get(page, NONE_YET) for kept in books), key=_rank)
        taken = {*used, *(chosen for name, chosen in book.items() if name.startswith(f"{page}/"))}
        try:
            sequence = following(sequence)
            while sequence in taken:
                sequence = following(sequence)
        except ValueError:
            raise SenderError(
                f"Every sequence number of {day} in environment {environment} has been used.",
                next_step="Send the rest tomorrow.",
            ) from None
        return sequence

    def _page(self, day: date, environment: Environment) -> str:
        return f"{self._sender}.{day:%Y%m%d}.{environment}"

    def _write(self, book: dict[str, str]) -> None:
        write_whole(self._state, json.dumps(book, indent=1, sort_keys=True).encode())

    @contextlib.contextmanager
    def _opened(self) -> Iterator[dict[str, str]]:
        """Yield the book, which no other run changes meanwhile."""
        try:
            self._state.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as trouble:
            raise SenderError(
                f"The folder {self._state.parent} for the sequence numbers cannot be made: {trouble.strerror}.",
                next_step="Give another folder with --state.",
            ) from trouble
        with locked(self._state):
            yield _read(self._state)


def _read(state: Path) -> dict[str, str]:
    try:
        book = json.loads(state.read_bytes())
        return {str(page): _require_sequence(sequence) for page, sequence in book.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, AttributeError) as trouble:
        raise SenderError(
            f"The sequence numbers in {state} cannot be read.",
            next_step="Repair that file, or remove it and give --sequence with a number not used today.",
        ) from trouble


def _rank(sequence: str) -> tuple[bool, str]:
    """Return what orders sequences as they are handed out: those of digits alone first."""
    return not sequence.isdigit(), sequence


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
