"""Say in one sentence what to do about a code; a code without an entry gets none."""

from collections.abc import Mapping
from types import MappingProxyType

from domain.access_anomalies import AccessAnomaly
from domain.checkins.codes import RefusalCode as CheckinCode
from domain.refusals import RefusalCode

_SPLIT = "Split the declarations over more sets, or over more parts where the message may have several."
_ONE_DIGIT = "Write one digit from 1 to 9."

_FILES: Mapping[str, str] = MappingProxyType(
    {
        RefusalCode.PREFIX_UNKNOWN: "Begin the name with FI, FS, GO or TD.",
        RefusalCode.PAYLOAD_NAME_STRUCTURE: "Let `guichet name` make the name.",
        RefusalCode.SIGNATURE_NAME_STRUCTURE: "Give the FS file the name of its FI file, with FS in front.",
        RefusalCode.GO_NAME_STRUCTURE: "End the name with the number of parts, without a part number.",
        RefusalCode.DATE_LENGTH: "Write the date as YYYYMMDD.",
        RefusalCode.DATE_INVALID: "Write a day of the calendar, as YYYYMMDD.",
        RefusalCode.DATE_IN_FUTURE: "Use today's date in Brussels.",
        RefusalCode.DATE_TOO_OLD: "Use today's date in Brussels.",
        RefusalCode.SEQUENCE_LENGTH: "Use five characters.",
        RefusalCode.SEQUENCE_CHARACTERS: "Use digits and capitals.",
        RefusalCode.SEQUENCE_ZERO: "Begin with 00001.",
        RefusalCode.PARTS_LENGTH: _ONE_DIGIT,
        RefusalCode.PARTS_NOT_NUMERIC: _ONE_DIGIT,
        RefusalCode.PARTS_ZERO: _ONE_DIGIT,
        RefusalCode.PARTS_ABOVE_MAXIMUM: "Use fewer parts.",
        RefusalCode.ENVIRONMENT_UNKNOWN: "Write R, T or S.",
        RefusalCode.SENDER_NOT_OWNER: "Use your own sender number.",
        RefusalCode.NAME_ALREADY_RECEIVED: "If it is new, give it a new sequence; a new BatchReference if it is of check-ins, new references if it is of access.",
        RefusalCode.GO_MISSING: "Send the GO file after all others; `guichet sign` writes it.",
        RefusalCode.PAYLOAD_COUNT: "Send every part, each announcing the same number as the GO.",
        RefusalCode.SIGNATURE_COUNT: "Send one FS for each FI; `guichet sign` writes them.",
        RefusalCode.PAYLOAD_NUMBERING: "Number the FI parts from 1 to the number announced.",
        RefusalCode.SIGNATURE_NUMBERING: "Number the FS parts from 1 to the number announced.",
        RefusalCode.PAYLOAD_EMPTY: "Send a file with declarations.",
        RefusalCode.PAYLOAD_TOO_LARGE: _SPLIT,
        RefusalCode.TOO_MANY_FORMS: _SPLIT,
        RefusalCode.TOO_MANY_FORMS_FOR_SIZE: "Write whole declarations, not empty ones.",
        RefusalCode.ARCHIVE_INVALID: "Send the XML itself, or a sound zip.",
        RefusalCode.ARCHIVE_ENTRIES: "Put exactly one file in the zip.",
        RefusalCode.ARCHIVE_ALGORITHM: "Compress with deflate, without a password.",
        RefusalCode.SET_TOO_LARGE_COMPRESSED: _SPLIT,
        RefusalCode.SIGNATURE_INVALID: "Sign the exact bytes that you send, as binary, with a certificate that may sign.",
        RefusalCode.CERTIFICATE_NOT_OF_SENDER: "Sign with the certificate that is registered for your sender number.",
        RefusalCode.NOT_WELL_FORMED: "Correct the XML there; declare no document type.",
        RefusalCode.ENCODING_UNSUPPORTED: "Write the file in UTF-8.",
        RefusalCode.ROOT_UNKNOWN: "Check what you put in the file: its first element belongs to no message.",
        RefusalCode.CONTENT_NOT_AS_NAMED: "Use the purpose code of the message, or send the message that the name says.",
        RefusalCode.SCHEMA_NOT_NAMED: "Add xsi:noNamespaceSchemaLocation to the first element.",
        RefusalCode.SCHEMA_UNSUPPORTED: "Name a schema version that is open today.",
        RefusalCode.NAMESPACE_WRONG: "Declare the namespace of the message on the first element.",
        RefusalCode.FRAME_INVALID: "Correct the header, leave only what the structure has, in its order, and give every item a seq of its own.",
        RefusalCode.BLOCK_UNEXPECTED: "Remove the element: only declarations may stand there.",
        RefusalCode.ATTRIBUTE_NOT_ALLOWED: "Leave only the name of the schema on the first element.",
        RefusalCode.FORM_NOT_OF_SCHEMA: "Give every Form the Identification of the message.",
        RefusalCode.ONE_FORM_EXPECTED: "Put one Form in each file.",
        RefusalCode.NO_DECLARATION: "Put at least one Form in the file.",
        RefusalCode.MANDATE_MISSING: "Declare access for your own company, or for one that gave you a mandate; name your own in SenderEnterpriseNumber.",
        RefusalCode.COUNT_DIFFERS: "Let ItemCount be the number of items, or add those that are missing.",
        RefusalCode.PART_WITHOUT_DECLARATION: "Put at least one Form in every part.",
    }
)
_DECLARATIONS: Mapping[str, str] = MappingProxyType(
    {
        "001": "Fill the element in.",
        "002": "Write digits only.",
        "003": "Write a value of the form that is expected there.",
        "004": "Check the number: a digit was mistyped or two were exchanged.",
        "005": "Leave the element out.",
        "006": "Leave one of them out.",
        "008": "Write a value inside the limits.",
        "014": "Exchange or correct the two dates.",
        "090": "Leave out what is there too often.",
        "091": "Put the elements in the order of the schema.",
        "092": "Remove what the schema does not know, or correct its name.",
        "093": "Write a value of the right length.",
        "134": "Give every Form exactly one action.",
        "345": "Exchange or correct the two hours.",
        "351": "Name the using employer.",
        "352": "Keep either the name or the company number.",
        "353": "Give the two control cards different numbers.",
        "360": "Give the date, the hour or the planned amount that changes.",
        "361": "Give the date of the hour, too.",
        "363": "Give the national number of the person, or all that identifies the person without it.",
        "364": "Give the registration number or the company number of the employer.",
        "420": "Plan no more than the period has room for.",
        "421": "Declare one period for each quarter.",
    }
)


_ACCESS: Mapping[str, str] = MappingProxyType(
    {
        AccessAnomaly.QUALITY_NOT_ACTIVE: "Declare for a quality that the company has activated.",
        AccessAnomaly.NATIONAL_NUMBER_CHECK: "Check the number: a digit was mistyped or two were exchanged.",
        AccessAnomaly.NAME_DIFFERS: "Check the number and the name: they are of two persons.",
        AccessAnomaly.NOT_LINKED: "Declare the employment first, or let a manager confirm it in the portal.",
        AccessAnomaly.CHIEF_BY_FILE: "Appoint main access managers in the portal.",
        AccessAnomaly.SECOND_MANAGER: "End the appointment of the other manager first.",
        AccessAnomaly.NO_MANAGER_TO_ASSIST: "Declare the manager first, and let him accept.",
        AccessAnomaly.SELF_PROMOTION: "Let another manager do this in the portal.",
        AccessAnomaly.LAST_MANAGER: "Let another manager be appointed, and accept, first.",
        AccessAnomaly.BEYOND_MANDATE: "Let the company itself do this.",
        AccessAnomaly.SECOND_TECHNICAL_USER: "Remove the other technical user first.",
        AccessAnomaly.RIGHT_UNKNOWN: "Take one of the services and rights of the list.",
        AccessAnomaly.SERVICE_NOT_OPEN: "Take a service that is open for this quality.",
        AccessAnomaly.RIGHT_TOO_HIGH: "Ask the company for the mandate of that group of services.",
        AccessAnomaly.NOT_BY_FILE: "Give this right in the portal.",
        AccessAnomaly.PERIOD_OUTSIDE: "Let the right begin when the declaration takes effect or later, and end after that.",
        AccessAnomaly.PERIODS_OVERLAP: "Revoke the other right first, or replace all rights at once.",
        AccessAnomaly.STATE_FORBIDS: "Look at the state of the account or appointment in the portal.",
        AccessAnomaly.ACCOUNT_CLOSED: "Enter the person again, or wait until the lock runs out.",
        AccessAnomaly.ALREADY_BLOCKED: "Nothing: the user was blocked before.",
        AccessAnomaly.CONTACT_MISSING: "Give an e-mail address and a telephone number.",
        AccessAnomaly.CONTACT_SHARED: "Give an address that is the person's own.",
        AccessAnomaly.CONTACT_KEPT: "Ask the person to change the address himself.",
        AccessAnomaly.MASS_LOCKOUT: "Ask an access manager to confirm the file in the portal.",
        AccessAnomaly.DATE_OUTSIDE: "Give a day from today on, 90 days ahead at most.",
        AccessAnomaly.NO_LONGER_ENTITLED: "Declare it again once the sender, its service and the mandate allow it.",
        AccessAnomaly.DECLINED: "Ask who declined it.",
        AccessAnomaly.LAPSED: "Declare it again, and ask the managers to confirm it in time.",
        AccessAnomaly.CONTENT_UNKNOWN: "Write the elements that the structure and the action ask for.",
    }
)


_CHECK_INS: Mapping[str, str] = MappingProxyType(
    {
        "SOA-03006": "Write the item as its structure asks.",
        CheckinCode.EMPLOYER_INVALID: "Check the number: ten digits for a company here, the VAT number for one abroad.",
        CheckinCode.WORK_PLACE_INVALID: "Take the number of the declaration of works: 13 capitals and digits, without I and O.",
        CheckinCode.INSS_INVALID: "Check the number: a digit was mistyped or two were exchanged.",
        CheckinCode.DATE_NOT_TODAY_OR_TOMORROW: "Register for today or tomorrow in Brussels; the day of reception counts.",
        CheckinCode.REGISTRATION_ID_UNKNOWN: "Take the PresenceRegistrationId of the answer, or your own reference.",
        CheckinCode.CANCELLATION_REASON_INVALID: "Write HOLIDAY, DISEASE, PLANNING, C32A or OTHER.",
        CheckinCode.IN_THE_FUTURE: "Set the clock of the device: an event is sent when it has happened.",
        CheckinCode.TOO_OLD: "Ask for a correction (RequestCorrection), with evidence.",
        CheckinCode.LIMOSA_ID_INVALID: "Write the Limosa number alone, without INSS and Employer.",
        CheckinCode.CORRECTION_WINDOW_CLOSED: "Nothing: the days in which its sector lets a correction be asked for (30 unless a rule says otherwise) are over.",
        CheckinCode.EVIDENCE_MISSING: "Name one to five documents, each with its SHA-256 in small letters.",
        CheckinCode.CORRECTION_TARGET_UNKNOWN: "Take the PresenceRegistrationId of an event of your own staff.",
        CheckinCode.NOTHING_TO_CORRECT: "Give CorrectedDateTime, or for an event that is there CorrectedWorkPlaceId.",
    }
)
"""Of the codes of check-ins that need no register."""


def advice_for(code: str) -> str:
    """Return what to do about a refusal code, or about an anomaly by its general number; empty when nothing is known."""
    return (
        _FILES.get(code) or _ACCESS.get(code) or _CHECK_INS.get(code) or _DECLARATIONS.get(code.rpartition("-")[2], "")
    )
