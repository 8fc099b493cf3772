"""What Student@work says of amounts, warnings, periods and looks, in the reader's words."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from domain.findings import QuotaUnit
from domain.student_day_questions import AskerKind, PeriodSeen
from domain.student_years import Heed, Warned, is_over
from registers.student_days.models import PeriodState, VersionReason
from registers.student_days.question_tables import Question

STATES: Mapping[str, tuple[Promise, str]] = MappingProxyType(
    {
        PeriodState.ACTIVE: (gettext_lazy("Agreed"), "blue"),
        PeriodState.CLOSED: (gettext_lazy("Ended"), "grey"),
        PeriodState.LOCKED: (gettext_lazy("Fixed"), "grey"),
        PeriodState.BLOCKED: (gettext_lazy("Blocked"), "yellow"),
        PeriodState.CANCELLED: (gettext_lazy("Cancelled"), "red"),
    }
)
"""The word for a state of a period, and the colour of its tag."""
_OVER = (gettext_lazy("Over"), "grey")

REASONS: Mapping[str, Promise] = MappingProxyType(
    {
        VersionReason.GRANTED: gettext_lazy("Declared by the employer"),
        VersionReason.LATE: gettext_lazy("Declared too late by the employer"),
        VersionReason.FILED: gettext_lazy("Declared by the employer"),
        VersionReason.UPDATED: gettext_lazy("Changed by the employer"),
        VersionReason.CLOSED: gettext_lazy("Ended by the employer"),
        VersionReason.CANCELLED: gettext_lazy("Cancelled by the employer"),
        VersionReason.MERGED: gettext_lazy("Moved to your present number by the counter"),
        VersionReason.DMFA: gettext_lazy("Compared with the quarterly declaration of the employer"),
        VersionReason.OFFICIAL: gettext_lazy("Fixed, stopped or given back by an official of the counter"),
    }
)

COMMITTEES: Mapping[str, Promise] = MappingProxyType(
    {
        "124": gettext_lazy("construction"),
        "140": gettext_lazy("transport and logistics"),
        "144": gettext_lazy("agriculture"),
        "145": gettext_lazy("horticulture"),
        "149": gettext_lazy("electricians and related trades"),
        "302": gettext_lazy("hotels and restaurants"),
        "320": gettext_lazy("funeral undertakers"),
        "322": gettext_lazy("temporary agency work"),
    }
)

LOOKED_AT: Mapping[str, Promise] = MappingProxyType(
    {
        Question.BALANCE: gettext_lazy("What remains of a year"),
        Question.CALENDAR: gettext_lazy("Your calendar"),
        Question.ATTESTATION: gettext_lazy("An attestation"),
        Question.REMAINING: gettext_lazy("What remains, with your access code"),
        Question.PERIOD: gettext_lazy("A period that they declared"),
        Question.HISTORY: gettext_lazy("The history of a period"),
        Question.SEARCH: gettext_lazy("A list in which you stand"),
        Question.DECLARATION: gettext_lazy("A declaration about you"),
    }
)

ASKERS: Mapping[str, Promise] = MappingProxyType(
    {
        AskerKind.EMPLOYER: gettext_lazy("An employer"),
        AskerKind.SENDER: gettext_lazy("A sender of declarations"),
        AskerKind.OPERATOR: gettext_lazy("An official of the counter"),
    }
)

GIVEN_BY_THE_STUDENT = "code or attestation that a student gave"
"""The reason for which a company looks by the page of codes."""
_REASONS_OF_PROGRAMS: Mapping[str, Promise] = MappingProxyType(
    {
        GIVEN_BY_THE_STUDENT: gettext_lazy("A code or an attestation that you gave"),
        "asked by web service: access code of a student": gettext_lazy(
            "Asked by a program: an access code that you gave"
        ),
        "asked by web service: its period": gettext_lazy("Asked by a program: a period that it declared"),
        "asked by web service: its declaration": gettext_lazy("Asked by a program: a declaration of its own"),
    }
)


def told_reason(reason: str) -> str:
    """Return for which reason somebody looked: in the reader's words where the counter gave it, else as he wrote it."""
    known = _REASONS_OF_PROGRAMS.get(reason)
    return reason if known is None else str(known)


def amount(count: int, unit: str) -> str:
    """Return an amount of the contingent, such as `30 hours`."""
    if unit == QuotaUnit.HOURS:
        return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
    return ngettext("%(count)s day", "%(count)s days", count) % {"count": count}


def state_told(period: PeriodSeen, *, today: date) -> tuple[Promise, str]:
    """Return the word for where a period stands on a day, and its colour: what was agreed is over after its last day."""
    return _OVER if period.state == PeriodState.ACTIVE and is_over(period, today=today) else STATES[period.state]


def committee(code: str) -> str:
    """Return the joint committee by number and name; the code XXX stands for every other one."""
    known = COMMITTEES.get(code)
    return _("another sector") if known is None else f"{code}, {known}"


def warning_told(warned: Warned, unit: str) -> str:
    """Return a warning as a sentence."""
    told = {"amount": amount(warned.amount, unit), "share": str(100 - (warned.percent or 0))}
    if warned.period is not None:
        told["employer"] = warned.period.employer.title
    return str(_SENTENCES[warned.heed]) % told


NEWS = frozenset({Heed.CANCELLED, Heed.LESS_WORKED})
"""What stands among the warnings and asks for no care: nothing of the contingent is lost by it."""

_SENTENCES: Mapping[Heed, Promise] = MappingProxyType(
    {
        Heed.USED_UP: gettext_lazy(
            "Your hours of this year are used up. You pay the ordinary social contributions on every further hour."
        ),
        Heed.NEARLY_USED_UP: gettext_lazy("Less than %(share)s %% of your hours of this year is left: %(amount)s."),
        Heed.OUTSIDE: gettext_lazy(
            "%(employer)s: %(amount)s outside your contingent, at the ordinary social contributions."
        ),
        Heed.LATE: gettext_lazy(
            "%(employer)s declared too late: %(amount)s outside your contingent. Ask the employer about it."
        ),
        Heed.CANCELLED: gettext_lazy("%(employer)s cancelled an agreement: %(amount)s free again."),
        Heed.MORE_WORKED: gettext_lazy("%(employer)s: you worked %(amount)s more than agreed."),
        Heed.LESS_WORKED: gettext_lazy("%(employer)s: you worked %(amount)s less than agreed."),
    }
)
