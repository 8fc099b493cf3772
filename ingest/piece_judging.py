"""Judge the pieces of a large payload side by side, each in another process."""

import io
import mmap
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from pathlib import Path

from lxml import etree

from domain.refusals import OutageError, Refusal
from ingest.form_clerk import FormClerk
from ingest.judged_files import JudgedChunk
from ingest.messages import AnyForm
from ingest.placing import place_forms
from validators.cutting import CutPayload, Piece, cut_payload, find_frame
from validators.placing import ContentPlaces
from validators.prologs import HARDENED
from validators.reading import FormStream, count_attributes


@dataclass(frozen=True, slots=True)
class _PieceReport:
    """What must be added up over all pieces: element names, and the number of attributes."""

    names: frozenset[object]
    attributes: int


def judge_in_pieces(
    payload: Path, *, clerk: FormClerk, folder: Path, workers: Executor, piece_bytes: int
) -> tuple[JudgedChunk, ...] | None:
    """Judge the payload in the file `payload` and keep what was made of its forms in `folder`.

    Return None where it must be read as a stream: it cannot be cut, or something about its frame is not as it should be
    (the stream then says what). Raises OutageError when a worker dies.
    """
    limits = clerk.limits
    with payload.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        cut = cut_payload(content, prolog_bytes=limits.prolog_bytes, piece_bytes=piece_bytes)
        size = len(content)
    if cut is None or cut.forms > limits.forms or cut.forms * limits.min_form_bytes > size:
        return None
    chunks = tuple(
        JudgedChunk(clerk.forms_before + piece.forms_before, piece.forms, folder / f"{number:05d}", piece)
        for number, piece in enumerate(cut.pieces)
    )
    judge = partial(_judge_piece, payload, CutPayload(cut.opening, cut.closing, ()), clerk)
    try:
        reports = _gather(workers, judge, chunks)
    except BrokenExecutor as trouble:
        raise OutageError("a process that judged a piece of a payload is gone") from trouble
    if reports is None or sum(report.attributes for report in reports) > limits.attributes:
        return None
    names = frozenset[object]().union(*(report.names for report in reports))
    return chunks if len(names) <= limits.names else None


def _gather(
    workers: Executor, judge: "partial[_PieceReport | None]", chunks: Sequence[JudgedChunk]
) -> list[_PieceReport] | None:
    """Return all reports, or None as soon as one piece must be read as a part of the stream.

    The last piece comes first: what breaks late is then found early, and the stream, which has to read up to the fault,
    takes its time only where the pieces took little.
    """
    waiting = [workers.submit(judge, chunk) for chunk in reversed(chunks)]
    reports = []
    try:
        for future in waiting:
            report = future.result()
            if report is None:
                return None
            reports.append(report)
    finally:
        for future in waiting:
            future.cancel()
    return reports


def judge_again(payload: Path, *, clerk: FormClerk) -> Callable[[JudgedChunk], Sequence[AnyForm]]:
    """Return what judges one piece after the other of a payload that was judged in pieces before; it is cut once."""
    known: list[CutPayload] = []

    def judge(chunk: JudgedChunk) -> Sequence[AnyForm]:
        known[:] = known or [_cut_again(payload, clerk)]
        piece = chunk.piece
        if piece is None:
            raise OutageError("a chunk that was read as a stream is no piece")
        content = _read_piece(payload, known[0], piece)
        return list(_judge_forms(content, piece, clerk, _places_in(content, known[0], piece), set()))

    return judge


def places_again(payload: Path, *, clerk: FormClerk) -> Callable[[JudgedChunk], ContentPlaces]:
    """Return what finds elements in one piece after the other of a payload that was judged in pieces before."""
    known: list[CutPayload] = []

    def places(chunk: JudgedChunk) -> ContentPlaces:
        known[:] = known or [_cut_again(payload, clerk)]
        piece = chunk.piece
        if piece is None:
            raise OutageError("a chunk that was read as a stream is no piece")
        return _places_in(_read_piece(payload, known[0], piece), known[0], piece)

    return places


def _places_in(content: bytes, cut: CutPayload, piece: Piece) -> ContentPlaces:
    return ContentPlaces(
        lambda: content,
        forms=piece.forms,
        first=piece.forms_before + 1,
        skipped=len(cut.opening),
        begin=(cut.opening.count(b"\n") + piece.lines_before + 1, piece.column),
    )


def _cut_again(payload: Path, clerk: FormClerk) -> CutPayload:
    with payload.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        cut = find_frame(content, prolog_bytes=clerk.limits.prolog_bytes)
    if cut is None:
        raise OutageError("a payload that was read in pieces can no longer be cut")
    return cut


def _judge_piece(payload: Path, cut: CutPayload, clerk: FormClerk, chunk: JudgedChunk) -> _PieceReport | None:
    piece = chunk.piece
    if piece is None:
        return None
    content = _read_piece(payload, cut, piece)
    names: set[object] = set()
    try:
        places = _places_in(content, cut, piece)
        judged = list(_judge_forms(content, piece, clerk, places, names))
        forms = place_forms(judged, places, received_on=clerk.submitted.received_on)
        staged = [clerk.stage(form) for form in forms]
    except Refusal:
        return None
    if len(staged) != piece.forms:
        return None
    chunk.write([line for line, _ in staged], [prepared for _, prepared in staged])
    return _PieceReport(frozenset(names), count_attributes(content))


def _judge_forms(
    content: bytes, piece: Piece, clerk: FormClerk, places: ContentPlaces, names: set[object]
) -> Iterator[AnyForm]:
    """Yield the forms of a piece, judged; `names` takes the element names that the schema does not know to be few.

    A piece that its schema takes as a whole is read at once: its frame is sound, and so is every form. Any other is read
    as a stream, by which a fault harms the form that has it alone. Raises the Refusals of the frame.
    """
    root = _read_sound(content, clerk)
    if root is not None:
        begins = places.begins_of_forms() or repeat(None)
        for position, (element, begin) in enumerate(zip(root, begins, strict=False), start=piece.forms_before + 1):
            yield clerk.judge(element, position=position, lines_before=piece.lines_before, begin=begin, is_sound=True)
        return
    checks = clerk.checks()
    for position, element in enumerate(FormStream(io.BytesIO(content), limits=clerk.limits), piece.forms_before + 1):
        checks.require_form(element, index=position)
        yield clerk.judge(element, position=position, lines_before=piece.lines_before)
    names |= checks.names


def _read_sound(content: bytes, clerk: FormClerk) -> etree._Element | None:
    """Return the root of a piece that is small enough to hold no form that is too large, and that its schema takes."""
    if len(content) > clerk.limits.form_bytes:
        return None
    try:
        root = etree.fromstring(content, etree.XMLParser(encoding="UTF-8", **HARDENED))
    except etree.XMLSyntaxError:
        return None
    return root if clerk.schema.compiled().validate(root) else None


def _read_piece(payload: Path, cut: CutPayload, piece: Piece) -> bytes:
    with payload.open("rb") as file:
        file.seek(piece.start)
        return cut.opening + file.read(piece.end - piece.start) + cut.closing
