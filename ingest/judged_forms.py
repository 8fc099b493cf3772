"""The judged forms of one payload, wherever they are kept: their lines, what is told of them, and the forms themselves."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from domain.student_declarations import JudgedForm
from domain.tickets import Ticket
from ingest.judged_files import JudgedChunk
from ingest.prepared_forms import Prepared, ticket_of


class JudgedForms(Protocol):
    """The forms of one payload in document order, numbered through the whole set."""

    @property
    def forms(self) -> int:
        """How many forms there are."""
        ...

    def lines(self) -> Iterator[bytes]:
        """Yield the lines by which the register is told of the forms."""
        ...

    def prepared(self) -> Iterator[Prepared]:
        """Yield what can be told of each form."""
        ...

    def read(self, indexes: Sequence[int]) -> Iterator[tuple[JudgedForm, Ticket]]:
        """Yield those of the forms whose indexes are asked for (ascending; others are passed over), with their tickets."""
        ...


@dataclass(frozen=True, slots=True)
class FormsInMemory:
    """The forms of a small payload."""

    judged: Sequence[JudgedForm]
    staged: Sequence[bytes]
    told: Sequence[Prepared]

    @property
    def forms(self) -> int:
        """How many forms there are."""
        return len(self.judged)

    def lines(self) -> Iterator[bytes]:
        """Yield the lines by which the register is told of the forms."""
        yield b"".join(self.staged)

    def prepared(self) -> Iterator[Prepared]:
        """Yield what can be told of each form."""
        return iter(self.told)

    def read(self, indexes: Sequence[int]) -> Iterator[tuple[JudgedForm, Ticket]]:
        """Yield those of the forms whose indexes are asked for, with their tickets."""
        wanted = set(indexes)
        for form, prepared in zip(self.judged, self.told, strict=True):
            if form.index in wanted:
                yield form, ticket_of(prepared)


@dataclass(frozen=True, slots=True)
class FormsOnDisk:
    """The forms of a large payload; `judge` judges the forms of one chunk once more."""

    chunks: Sequence[JudgedChunk]
    judge: Callable[[JudgedChunk], Sequence[JudgedForm]]

    @property
    def forms(self) -> int:
        """How many forms there are."""
        return sum(chunk.forms for chunk in self.chunks)

    def lines(self) -> Iterator[bytes]:
        """Yield the lines by which the register is told of the forms, a chunk at a time."""
        return (chunk.lines() for chunk in self.chunks)

    def prepared(self) -> Iterator[Prepared]:
        """Yield what can be told of each form."""
        for chunk in self.chunks:
            yield from chunk.prepared()

    def read(self, indexes: Sequence[int]) -> Iterator[tuple[JudgedForm, Ticket]]:
        """Yield those of the forms whose indexes are asked for, with their tickets; a chunk is judged again for them."""
        ends = iter(self.chunks)
        chunk = next(ends)

        def chunk_of(index: int) -> JudgedChunk:
            nonlocal chunk
            while index > chunk.forms_before + chunk.forms:
                chunk = next(ends)
            return chunk

        first, last = self.chunks[0].forms_before + 1, self.chunks[-1].forms_before + self.chunks[-1].forms
        mine = [index for index in indexes if first <= index <= last]
        for holder, wanted in groupby(mine, key=chunk_of):
            forms, prepared = self.judge(holder), holder.prepared()
            for index in wanted:
                place = index - holder.forms_before - 1
                yield forms[place], ticket_of(prepared[place])
