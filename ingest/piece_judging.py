"""Judge the pieces of a large payload side by side, each in another process."""

import io
import mmap
from collections.abc import Sequence
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from domain.refusals import OutageError, Refusal
from domain.student_declarations import JudgedForm
from ingest.form_clerk import FormClerk
from ingest.judged_files import JudgedChunk
from validators.cutting import CutPayload, Piece, cut_payload
from validators.reading import FormStream

_QUOTES = (b'"', b"'")


@dataclass(frozen=True, slots=True)
class _PieceReport:
    """What must be added up over all pieces: element names, and quotation marks with apostrophes."""

    names: frozenset[object]
    quotes: int


def judge_in_pieces(
    payload: Path, *, clerk: FormClerk, folder: Path, workers: Executor
) -> tuple[JudgedChunk, ...] | None:
    """Judge the payload in the file `payload` and keep what was made of its forms in `folder`.

    Return None where it must be read as a stream: it cannot be cut, or something about its frame is not as it should be
    (the stream then says what). Raises OutageError when a worker dies.
    """
    limits = clerk.limits
    with payload.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        cut = cut_payload(content, prolog_bytes=limits.prolog_bytes)
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
    if reports is None or sum(report.quotes for report in reports) > limits.quotes:
        return None
    names = frozenset[object]().union(*(report.names for report in reports))
    return chunks if len(names) <= limits.names else None


def _gather(
    workers: Executor, judge: "partial[_PieceReport | None]", chunks: Sequence[JudgedChunk]
) -> list[_PieceReport] | None:
    """Return all reports, or None as soon as one piece must be read as a part of the stream."""
    waiting = [workers.submit(judge, chunk) for chunk in chunks]
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


def judge_again(payload: Path, chunk: JudgedChunk, *, clerk: FormClerk) -> Sequence[JudgedForm]:
    """Return the forms of one piece of a payload that was judged in pieces before."""
    with payload.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        cut = cut_payload(content, prolog_bytes=clerk.limits.prolog_bytes)
    piece = chunk.piece
    if cut is None or piece is None:
        raise OutageError("a payload that was read in pieces can no longer be cut")
    stream = FormStream(io.BytesIO(_read_piece(payload, cut, piece)), limits=clerk.limits)
    return [
        clerk.judge(element, position=position, lines_before=piece.lines_before)
        for position, element in enumerate(stream, start=piece.forms_before + 1)
    ]


def _judge_piece(payload: Path, cut: CutPayload, clerk: FormClerk, chunk: JudgedChunk) -> _PieceReport | None:
    piece = chunk.piece
    if piece is None:
        return None
    content = _read_piece(payload, cut, piece)
    checks, lines, prepared = clerk.checks(), [], []
    position = piece.forms_before
    try:
        for element in FormStream(io.BytesIO(content), limits=clerk.limits):
            position += 1
            checks.require_form(element, index=position)
            form = clerk.judge(element, position=position, lines_before=piece.lines_before)
            line, told = clerk.stage(form)
            lines.append(line)
            prepared.append(told)
    except Refusal:
        return None
    if len(lines) != piece.forms:
        return None
    chunk.write(lines, prepared)
    return _PieceReport(frozenset(checks.names), sum(content.count(mark) for mark in _QUOTES))


def _read_piece(payload: Path, cut: CutPayload, piece: Piece) -> bytes:
    with payload.open("rb") as file:
        file.seek(piece.start)
        return cut.opening + file.read(piece.end - piece.start) + cut.closing
