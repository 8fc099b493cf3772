"""What the REST operations of check-ins say, in the official vocabulary (check-in declarations §1.2)."""

from datetime import date, datetime
from typing import Literal

from ninja import Schema
from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel


class _Told(Schema):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class RemarkTold(_Told):
    """What is said about a registration; only our own remarks have a code."""

    code: str | None = None
    text: str


class CreatedTold(_Told):
    """An item that stands in the register; `id` is its receipt."""

    id: int
    validity: str = Field(description="pending, validated, failed, cancelled or superseded")
    remarks: list[RemarkTold]
    registration_date: str
    creation_date: datetime
    client_presence_registration_reference: str | None = None


class ErrorTold(_Told):
    """Why an item was refused."""

    code: str
    description: str


class NotCreatedTold(_Told):
    """An item that was refused, for at least one reason."""

    errors: list[ErrorTold]
    client_presence_registration_reference: str | None = None


class PresenceTaken(_Told):
    """What became of one item: one of the two."""

    created_presence_registration: CreatedTold | None = None
    not_created_presence_registration: NotCreatedTold | None = None


class PresencesTaken(_Told):
    """What became of each item, in the order of the items."""

    items: list[PresenceTaken]


class CancellationTaken(_Told):
    """What became of one cancellation: one of the two."""

    cancelled_presence_registration: CreatedTold | None = None
    not_cancelled_presence_registration: NotCreatedTold | None = None


class CancellationsTaken(_Told):
    """What became of each item, in the order of the items."""

    items: list[CancellationTaken]


class CorrectionRequestTold(_Told):
    """A request that was noted; until its evidence has come it is a DRAFT."""

    id: str
    state: str
    deadline: date
    evidence_due_date: datetime | None = Field(description="Of a DRAFT: until when its evidence is waited for")


class CorrectionTakenTold(_Told):
    """What became of one request: one of the two."""

    created_correction_request: CorrectionRequestTold | None = None
    not_created_correction_request: NotCreatedTold | None = None


class CorrectionsTaken(_Told):
    """What became of each item, in the order of the items."""

    items: list[CorrectionTakenTold]


class ValidationTold(_Told):
    """One validation, or the cancellation."""

    status: str
    date: datetime | None
    remarks: list[RemarkTold]


class EmployerTold(_Told):
    """The employer: by one of the two numbers."""

    enterprise_number: str | None = None
    foreign_vat_number: str | None = None


class PresenceTold(CreatedTold):
    """A registration as its declarant sees it; `ssin` is the person's newest number, `ssinSubmitted` the one that was sent."""

    status: str
    kind: Literal["DAY", "EVENT"]
    type: str | None
    reason: str | None
    ssin: str | None
    ssin_submitted: str | None
    limosa_id: str | None
    employer: EmployerTold | None
    contractual_relationship_reference: str
    capacity: str | None
    capacity_source: str | None
    sector: int | None
    channel: str
    validations: list[ValidationTold]


class CoordinatesTold(_Told):
    """A point on earth, in degrees."""

    latitude: float
    longitude: float


class AddressTold(_Told):
    """A postal address."""

    street_name: str
    house_number: str
    box_number: str | None
    post_code: str
    municipality_name: str


class PlaceTold(_Told):
    """Where it was: one of the two; a point is kept for some months alone."""

    coordinates: CoordinatesTold | None
    address: AddressTold | None


class CaptureTold(_Told):
    """By what it was captured on the spot."""

    method: str
    device_id: str | None


class EarlierTold(CreatedTold):
    """A version that a correction superseded."""

    version: int
    type: str | None
    contractual_relationship_reference: str


class PresenceWhole(PresenceTold):
    """A registration with all its history; `distance` is in metres, from the work place."""

    version: int
    origin: Literal["SENT", "CORRECTION"]
    place_of_work: PlaceTold | None
    distance: int | None
    capture: CaptureTold | None
    earlier_versions: list[EarlierTold]


class MadeTold(_Told):
    """The registration that came of a request."""

    id: int
    version: int


class EvidenceTold(_Told):
    """A document that a request names."""

    file_name: str
    sha256: str
    is_handed_in: bool


class CorrectionTold(_Told):
    """A request for a correction; `presenceRegistrationId` is what it is about, null for a missing event.

    `ssin` is the person's newest number, `ssinSubmitted` or `limosaId` how the registration or the request names him.
    """

    id: str
    state: str = Field(description="DRAFT, SUBMITTED, UNDER_REVIEW, ACCEPTED, REJECTED, WITHDRAWN or EXPIRED")
    deadline: date
    is_late: bool
    request_date: datetime
    evidence_due_date: datetime
    submission_date: datetime | None
    decision_date: datetime | None
    reason: str | None
    presence_registration_id: int | None
    type: str
    ssin: str | None
    ssin_submitted: str | None
    limosa_id: str | None
    employer: EmployerTold | None
    contractual_relationship_reference: str
    corrected_date_time: datetime | None
    corrected_work_place: str | None
    made_presence_registration: MadeTold | None
    evidence: list[EvidenceTold]


class CorrectionsListed(_Told):
    """A page of requests for corrections, the newest first."""

    next_key: str | None = Field(description="Goes on after the last item, as `after`; null at the end")
    items: list[CorrectionTold]


class PresencesFound(_Told):
    """A page of what was found; `count` is of all, and where `isCapped` there are more than it says."""

    count: int
    is_capped: bool
    next_key: str | None = Field(description="Goes on after the last item, as `after`; null at the end")
    items: list[PresenceTold]


class EvidenceKept(_Told):
    """A file that is kept, and how many of your requests it completed."""

    sha256: str
    completed: int
