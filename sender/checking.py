"""Judge a payload before it is sent, by the same validators as the counter; nothing here decides by itself."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import validators
from domain.brussels import brussels_date
from domain.filenames import Prefix, judge_file_name
from domain.findings import Finding
from domain.refusals import Refusal
from sender.troubles import SenderError
from validators.dimona import judge_forms
from validators.frames import check_frame
from validators.schemas import SchemaLibrary

SCHEMAS = Path(validators.__file__).resolve().parent.parent / "schemas"
"""Where the schemas stand beside the packages, in a checkout as in the wheel."""
CHECKED_MESSAGE = "DIMN"


@dataclass(frozen=True, slots=True)
class CheckedFinding:
    """One finding: `form` counts from 1 and is None for the file as a whole; `line` is that of the file."""

    form: int | None
    code: str
    is_blocking: bool
    line: int | None
    what: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Every finding in document order; `forms` is None when the file as a whole would be refused."""

    forms: int | None
    findings: tuple[CheckedFinding, ...]

    @property
    def is_refused(self) -> bool:
        """Whether the file, or at least one declaration in it, would be refused."""
        return any(finding.is_blocking for finding in self.findings)


def check_payload(path: Path, *, message: str, at: datetime, schemas: Path = SCHEMAS) -> CheckReport:
    """Return what the counter would find in the payload, and in its FI name if it has one, received `at` that instant.

    Rules that need a register (duplicates, the contingent, mandates) are the counter's alone. Raises SenderError when
    the file cannot be opened or no rules are known for the `message`.
    """
    if message != CHECKED_MESSAGE:
        raise SenderError(
            f"The rules of {message} are not known here.", next_step=f"Check files of {CHECKED_MESSAGE} only."
        )
    if path.name.startswith(f"{Prefix.PAYLOAD}."):
        misnamed = judge_file_name(path.name, today=brussels_date(at))
        if misnamed:
            return CheckReport(None, tuple(map(_checked_refusal, misnamed)))
    try:
        payload = path.open("rb")
    except OSError as trouble:
        raise SenderError(f"{path} cannot be opened: {trouble.strerror}.", next_step="Check the name.") from trouble
    with payload:
        try:
            frame = check_frame(payload, message=message, schemas=SchemaLibrary(schemas), on=brussels_date(at))
        except Refusal as refusal:
            return CheckReport(None, (_checked_refusal(refusal),))
        payload.seek(0)
        findings = tuple(
            _checked(form.index, finding)
            for form in judge_forms(payload, schema=frame.schema, received_at=at)
            for finding in form.findings
        )
    return CheckReport(frame.forms, findings)


def _checked_refusal(refusal: Refusal) -> CheckedFinding:
    return CheckedFinding(None, refusal.code, is_blocking=True, line=None, what=refusal.sentence)


def _checked(form: int, finding: Finding) -> CheckedFinding:
    line = None if finding.location is None else finding.location.line
    return CheckedFinding(form, finding.code, finding.is_blocking, line, finding.label)
