"""Read answers about check-ins: what became of each item of a file, and changed validities (check-in declarations §1.5)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeAlias

from lxml import etree

from domain.brussels import BRUSSELS
from sender.answered import AnswerContent, AnsweredDeclaration, AnsweredFinding

_SPACE = "{urn:guichet:presence:1}"
RESULTS, NOTICES = f"{_SPACE}PresenceBatchResult", f"{_SPACE}PresenceValidationNotice"
"""The roots of the two answers."""
_KINDS = {RESULTS: "CIAR", NOTICES: "CIAV"}
_CANCELLED = "SUCCESSFULLY CANCELLED"
_ACCEPTED, _REFUSED, _PENDING = "accepted", "refused", "to validate"

_Element: TypeAlias = etree._Element  # noqa: SLF001 - lxml gives its element type no other name


def read_presence_answer(root: str, events: Iterable[tuple[str, _Element]]) -> AnswerContent:
    """Return what an answer with that root says; `events` are those of its elements, after the start of the root.

    Raises ValueError when it says nothing.
    """
    file_name = ticket = ""
    declarations: list[AnsweredDeclaration] = []
    for event, element in events:
        if event != "end":
            continue
        if element.tag == f"{_SPACE}Header":
            file_name, ticket = _text(element, "FileName"), _text(element, "ReceiptNumber")
        elif element.tag == f"{_SPACE}Result":
            declarations.append(_read_result(element))
            element.clear()
        elif element.tag == f"{_SPACE}Notice":
            declarations.append(_read_notice(element))
            element.clear()
        elif element.tag == f"{_SPACE}CorrectionNotice":
            declarations.append(_read_end(element))
            element.clear()
    if not declarations:
        raise ValueError("it holds no result")
    return AnswerContent(_KINDS[root], file_name, ticket, tuple(declarations))


def _read_result(result: _Element) -> AnsweredDeclaration:
    own = f"seq {result.get('seq', '')}"
    (told,) = result
    if told.tag == f"{_SPACE}PresenceRegistrationError":
        return AnsweredDeclaration(own, "", _REFUSED, tuple(_read_errors(told)))
    if told.tag == f"{_SPACE}CorrectionRequest":
        state = AnsweredFinding("", "", _told_state(told))
        return AnsweredDeclaration(own, _text(told, "CorrectionId"), _PENDING, (state,))
    reference = _text(told, "ClientPresenceRegistrationReference")
    named = f"{own} {reference}".strip()
    status = _text(told, f"LastValidation/{_SPACE}Status")
    findings = tuple(_read_remarks(told, f"LastValidation/{_SPACE}RemarkList/{_SPACE}Remark"))
    what = "cancelled" if status == _CANCELLED else _ACCEPTED
    return AnsweredDeclaration(named, _text(told, "PresenceRegistrationId"), what, findings)


def _told_state(request: _Element) -> str:
    """Return the state of a request, and until when its evidence is waited for, as a day and time in Brussels."""
    state, due = _text(request, "Status"), _text(request, "EvidenceDueDateTime")
    if not due:
        return state
    return f"{state}: hand in its evidence until {datetime.fromisoformat(due).astimezone(BRUSSELS):%Y-%m-%d %H:%M}"


def _read_notice(notice: _Element) -> AnsweredDeclaration:
    return AnsweredDeclaration(
        _text(notice, "ClientPresenceRegistrationReference"),
        _text(notice, "PresenceRegistrationId"),
        _text(notice, "Status").lower(),
        tuple(_read_remarks(notice, f"RemarkList/{_SPACE}Remark")),
    )


def _read_end(notice: _Element) -> AnsweredDeclaration:
    """Return how a request for a correction ended: the registration that it is about, its own number, state and reason."""
    registration, reason = _text(notice, "PresenceRegistrationId"), _text(notice, "Reason")
    return AnsweredDeclaration(
        f"registration {registration}" if registration else "",
        _text(notice, "CorrectionId"),
        _text(notice, "Status").lower(),
        (AnsweredFinding("", "", reason),) if reason else (),
    )


def _read_errors(told: _Element) -> Iterator[AnsweredFinding]:
    for error in told.iter(f"{_SPACE}Error"):
        line = error.get("line", "")
        yield AnsweredFinding(
            _text(error, "ErrorCode"), "", _told_error(error), int(line) if line.isascii() and line.isdigit() else None
        )


def _told_error(error: _Element) -> str:
    """Return the sentence in the reader's language, and what the English one says of this case behind its semicolon."""
    label, description = _text(error, "ErrorLabel"), _text(error, "ErrorDescription")
    _, _, case = description.partition("; ")
    return f"{label} {case}" if label and case else label or description


def _read_remarks(told: _Element, path: str) -> Iterator[AnsweredFinding]:
    for remark in told.iterfind(f"{_SPACE}{path}"):
        yield AnsweredFinding(remark.get("code", ""), "", (remark.text or "").strip())


def _text(element: _Element, path: str) -> str:
    return (element.findtext(f"{_SPACE}{path}") or "").strip()
