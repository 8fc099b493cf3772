"""Judge forms of a large payload once more, chunk by chunk, where the register must see the forms themselves."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from ingest.judged_files import JudgedChunk
from ingest.messages import AnyForm


class ChunkReader:
    """The forms of the chunks of one payload, which is read once as long as chunks are asked for in their order.

    `stream` begins the payload anew; `judge_piece` judges a chunk that was cut out. `forms_before` are those of the
    payloads before this one in the set.
    """

    def __init__(
        self,
        *,
        stream: Callable[[], Iterator[AnyForm]],
        judge_piece: Callable[[JudgedChunk], Sequence[AnyForm]],
        forms_before: int,
    ) -> None:
        self._begin = stream
        self._judge_piece = judge_piece
        self._forms_before = forms_before
        self._stream: Iterator[AnyForm] = iter(())
        self._passed: int | None = None
        self._last: tuple[JudgedChunk, Sequence[AnyForm]] | None = None

    def read(self, chunk: JudgedChunk) -> Sequence[AnyForm]:
        """Return the forms of the chunk; the last one asked for is still there."""
        if self._last is None or self._last[0] != chunk:
            self._last = None
            self._last = chunk, self._judge_piece(chunk) if chunk.piece is not None else self._read_on(chunk)
        return self._last[1]

    def _read_on(self, chunk: JudgedChunk) -> Sequence[AnyForm]:
        start = chunk.forms_before - self._forms_before
        if self._passed is None or start < self._passed:
            self._stream, self._passed = self._begin(), 0
        forms = list(islice(self._stream, start - self._passed, start - self._passed + chunk.forms))
        self._passed = start + len(forms)
        return forms
