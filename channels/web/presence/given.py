"""What the REST operations of check-ins hear, in the official vocabulary (check-in declarations §1.2).

Fields that are not known here are left alone: the official service may have more of them.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from channels.web.presence.contract import MOST_ITEMS
from domain.checkins.vocabulary import Capacity, CaptureMethod, EventReason, EventType

_PLAIN = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
"""No control character but those of lines: no register keeps one."""
_OF_ONE_LINE = r"^[^\x00-\x1f\x7f]*$"
"""As in files, which cannot name a reference with the end of a line in it."""

_WITH_DASHES = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")


def _require_written(given: object) -> object:
    """Return a day or an instant as it is written everywhere here; a number of any length would be seconds since 1970."""
    if not isinstance(given, str) or _WITH_DASHES.match(given) is None:
        message = "a day is written with its year, month and day, and dashes between them"
        raise ValueError(message)
    return given


def _require_number(given: object) -> object:
    """Return a number that is written as one: what is true is not the first registration."""
    if isinstance(given, bool):
        message = "a number is written in digits"
        raise ValueError(message)  # noqa: TRY004 - what pydantic hears of
    return given


def _require_said(given: str) -> str:
    """Return what is more than blanks."""
    if not given.strip():
        message = "blanks alone say nothing"
        raise ValueError(message)
    return given


Day = Annotated[date, BeforeValidator(_require_written)]
Instant = Annotated[datetime, BeforeValidator(_require_written)]
WorkPlace = Annotated[str, Field(max_length=64, pattern=_PLAIN)]
ReceiptNumber = Annotated[int, BeforeValidator(_require_number), Field(ge=-(2**63), lt=2**63)]
Reference = Annotated[str, Field(min_length=1, max_length=24, pattern=_OF_ONE_LINE)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class _Heard(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="ignore")


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

    id: ReceiptNumber | None = None
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

    id: ReceiptNumber | None = Field(None, description="Of the registration to be corrected")
    missing_event: MissingGiven | None = Field(None, description="In its place; the instant is correctedDateTime")
    corrected_date_time: str | None = Field(None, max_length=40)
    corrected_work_place: str | None = Field(None, max_length=64, pattern=_PLAIN)
    justification: Annotated[str, AfterValidator(_require_said)] = Field(min_length=10, max_length=1000, pattern=_PLAIN)
    evidence: list[EvidenceGiven] = Field(
        default_factory=list, max_length=5, description="1 to 5; without any the request is refused by P302"
    )


class CorrectionsGiven(_Heard):
    """1 to 200 requests; each is judged alone."""

    items: list[CorrectionGiven] = Field(min_length=1, max_length=MOST_ITEMS)


class PeriodGiven(_Heard):
    """Days, both included."""

    start_date: Day
    end_date: Day


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
    creation_start: Instant | None = Field(None, description="Without a zone it is of Brussels")
    creation_end: Instant | None = Field(None, description="Likewise")
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
