"""Judged forms of large payloads on disk, between their judgement and their filing.

Everything here can be made again from the sealed bytes: a folder that is not complete, or was left by a counter that
vanished, is thrown away.
"""

import json
import marshal
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from ingest.prepared_forms import Prepared
from validators.cutting import Piece

_COMPLETE = "complete.json"
_LINES = ".lines"
_FORMS = ".forms"


@dataclass(frozen=True, slots=True)
class JudgedChunk:
    """Forms that were judged together: how many stand before them in the set, how many they are, their files' stem.

    `piece` is where they stand in a payload that was cut; None in one that was read as a stream.
    """

    forms_before: int
    forms: int
    stem: Path
    piece: Piece | None = None

    def write(self, lines: Sequence[bytes], prepared: Sequence[Prepared]) -> None:
        """Keep what was made of the forms."""
        self.line_file.write_bytes(b"".join(lines))
        self.stem.with_suffix(_FORMS).write_bytes(marshal.dumps(list(prepared)))

    @property
    def line_file(self) -> Path:
        """The file of the lines of all forms."""
        return self.stem.with_suffix(_LINES)

    def lines(self) -> bytes:
        """Return the lines of all forms."""
        return self.line_file.read_bytes()

    def prepared(self) -> Sequence[Prepared]:
        """Return what was prepared of each form, in order."""
        prepared: Sequence[Prepared] = marshal.loads(self.stem.with_suffix(_FORMS).read_bytes())  # noqa: S302 - our own
        return prepared

    def sizes(self) -> list[int]:
        """Return the sizes of its files; FileNotFoundError when one is gone."""
        return [self.stem.with_suffix(kind).stat().st_size for kind in (_LINES, _FORMS)]


def _written(chunk: JudgedChunk, folder: Path) -> list[Any]:
    piece = None if chunk.piece is None else astuple(chunk.piece)
    return [chunk.forms_before, chunk.forms, str(chunk.stem.relative_to(folder)), piece, chunk.sizes()]


def _read(values: Sequence[Any], folder: Path) -> JudgedChunk | None:
    """Return the chunk, unless its files are not whole."""
    forms_before, forms, name, piece, sizes = values
    chunk = JudgedChunk(forms_before, forms, folder / name, None if piece is None else Piece(*piece))
    return chunk if chunk.sizes() == sizes else None


class JudgedFiles:
    """The judged forms of all payloads that are being worked on, one folder each below `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def begin(self, submission_id: int, part: int) -> Path:
        """Return an empty folder for the payload, of its own: whoever still judges the payload elsewhere loses theirs."""
        folder = self._folder(submission_id, part)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(dir=folder))

    def complete(self, submission_id: int, part: int, *, mark: str, chunks: Sequence[JudgedChunk]) -> None:
        """Note that the payload is judged whole; `mark` tells by what."""
        folder = self._folder(submission_id, part)
        facts = {"mark": mark, "chunks": [_written(chunk, folder) for chunk in chunks]}
        (folder / _COMPLETE).write_text(json.dumps(facts), encoding="ascii")

    def find(self, submission_id: int, part: int, *, mark: str) -> tuple[JudgedChunk, ...] | None:
        """Return the chunks of a payload that was judged whole by `mark`, in order; None when there are none.

        What a crash left half counts as nothing.
        """
        folder = self._folder(submission_id, part)
        try:
            facts = json.loads((folder / _COMPLETE).read_text(encoding="ascii"))
            chunks = [_read(values, folder) for values in facts["chunks"]] if facts["mark"] == mark else []
        except (FileNotFoundError, ValueError):
            return None
        whole = tuple(chunk for chunk in chunks if chunk is not None)
        return whole if whole and len(whole) == len(chunks) else None

    def drop(self, submission_id: int) -> None:
        """Throw away what is kept of a submission."""
        shutil.rmtree(self._root / str(submission_id), ignore_errors=True)

    def list_kept(self) -> Iterator[int]:
        """Yield the submissions of which anything is kept."""
        if self._root.is_dir():
            yield from (int(folder.name) for folder in sorted(self._root.iterdir()) if folder.name.isdecimal())

    def _folder(self, submission_id: int, part: int) -> Path:
        return self._root / str(submission_id) / str(part)
