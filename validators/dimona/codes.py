"""Every anomaly code that the Dimona rules raise, with the sentence that explains it; structure has its own numbers.

A fault of structure or value has no member here: its code is the number of the zone or block, then one of
`validators.value_types.General`.
"""

from enum import StrEnum
from typing import Self


class AnomalyCode(StrEnum):
    """Zone or block, then the general number (student declarations §3.6)."""

    sentence: str

    def __new__(cls, code: str, sentence: str) -> Self:
        """Make the member whose value is `code`."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        return member

    FORM_INVALID = "90059-003", "The form is not valid against the schema."
    NO_ACTION = "90059-134", "A form holds one action."
    STATUS_INVALID = "00110-003", "The status of a form is 0."
    CREATION_DATE_INVALID = "00218-003", "A form was created this year or last year, and not in the future."
    REFERENCE_REPEATED = "90082-006", "No two references of a form have the same type and origin."

    EMPLOYER_NOT_NAMED = "90256-364", "An employer is named by a registration number or a company number."
    REGISTRATION_NUMBER_INVALID = "00011-003", "A registration number is nine digits with sound check digits."
    PROVISIONAL_NUMBER_INVALID = "00948-003", "A provisional number is ten digits with sound check digits."
    COMPANY_NUMBER_CHECK = "00014-004", "The last two digits of a company number check the others."

    PERSON_NOT_IDENTIFIABLE = "90017-363", "A person has a national number or a full set of identifying data."
    NATIONAL_NUMBER_ABSENT = "00024-001", "Casual work (EXT) is declared with the national number of the worker."
    NATIONAL_NUMBER_INVALID = "00024-003", "A national number is not 0, and of a day that there is."
    NATIONAL_NUMBER_CHECK = "00024-004", "The last two digits of a national number check the others."

    BIRTH_DATE_INVALID = "00028-003", "A birth date is a past day; month and day may be 00 when they are unknown."

    STARTING_DATE_OUTSIDE = "00910-008", "A start lies from 1920 on and before the horizon of its kind of worker."
    ENDING_DATE_ABSENT = "00911-001", "A period of a student, of EXT, of IVT or of temporary work has an end."
    ENDING_DATE_OUTSIDE = (
        "00911-008",
        "An end lies from 1999 on, that of a daily registration less than ten years ahead; 9999-12-31 is none.",
    )
    ENDING_BEFORE_START = "00911-014", "A period does not end before it starts."
    NOT_ONE_QUARTER = "90373-421", "A student's period lies in one quarter."
    STARTING_HOUR_FORBIDDEN = "00777-005", "A student's period has no starting hour."
    ENDING_HOUR_FORBIDDEN = "00778-005", "A student's period has no ending hour."
    ENDING_HOUR_BEFORE_START = "00778-345", "Work that lasts one day ends after the hour at which it starts."

    PLANNED_HOURS_ABSENT = "01135-001", "A student's period from 2017 on plans hours."
    PLANNED_HOURS_FORBIDDEN = "01135-005", "An ordinary employment and a student's period until 2016 plan no hours."
    PLANNED_DAYS_ABSENT = "01017-001", "A student's period until 2016 plans days."
    PLANNED_DAYS_FORBIDDEN = "01017-005", "A student's period from 2017 on plans no days."
    MORE_DAYS_THAN_PERIOD = "90373-420", "A period plans at most as many days as it has."
    UPDATED_MORE_DAYS = "90378-420", "A changed period plans at most as many days as it has."
    MORE_HOURS_THAN_PERIOD = "01135-420", "A period hardly plans more hours than its days have."

    FEATURES_ABSENT = "90374-001", "An employment that starts has its features, among them the kind of worker."
    WORKER_TYPE_ENDED = "00655-008", "The kind of worker is one of the list; A17 and TEA end with 2021."
    USER_NOT_NAMED = "90107-351", "Joint commission 322 names the using employer."
    USER_NAMED_TWICE = "90107-352", "A using employer has a name or a company number, not both."
    USER_FORBIDDEN = "90107-005", "Only joint commission 322 has a using employer."
    USER_NAME_FORBIDDEN = "00153-005", "Only joint commission 322 names a using employer."
    USER_NUMBER_FORBIDDEN = "00131-005", "Only joint commission 322 numbers a using employer."
    USER_NUMBER_CHECK = "00131-004", "The last two digits of the user's company number check the others."
    CARDS_ABSENT = "90375-001", "Joint commission 124 has the numbers of the control cards."
    CARDS_EQUAL = "00664-353", "The control card of the next month has another number than that of the first."

    PLACE_FORBIDDEN = "90376-005", "Only students have a workplace."
    PLACE_NAME_FORBIDDEN = "00776-005", "Only the workplace of a student is named."
    POST_CODE_INVALID = "00520-003", "An address has a post code of at most nine characters."
    CITY_INVALID = "00522-003", "An address has a city of at most forty characters."

    PERIOD_NUMBER_INVALID = "00913-003", "A period number is twelve digits, the last two checking the others."
    NOTHING_CHANGED = "90378-360", "An update gives a date, an hour or a planned amount."
    HOUR_WITHOUT_DATE = "90378-361", "An update that gives an hour of the day gives its date."
    REGISTRATION_INCOMPLETE = "90480-003", "A registration names its period and start, or what it changes."
    REGISTRATION_NUMBER_UNSOUND = "01085-003", "The number of a daily registration is twelve digits and not 0."
