"""Until when the check-out that is missing after a check-in is told or asked for, wherever that is said (§2.2, §2.6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from domain.brussels import brussels_date, end_of_day
from domain.checkins.codes import Remark
from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import EventType
from registers.checkins.correction_windows import last_day_of_out, last_days_of_missing_out
from registers.checkins.models import Presence, Spell, SpellState
from registers.checkins.sector_rules import SectorRules
from registers.checkins.work_dates import LONGEST_SPELL


@dataclass(frozen=True, slots=True)
class OutWindow:
    """Until when it is asked for where it was on the day of the check-in, and where it was on the last day that it may be of."""

    until: date
    last: date

    @property
    def may_be_later(self) -> bool:
        """Whether a check-out after midnight can be asked for when one before it no longer can."""
        return self.last > self.until


def sector_begun_in() -> Coalesce:
    """Return the sector in which the spell of each row began, for a query of spells; it costs no query.

    By that one the register judges what goes on with it; empty where nobody knew the work place then.
    """
    return _sector_in(_first_ins())


def sectors_begun(came: Collection[Presence]) -> Mapping[int, str]:
    """Return the same by the receipt number of each of these check-ins that is the last of a spell; one query, none for no row.

    It names the days of spells and of what began them, so that the few months about the check-ins are planned, not seven years.
    """
    if not came:
        return {}
    dates = [row.registration_date for row in came]
    days = min(dates) - LONGEST_SPELL, max(dates)
    spells = Spell.objects.filter(
        person_id__in={row.person_id for row in came},
        last_in__in=[row.number for row in came],
        work_date__range=days,
    )
    return dict(spells.values_list("last_in", _sector_in(_first_ins().filter(registration_date__range=days))))


def _first_ins() -> QuerySet[Presence]:
    return Presence.objects.filter(
        number=OuterRef("first_in"), registration_date=OuterRef("work_date"), next_date__isnull=True
    )


def _sector_in(first: QuerySet[Presence]) -> Coalesce:
    return Coalesce(Subquery(first.values("sector")[:1]), Value(""))


def sectors_left_open(spells: QuerySet[Spell], *, day: date, limits: DayLimits) -> set[str]:
    """Return the sectors in which those of the spells began that nobody left, and that a check-out of the day would end; one query."""
    left_open = spells.filter(
        state__in=[SpellState.OPEN, SpellState.MISSING_OUT],
        last_in_at__gte=end_of_day(day - timedelta(days=1)) - limits.longest_open,
        last_in_at__lt=end_of_day(day),
    )
    return set(left_open.values_list(sector_begun_in(), flat=True))


def out_window(came: Presence, *, sector: str, rules: SectorRules, limits: DayLimits) -> OutWindow:
    """Return it for the check-out after an event, in the sector in which its spell began."""
    came_on, left = came.registration_date, came.registration_date
    if came.event_at is not None:
        came_on, left = brussels_date(came.event_at), last_day_of_out(came.event_at, limits=limits)
    return OutWindow(*last_days_of_missing_out(came_on, left, sector=sector, rules=rules))


def read_out_window(came: Presence, *, rules: SectorRules, limits: DayLimits) -> OutWindow:
    """Return the same of one whose spell is not read; one query."""
    sector = sectors_begun([came]).get(came.number, came.sector)
    return out_window(came, sector=sector, rules=rules, limits=limits)


def lacks_its_check_out(row: Presence) -> bool:
    """Whether it is a check-in of which it is told that the check-out is missing."""
    return row.event_type == EventType.IN and Remark.MISSING_OUT.name in row.remarks
