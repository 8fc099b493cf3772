"""The codes by which an item is refused, and the remarks that never refuse one (check-in declarations §2.3, §2.4)."""

from enum import StrEnum


class RefusalCode(StrEnum):
    """Why an item is not registered; codes that begin with P are this counter's own. A retired code stays reserved.

    EMPLOYER_UNKNOWN is reserved and never given: whether a company exists is looked up after the registration, and told by a
    remark (§2.4).
    """

    NOT_YOURS_TO_CANCEL = "1"
    EMPLOYER_INVALID = "2"
    EMPLOYER_UNKNOWN = "3"
    WORK_PLACE_INVALID = "4"
    INSS_INVALID = "5"
    DATE_NOT_TODAY_OR_TOMORROW = "6"
    REGISTRATION_ID_UNKNOWN = "7"
    ALREADY_CANCELLED = "8"
    TOO_LATE_TO_CANCEL = "9"
    REGISTRATION_NOT_FOUND = "10"
    CANCELLATION_REASON_INVALID = "11"
    IN_THE_FUTURE = "P201"
    TOO_OLD = "P203"
    KIND_NOT_OF_SECTOR = "P204"
    NO_MANDATE = "P205"
    REFERENCE_USED_OTHERWISE = "P206"
    NOT_AHEAD = "P207"
    LIMOSA_ID_INVALID = "P208"
    REFERENCE_CANCELLED = "P209"
    CORRECTION_WINDOW_CLOSED = "P301"
    EVIDENCE_MISSING = "P302"
    CORRECTION_TARGET_UNKNOWN = "P303"
    CORRECTION_TARGET_CANCELLED = "P304"
    CORRECTION_PENDING = "P305"
    NOTHING_TO_CORRECT = "P306"
    EVENT_NOT_CANCELLED = "P307"

    @property
    def text(self) -> str:
        """The sentence that answers carry beside the code, in English as the official ones."""
        return _TEXTS[self]

    def told_with(self, detail: str) -> str:
        """Return the sentence, and what there is to say of this one case."""
        return f"{self.text}; {detail}" if detail else self.text


_TEXTS = {
    RefusalCode.NOT_YOURS_TO_CANCEL: "The user is not authorised to cancel this registration",
    RefusalCode.EMPLOYER_INVALID: "Invalid CompanyID node content. Invalid KBO/BCE number",
    RefusalCode.EMPLOYER_UNKNOWN: "Invalid CompanyID node content. Invalid KBO/BCE number",
    RefusalCode.WORK_PLACE_INVALID: "Invalid WorkPlaceId node content. Invalid work place number",
    RefusalCode.INSS_INVALID: "Invalid INSS node content. Invalid INSZ/INSS number",
    RefusalCode.DATE_NOT_TODAY_OR_TOMORROW: "Invalid RegistrationDate node content. Only today or tomorrow is allowed",
    RefusalCode.REGISTRATION_ID_UNKNOWN: "Unknown RegistrationId",
    RefusalCode.ALREADY_CANCELLED: "The registration is already cancelled",
    RefusalCode.TOO_LATE_TO_CANCEL: "It is too late to cancel this registration",
    RefusalCode.REGISTRATION_NOT_FOUND: "The registration is not found",
    RefusalCode.CANCELLATION_REASON_INVALID: "Invalid CancellationReason node content. Invalid reason",
    RefusalCode.IN_THE_FUTURE: "The instant lies in the future",
    RefusalCode.TOO_OLD: "The event is too old: ask for a correction",
    RefusalCode.KIND_NOT_OF_SECTOR: "This kind of registration is not valid for the sector of the work place",
    RefusalCode.NO_MANDATE: "The sender holds no mandate for this employer, or the rule of the sector names others",
    RefusalCode.REFERENCE_USED_OTHERWISE: "The client reference was used with other content: take a new reference",
    RefusalCode.NOT_AHEAD: "Registration ahead is not allowed for the sector of the work place",
    RefusalCode.LIMOSA_ID_INVALID: "Invalid LimosaId node content. Malformed Limosa number",
    RefusalCode.REFERENCE_CANCELLED: "What was registered under this client reference was cancelled: take a new reference",
    RefusalCode.CORRECTION_WINDOW_CLOSED: "The time to ask for a correction is over",
    RefusalCode.EVIDENCE_MISSING: "Evidence is missing, unreadable or another file than announced",
    RefusalCode.CORRECTION_TARGET_UNKNOWN: "No such registration of your own staff",
    RefusalCode.CORRECTION_TARGET_CANCELLED: "The registration is cancelled",
    RefusalCode.CORRECTION_PENDING: "A correction of this registration is already pending",
    RefusalCode.NOTHING_TO_CORRECT: "The request corrects nothing: neither instant nor work place differs from what is registered",
    RefusalCode.EVENT_NOT_CANCELLED: "An IN or OUT is not cancelled: ask for a correction",
}


class Remark(StrEnum):
    """What is said about a registration beside its status: seventeen official texts, letter for letter, and our nine."""

    DIMONA_NOT_OK = "RELATED DIMONA NOT OK"
    NOT_THE_FOUNDER = "GIVEN INSS IS NOT THE FOUNDER OF THE COMPANY"
    EMPLOYER_NOT_FOUNDER = "EMPLOYER IS NOT KNOWN AS COMPANY FOUNDER"
    COMPANY_NOT_EXISTING = "THE COMPANY DOESN'T EXISTS"
    SELF_EMPLOYED_NOT_FOUNDER = "INDEPENDANT IS NOT KNOWN AS COMPANY FOUNDER"
    LIMOSA_UNKNOWN = "LIMOSA ID IS NOT KNOWN"
    LIMOSA_NOT_ACTIVE = "LIMOSA ID IS NOT ACTIVE AT DATE"
    BIS_NOT_IN_LIMOSA = "NISS-BIS IS NOT KNOWN IN LIMOSA"
    BIS_NOT_ACTIVE_IN_LIMOSA = "NISS-BIS IS NOT ACTIVE AT THIS DATE IN LIMOSA"
    WORK_PLACE_NOT_EXISTING = "DUC IS NOT EXISTING"
    WORK_PLACE_NOT_ACTIVE = "DUC IS NOT ACTIVE AT THIS DATE"
    COMPANY_NOT_IN_WORK_PLACE = "COMPANY IS NOT KNOWN  AS BUILDER OR  SUBCONTRACTOR IN THIS DUC"
    SITE_NOT_SUBJECT = "SITE IS NOT SUBJECT TO PRESENCE REGISTRATION"
    ALREADY_REGISTERED = "SAME DECLARATION HAS ALREADY BEEN REGISTERED"
    NOT_IN_NATIONAL_REGISTER = "NISS IS NOT KNOW IN THE NATIONAL REGISTER"
    EMPLOYER_NOT_ACTIVE = "EMPLOYER NOT ACTIVE"
    CONTRACT_NOT_ACTIVE = "THE COMPANY ID ASSOCIATED AT A NOT ACTIVE CONTRACT"
    LATE = "LATE"
    IN_WHILE_IN = "IN WHILE ALREADY IN"
    OUT_WITHOUT_IN = "OUT WITHOUT OPEN IN"
    OPEN_ELSEWHERE = "OPEN AT ANOTHER WORK PLACE"
    MISSING_OUT = "MISSING OUT"
    LONG_SPELL = "SPELL LONGER THAN 12 H"
    FAR_FROM_WORK_PLACE = "COORDINATES FAR FROM WORK PLACE"
    CLOCK_AHEAD = "DEVICE CLOCK AHEAD"
    PRINCIPAL_UNKNOWN = "PRINCIPAL IS NOT KNOWN"

    @property
    def code(self) -> str | None:
        """The code of one of our own remarks, R01 to R09; the official ones have none."""
        return _OWN_REMARKS.get(self)


_OWN_REMARKS = {
    Remark.LATE: "R01",
    Remark.IN_WHILE_IN: "R02",
    Remark.OUT_WITHOUT_IN: "R03",
    Remark.OPEN_ELSEWHERE: "R04",
    Remark.MISSING_OUT: "R05",
    Remark.LONG_SPELL: "R06",
    Remark.FAR_FROM_WORK_PLACE: "R07",
    Remark.CLOCK_AHEAD: "R08",
    Remark.PRINCIPAL_UNKNOWN: "R09",
}

OFFICIAL_REMARKS = tuple(remark for remark in Remark if remark.code is None)
