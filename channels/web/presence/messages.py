"""What the REST operations of check-ins hear and say, in the official vocabulary (check-in declarations §1.2).

Fields that are not known here are left alone: the official service may have more of them.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from channels.web.presence.contract import MOST_ITEMS
from domain.checkins.vocabulary import Capacity, CaptureMethod, EventReason, EventType

_PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""No control character but those of lines: no register keeps one."""

WorkPlace = Annotated[str, Field(max_length=64, pattern=_PLAIN)]
Reference = Annotated[str, Field(min_length=1, max_length=24, pattern=_PLAIN)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class _Heard(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")


class _Told(Schema):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class EmployerGiven(_Heard):
    """The employer: by one of the two numbers."""

    enterprise_number: str | None = Field(
        None, max_length=24, pattern=_PLAIN, description="Ten digits, the first 0 or 1"
    )
    foreign_vat_number: str | None = Field(
        None, max_length=24, pattern=_PLAIN, description="Of a firm without a Belgian number"
    )


class CoordinatesGiven(_Heard):
    """A point on earth, in degrees."""

    latitude: Decimal = Field(ge=-90, le=90)
    longitude: Decimal = Field(ge=-180, le=180)


class AddressGiven(_Heard):
    """A postal address."""

    street_name: str = Field(max_length=200, pattern=_PLAIN)
    house_number: str = Field(max_length=20, pattern=_PLAIN)
    box_number: str | None = Field(None, max_length=20, pattern=_PLAIN)
    post_code: str = Field(max_length=20, pattern=_PLAIN)
    municipality_name: str = Field(max_length=200, pattern=_PLAIN)


class PlaceGiven(_Heard):
    """Where it was: a point or an address, one of the two."""

    coordinates: CoordinatesGiven | None = None
    address: AddressGiven | None = None

    @model_validator(mode="after")
    def _is_one_of_them(self) -> Self:
        if (self.coordinates is None) is (self.address is None):
            message = "a place has coordinates or an address"
            raise ValueError(message)
        return self


class CaptureGiven(_Heard):
    """By what it was captured on the spot."""

    method: CaptureMethod
    device_id: str | None = Field(None, max_length=64, pattern=_PLAIN)


class PresenceGiven(_Heard):
    """An event, which has a `type` and an instant; without a `type`, a presence on a day."""

    registration_date: str | None = Field(
        None,
        max_length=40,
        description="Of an event its instant with its zone; of a presence on a day that day, today where left out",
    )
    type: EventType | None = None
    reason: EventReason = EventReason.WORK
    ssin: str | None = Field(None, max_length=24, pattern=_PLAIN, description="National or bis number, eleven digits")
    limosa_id: str | None = Field(
        None, max_length=64, pattern=_PLAIN, description="Alone: it names worker and employer"
    )
    employer: EmployerGiven | None = None
    contractual_relationship_reference: WorkPlace = Field(description="Number of the declaration of works")
    place_of_work: PlaceGiven | None = None
    capacity: Capacity | None = None
    capture: CaptureGiven | None = None
    client_presence_registration_reference: Reference | None = Field(
        None, description="Yours, echoed; never used twice"
    )


class PresencesGiven(_Heard):
    """1 to 200 registrations; each is judged alone."""

    items: list[PresenceGiven] = Field(min_length=1, max_length=MOST_ITEMS)


class CancellationGiven(_Heard):
    """A presence on a day is withdrawn: by its id, or by your reference."""

    id: int | None = Field(None, ge=-(2**63), lt=2**63)
    client_presence_registration_reference: Reference | None = None
    cancellation_reason: str = Field(
        max_length=15, pattern=_PLAIN, description="HOLIDAY, DISEASE, PLANNING, C32A or OTHER"
    )


class CancellationsGiven(_Heard):
    """1 to 200 cancellations; each is judged alone."""

    items: list[CancellationGiven] = Field(min_length=1, max_length=MOST_ITEMS)


class MissingGiven(_Heard):
    """An event that was not registered."""

    type: EventType
    ssin: str | None = Field(None, max_length=24, pattern=_PLAIN)
    limosa_id: str | None = Field(None, max_length=64, pattern=_PLAIN)
    employer: EmployerGiven | None = None
    contractual_relationship_reference: WorkPlace


class EvidenceGiven(_Heard):
    """A supporting document, to be put at /evidence/{sha256}."""

    file_name: str = Field(min_length=1, max_length=200, pattern=_PLAIN)
    sha256: Sha256


class CorrectionGiven(_Heard):
    """An event is to be corrected, or one that is missing to be added."""

    id: int | None = Field(None, ge=-(2**63), lt=2**63, description="Of the registration to be corrected")
    missing_event: MissingGiven | None = Field(None, description="In its place; the instant is correctedDateTime")
    corrected_date_time: str | None = Field(None, max_length=40)
    corrected_work_place: str | None = Field(None, max_length=64, pattern=_PLAIN)
    justification: str = Field(min_length=10, max_length=1000, pattern=_PLAIN)
    evidence: list[EvidenceGiven] = Field(min_length=1, max_length=5)


class CorrectionsGiven(_Heard):
    """1 to 200 requests; each is judged alone."""

    items: list[CorrectionGiven] = Field(min_length=1, max_length=MOST_ITEMS)


class PeriodGiven(_Heard):
    """Days, both included."""

    start_date: date
    end_date: date


class SearchGiven(_Heard):
    """The official criteria; all that are given must hold."""

    registration_periods: list[PeriodGiven] = Field(min_length=1, max_length=31)
    ssin: str | None = Field(None, pattern="^[0-9]{11}$")
    enterprise_number: str | None = Field(None, pattern="^[0-9]{10}$")
    contractual_relationship_reference: WorkPlace | None = None
    statuses: list[Literal["SUCCESSFULLY REGISTERED", "SUCCESSFULLY CANCELLED", "VALIDATED", "FAILED"]] = Field(
        default_factory=list, max_length=4
    )
    remarks: list[str] = Field(default_factory=list, max_length=17)
    creation_start: datetime | None = Field(None, description="Without a zone it is of Brussels")
    creation_end: datetime | None = Field(None, description="Likewise")
    sector: int | None = None
    first_row: int = Field(0, ge=0, le=10_000)
    fetch_size: int = Field(50, ge=1, le=500)
    after: str = Field(
        "", max_length=200, pattern=_PLAIN, description="As in `nextKey` of the page before; firstRow is then no matter"
    )
    sorted_by: Literal[
        "ID", "REGISTRATION DATE", "CREATION DATE", "STATUS", "PLACE OF WORK", "COMPANY ID", "CHANNEL", "SENDER ID"
    ] = "ID"
    direction: Literal["ASCENDING", "DESCENDING"] = "ASCENDING"


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
    """A request for a correction; `presenceRegistrationId` is what it is about, null for a missing event."""

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
    contractual_relationship_reference: str
    corrected_date_time: datetime | None
    corrected_work_place: str | None
    made_presence_registration: MadeTold | None
    evidence: list[EvidenceTold]


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
