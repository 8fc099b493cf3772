"""The judged forms of one payload, wherever they are kept: their lines, what is told of them, and the forms themselves."""

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Protocol

from domain.findings import Location
from domain.tickets import Ticket
from ingest.judged_files import JudgedChunk
from ingest.messages import AnyForm
from ingest.placing import ChunkPlaces, Places, place_waiting
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

    def files(self) -> Sequence[Path] | None:
        """Return the files that hold these lines, or None where they are in memory."""
        ...

    def prepared(self) -> Iterator[Prepared]:
        """Yield what can be told of each form."""
        ...

    def read(self, indexes: Sequence[int]) -> Iterator[tuple[AnyForm, Ticket]]:
        """Yield those of the forms whose indexes are asked for (ascending; others are passed over), with their tickets."""
        ...

    def holds(self, index: int) -> bool:
        """Whether the form at that index is one of these."""
        ...

    def locate(self, index: int, wanted: Collection[str]) -> Mapping[str, Location]:
        """Return the places of elements of the form at that index, one of these; forms are asked for in their order."""
        ...


@dataclass(frozen=True, slots=True)
class FormsInMemory:
    """The forms of a small payload."""

    judged: Sequence[AnyForm]
    staged: Sequence[bytes]
    told: Sequence[Prepared]
    places: Places

    @property
    def forms(self) -> int:
        """How many forms there are."""
        return len(self.judged)

    def lines(self) -> Iterator[bytes]:
        """Yield the lines by which the register is told of the forms."""
        yield b"".join(self.staged)

    def files(self) -> None:
        """Return None: the lines are in memory."""

    def prepared(self) -> Iterator[Prepared]:
        """Yield what can be told of each form."""
        return iter(self.told)

    def read(self, indexes: Sequence[int]) -> Iterator[tuple[AnyForm, Ticket]]:
        """Yield those of the forms whose indexes are asked for, with their tickets."""
        wanted = set(indexes)
        for form, prepared in zip(self.judged, self.told, strict=True):
            if form.index in wanted:
                yield place_waiting(form, form.index, self.locate), ticket_of(prepared)

    def holds(self, index: int) -> bool:
        """Whether the form at that index is one of these."""
        return bool(self.judged[0].index <= index <= self.judged[-1].index)

    def locate(self, index: int, wanted: Collection[str]) -> Mapping[str, Location]:  # noqa: ARG002 - their paths tell it
        """Return the places of elements of the form at that index."""
        return self.places.find(wanted)


@dataclass(frozen=True, slots=True)
class FormsOnDisk:
    """The forms of a large payload; `judge` judges the forms of one chunk once more, `places` looks at one of them."""

    chunks: Sequence[JudgedChunk]
    judge: Callable[[JudgedChunk], Sequence[AnyForm]]
    places: ChunkPlaces

    @property
    def forms(self) -> int:
        """How many forms there are."""
        return sum(chunk.forms for chunk in self.chunks)

    def lines(self) -> Iterator[bytes]:
        """Yield the lines by which the register is told of the forms, a chunk at a time."""
        return (chunk.lines() for chunk in self.chunks)

    def files(self) -> Sequence[Path]:
        """Return the files that hold these lines."""
        return [chunk.line_file for chunk in self.chunks]

    def prepared(self) -> Iterator[Prepared]:
        """Yield what can be told of each form."""
        for chunk in self.chunks:
            yield from chunk.prepared()

    def read(self, indexes: Sequence[int]) -> Iterator[tuple[AnyForm, Ticket]]:
        """Yield those of the forms whose indexes are asked for, with their tickets; a chunk is judged again for them."""
        ends = iter(self.chunks)
        chunk = next(ends)

        def chunk_of(index: int) -> JudgedChunk:
            nonlocal chunk
            while index > chunk.forms_before + chunk.forms:
                chunk = next(ends)
            return chunk

        mine = [index for index in indexes if self.holds(index)]
        for holder, wanted in groupby(mine, key=chunk_of):
            forms, prepared = self.judge(holder), holder.prepared()
            for index in wanted:
                place = index - holder.forms_before - 1
                yield place_waiting(forms[place], index, self.locate), ticket_of(prepared[place])

    def holds(self, index: int) -> bool:
        """Whether the form at that index is one of these."""
        return self.chunks[0].forms_before < index <= _last_of(self.chunks[-1])

    def locate(self, index: int, wanted: Collection[str]) -> Mapping[str, Location]:
        """Return the places of elements of the form at that index; forms are asked for in their order."""
        chunk = self.chunks[bisect_left(self.chunks, index, key=_last_of)]
        return self.places.locate(chunk, index - self.chunks[0].forms_before, wanted)


def _last_of(chunk: JudgedChunk) -> int:
    return chunk.forms_before + chunk.forms
