"""What is told of a form, as far as it is known when the form is judged; the register adds the rest.

Prepared forms are tuples of texts and numbers, so that a file of them is written and read at the speed of a copy.
"""

from collections.abc import Callable
from datetime import date
from typing import TypeAlias

from domain.findings import Exceeding, Finding, Location, QuotaUnit
from domain.languages import Language
from domain.quarters import Quarter
from domain.student_declarations import DimonaIn, JudgedForm
from domain.tickets import Ticket
from ingest.render_handling import render_anomaly, render_path
from ingest.render_impact import render_plain_start
from ingest.render_notification import Told, render_echo, render_form, render_ticket
from registers.student_days.codes import RegisterAnomaly
from registers.student_days.decisions.outcomes import Decision, remark_at
from registers.student_days.filing import result_of
from registers.student_days.set_filing import Opened
from registers.student_days.staging import Route, route_of

Whole: TypeAlias = tuple[str]
"""The whole text about a form that is refused."""
Start: TypeAlias = tuple[str, str, str, str, str, int, bool, int | None, int | None, str | None]
"""Of a plain start: its ticket, the text before its findings end, their path, the text before and after the number of the
period, the hours it plans, whether an excess is told, and the line, column and place of the form."""
Prepared: TypeAlias = Whole | Start | str
"""What is told of a form, as far as it is known; its ticket alone where only the register knows."""

_HOLE = "\0"


def prepare(
    form: JudgedForm, *, ticket: Ticket, received_on: date, late_also_369: bool, language: Language
) -> Prepared:
    """Return what can be told of `form` before it is filed; `received_on` is the Brussels date of reception."""
    route, action = route_of(form), form.action
    if route is Route.REFUSED:
        return (render_form(result_of(Decision(form, form.findings), ticket, {}), language=language).text,)
    if route is not Route.PLAIN or not isinstance(action, DimonaIn):
        return str(ticket)
    is_late = action.starting_date < received_on
    path = render_path(form.employer, form.insz, None)
    findings = [finding for finding in form.findings if not finding.is_internal]
    if is_late:
        findings.append(remark_at(RegisterAnomaly.LATE, form.place_of("DimonaIn"), tag="DimonaIn"))
    echo = render_echo(
        header=form.header,
        references=form.references,
        employer=form.employer,
        insz=form.insz,
        quarter=Quarter.of(action.starting_date),
    )
    anomalies = "".join([render_anomaly(finding, path=path, language=language) for finding in findings])
    head = f"{echo}{render_ticket(ticket)}<HandlingResult><ResultCode>1</ResultCode>{anomalies}"
    before, _, after = render_plain_start(action, number=_HOLE, is_late=is_late).partition(_HOLE)
    location = form.location or Location()
    return (
        str(ticket),
        head,
        path,
        before,
        f"{after}</HandlingResult>",
        action.planned_hours or 0,
        late_also_369 or not is_late,
        location.line,
        location.column,
        location.indexes,
    )


def ticket_of(prepared: Prepared) -> Ticket:
    """Return the ticket of a form that is filed; ValueError for one that was refused."""
    return Ticket.parse(prepared if isinstance(prepared, str) else prepared[0])


def finish(prepared: Prepared, opened: Opened, *, language: Language, place: Callable[[Finding], Finding]) -> Told:
    """Return the whole text about a plain start that opened a period; ValueError for any other form.

    `place` gives a finding the column of what it is about.
    """
    if isinstance(prepared, str) or len(prepared) == 1:
        raise ValueError("only a plain start is finished with a period")
    ticket, head, path, before, after, planned, tells_excess, line, column, indexes = prepared
    if opened.ticket is not None:
        head = head.replace(f">{ticket}<", f">{opened.ticket}<")
    excess = ""
    if opened.granted < planned and tells_excess:
        exceeding = Exceeding(planned - opened.granted, QuotaUnit.HOURS)
        location = None if line is None else Location(line, column, indexes)
        finding = remark_at(RegisterAnomaly.CONTINGENT_EXCEEDED, location, tag="NaturalPerson", exceeding=exceeding)
        excess = render_anomaly(place(finding), path=path, language=language)
    return Told(f"{head}{excess}{before}{opened.number:012d}{after}")
