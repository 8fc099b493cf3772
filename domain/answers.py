"""The values of the two answers: an acknowledgement about the file, a notification about its declarations."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum

from domain.channels import Channel
from domain.findings import Finding, PeriodFacts, RegistrationFacts
from domain.languages import Language
from domain.quarters import Quarter
from domain.refusals import RefusalCode
from domain.sender_numbers import SenderNumber
from domain.student_declarations import (
    ControlCards,
    EmployerId,
    FormHeader,
    PlaceOfWork,
    Reference,
    SmallStatutes,
    UserFirm,
)
from domain.tickets import Ticket


class AnswerKind(StrEnum):
    """Purpose codes of the answers."""

    ACKNOWLEDGEMENT = "ACRF"
    NOTIFICATION = "NOTI"
    CHECK_IN_RESULT = "CIAR"
    CHECK_IN_VALIDITY = "CIAV"


class ResultCode(Enum):
    """ResultCode of an answer (batch protocol §3.2)."""

    REFUSED = 0
    ACCEPTED = 1
    TO_VALIDATE = 2


class Diagnosis(Enum):
    """Why a whole form is refused (batch protocol §3.2); the other numbers belong to other messages."""

    BLOCKING_ANOMALIES = 3


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The answer about one set: accepted when `codes` is empty; `ticket` names the file (or the first of its name)."""

    file_name: str
    ticket: Ticket | None
    codes: tuple[RefusalCode, ...]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PeriodImpact:
    """What a declaration changed: `after` alone for a new period, `before` alone for a cancelled one.

    `user_firm`, `place_of_work`, `cards` and `small_statutes` are what the start of the period said of them.
    """

    before: PeriodFacts | None
    after: PeriodFacts | None
    place_of_work: PlaceOfWork | None = None
    cards: ControlCards | None = None
    small_statutes: SmallStatutes | None = None
    user_firm: UserFirm | None = None

    @property
    def period(self) -> PeriodFacts:
        """The period concerned, in its newest known state."""
        period = self.after or self.before
        if period is None:
            message = "an impact names at least one state of the period"
            raise ValueError(message)
        return period


@dataclass(frozen=True, slots=True)
class RegistrationImpact:
    """What a declaration changed of a daily registration: `after` alone for a new one, `before` alone for a withdrawn one."""

    before: RegistrationFacts | None
    after: RegistrationFacts | None

    @property
    def registration(self) -> RegistrationFacts:
        """The registration concerned, in its newest known state."""
        registration = self.after or self.before
        if registration is None:
            message = "an impact names at least one state of the registration"
            raise ValueError(message)
        return registration


@dataclass(frozen=True, slots=True)
class FormResult:
    """What became of one form.

    `quarter` is that of the period concerned, `period_id` the number by which the form itself names one. A form
    that `waits` gets another, final answer later.
    """

    ticket: Ticket
    header: FormHeader | None
    references: tuple[Reference, ...]
    employer: EmployerId | None
    insz: str | None
    findings: tuple[Finding, ...]
    impact: PeriodImpact | None = None
    quarter: Quarter | None = None
    period_id: str | None = None
    registration: RegistrationImpact | None = None
    waits: bool = False

    @property
    def result(self) -> ResultCode:
        """Refused as soon as one finding blocks; to be validated while it waits for the identification of its worker."""
        if self.waits:
            return ResultCode.TO_VALIDATE
        return ResultCode.REFUSED if any(finding.is_blocking for finding in self.findings) else ResultCode.ACCEPTED

    @property
    def diagnosis(self) -> Diagnosis | None:
        """What is told beside a refusal."""
        return Diagnosis.BLOCKING_ANOMALIES if self.result is ResultCode.REFUSED else None


@dataclass(frozen=True, slots=True)
class Notification:
    """What opens the answer about the declarations of one set, in the sender's language.

    `sender_numbers` are the registration and company number of the entity that the sender belongs to.
    """

    file_name: str
    ticket: Ticket
    sender: SenderNumber
    sender_numbers: EmployerId
    language: Language
    channel: Channel
    received_at: datetime
    created_at: datetime
