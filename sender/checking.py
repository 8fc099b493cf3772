"""Judge one payload before it is sent, by the same validators as the counter; nothing here decides by itself."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import validators
from domain.brussels import brussels_date
from domain.findings import Finding
from domain.refusals import Refusal, RefusalCode
from sender.advice import advice_for
from sender.check_reports import CheckedFinding, CodeCount, FileReport, Stage, Tally
from sender.judging import JUDGES, FormFindings, Judge
from sender.positions import Position, find_block_out_of, find_loose_text, find_positions
from sender.progress import Meter, MeteredFile, silent
from sender.troubles import SenderError
from validators.frames import Frame, check_frame, layout_of
from validators.reading import Layout, ReadingLimits
from validators.schemas import SchemaLibrary
from validators.zips import is_zip, open_payload

SCHEMAS = Path(validators.__file__).resolve().parent.parent / "schemas"
"""Where the schemas stand beside the packages, in a checkout as in the wheel."""
CHECKED_MESSAGE = "DIMN"
SHOWN_FINDINGS = 200
_SIZES = frozenset(
    {
        RefusalCode.PAYLOAD_EMPTY,
        RefusalCode.PAYLOAD_TOO_LARGE,
        RefusalCode.TOO_MANY_FORMS,
        RefusalCode.TOO_MANY_FORMS_FOR_SIZE,
        RefusalCode.ARCHIVE_INVALID,
        RefusalCode.ARCHIVE_ENTRIES,
        RefusalCode.ARCHIVE_ALGORITHM,
    }
)
_AT_ROOT = frozenset(
    {
        RefusalCode.ROOT_UNKNOWN,
        RefusalCode.SCHEMA_NOT_NAMED,
        RefusalCode.SCHEMA_UNSUPPORTED,
        RefusalCode.NAMESPACE_WRONG,
        RefusalCode.ATTRIBUTE_NOT_ALLOWED,
        RefusalCode.CONTENT_NOT_AS_NAMED,
        RefusalCode.NO_DECLARATION,
        RefusalCode.PART_WITHOUT_DECLARATION,
    }
)
_AT_FORM = frozenset({RefusalCode.FORM_NOT_OF_SCHEMA, RefusalCode.FRAME_INVALID, RefusalCode.COUNT_DIFFERS})
_ROOT, _FIRST = "1", "1,1"
_BEGINNING = Position(1, 1)
_ZIPPED = "It is a zip, which only some channels take; what it holds was judged."
_DIGEST = re.compile(r"\b([0-9a-f]{8})[0-9a-f]{24,}\b")
_PLACE = re.compile(r" at line ([0-9]+), column ([0-9]+)")
_FORM_NUMBER = re.compile(r"\b(?:form|item) ([0-9]+)\b")
_HEADER = re.compile(r"\bheader\b")
_IN_HEADER = re.compile(r", element ([0-9,]+) of the header\b")


@dataclass(frozen=True, slots=True)
class PayloadChecker:
    """Judges payloads as if they were received `at` that instant; a report shows at most `shown` findings of each."""

    at: datetime
    schemas: Path = SCHEMAS
    shown: int = SHOWN_FINDINGS
    limits: ReadingLimits = ReadingLimits()  # noqa: RUF009 - a frozen value
    meter: Meter = silent

    def check(self, path: Path, *, message: str, parts: int = 1) -> FileReport:
        """Return what the counter would find in the payload of that purpose, one of `parts`, apart from its name.

        Rules that need a register (duplicates, the contingent, mandates) are the counter's alone. Raises SenderError
        when the file cannot be read.
        """
        size = require_file(path)
        with self.meter(f"checking {path.name}", 2 * size) as advance, MeteredFile(path, advance) as file:
            remarks = (_ZIPPED,) if is_zip(file) else ()
            try:
                payload = open_payload(file, limit=self.limits.payload_bytes)
            except Refusal as refusal:
                report = report_refusals(path, [refused(refusal, Stage.SIZE)], size=size)
            else:
                with payload:
                    report = self._check_payload(path, payload, message=message, parts=parts, size=size)
        return replace(report, remarks=(*remarks, *report.remarks))

    def _check_payload(self, path: Path, payload: BinaryIO, *, message: str, parts: int, size: int) -> FileReport:
        library = SchemaLibrary(self.schemas)
        on = brussels_date(self.at)
        try:
            frame = check_frame(payload, message=message, schemas=library, on=on, limits=self.limits)
        except Refusal as refusal:
            return report_refusals(
                path, [_checked_frame(_of_a_part(refusal, parts), payload, layout_of(message))], size=size
            )
        judge = JUDGES.get(message)
        if judge is None:
            remark = f"The rules of {message} are not known here; only the frame of the file was judged."
            return FileReport(path.name, size, frame.forms, remarks=(remark,))
        payload.seek(0)
        return self._check_forms(path, payload, frame, judge, size=size)

    def _check_forms(self, path: Path, payload: BinaryIO, frame: Frame, judge: Judge, *, size: int) -> FileReport:
        tally = Tally(self.shown)
        paths: list[str] = []
        firsts: dict[tuple[str, bool], str] = {}
        for form in judge(payload, frame.schema, self.at, self.limits):
            for finding in form.findings:
                tally.add(_checked(form, finding))
                path_of_it = (finding.location.indexes if finding.location else None) or ""
                firsts.setdefault((finding.code, finding.is_blocking), path_of_it)
                if len(paths) < self.shown:
                    paths.append(path_of_it)
        payload.seek(0)
        positions = find_positions(payload, {one for one in (*paths, *firsts.values()) if one})
        return FileReport(
            name=path.name,
            size=size,
            forms=frame.forms,
            refused_forms=tally.refused_forms,
            findings=_placed(tally.findings, paths, positions),
            codes=_placed_counts(tally.codes, firsts, positions),
        )


def require_file(path: Path) -> int:
    """Return the size of the file in bytes; SenderError when it is none that can be read."""
    try:
        if not path.is_file():
            what = "is no file" if path.exists() else "cannot be opened: no such file"
            raise SenderError(f"{path} {what}.", next_step="Check the name.")
        with path.open("rb"):
            return path.stat().st_size
    except OSError as trouble:
        raise SenderError(f"{path} cannot be opened: {trouble.strerror}.", next_step="Check the name.") from trouble


def refused(refusal: Refusal, stage: Stage) -> CheckedFinding:
    """Return what refuses a whole file or set, as a finding."""
    what = _DIGEST.sub(r"\1...", refusal.sentence)
    return CheckedFinding(stage, refusal.code, is_blocking=True, what=what, advice=advice_for(refusal.code))


def report_refusals(path: Path, findings: Sequence[CheckedFinding], *, size: int) -> FileReport:
    """Return the report about a file that would be refused as a whole."""
    tally = Tally(len(findings))
    for finding in findings:
        tally.add(finding)
    return FileReport(path.name, size, findings=tuple(findings), codes=tally.codes)


def _of_a_part(refusal: Refusal, parts: int) -> Refusal:
    """Return the refusal as the counter tells it of one payload among several."""
    if refusal.code is RefusalCode.NO_DECLARATION and parts > 1:
        return Refusal(RefusalCode.PART_WITHOUT_DECLARATION, "the part holds no Form")
    return refusal


def _checked_frame(refusal: Refusal, payload: BinaryIO, layout: Layout) -> CheckedFinding:
    finding = refused(refusal, Stage.SIZE if refusal.code in _SIZES else Stage.CONTENT)
    position = _place_of(refusal, payload, layout)
    if position is None:
        return finding
    what = _IN_HEADER.sub("", _PLACE.sub("", finding.what))  # it has a column of its own
    return replace(finding, what=what, line=position.line, column=position.column)


def _place_of(refusal: Refusal, payload: BinaryIO, layout: Layout) -> Position | None:
    told = _PLACE.search(refusal.sentence)
    if told is not None:
        return Position(int(told[1]), max(1, int(told[2])))
    if refusal.code is RefusalCode.ENCODING_UNSUPPORTED:
        return _BEGINNING
    try:
        payload.seek(0)
        return _found_place_of(refusal, payload, layout)
    except Refusal:  # what is zipped can break off at any byte
        return None


def _found_place_of(refusal: Refusal, payload: BinaryIO, layout: Layout) -> Position | None:
    if refusal.code in _AT_ROOT:
        return find_positions(payload, {_ROOT}).get(_ROOT)
    if refusal.code is RefusalCode.BLOCK_UNEXPECTED:
        return find_block_out_of(layout, payload)
    if refusal.code not in _AT_FORM:
        return None
    form = _FORM_NUMBER.search(refusal.sentence)
    if form is None:
        if layout.header is None or not _HEADER.search(refusal.sentence):
            return find_loose_text(payload)
        within = _IN_HEADER.search(refusal.sentence)
        path = _FIRST if within is None else f"{_FIRST},{within[1]}"
        return find_positions(payload, {path}).get(path)
    path = f"{_ROOT},{int(form[1]) + (layout.header is not None)}"
    return find_positions(payload, {path}).get(path)


def _checked(form: FormFindings, finding: Finding) -> CheckedFinding:
    return CheckedFinding(
        stage=Stage.DECLARATION,
        code=finding.code,
        is_blocking=finding.is_blocking,
        what=finding.detail,
        advice=advice_for(finding.code),
        form=form.index,
        reference=form.reference,
        line=finding.location.line if finding.location else None,
        column=finding.location.column if finding.location else None,
    )


def _placed(
    findings: Sequence[CheckedFinding], paths: Sequence[str], positions: Mapping[str, Position]
) -> tuple[CheckedFinding, ...]:
    """Return the findings with line and column of their elements; the parser of the rules knows no columns."""
    placed = []
    for finding, path in zip(findings, paths, strict=True):
        position = positions.get(path)
        placed.append(finding if position is None else replace(finding, line=position.line, column=position.column))
    return tuple(placed)


def _placed_counts(
    codes: Sequence[CodeCount], firsts: Mapping[tuple[str, bool], str], positions: Mapping[str, Position]
) -> tuple[CodeCount, ...]:
    """Return the codes, each with the place of its first finding, which may be one that is not shown."""
    paths = [firsts[code.first.code, code.first.is_blocking] for code in codes]
    placed = _placed([code.first for code in codes], paths, positions)
    return tuple(replace(code, first=first) for code, first in zip(codes, placed, strict=True))
