"""File names of the batch protocol: seven dotted elements, each wrong one with its own code.

The grammar is batch protocol §1.3; the codes are stage A of §5. Nothing here touches a path.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from domain.environments import Environment
from domain.refusals import Refusal, RefusalCode
from domain.sender_numbers import SenderNumber

MAX_NAME_LENGTH = 64
MAX_PARTS = 9
OLDEST_NAME_DAYS = 366
SINGLE_PART = 1

_TAKEN = re.compile(r"\A[!-.0-~]{1,64}\Z")
_PURPOSE = re.compile(r"\A[A-Z]{4}\Z")
_DIGITS = re.compile(r"\A[0-9]+\Z")
_SEQUENCE = re.compile(r"\A[0-9A-Z]{5}\Z")
_TEMPORARY_ENDINGS = (".filepart", ".part", ".tmp")
_FIXED_ELEMENTS = 6
_SEQUENCE_LENGTH = 5
_DATE_LENGTH = 8
_SENDER_LENGTH = 6


class Prefix(StrEnum):
    """Element 1 of a name that a sender delivers."""

    PAYLOAD = "FI"
    SIGNATURE = "FS"
    GO_AHEAD = "GO"
    CANCEL = "TD"


_STRUCTURE_CODE = {
    Prefix.PAYLOAD: RefusalCode.PAYLOAD_NAME_STRUCTURE,
    Prefix.SIGNATURE: RefusalCode.SIGNATURE_NAME_STRUCTURE,
    Prefix.GO_AHEAD: RefusalCode.GO_NAME_STRUCTURE,
    Prefix.CANCEL: RefusalCode.GO_NAME_STRUCTURE,
}
_NUMBERING_CODE = {
    Prefix.PAYLOAD: RefusalCode.PAYLOAD_NUMBERING,
    Prefix.SIGNATURE: RefusalCode.SIGNATURE_NUMBERING,
}


@dataclass(frozen=True, slots=True)
class SetKey:
    """Elements 2 to 6: what the files of one delivery have in common, used once and for ever."""

    purpose: str
    sender: SenderNumber
    date: date
    sequence: str
    environment: Environment

    def __str__(self) -> str:
        return f"{self.purpose}.{self.sender}.{self.date:%Y%m%d}.{self.sequence}.{self.environment}"


@dataclass(frozen=True, slots=True)
class FileName:
    """One well-formed name; `parts` and `part` are None where the name has no such element."""

    prefix: Prefix
    key: SetKey
    parts: int | None
    part: int | None

    @classmethod
    def parse(cls, text: str, *, today: date, max_parts: int = MAX_PARTS) -> Self:
        """Return the name written in `text`, judged on the Brussels date `today`.

        Raises the first Refusal of `judge_file_name`.
        """
        for refusal in judge_file_name(text, today=today, max_parts=max_parts):
            raise refusal
        prefix, purpose, sender, day, sequence, environment, *tail = text.split(".")
        return cls(
            prefix=Prefix(prefix),
            key=SetKey(
                purpose=purpose,
                sender=SenderNumber.parse(sender),
                date=_calendar_date(day),
                sequence=sequence,
                environment=Environment(environment),
            ),
            parts=int(tail[0]) if tail else None,
            part=int(tail[1]) if len(tail) > 1 else None,
        )

    @property
    def declared_parts(self) -> int:
        """The number of parts, where no tail means one (batch protocol §1.2)."""
        return SINGLE_PART if self.parts is None else self.parts

    @property
    def part_index(self) -> int:
        """The index of this part, where no tail means the first."""
        return SINGLE_PART if self.part is None else self.part

    def __str__(self) -> str:
        tail = "".join(f".{element}" for element in (self.parts, self.part) if element is not None)
        return f"{self.prefix}.{self.key}{tail}"


def is_taken_at_the_door(text: str) -> bool:
    """Whether a door takes a file of this name at all: 1 to 64 printable ASCII characters without blank or slash."""
    return _TAKEN.match(text) is not None and text not in {".", ".."}


def is_temporary(text: str) -> bool:
    """Whether the name is one that clients use until an upload is complete, to be renamed then."""
    return text.lower().endswith(_TEMPORARY_ENDINGS)


def judge_file_name(text: str, *, today: date, max_parts: int = MAX_PARTS) -> tuple[Refusal, ...]:
    """Return every fault of stage A (batch protocol §5) in `text`, in the order of the table; empty when sound.

    `today` is the Brussels date of reception: a name's date lies from 366 days before it up to that day. `max_parts` is
    the largest number of parts that is taken here, at most the 9 that one digit can say.
    """
    elements = text.split(".")
    try:
        prefix = Prefix(elements[0])
    except ValueError:
        return (Refusal(RefusalCode.PREFIX_UNKNOWN, f"prefix {elements[0]!r} is not FI, FS, GO or TD"),)
    if not _has_structure(prefix, elements):
        return (Refusal(_STRUCTURE_CODE[prefix], f"{text!r} does not have the structure of a {prefix} name"),)
    return tuple(_judge_elements(prefix, elements, today=today, max_parts=max_parts))


def _has_structure(prefix: Prefix, elements: list[str]) -> bool:
    allowed = {_FIXED_ELEMENTS, 8} if prefix in _NUMBERING_CODE else {_FIXED_ELEMENTS, 7}
    return (
        len(elements) in allowed
        and _PURPOSE.match(elements[1]) is not None
        and len(elements[2]) == _SENDER_LENGTH
        and _DIGITS.match(elements[2]) is not None
        and elements[2] != "000000"
    )


def _judge_elements(prefix: Prefix, elements: list[str], *, today: date, max_parts: int) -> Iterator[Refusal]:
    _, _, _, day, sequence, environment, *tail = elements
    yield from _judge_date(day, today)
    yield from _judge_sequence(sequence)
    yield from _judge_tail(prefix, tail, max_parts=max_parts)
    if not environment:
        yield Refusal(RefusalCode.ENVIRONMENT_UNDETECTABLE, "the name has an empty element where R, T or S belongs")
    elif environment not in set(Environment):
        yield Refusal(RefusalCode.ENVIRONMENT_UNKNOWN, f"environment {environment!r} is not R, T or S")


def _judge_date(text: str, today: date) -> Iterator[Refusal]:
    if len(text) != _DATE_LENGTH:
        yield Refusal(RefusalCode.DATE_LENGTH, f"date {text!r} has {len(text)} characters instead of 8")
        return
    try:
        day = _calendar_date(text)
    except ValueError:
        yield Refusal(RefusalCode.DATE_INVALID, f"date {text!r} is not a day of the calendar (YYYYMMDD)")
        return
    if day > today:
        yield Refusal(RefusalCode.DATE_IN_FUTURE, f"date {day} lies after today, {today}")
    elif day < today - timedelta(days=OLDEST_NAME_DAYS):
        yield Refusal(RefusalCode.DATE_TOO_OLD, f"date {day} lies more than {OLDEST_NAME_DAYS} days before {today}")


def _calendar_date(text: str) -> date:
    if not _DIGITS.match(text):
        message = f"{text!r} is not numeric"
        raise ValueError(message)
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _judge_sequence(text: str) -> Iterator[Refusal]:
    if len(text) != _SEQUENCE_LENGTH:
        yield Refusal(RefusalCode.SEQUENCE_LENGTH, f"sequence {text!r} has {len(text)} characters instead of 5")
    elif not _SEQUENCE.match(text):
        yield Refusal(RefusalCode.SEQUENCE_CHARACTERS, f"sequence {text!r} holds other characters than 0-9 and A-Z")
    elif text == "00000":
        yield Refusal(RefusalCode.SEQUENCE_ZERO, "sequence 00000 is not a number")


def _judge_tail(prefix: Prefix, tail: list[str], *, max_parts: int) -> Iterator[Refusal]:
    if not tail:
        return
    refusal = _judge_count(tail[0], max_parts=max_parts)
    if refusal is not None:
        yield refusal
        return
    if len(tail) > 1 and not (_is_digit_from_1(tail[1]) and int(tail[1]) <= int(tail[0])):
        yield Refusal(_NUMBERING_CODE[prefix], f"part number {tail[1]!r} is not one of 1 to {tail[0]}")


def _judge_count(text: str, *, max_parts: int) -> Refusal | None:
    if len(text) != 1:
        return Refusal(RefusalCode.PARTS_LENGTH, f"number of parts {text!r} is not one digit")
    if not _DIGITS.match(text):
        return Refusal(RefusalCode.PARTS_NOT_NUMERIC, f"number of parts {text!r} is not a digit")
    if text == "0":
        return Refusal(RefusalCode.PARTS_ZERO, "number of parts is zero")
    if int(text) > max_parts:
        return Refusal(RefusalCode.PARTS_ABOVE_MAXIMUM, f"number of parts {text} is above {max_parts}")
    return None


def _is_digit_from_1(text: str) -> bool:
    return len(text) == 1 and text in "123456789"
