"""The values of the two answers: an acknowledgement about the file, a notification about its declarations."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum

from domain.channels import Channel
from domain.findings import Finding, PeriodFacts
from domain.refusals import RefusalCode
from domain.sender_numbers import SenderNumber
from domain.student_declarations import EmployerId, FormHeader, Reference
from domain.tickets import Ticket


class AnswerKind(StrEnum):
    """Purpose codes of the answers."""

    ACKNOWLEDGEMENT = "ACRF"
    NOTIFICATION = "NOTI"


class ResultCode(Enum):
    """ResultCode of an answer (batch protocol §3.2)."""

    REFUSED = 0
    ACCEPTED = 1


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The answer about one set: accepted when `codes` is empty; `ticket` names the file (or the first of its name)."""

    file_name: str
    ticket: Ticket | None
    codes: tuple[RefusalCode, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PeriodImpact:
    """What a declaration changed: `after` alone for a new period, `before` alone for a cancelled one."""

    before: PeriodFacts | None
    after: PeriodFacts | None

    @property
    def period(self) -> PeriodFacts:
        """The period concerned, in its newest known state."""
        period = self.after or self.before
        if period is None:
            message = "an impact names at least one state of the period"
            raise ValueError(message)
        return period


@dataclass(frozen=True, slots=True)
class FormResult:
    """What became of one form."""

    ticket: Ticket
    header: FormHeader | None
    references: tuple[Reference, ...]
    employer: EmployerId | None
    insz: str | None
    findings: tuple[Finding, ...]
    impact: PeriodImpact | None = None

    @property
    def result(self) -> ResultCode:
        """Refused as soon as one finding blocks."""
        return ResultCode.REFUSED if any(finding.is_blocking for finding in self.findings) else ResultCode.ACCEPTED


@dataclass(frozen=True, slots=True)
class Notification:
    """The answer about the declarations of one set, one form each."""

    file_name: str
    ticket: Ticket
    sender: SenderNumber
    channel: Channel
    received_at: datetime
    created_at: datetime
    results: Sequence[FormResult]
