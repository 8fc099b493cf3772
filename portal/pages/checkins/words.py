"""States, remarks, refusals and kinds of check-ins in the reader's words."""

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domain.checkins.codes import RefusalCode, Remark
from domain.checkins.vocabulary import (
    CancellationReason,
    Capacity,
    CapacitySource,
    CaptureMethod,
    ClockingChannel,
    CorrectionState,
    EventReason,
    EventType,
    PresenceKind,
    PresenceStatus,
    ReportOutcome,
    Sector,
)
from domain.environments import Environment
from portal.pages.forms import CounterForm
from registers.checkins.sector_rules import SectorRules, read_rules

STATES: Mapping[str, tuple[Promise, str]] = MappingProxyType(
    {
        PresenceStatus.REGISTERED.name: (_("Registered"), "blue"),
        PresenceStatus.VALIDATED.name: (_("Checked"), "green"),
        PresenceStatus.FAILED.name: (_("Registered, with remarks"), "yellow"),
        PresenceStatus.CANCELLED.name: (_("Cancelled"), "grey"),
        PresenceStatus.SUPERSEDED.name: (_("Corrected since"), "grey"),
    }
)
"""Each status, by its name in the register, with the colour of its tag."""

CORRECTION_STATES: Mapping[str, tuple[Promise, str]] = MappingProxyType(
    {
        CorrectionState.DRAFT: (_("Evidence is missing"), "yellow"),
        CorrectionState.SUBMITTED: (_("Waits for a decision"), "blue"),
        CorrectionState.UNDER_REVIEW: (_("Being looked at"), "blue"),
        CorrectionState.ACCEPTED: (_("Accepted"), "green"),
        CorrectionState.REJECTED: (_("Rejected"), "red"),
        CorrectionState.WITHDRAWN: (_("Withdrawn"), "grey"),
        CorrectionState.EXPIRED: (_("Lapsed without evidence"), "grey"),
    }
)

SECTORS: Mapping[str, Promise] = MappingProxyType(
    {
        Sector.CONSTRUCTION: _("construction"),
        Sector.SECURITY: _("guarding"),
        Sector.MEAT: _("meat"),
        Sector.READY_MIX: _("ready-mixed concrete"),
        Sector.CLEANING: _("cleaning"),
        Sector.REMOVALS: _("removals"),
    }
)

PARTY_ROLES: Mapping[str, Promise] = MappingProxyType(
    {
        "CLIENT": _("client"),
        "DECLARANT": _("declaring contractor"),
        "CONTRACTOR": _("contractor"),
        "SUBCONTRACTOR": _("subcontractor"),
    }
)

MEANS_KINDS: Mapping[str, Promise] = MappingProxyType(
    {
        "GIVEN": _("with the system that we gave them"),
        "ALTERNATIVE_AGREED": _("in another way, which both agreed"),
        "USER_FIRM_MEANS": _("with the means that we gave"),
        "CONTRACT_CLAUSE": _("as the contract says"),
    }
)

MEANS_KINDS_TOLD: Mapping[str, Promise] = MappingProxyType(
    {
        "GIVEN": _("with a system that was given"),
        "ALTERNATIVE_AGREED": MEANS_KINDS["ALTERNATIVE_AGREED"],
        "USER_FIRM_MEANS": _("with the means of the user firm"),
        "CONTRACT_CLAUSE": MEANS_KINDS["CONTRACT_CLAUSE"],
    }
)
"""The same to others than who recorded it."""

CANCELLATION_REASONS: Mapping[str, Promise] = MappingProxyType(
    {
        CancellationReason.PLANNING: _("The planning changed"),
        CancellationReason.HOLIDAY: _("Holiday"),
        CancellationReason.DISEASE: _("Illness"),
        CancellationReason.C32A: _("Temporary unemployment (control card C3.2A)"),
        CancellationReason.OTHER: _("Something else"),
    }
)

CAPACITIES: Mapping[str, Promise] = MappingProxyType(
    {
        Capacity.EMPLOYEE: _("employee"),
        Capacity.SELF_EMPLOYED: _("self-employed"),
        Capacity.TEMP_WORKER: _("temporary worker"),
        Capacity.TRAINEE: _("trainee"),
        Capacity.POSTED: _("posted from abroad"),
    }
)

CAPACITY_SOURCES: Mapping[str, Promise] = MappingProxyType(
    {
        CapacitySource.DECLARED: _("told with the registration"),
        CapacitySource.DERIVED: _("derived when it was registered"),
        CapacitySource.DIMONA: _("by the declared employment"),
        CapacitySource.LIMOSA: _("by the Limosa declaration"),
        CapacitySource.FOUNDERS: _("as the head of the company"),
    }
)
"""What told in which capacity somebody is present."""

REPORT_OUTCOMES: Mapping[str, Promise] = MappingProxyType(
    {
        ReportOutcome.PUT_RIGHT: _("Put right, or its correction is asked for"),
        ReportOutcome.NOTHING_WRONG: _("Nothing to correct"),
    }
)

CHANNELS: Mapping[str, Promise] = MappingProxyType(
    {
        ClockingChannel.BATCH: _("file of a sender"),
        ClockingChannel.REST: _("web service (REST)"),
        ClockingChannel.WS: _("web service (SOAP)"),
        ClockingChannel.PORTAL: _("page of the portal"),
    }
)

CAPTURE_METHODS: Mapping[str, Promise] = MappingProxyType(
    {
        CaptureMethod.BADGE: _("badge"),
        CaptureMethod.QR: _("QR code"),
        CaptureMethod.APP: _("app or page, without a QR code"),
        CaptureMethod.GATEWAY: _("reader at the work place"),
        CaptureMethod.TRACKTRACE: _("device in the vehicle"),
    }
)
"""By what an event was captured on the spot."""

REMARKS: Mapping[Remark, Promise] = MappingProxyType(
    {
        Remark.DIMONA_NOT_OK: _("No employment was declared for this person, employer and day."),
        Remark.NOT_THE_FOUNDER: _("The person is known as the head of other companies, not of this one."),
        Remark.EMPLOYER_NOT_FOUNDER: _("Nobody is known as the head of this company."),
        Remark.COMPANY_NOT_EXISTING: _("The number of the company is not known."),
        Remark.SELF_EMPLOYED_NOT_FOUNDER: _("The person is not known as the head of any company."),
        Remark.LIMOSA_UNKNOWN: _("The Limosa number is not known."),
        Remark.LIMOSA_NOT_ACTIVE: _("The Limosa declaration does not hold on this day."),
        Remark.BIS_NOT_IN_LIMOSA: _("No Limosa declaration is known for this bis number."),
        Remark.BIS_NOT_ACTIVE_IN_LIMOSA: _("The Limosa declaration of this bis number does not hold on this day."),
        Remark.WORK_PLACE_NOT_EXISTING: _("The work place is not known: look at its number."),
        Remark.WORK_PLACE_NOT_ACTIVE: _("The work place was not open on this day."),
        Remark.COMPANY_NOT_IN_WORK_PLACE: _("The company is not declared at this work place."),
        Remark.SITE_NOT_SUBJECT: _("At this work place nothing needs to be registered."),
        Remark.ALREADY_REGISTERED: _("The same was registered before; it counts once."),
        Remark.NOT_IN_NATIONAL_REGISTER: _("The national register does not know this number."),
        Remark.EMPLOYER_NOT_ACTIVE: _("The employer is not active."),
        Remark.CONTRACT_NOT_ACTIVE: _("The company's contract at this work place does not hold on this day."),
        Remark.LATE: _("It reached us some time after the act."),
        Remark.IN_WHILE_IN: _(
            "There was a check-in already. The first one counts as long as its check-out is waited for."
        ),
        Remark.OUT_WITHOUT_IN: _("No check-in waited for its check-out then."),
        Remark.OPEN_ELSEWHERE: _("At another work place, or here for another employer, the check-out is missing."),
        Remark.MISSING_OUT: _("The check-out is missing."),
        Remark.LONG_SPELL: _("The work before it was very long: look whether a check-out is missing."),
        Remark.FAR_FROM_WORK_PLACE: _("It was captured far from the work place."),
        Remark.CLOCK_AHEAD: _("The clock of the device was ahead."),
        Remark.PRINCIPAL_UNKNOWN: _(
            "For which of the companies that mandate the sender could not be told: the person counts among its own staff."
        ),
    }
)

NOT_KNOWN = _("No work place of this number is known. Look at it again; if it is right, tap once more.")
NOT_ONES_OWN = _(
    "You are known here as an employee of this company. If it is your own company all the same, tap once more. If not, take the tick away. If you chose it from the list as “my own company”, choose it there without these words."
)
_NUMBER_AGAIN = _("This is no number of a work place: 13 letters and digits.")
_LATER = _("This cannot be registered so. Ask your employer, or try again.")

REFUSALS: Mapping[RefusalCode, Promise] = MappingProxyType(
    {
        RefusalCode.NOT_YOURS_TO_CANCEL: _("Only who registered it may cancel it."),
        RefusalCode.EMPLOYER_INVALID: _("This is no number of a company: ten digits, the first a 0 or a 1."),
        RefusalCode.EMPLOYER_UNKNOWN: _("This is no number of a company: ten digits, the first a 0 or a 1."),
        RefusalCode.WORK_PLACE_INVALID: _NUMBER_AGAIN,
        RefusalCode.INSS_INVALID: _("This is no national number: it has 11 digits, the last two check the others."),
        RefusalCode.DATE_NOT_TODAY_OR_TOMORROW: _(
            "A day can be registered for today, and ahead only as far as its sector allows."
        ),
        RefusalCode.REGISTRATION_ID_UNKNOWN: _("There is no registration of this number."),
        RefusalCode.ALREADY_CANCELLED: _("It is cancelled already."),
        RefusalCode.TOO_LATE_TO_CANCEL: _("It is too late to cancel it."),
        RefusalCode.REGISTRATION_NOT_FOUND: _("There is no registration of this number."),
        RefusalCode.CANCELLATION_REASON_INVALID: _LATER,
        RefusalCode.IN_THE_FUTURE: _("The time lies in the future: look at the clock of this device."),
        RefusalCode.TOO_OLD: _(
            "It is too old to be registered. Tell your employer, who asks for a correction; if you are self-employed, ask us for it under My registrations."
        ),
        RefusalCode.KIND_NOT_OF_SECTOR: _("At this work place days are registered, not times."),
        RefusalCode.NO_MANDATE: _LATER,
        RefusalCode.REFERENCE_USED_OTHERWISE: _("This was sent before with other content. Begin again."),
        RefusalCode.NOT_AHEAD: _("At this work place nothing is registered ahead."),
        RefusalCode.LIMOSA_ID_INVALID: _LATER,
        RefusalCode.REFERENCE_CANCELLED: _("This was registered, and was cancelled since. Begin again."),
        RefusalCode.CORRECTION_WINDOW_CLOSED: _(
            "The time to ask for a correction is over: for the day that is registered, or for the one that you give."
        ),
        RefusalCode.EVIDENCE_MISSING: _("Evidence is missing: hand in a file."),
        RefusalCode.CORRECTION_TARGET_UNKNOWN: _("There is no such registration of your own staff."),
        RefusalCode.CORRECTION_TARGET_CANCELLED: _("The registration is cancelled."),
        RefusalCode.CORRECTION_PENDING: _("A correction of it waits already."),
        RefusalCode.NOTHING_TO_CORRECT: _("This is how it is registered already."),
        RefusalCode.EVENT_NOT_CANCELLED: _("A check-in or check-out is not cancelled: ask for a correction."),
    }
)
"""Each code as one sentence with what to do."""

OWN_REFUSALS: Mapping[RefusalCode, Promise] = MappingProxyType(
    {
        **REFUSALS,
        RefusalCode.NO_MANDATE: _(
            "At this work place the employer or a contractor registers the days, not the worker. Ask your employer to register yours."
        ),
    }
)
"""The same of what somebody registers himself; which is his to bring unless the sector has others register its days."""

OWN_REFUSALS_OF_THE_PAST: Mapping[RefusalCode, Promise] = MappingProxyType(
    {
        **OWN_REFUSALS,
        RefusalCode.DATE_NOT_TODAY_OR_TOMORROW: _(
            "That day is over, and is not registered any more. Tell your employer: under My registrations, choose Something is missing."
        ),
    }
)
"""The same of what a phone kept over midnight."""


def told_days(environment: Environment, *, on: date) -> str:
    """Return within how many days of the registration date corrections may be asked for now: one number, or from and to."""
    return told_days_by(read_rules(environment), on=on)


def told_days_by(rules: SectorRules, *, on: date) -> str:
    """Return the same by rules that were read."""
    fewest, most = rules.span_to_correct(on)
    return str(fewest) if fewest == most else f"{fewest}–{most}"  # noqa: RUF001 - the dash of a range


def act_word(kind: str, event_type: str, reason: str) -> Promise:
    """Return what was registered: a day, a check-in or a check-out, a break's begin or end."""
    if kind == PresenceKind.DAY:
        return _("Present on the day")
    is_break = reason == EventReason.BREAK
    if event_type == EventType.IN:
        return _("End of the break") if is_break else _("Check-in")
    return _("Begin of the break") if is_break else _("Check-out")


def told_capacity(capacity: str, source: str) -> str:
    """Return in which capacity somebody was present, and what told it; empty where nobody knows."""
    if not capacity:
        return ""
    return f"{CAPACITIES[capacity]} ({CAPACITY_SOURCES[source]})" if source else str(CAPACITIES[capacity])


def told_remarks(names: Iterable[str], *, words: Mapping[Remark, Promise] = REMARKS) -> list[str]:
    """Return the sentences for remarks, by their names in the register; each once."""
    return list(dict.fromkeys(str(words[Remark[name]]) for name in names))


def told_refusals(codes: Iterable[RefusalCode], *, words: Mapping[RefusalCode, Promise] = REFUSALS) -> str:
    """Return why something was refused, as whole sentences."""
    return " ".join(dict.fromkeys(str(words[code]) for code in codes))


def tell_refusals(
    form: CounterForm,
    codes: Iterable[RefusalCode],
    *,
    fields: Mapping[RefusalCode, str],
    words: Mapping[RefusalCode, Promise] = REFUSALS,
) -> None:
    """Say on the form why the register refuses, each sentence once, at the field of its code where it has one."""
    for sentence, field in dict.fromkeys((str(words[code]), fields.get(code)) for code in codes):
        form.tell_refusal(sentence, field=field)
