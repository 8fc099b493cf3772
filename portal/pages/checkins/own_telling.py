"""Until when a worker tells what is wrong with a registration, and until when that an event beside it is missing (§2.2, §2.6)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from domain.environments import Environment
from portal.checkin_counter import checkin_counter
from portal.pages.checkins.own_missing_outs import told_after_midnight
from portal.pages.checkins.report_forms import MissingOutReportForm, RegisteredReportForm, ReportForm
from registers.checkins.missing_in_windows import InWindow, lacks_its_check_in, read_in_window
from registers.checkins.missing_out_windows import OutWindow, lacks_its_check_out, read_out_window
from registers.checkins.models import Presence
from registers.checkins.sector_rules import read_rules


@dataclass(frozen=True, slots=True)
class Telling:
    """Until when an error in a registration is told; `missing` is the window of the event that is missing beside it."""

    last: date
    missing: OutWindow | InWindow | None

    @classmethod
    def of(cls, row: Presence, *, at: datetime) -> Self:
        """Return it; three queries at most."""
        rules, limits = read_rules(Environment.PRODUCTION), checkin_counter().limits.days
        missing: OutWindow | InWindow | None = None
        if lacks_its_check_out(row):
            missing = read_out_window(row, rules=rules, limits=limits)
        elif lacks_its_check_in(row):
            missing = read_in_window(row, rules=rules, limits=limits, at=at)
        return cls(rules.last_day_to_correct(row), missing)

    @property
    def is_of_check_out(self) -> bool:
        """Whether its check-out is missing: what one most likely tells of it."""
        return isinstance(self.missing, OutWindow)

    def is_over(self, on: date) -> bool:
        """Whether nothing can be told of it any more."""
        return on > self.last and (self.missing is None or on > self.missing.last)

    def form_on(self, on: date) -> type[ReportForm]:
        """Return what can be told on a day on which it is not over."""
        if on > self.last:
            return MissingOutReportForm
        is_too_late = self.missing is not None and on > self.missing.last
        return RegisteredReportForm if is_too_late else ReportForm

    def told_of_missing(self, on: date) -> str:
        """Return until when it is for what is missing, behind a space; empty where that is no other day, or all of it is over.

        As long as some of it is told, the page says of the rest that it was until a day before, since `last` is said of all.
        """
        if self.missing is None or on > self.missing.last:
            return ""
        if isinstance(self.missing, OutWindow):
            return told_after_midnight(self.missing)
        return _told_of_check_in(self.missing, self.last)


def _told_of_check_in(window: InWindow, last: date) -> str:
    told = ""
    if window.until not in {last, None}:
        missing = _("If your check-in is missing: until %(day)s.")
        told = f" {missing % {'day': date_format(window.until, _('j F Y'))}}"
    if window.before is not None and not window.is_of(last):
        before = _("If you came before midnight: until %(day)s.")
        told = f"{told} {before % {'day': date_format(window.before, _('j F Y'))}}"
    return told
