"""Read acknowledgements, notifications and answers about check-ins into the few things a sender looks for; never resolves anything outside."""

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeAlias

from lxml import etree

from domain.refusals import RefusalCode
from sender.answered import AnswerContent, AnsweredDeclaration, AnsweredFinding
from sender.presence_answers import NOTICES, RESULTS, read_presence_answer

MAX_CONTENT_BYTES = 2 << 30
_ACKNOWLEDGEMENT = "ACRF"
_NOTIFICATION = "NOTIFICATION"
_ROOTS = frozenset({_ACKNOWLEDGEMENT, _NOTIFICATION, RESULTS, NOTICES})
_BY_SENDER = "1"
_RESULTS = {"0": "refused", "1": "accepted", "2": "to validate", "3": "provisional", "4": "timed out"}
_ZIP_TROUBLES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What the library raises for a zip that is damaged, packed in an unknown way or encrypted."""
_MEANINGS = {
    **{code.value: code.name.replace("_", " ").lower() for code in RefusalCode},
    RefusalCode.NAME_ALREADY_RECEIVED.value: "name or reference already received",
    RefusalCode.MANDATE_MISSING.value: "mandate missing or company not the sender's",
}

_Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml gives its element type no other name


class AnswerUnreadableError(Exception):
    """An answer is signed by the platform, but is not of a form that is known here; the message says why."""


def read_answer(path: Path, *, limit: int = MAX_CONTENT_BYTES) -> AnswerContent:
    """Return what the FO or CO file at `path` says; at most `limit` bytes of XML.

    Raises AnswerUnreadableError for anything but a well-formed acknowledgement, notification or answer about check-ins
    without DTD.
    """
    try:
        with _opened(path, limit=limit) as content:
            return _read_forms(content)
    except (etree.LxmlError, ValueError, *_ZIP_TROUBLES) as trouble:
        raise AnswerUnreadableError(str(trouble)) from trouble


@contextmanager
def _opened(path: Path, *, limit: int) -> Iterator[IO[bytes]]:
    if not path.name.startswith("CO."):
        if path.stat().st_size > limit:
            raise ValueError(f"it has more than {limit} bytes")
        with path.open("rb") as content:
            yield content
        return
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) != 1 or entries[0].file_size > limit:
            raise ValueError(f"it holds {len(entries)} entries instead of one of at most {limit} bytes")
        if entries[0].filename != f"FO{path.name[2:]}":
            raise ValueError("its entry does not bear its own name, with FO in front")
        with archive.open(entries[0]) as content:
            yield content


def _read_forms(content: IO[bytes]) -> AnswerContent:
    file_name = ticket = kind = ""
    declarations = []
    events = etree.iterparse(
        content,
        events=("start", "end"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    for event, element in events:
        if not kind:
            kind = _require_root(element)
            if kind in {RESULTS, NOTICES}:
                return read_presence_answer(kind, events)
        if event == "end" and element.tag == "Form":
            declaration = _read_acknowledged(element) if kind == _ACKNOWLEDGEMENT else _read_notified(element)
            declarations.append(declaration)
            file_name = file_name or _text(element, "FileReference/FileName")
            ticket = ticket or _text(element, "FileReference/ReferenceNbr")
            _forget(element)
    if not declarations:
        raise ValueError("it holds no form")
    return AnswerContent(kind, file_name, ticket, tuple(declarations))


def _require_root(element: _Element) -> str:
    if element.getroottree().docinfo.internalDTD is not None:
        raise ValueError("it has a document type declaration, which no answer has")
    if element.tag not in _ROOTS:
        raise ValueError(
            f"its root is {element.tag!r}, not {_ACKNOWLEDGEMENT} or {_NOTIFICATION}, nor one of check-ins"
        )
    return str(element.tag)


def _read_acknowledged(form: _Element) -> AnsweredDeclaration:
    codes = [(error.text or "").strip() for error in form.iterfind("ReceptionResult/ErrorID")]
    return AnsweredDeclaration(
        reference=_text(form, "FileReference/FileName"),
        ticket=_text(form, "FileReference/ReferenceNbr"),
        result=_result(_text(form, "ReceptionResult/ResultCode")),
        findings=tuple(AnsweredFinding(code, "", _MEANINGS.get(code, "")) for code in codes),
    )


def _read_notified(form: _Element) -> AnsweredDeclaration:
    hours = _number(form, ".//QuotaFeatures/ExceedingHoursNbr")
    days = _number(form, ".//QuotaFeatures/ExceedingDaysNbr")
    return AnsweredDeclaration(
        reference=_own_reference(form),
        ticket=_text(form, "HandledReference/ReferenceNbr"),
        result=_result(_text(form, "HandlingResult/ResultCode")),
        findings=tuple(_read_anomaly(anomaly) for anomaly in form.iterfind("HandlingResult/AnomalyReport")),
        period_id=_text(form, "HandlingResult/ImpactReport/DimonaImpactReport/DimonaPeriodId"),
        exceeding=days if hours is None else hours,
        unit="" if hours is None and days is None else ("days" if hours is None else "hours"),
    )


def _own_reference(form: _Element) -> str:
    references = form.findall("Reference")
    own = [item for item in references if _text(item, "ReferenceOrigin") == _BY_SENDER]
    preferred = [item for item in own if _text(item, "ReferenceType") == _BY_SENDER] or own
    return _text(preferred[0], "ReferenceNbr") if preferred else ""


def _read_anomaly(anomaly: _Element) -> AnsweredFinding:
    return AnsweredFinding(
        code=_text(anomaly, "ErrorID"),
        severity=_text(anomaly, "AnomalyClass"),
        label=_text(anomaly, "AnomalyLabel"),
        line=_number(anomaly, "AnomalyLocation/LineNbr"),
    )


def _result(code: str) -> str:
    return _RESULTS.get(code, f"unknown result {code!r}")


def _number(element: _Element, path: str) -> int | None:
    text = _text(element, path)
    return int(text) if text.isascii() and text.isdigit() else None


def _text(element: _Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _forget(form: _Element) -> None:
    form.clear()
    parent = form.getparent()
    if parent is not None:
        while (earlier := form.getprevious()) is not None:
            parent.remove(earlier)
