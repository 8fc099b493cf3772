"""Write what became of the items of a file as the XML of a CIAR, and changed validities as that of a CIAV (§1.5).

No number of a person stands in an answer.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from domain.answers import Notification
from domain.brussels import BRUSSELS
from domain.checkins.codes import RefusalCode, Remark
from domain.findings import Finding
from domain.languages import Language
from ingest.checkin_labels import label_of_code
from ingest.checkin_outcomes import CORRECTION, REFUSED, Kept, is_pending, is_refused
from ingest.render_header import DECLARATION
from ingest.xml_text import block, element, escape, optional
from validators.checkins.files import STRUCTURE

NAMESPACE = "urn:guichet:presence:1"
_LONGEST_DESCRIPTION = 500  # letters, in the schema of the answer
_STRUCTURE_TEXT = "XSD validation of the item failed"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ToldItem:
    """One item of a file as its answer tells it; `findings` are those of a refused one, at their places."""

    seq: int
    kept: Kept
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ToldBatch:
    """What opens the answer: the sender's reference of the file, its SHA-256, and how many items became what."""

    reference: str
    sha256: str
    items: int
    rejected: int
    pending: int

    @classmethod
    def of(cls, reference: str, sha256: str, outcomes: Collection[Kept]) -> "ToldBatch":
        """Return the counts of the outcomes."""
        return cls(reference, sha256, len(outcomes), sum(map(is_refused, outcomes)), sum(map(is_pending, outcomes)))

    @property
    def accepted(self) -> int:
        """How many were neither refused nor wait for somebody."""
        return self.items - self.rejected - self.pending


@dataclass(frozen=True, slots=True)
class ValidityTold:
    """A changed validity; `at` is aware, `reference` the sender's own key of the registration, empty for none.

    `correction` is the request for a correction that made the newest version of the registration, empty for none.
    """

    registration_id: int
    status: str
    at: datetime
    remarks: tuple[Remark, ...] = ()
    reference: str = ""
    correction: str = ""


@dataclass(frozen=True, slots=True)
class CorrectionEnded:
    """How a request for a correction ended; `at` is aware, `reason` empty for none, `registration_id` None for no event."""

    number: str
    state: str
    at: datetime
    registration_id: int | None = None
    reason: str = ""


def render_results(
    batch: ToldBatch,
    items: Iterable[ToldItem],
    target: BinaryIO,
    *,
    about: Notification,
    part: tuple[int, int] = (1, 1),
) -> None:
    """Write the UTF-8 bytes of the CIAR about these items of the file, the `part`-th of so many answers about it."""
    _open(target, "PresenceBatchResult", _header(batch, about, part))
    together: list[str] = []
    for item in items:
        together.append(_result(item, about.language))
        if len(together) >= _AT_ONCE:
            target.write("".join(together).encode())
            together.clear()
    _close(target, "PresenceBatchResult", together)


def render_notices(
    notices: Sequence[ValidityTold], target: BinaryIO, *, at: datetime, ended: Sequence[CorrectionEnded] = ()
) -> None:
    """Write the UTF-8 bytes of the CIAV about these changes, and about the requests that ended."""
    count = len(notices) + len(ended)
    header = block("Header", element("CreationDateTime", render_instant(at)), element("NoticeCount", count))
    _open(target, "PresenceValidationNotice", header)
    told = [*map(_notice, notices), *map(_correction_notice, ended)]
    _close(target, "PresenceValidationNotice", [f"\n{one}" for one in told])


def render_instant(instant: datetime) -> str:
    """Return the instant in Brussels with milliseconds and its offset, which tells the two hours of October apart."""
    return instant.astimezone(BRUSSELS).isoformat(timespec="milliseconds")


def _open(target: BinaryIO, root: str, header: str) -> None:
    target.write(f'{DECLARATION}<{root} xmlns="{NAMESPACE}">\n{header}'.encode())


def _close(target: BinaryIO, root: str, texts: Iterable[str]) -> None:
    target.write("".join([*texts, f"\n</{root}>"]).encode())


def _header(batch: ToldBatch, about: Notification, part: tuple[int, int]) -> str:
    number, of = part
    return block(
        "Header",
        element("ReceiptNumber", str(about.ticket)),
        element("FileName", about.file_name),
        element("BatchReference", batch.reference),
        element("FileSha256", batch.sha256),
        element("ReceivedDateTime", render_instant(about.received_at)),
        element("ProcessedDateTime", render_instant(about.created_at)),
        f'<Counts items="{batch.items}" accepted="{batch.accepted}" rejected="{batch.rejected}" '
        f'pending="{batch.pending}"/>',
        f'<Part number="{number}" of="{of}"/>' if of > 1 else "",
    )


def _result(item: ToldItem, language: Language) -> str:
    kept = item.kept
    if REFUSED in kept:
        told = _errors(item, language)
    elif CORRECTION in kept:
        told = block(
            "CorrectionRequest",
            element("CorrectionId", kept[CORRECTION]),
            element("Status", kept["state"]),
            element("DeadlineDate", kept["deadline"]),
            _instant_of("EvidenceDueDateTime", kept["evidence_due"]),
        )
    else:
        told = _registration(kept)
    return f'\n<Result seq="{item.seq}">{told}</Result>'


def _registration(kept: Kept) -> str:
    return block(
        "PresenceRegistration",
        element("PresenceRegistrationId", kept["id"]),
        element("CreationDate", render_instant(datetime.fromisoformat(kept["created"]))),
        element("Channel", kept["channel"]),
        block("LastValidation", _validation(kept)),
        optional("ClientPresenceRegistrationReference", kept["reference"] or None),
    )


def _validation(kept: Kept) -> str:
    return (
        element("Status", kept["status"])
        + _instant_of("ValidationDate", kept["validated"])
        + _remarks([Remark[name] for name in kept["remarks"]])
    )


def _instant_of(tag: str, kept: str | None) -> str:
    return "" if kept is None else element(tag, render_instant(datetime.fromisoformat(kept)))


def _remarks(remarks: Sequence[Remark]) -> str:
    return block("RemarkList", *[_remark(remark) for remark in remarks]) if remarks else ""


def _remark(remark: Remark) -> str:
    code = "" if remark.code is None else f' code="{remark.code}"'
    return f"<Remark{code}>{escape(remark.value)}</Remark>"


def _errors(item: ToldItem, language: Language) -> str:
    detail = item.kept.get("detail", "")
    errors = [_error(finding, detail, language) for finding in item.findings]
    return block("PresenceRegistrationError", block("ErrorList", *errors))


def _error(finding: Finding, detail: str, language: Language) -> str:
    place = finding.location
    line = "" if place is None or place.line is None else f' line="{place.line}"'
    column = "" if place is None or place.column is None else f' column="{place.column}"'
    text = (
        f"{_STRUCTURE_TEXT}; {finding.detail}"
        if finding.code == STRUCTURE
        else RefusalCode(finding.code).told_with(detail)
    )
    return (
        f"<Error{line}{column}>{element('ErrorCode', finding.code)}{element('ErrorDescription', text[:_LONGEST_DESCRIPTION])}"
        f"{element('ErrorLabel', label_of_code(finding.code, language))}</Error>"
    )


def _notice(notice: ValidityTold) -> str:
    return block(
        "Notice",
        element("PresenceRegistrationId", notice.registration_id),
        element("Status", notice.status),
        element("ValidationDate", render_instant(notice.at)),
        _remarks(notice.remarks),
        optional("ClientPresenceRegistrationReference", notice.reference or None),
        optional("CorrectionId", notice.correction or None),
    )


def _correction_notice(ended: CorrectionEnded) -> str:
    return block(
        "CorrectionNotice",
        element("CorrectionId", ended.number),
        element("Status", ended.state),
        element("DecisionDateTime", render_instant(ended.at)),
        optional("PresenceRegistrationId", None if ended.registration_id is None else str(ended.registration_id)),
        optional("Reason", ended.reason or None),
    )
