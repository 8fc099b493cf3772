"""What the web service says and hears, as pydantic models: they make the OpenAPI description."""

from datetime import datetime
from typing import Literal

from ninja import Field, Schema

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
    received_at: datetime
    is_repeated: bool = Field(description="Whether the name was used before: the acknowledgement will say ACRF-133")


class PartStaged(Schema):
    """How much of a file is in staging."""

    name: str
    received: int = Field(description="Bytes from the beginning of the file")
    is_closed: bool = Field(description="Whether the whole file arrived")


class PartArrived(Schema):
    """How much of a file has arrived so far."""

    name: str
    received: int


class AnswerReference(Schema):
    """An answer to a submission."""

    id: str
    kind: str
    is_waiting: bool = Field(description="Whether it can still be fetched")


class SubmissionState(Schema):
    """Where a submission stands."""

    ticket: str
    name: str
    environment: EnvironmentLetter
    channel: str
    state: Literal["SEALED", "REFUSED", "RECEIVED", "FILED"]
    received_at: datetime
    answers: list[AnswerReference]


class AnswerListed(Schema):
    """An answer that waits."""

    id: str
    kind: str
    name: str = Field(description="File name of the content: FO, or CO for a ZIP")
    environment: EnvironmentLetter
    size: int
    sha256: str
    offered_at: datetime
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
