"""Anomaly codes that need the register to be found (student declarations §3.2, §3.6)."""

from enum import StrEnum


class RegisterAnomaly(StrEnum):
    """Code of an anomaly and, in `sentence`, what it says.

    Some are also found without the register, where the form itself tells of which kind a period is.
    """

    EMPLOYER_UNKNOWN = "90256-151"
    NO_MANDATE = "90256-155"
    EMPLOYER_NOT_ACTIVE = "90373-343"
    UPDATED_EMPLOYER_NOT_ACTIVE = "90378-343"
    PERSON_UNIDENTIFIED = "90017-363"
    PERSON_NOT_FOUND = "90017-151"
    NAME_DIFFERS = "00025-348"
    FIRST_NAME_DIFFERS = "00026-348"
    BIRTH_DATE_DIFFERS = "00028-348"
    SEX_DIFFERS = "00029-348"
    DUPLICATE_PERIOD = "90373-333"
    OVERLAPPING_PERIOD = "90373-334"
    LATE = "90373-460"
    CONTINGENT_EXCEEDED = "90017-369"
    PERIOD_UNKNOWN = "00913-354"
    PERIOD_CANCELLED = "00913-355"
    PERIOD_CLOSED = "00913-356"
    PERIOD_BLOCKED = "00913-357"
    CLOSED_BY_UPDATE = "00913-359"
    PERIOD_LOCKED = "00913-362"
    PERIOD_OF_OTHER_EMPLOYER = "90256-347"
    PERIOD_OF_OTHER_REGISTRATION = "00011-347"
    PERIOD_OF_OTHER_PROVISIONAL = "00948-347"
    PERIOD_OF_OTHER_COMPANY = "00014-347"
    PERIOD_OF_OTHER_WORKER = "00024-347"
    START_FIXED = "00910-005"
    START_POSTPONED = "00910-344"
    END_BEFORE_START = "00911-014"
    STARTING_HOUR_FORBIDDEN = "00777-005"
    ENDING_HOUR_FORBIDDEN = "00778-005"
    ENDING_HOUR_BEFORE_START = "00778-345"
    HOURS_ABSENT = "01135-001"
    HOURS_FORBIDDEN = "01135-005"
    MORE_HOURS_THAN_PERIOD = "01135-420"
    DAYS_ABSENT = "01017-001"
    DAYS_FORBIDDEN = "01017-005"
    CANCEL_LATE = "90379-460"
    END_OVERLAPS = "90377-334"
    END_LEAVES_QUARTER = "90377-421"
    UPDATE_DUPLICATES = "90378-333"
    UPDATE_OVERLAPS = "90378-334"
    END_NEEDED = "90378-368"
    UPDATE_DAYS_EXCEED_PERIOD = "90378-420"
    UPDATE_LEAVES_QUARTER = "90378-421"
    NO_DIFFERENCE = "90378-444"
    UPDATE_LATE = "90378-460"
    REGISTRATION_INVALID = "90480-003"
    REGISTRATION_OUTSIDE = "90480-260"
    REGISTRATION_OVERLAPS = "90480-334"
    REGISTRATION_SAME = "90480-444"

    @property
    def sentence(self) -> str:
        """What is wrong, as the sender reads it."""
        return SENTENCES[self]


SENTENCES = {
    RegisterAnomaly.EMPLOYER_UNKNOWN: "the employer is not known in the access register",
    RegisterAnomaly.NO_MANDATE: "the sender holds no mandate to declare for this employer",
    RegisterAnomaly.EMPLOYER_NOT_ACTIVE: "the employer is known, but not active",
    RegisterAnomaly.UPDATED_EMPLOYER_NOT_ACTIVE: "the employer is known, but not active",
    RegisterAnomaly.PERSON_UNIDENTIFIED: "a national number is needed, or everything by which a person is identified",
    RegisterAnomaly.PERSON_NOT_FOUND: "nobody is found who may be the worker described",
    RegisterAnomaly.NAME_DIFFERS: "the name is not the one by which the holder of the national number is known here",
    RegisterAnomaly.FIRST_NAME_DIFFERS: "the first name is not the one by which the holder of the number is known here",
    RegisterAnomaly.BIRTH_DATE_DIFFERS: "the birth date is not that of the national number",
    RegisterAnomaly.SEX_DIFFERS: "the sex is not that of the national number",
    RegisterAnomaly.DUPLICATE_PERIOD: "the same period is already declared for this employer and worker",
    RegisterAnomaly.OVERLAPPING_PERIOD: "the period overlaps another one of this employer and worker",
    RegisterAnomaly.LATE: "received after the first day of work: a student's hours then all lie outside the contingent",
    RegisterAnomaly.CONTINGENT_EXCEEDED: "more is planned than remains of the yearly contingent",
    RegisterAnomaly.PERIOD_UNKNOWN: "no period of an employer for whom the sender declares has this number",
    RegisterAnomaly.PERIOD_CANCELLED: "the period is already cancelled",
    RegisterAnomaly.PERIOD_CLOSED: "the period is already closed",
    RegisterAnomaly.PERIOD_BLOCKED: "the period is blocked",
    RegisterAnomaly.CLOSED_BY_UPDATE: "a period without an end is ended by a DimonaOut, not by an update",
    RegisterAnomaly.PERIOD_LOCKED: "the period is locked and can no longer be changed by the employer",
    RegisterAnomaly.PERIOD_OF_OTHER_EMPLOYER: "the period belongs to another employer",
    RegisterAnomaly.PERIOD_OF_OTHER_REGISTRATION: "the period belongs to an employer of another registration number",
    RegisterAnomaly.PERIOD_OF_OTHER_PROVISIONAL: "the period belongs to an employer of another provisional number",
    RegisterAnomaly.PERIOD_OF_OTHER_COMPANY: "the period belongs to an employer of another company number",
    RegisterAnomaly.PERIOD_OF_OTHER_WORKER: "the period belongs to another worker",
    RegisterAnomaly.START_FIXED: "the start of a student's period after 2016 is not changed: cancel it and declare a new one",
    RegisterAnomaly.START_POSTPONED: "a period is not postponed: cancel it and declare a new one",
    RegisterAnomaly.END_BEFORE_START: "the period would end before it starts",
    RegisterAnomaly.STARTING_HOUR_FORBIDDEN: "a student's period has no starting hour",
    RegisterAnomaly.ENDING_HOUR_FORBIDDEN: "a student's period has no ending hour",
    RegisterAnomaly.ENDING_HOUR_BEFORE_START: "the period would end at or before the hour at which it starts",
    RegisterAnomaly.HOURS_ABSENT: "an update of a student's period from 2017 on plans hours",
    RegisterAnomaly.HOURS_FORBIDDEN: "the period plans no hours, but days or nothing at all",
    RegisterAnomaly.MORE_HOURS_THAN_PERIOD: "hardly more hours are planned than the days of the period would have",
    RegisterAnomaly.DAYS_ABSENT: "an update of a student's period until 2016 plans days",
    RegisterAnomaly.DAYS_FORBIDDEN: "the period plans no days, but hours",
    RegisterAnomaly.CANCEL_LATE: "a period is cancelled on its first day at the latest",
    RegisterAnomaly.END_OVERLAPS: "with this end the period overlaps another one of this employer and worker",
    RegisterAnomaly.END_LEAVES_QUARTER: "a student's period ends in the quarter in which it starts",
    RegisterAnomaly.UPDATE_DUPLICATES: "the period would become the same as another one of this employer and worker",
    RegisterAnomaly.UPDATE_OVERLAPS: "the period would overlap another one of this employer and worker",
    RegisterAnomaly.END_NEEDED: "the end of this kind of period cannot be taken away",
    RegisterAnomaly.UPDATE_DAYS_EXCEED_PERIOD: "more days are planned than the period would have",
    RegisterAnomaly.UPDATE_LEAVES_QUARTER: "a student's period stays in the quarter in which it was declared",
    RegisterAnomaly.NO_DIFFERENCE: "the update changes nothing",
    RegisterAnomaly.UPDATE_LATE: "the date was changed after the day until which that had to be declared",
    RegisterAnomaly.REGISTRATION_INVALID: "the daily registration is not one that can be made, changed or withdrawn so",
    RegisterAnomaly.REGISTRATION_OUTSIDE: "the daily registration lies outside its period",
    RegisterAnomaly.REGISTRATION_OVERLAPS: "the daily registration overlaps another one of its period",
    RegisterAnomaly.REGISTRATION_SAME: "the change of the daily registration changes nothing",
}
