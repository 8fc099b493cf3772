"""Anomaly codes that need the register to be found (student declarations §3.2, §3.6)."""

from enum import StrEnum


class RegisterAnomaly(StrEnum):
    """Code of an anomaly and, in `sentence`, what it says."""

    EMPLOYER_UNKNOWN = "90256-151"
    NO_MANDATE = "90256-155"
    DUPLICATE_PERIOD = "90373-333"
    OVERLAPPING_PERIOD = "90373-334"
    LATE = "90373-460"
    CONTINGENT_EXCEEDED = "90017-369"
    PERIOD_UNKNOWN = "00913-354"
    PERIOD_CANCELLED = "00913-355"
    PERIOD_BLOCKED = "00913-357"
    PERIOD_LOCKED = "00913-362"
    PERIOD_OF_OTHER_EMPLOYER = "90256-347"
    PERIOD_OF_OTHER_WORKER = "00024-347"
    PERSON_NOT_IDENTIFIED = "90017-151"
    START_NOT_OPEN = "90373-450"
    END_NOT_OPEN = "90377-450"
    UPDATE_NOT_OPEN = "90378-450"
    DAILY_REGISTRATION_NOT_OPEN = "90480-450"

    @property
    def sentence(self) -> str:
        """What is wrong, as the sender reads it."""
        return SENTENCES[self]


SENTENCES = {
    RegisterAnomaly.EMPLOYER_UNKNOWN: "the employer is not known in the access register",
    RegisterAnomaly.NO_MANDATE: "the sender holds no mandate to declare for this employer",
    RegisterAnomaly.DUPLICATE_PERIOD: "the same period is already declared for this employer and worker",
    RegisterAnomaly.OVERLAPPING_PERIOD: "the period overlaps another one of this employer and worker",
    RegisterAnomaly.LATE: "received after the first day of work: all hours lie outside the contingent",
    RegisterAnomaly.CONTINGENT_EXCEEDED: "more is planned than remains of the yearly contingent",
    RegisterAnomaly.PERIOD_UNKNOWN: "no period has this number",
    RegisterAnomaly.PERIOD_CANCELLED: "the period is already cancelled",
    RegisterAnomaly.PERIOD_BLOCKED: "the period is blocked",
    RegisterAnomaly.PERIOD_LOCKED: "the period is locked and can no longer be changed by the employer",
    RegisterAnomaly.PERIOD_OF_OTHER_EMPLOYER: "the period belongs to another employer",
    RegisterAnomaly.PERIOD_OF_OTHER_WORKER: "the period belongs to another worker",
    RegisterAnomaly.PERSON_NOT_IDENTIFIED: "no person is identified by these data",
    RegisterAnomaly.START_NOT_OPEN: "starts of this kind of worker are not open yet",
    RegisterAnomaly.END_NOT_OPEN: "ends of an employment are not open yet",
    RegisterAnomaly.UPDATE_NOT_OPEN: "changes of an employment are not open yet",
    RegisterAnomaly.DAILY_REGISTRATION_NOT_OPEN: "daily registrations are not open yet",
}
