"""Errors that workers told their employers of, as pages show them: when, what, and how the employer answered."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.pages.checkins.report_forms import told_report
from portal.pages.checkins.words import REPORT_OUTCOMES
from portal.pages.instants import told_instant
from portal.pages.parts import SummaryRow
from registers.checkins.error_reports import reports_read
from registers.checkins.models import ErrorReport, Presence


@dataclass(frozen=True, slots=True)
class Reported:
    """One of them: where it stands as a coloured word, and what there is to say of it."""

    report_id: int
    is_open: bool
    state: str
    colour: str
    facts: list[SummaryRow]


def reported_in(version: Presence) -> list[Reported]:
    """Return what the worker told of a registration, the newest first; `version` is one that `versions_of` read."""
    return [_reported(each) for each in reports_read(version.reports)]  # type: ignore[attr-defined]


def show_state(reports: Iterable[ErrorReport]) -> None:
    """Give rows of a list their `said`, `word`, `colour` and `ending`, in words."""
    for row in reports:
        row.said = told_report(row)  # type: ignore[attr-defined]
        row.word, row.colour = _state_of(row)  # type: ignore[attr-defined]
        row.ending = told_outcome(row)  # type: ignore[attr-defined]


def answer_to(report: ErrorReport) -> list[SummaryRow]:
    """Return when it was closed, how it ended and the employer's answer; nothing while it is open.

    What was closed before answers were asked for has the first alone.
    """
    if report.handled_at is None:
        return []
    facts = [SummaryRow(_("Closed"), told_instant(report.handled_at, _("j F Y, H:i")))]
    if report.outcome:
        facts.append(SummaryRow(_("How it ended"), told_outcome(report)))
        facts.append(SummaryRow(_("The employer's answer"), report.answer))
    return facts


def told_outcome(report: ErrorReport) -> str:
    """Return how it ended; empty while it is open, or where nobody was asked that."""
    return str(REPORT_OUTCOMES[report.outcome]) if report.outcome else ""


def _state_of(report: ErrorReport) -> tuple[str, str]:
    return (_("Open"), "yellow") if report.handled_at is None else (_("Closed"), "grey")


def _reported(report: ErrorReport) -> Reported:
    state, colour = _state_of(report)
    facts = [
        SummaryRow(_("Reported"), told_instant(report.reported_at, _("j F Y, H:i"))),
        SummaryRow(_("What is wrong"), told_report(report)),
        *answer_to(report),
    ]
    return Reported(report.pk, report.handled_at is None, state, colour, facts)
