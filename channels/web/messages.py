"""What the web service says and hears, as pydantic models: they make the OpenAPI description."""

from datetime import date
from typing import Literal

from ninja import Field, Schema

from channels.web.instants import Instant

EnvironmentLetter = Literal["R", "T", "S"]


class ProblemDetails(Schema):
    """Why a request was not fulfilled (RFC 9457)."""

    type: str = Field(description="Stable: urn:guichet:problem: and a word")
    title: str
    status: int
    detail: str
    code: str | None = Field(None, description="The code of batch protocol §5 that says the same, such as ACRF-249")


class SealedDelivery(Schema):
    """A sealed submission; from now on the counter answers for it."""

    ticket: str = Field(description="13 characters; for a repeated name those of its first submission")
    name: str = Field(description="The name that the acknowledgement will speak of")
    environment: EnvironmentLetter
    received_at: Instant
    is_repeated: bool = Field(description="Whether the name was used before: the acknowledgement will say ACRF-133")


class PartStaged(Schema):
    """How much of a file is in staging."""

    name: str
    received: int = Field(description="Bytes from the beginning of the file")
    is_closed: bool = Field(description="Whether the whole file arrived")


class AnswerReference(Schema):
    """An answer to a submission."""

    id: str
    kind: str
    is_waiting: bool = Field(description="Whether it can still be fetched")


ChannelName = Literal["SFTP", "FTP", "WEB_SERVICE"]


class FileReceived(Schema):
    """A sealed file and how it came."""

    name: str
    channels: list[ChannelName] = Field(description="More than one where another channel sent the rest of it")


class SubmissionState(Schema):
    """Where a submission stands."""

    ticket: str
    name: str
    environment: EnvironmentLetter
    channel: ChannelName = Field(description="Of the close that completed it, as notifications name it")
    channels: list[ChannelName] = Field(description="Every one that a file of it came through, the GO too")
    state: Literal["SEALED", "REFUSED", "RECEIVED", "FILED"]
    received_at: Instant
    files: list[FileReceived] = Field(description="Its FI and FS files; none for what is answered by its name alone")
    answers: list[AnswerReference]


class AnswerListed(Schema):
    """An answer that waits."""

    id: str
    kind: str
    name: str = Field(description="File name of the content: FO, or CO for a ZIP")
    environment: EnvironmentLetter
    size: int
    sha256: str
    offered_at: Instant
    ticket: str | None = Field(description="Ticket of the submission it answers")
    about: str = Field(description="Name of the delivery it answers")


class AnswerPage(Schema):
    """Answers that wait, oldest first."""

    answers: list[AnswerListed]
    next: str | None = Field(description="Address of the next page, where there is one")


class TokenAnswer(Schema):
    """An access token (RFC 6749 §5.1)."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class TokenError(Schema):
    """Why no token was given (RFC 6749 §5.2)."""

    error: Literal["invalid_request", "invalid_client", "invalid_scope", "unsupported_grant_type"]
    error_description: str | None = Field(
        None, description="With invalid_scope: which scopes are not granted, and which this client has"
    )


class EmployerTold(Schema):
    """An employer."""

    name: str
    number: str = Field(description="Registration number; the company number where there is none")


class PeriodVersionTold(Schema):
    """What a period was from one declaration to the next."""

    number: int
    reason: str = Field(description="GRANTED, LATE, FILED, UPDATED, CLOSED, CANCELLED or MERGED")
    starting_date: date
    ending_date: date | None
    planned: int | None = Field(description="In the unit of the period")
    exceeding: int = Field(description="What of it lies outside the contingent")
    is_late: bool
    state: str
    received_at: Instant
    filed_at: Instant


class StudentPeriod(Schema):
    """A period of work as it stands, and its versions, oldest first."""

    number: str = Field(description="The twelve digits of the period")
    environment: EnvironmentLetter
    employer: EmployerTold
    worker_type: str
    unit: Literal["HOURS", "DAYS"] | None = Field(description="None for workers without a contingent")
    state: Literal["ACTIVE", "CLOSED", "LOCKED", "BLOCKED", "CANCELLED"]
    is_locked_by_dmfa: bool
    versions: list[PeriodVersionTold]


class AnomalyOfDeclaration(Schema):
    """An anomaly of a declaration."""

    code: str
    label: str | None = Field(description="In the sender's language")


class DeclarationTold(Schema):
    """What became of one declaration."""

    ticket: str
    submission: str = Field(description="Ticket of the submission that held it")
    result: Literal["A", "W", "B", "S"] = Field(
        description="Accepted; accepted with a warning; refused; waiting for the worker to be identified"
    )
    action: str
    period: str | None = Field(description="The period that it made or changed")
    anomalies: list[AnomalyOfDeclaration]
    received_at: Instant
    filed_at: Instant | None = Field(description="None while it waits")


class RemainingQuestion(Schema):
    """Asks what remains of a student's contingent."""

    model_config = {"extra": "forbid"}  # noqa: RUF012 - read by pydantic

    access_code: str = Field(max_length=64, description="As it stands on the student's attestation")


class RemainingTold(Schema):
    """What remains of a student's contingent, and of which attestation the code is."""

    remaining: int
    unit: Literal["HOURS", "DAYS"]
    limit: int
    year: int
    at: Instant
    attestation: str = Field(description="Compare it with the number on the paper")
    issued_at: Instant
