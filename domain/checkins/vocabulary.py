"""The closed lists of check-ins, as messages and tables write them (check-in declarations §1, §2)."""

from enum import StrEnum


class PresenceKind(StrEnum):
    """The two different registrations: a person on a day, and a person at an instant (§0)."""

    DAY = "DAY"
    EVENT = "EVENT"


class EventType(StrEnum):
    """There is no break type: a break is an OUT at its start and an IN at its end."""

    IN = "IN"
    OUT = "OUT"


class EventReason(StrEnum):
    """A hint alone, as the official message lacks it; it moves nothing in a worker's day."""

    WORK = "WORK"
    BREAK = "BREAK"


class Capacity(StrEnum):
    """In which capacity a person is present, as declared or derived."""

    EMPLOYEE = "EMPLOYEE"
    SELF_EMPLOYED = "SELF_EMPLOYED"
    TEMP_WORKER = "TEMP_WORKER"
    TRAINEE = "TRAINEE"
    POSTED = "POSTED"


class CapacitySource(StrEnum):
    """What told in which capacity a person is present (§1.3).

    DECLARED is whoever registered it; DERIVED, what the person registered before; the others are sources that know it.
    """

    DECLARED = "DECLARED"
    DERIVED = "DERIVED"
    DIMONA = "DIMONA"
    LIMOSA = "LIMOSA"
    FOUNDERS = "FOUNDERS"


class CaptureMethod(StrEnum):
    """By what an event was captured on the spot."""

    BADGE = "BADGE"
    QR = "QR"
    APP = "APP"
    GATEWAY = "GATEWAY"
    TRACKTRACE = "TRACKTRACE"


class CancellationReason(StrEnum):
    """Why a day presence is withdrawn; C32A is the control card of temporary unemployment (§1.1)."""

    HOLIDAY = "HOLIDAY"
    DISEASE = "DISEASE"
    PLANNING = "PLANNING"
    C32A = "C32A"
    OTHER = "OTHER"


class ReportOutcome(StrEnum):
    """How an employer answers an error that a worker told of (§2.6)."""

    PUT_RIGHT = "PUT_RIGHT"
    NOTHING_WRONG = "NOTHING_WRONG"


class ToldMissing(StrEnum):
    """What a worker says was not registered of a day (§2.6)."""

    IN = "IN"
    OUT = "OUT"
    DAY = "DAY"


class Sector(StrEnum):
    """The trades whose work places are subject; three have a number in official answers (§1.1)."""

    CONSTRUCTION = "CONSTRUCTION"
    SECURITY = "SECURITY"
    MEAT = "MEAT"
    READY_MIX = "READY_MIX"
    CLEANING = "CLEANING"
    REMOVALS = "REMOVALS"

    @property
    def number(self) -> int | None:
        """The number of the sector in official answers; None where none is published."""
        return {Sector.CONSTRUCTION: 1, Sector.SECURITY: 2, Sector.MEAT: 3}.get(self)


class PresenceStatus(StrEnum):
    """Where a version of a registration stands (§2.1); FAILED is registered, with remarks."""

    REGISTERED = "SUCCESSFULLY REGISTERED"
    CANCELLED = "SUCCESSFULLY CANCELLED"
    VALIDATED = "VALIDATED"
    FAILED = "FAILED"
    SUPERSEDED = "SUPERSEDED"


class PresenceOrigin(StrEnum):
    """What made a version of a registration."""

    SENT = "SENT"
    CORRECTION = "CORRECTION"


class CorrectionState(StrEnum):
    """Where a request to correct an event stands (§2.6)."""

    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    UNDER_REVIEW = "UNDER_REVIEW"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"

    @property
    def is_pending(self) -> bool:
        """Whether it still waits for somebody."""
        return self in {CorrectionState.DRAFT, CorrectionState.SUBMITTED, CorrectionState.UNDER_REVIEW}


class ClockingChannel(StrEnum):
    """Over what a registration came in, as answers write it."""

    BATCH = "BATCH"
    REST = "REST"
    WS = "WS"
    PORTAL = "PORTAL"
