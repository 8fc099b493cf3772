"""Tell a worker which of his check-outs are missing, until when that can be mended, and by whom (§2.2, §2.6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from domain.brussels import brussels_date
from domain.checkins.codes import Remark
from domain.checkins.vocabulary import Capacity, CorrectionState, ReportOutcome, ToldMissing
from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.choices import NotEnded, company_names, not_ended, registered_lately
from portal.pages.checkins.own_presences import concerning
from portal.pages.checkins.report_forms import TELLS_OF_MISSING
from portal.pages.checkins.reported import told_outcome
from portal.pages.instants import told_instant
from portal.pages.parts import Action
from registers.checkins.missing_out_windows import OutWindow, lacks_its_check_out, out_window, sectors_begun
from registers.checkins.models import Correction, ErrorReport, Presence, WorkPlace
from registers.checkins.pending_corrections import Unended, last_outs_asked_for
from registers.checkins.sector_rules import read_rules


@dataclass(frozen=True, slots=True)
class MissingOut:
    """A check-out that is missing, as two sentences: which one, and what can be done, or became of what the worker did."""

    which: str
    what_to_do: str
    action: Action | None = None
    is_his_turn: bool = False


def missing_outs_lately(person_id: int, *, on: date) -> Sequence[Presence]:
    """Return the person's check-ins of the last weeks after which the check-out is missing, the newest first; one query.

    Each tells what concerns the person, too, to be read by `Concerning`.
    """
    missing = registered_lately(person_id, on=on).filter(remarks__contains=[Remark.MISSING_OUT.name])
    return list(missing.annotate(**concerning(person_id, on=on)))


def ask_for_missing(row: Presence) -> str:
    """Return where a self-employed person asks for what is missing beside it; of a missing check-out what is known is filled in."""
    path = reverse("own-correction-missing")
    return f"{path}?after={row.number}" if lacks_its_check_out(row) else path


def as_called(rows: Collection[Presence], places: Mapping[str, WorkPlace]) -> list[NotEnded]:
    """Return them with the names of work places that are read, and of companies; one query, none for no row."""
    return not_ended(rows, places, company_names({row.employer for row in rows} - {""}) if rows else {})


def told_missing_outs(missing: Sequence[NotEnded], *, at: datetime) -> list[MissingOut]:
    """Return those that can still be mended in time, with what to do; five queries at most, none where nothing is missing."""
    if not missing:
        return []
    rules = read_rules(Environment.PRODUCTION)
    limits = checkin_counter().limits.days
    came = [each.row for each in missing]
    begun = sectors_begun(came)
    windows = {
        row.number: out_window(row, sector=begun.get(row.number, row.sector), rules=rules, limits=limits)
        for row in came
    }
    in_time = [each for each in missing if brussels_date(at) <= windows[each.row.number].last]
    rows = [each.row for each in in_time]
    asked, reported = _asked_for(rows), _reported(rows)
    return [
        _what_became(
            each, windows[each.row.number], asked=asked.get(each.row.number), reported=reported.get(each.row.number)
        )
        for each in in_time
    ]


def _which(missing: NotEnded) -> str:
    return _("You did not check out: %(place)s, since %(since)s.") % {
        "place": missing.place_name,
        "since": _since(missing),
    }


def _since(missing: NotEnded) -> str:
    at = missing.row.event_at
    return "" if at is None else told_instant(at, _("D j M, H:i"))


def _what_became(
    missing: NotEnded, window: OutWindow, *, asked: Correction | None, reported: ErrorReport | None
) -> MissingOut:
    """Return what waits, or what became of what the employer was told; else what there is to do in that window.

    Who said that the company is his own tells it as his employer where he said so by mistake.
    """
    which = _which(missing)
    if asked is not None and CorrectionState(asked.state).is_pending:
        return MissingOut(which, _("A correction is asked for, and waits for a decision."))
    if reported is not None and _holds(reported, asked):
        return _told_already(which, reported)
    to_do = _to_do(missing, window)
    if asked is None:
        return to_do
    told = _("The correction that was asked for was not made.")
    return replace(to_do, what_to_do=f"{told} {to_do.what_to_do}")


def _holds(report: ErrorReport, over: Correction | None) -> bool:
    """Whether a report is still as it was answered: a correction that came to nothing since it was told put nothing right."""
    if report.outcome != ReportOutcome.PUT_RIGHT or over is None or over.decided_at is None:
        return True
    return over.decided_at < report.reported_at


def told_after_midnight(window: OutWindow) -> str:
    """Return until when it is where one left after midnight, behind a space; empty where that is no later."""
    if not window.may_be_later:
        return ""
    told = _("If you left after midnight: until %(day)s.") % {"day": date_format(window.last, _("j F Y"))}
    return f" {told}"


def _to_do(missing: NotEnded, window: OutWindow) -> MissingOut:
    """Return whom to tell, or to ask, until when."""
    which, day, about = _which(missing), date_format(window.until, _("j F Y")), _since(missing)
    later = told_after_midnight(window)
    if missing.row.known_capacity == Capacity.SELF_EMPLOYED:
        told = _("You ask us yourself, with evidence, in time until %(day)s.") % {"day": day}
        asking = Action(_("Ask for a missing event"), ask_for_missing(missing.row), about)
        return MissingOut(which, f"{told}{later}", asking, is_his_turn=True)
    told = _("Tell your employer until %(day)s. He asks us for the correction.")
    if missing.employer_name:
        told = _("Tell your employer, %(company)s, until %(day)s. He asks us for the correction.")
    told %= {"day": day, "company": missing.employer_name}
    telling = Action(_("Tell the employer"), reverse("own-report", args=[missing.row.number]), about)
    return MissingOut(which, f"{told}{later}", telling, is_his_turn=True)


def _told_already(which: str, report: ErrorReport) -> MissingOut:
    """Return when the employer was told, or how it answered; what was closed before answers were asked for has none."""
    if report.handled_at is None:
        day = told_instant(report.reported_at, _("j F Y"))
        return MissingOut(which, _("You told your employer on %(day)s.") % {"day": day})
    told = _("Your employer closed your report on %(day)s.")
    if report.outcome:
        told = _("Your employer answered on %(day)s: %(outcome)s.")
    told %= {"day": told_instant(report.handled_at, _("j F Y")), "outcome": told_outcome(report)}
    return MissingOut(which, told, Action(_("Errors that you reported"), reverse("own-reports")))


def _asked_for(rows: Collection[Presence]) -> Mapping[int, Correction]:
    """Return the request for the check-out after each of these check-ins that has one; two queries, none for no row."""
    unended = [
        Unended(row.number, row.person_id, row.employer, row.work_place, row.event_at)
        for row in rows
        if row.event_at is not None
    ]
    return last_outs_asked_for(unended, environment=Environment.PRODUCTION, limits=checkin_counter().limits.days)


def _reported(rows: Collection[Presence]) -> Mapping[int, ErrorReport]:
    """Return what the worker told last of which of them, open or closed; one query, none for no row.

    A registration that was corrected is on another day than its report: it is found by its number. What was told of the day
    before somebody checked in told of something else, as did what told of a missing check-in or of the whole day.
    """
    if not rows:
        return {}
    of_registration = Q(registration__in={row.number for row in rows})
    of_day = Q(
        registration=None,
        registration_date__in={row.registration_date for row in rows},
        missing__in=["", ToldMissing.OUT],  # what was told before it was asked may be of a check-out
    )
    reports = ErrorReport.objects.filter(
        of_registration | of_day,
        environment=Environment.PRODUCTION,
        person_id__in={row.person_id for row in rows},
        message__startswith=TELLS_OF_MISSING,
    )
    told: dict[object, ErrorReport] = {
        report.registration or (report.registration_date, report.employer, report.work_place): report
        for report in reports.order_by("reported_at", "pk")  # the last of each stays
    }
    found: dict[int, ErrorReport] = {}
    for row in rows:
        of_row = told.get(row.number), told.get((row.registration_date, row.employer, row.work_place))
        about = [
            one for one in of_row if one is not None and row.event_at is not None and one.reported_at > row.event_at
        ]
        if about:
            found[row.number] = max(about, key=lambda report: report.reported_at)
    return found
