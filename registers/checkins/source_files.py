"""Read the files that feed sources outside this counter: CSV with a line of titles, UTF-8, judged line by line.

A wrong line refuses its file, by the line's number; no number of a person stands in what is told of it.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TextIO

from domain.checkins.items import Worker
from domain.configuration_refusals import ConfigurationRefusedError
from domain.identifiers import is_bis_number, is_company_number, is_insz
from registers.checkins.models import SourceName
from registers.persons.aliases import number_text
from registers.persons.sourced_numbers import SourcedLine

TITLES: Mapping[SourceName, tuple[str, ...]] = {
    SourceName.LIMOSA: ("limosa_id", "inss", "from", "until"),
    SourceName.COMPANIES: ("company", "from", "until"),
    SourceName.FOUNDERS: ("company", "inss", "from", "until"),
    SourceName.NATIONAL_REGISTER: ("inss",),
}
"""The columns of each source's file, in any order; `until` may be empty, and of `limosa_id` and `inss` one of the two."""
MOST_LINES = 20_000_000
_LONGEST_LINE = 1000
_LIMOSA_ID = re.compile(r"\A[0-9A-Za-z\-]{1,24}\Z")
_DAY = re.compile(r"\A\d{4}-\d{2}-\d{2}\Z")


class _WrongLineError(ValueError):
    """What is wrong with a line, as a clause."""


def read_source_file(source: SourceName, file: TextIO) -> Iterator[SourcedLine]:
    """Yield what the file tells, one or two for each line; companies as lines whose number is the company's.

    Raises ConfigurationRefusedError at the first line that is wrong.
    """
    rows = csv.reader(_bounded(file), strict=True)
    number = 1
    try:
        titles = _titles(next(rows, []), source)
        for row in rows:
            number = rows.line_num
            if row:
                yield from _read(source, _fields(row, titles, number=number))
    except (_WrongLineError, csv.Error, UnicodeDecodeError) as wrong:
        message = str(wrong) if isinstance(wrong, _WrongLineError) else "is no line of a CSV file in UTF-8"
        raise _refusal(f"Line {number} {message}.", source) from wrong


def _bounded(file: TextIO) -> Iterator[str]:
    while line := file.readline(_LONGEST_LINE):
        yield line


def _titles(row: Sequence[str], source: SourceName) -> Sequence[str]:
    titles = [title.strip().removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").lower() for title in row]
    if sorted(titles) != sorted(TITLES[source]):
        raise _refusal("The first line does not name the columns.", source)
    return titles


def _fields(row: Sequence[str], titles: Sequence[str], *, number: int) -> Mapping[str, str]:
    if number > MOST_LINES:
        raise _WrongLineError("is one too many")
    if len(row) != len(titles):
        message = f"has {len(row)} columns, not {len(titles)}"
        raise _WrongLineError(message)
    return dict(zip(titles, (field.strip() for field in row), strict=True))


def _read(source: SourceName, fields: Mapping[str, str]) -> Iterator[SourcedLine]:
    if source is SourceName.NATIONAL_REGISTER:
        yield SourcedLine(_national(fields["inss"]))
        return
    first, last = _day(fields["from"]), _last_day(fields["until"])
    if last is not None and last < first:
        raise _WrongLineError("ends before it begins")
    match source:
        case SourceName.COMPANIES:
            yield SourcedLine(_company(fields["company"]), "", first, last)
        case SourceName.FOUNDERS:
            yield SourcedLine(_person(fields["inss"]), _company(fields["company"]), first, last)
        case _:
            if not fields["limosa_id"] and not fields["inss"]:
                raise _WrongLineError("has neither a Limosa number nor a national number")
            if fields["limosa_id"]:
                yield SourcedLine(number_text(_limosa(fields["limosa_id"])), "", first, last)
            if fields["inss"]:
                yield SourcedLine(_person(fields["inss"]), "", first, last)


def _company(text: str) -> str:
    if not is_company_number(text):
        raise _WrongLineError("has no company number of ten digits")
    return text


def _person(text: str) -> str:
    if not is_insz(text):
        raise _WrongLineError("has no sound national or bis number")
    return text


def _national(text: str) -> str:
    if is_bis_number(_person(text)):
        raise _WrongLineError("has a bis number, which the national register does not hold")
    return text


def _limosa(text: str) -> Worker:
    if not _LIMOSA_ID.match(text):
        raise _WrongLineError("has a malformed Limosa number")
    return Worker(limosa_id=text)


def _day(text: str) -> date:
    try:
        if _DAY.match(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _WrongLineError("has a day that is not written YYYY-MM-DD")


def _last_day(text: str) -> date | None:
    return _day(text) if text else None


def _refusal(what: str, source: SourceName) -> ConfigurationRefusedError:
    columns = ",".join(TITLES[source])
    return ConfigurationRefusedError(
        what, next_step=f"Give a CSV file in UTF-8 whose first line is {columns}; nothing was changed."
    )
