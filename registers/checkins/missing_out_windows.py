"""Until when the check-out that is missing after a check-in is told or asked for, wherever that is said (§2.2, §2.6)."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from domain.brussels import brussels_date, end_of_day
from domain.checkins.codes import Remark
from domain.checkins.limits import DayLimits
from domain.checkins.vocabulary import EventType
from domain.environments import Environment
from registers.checkins.correction_windows import last_day_of_out, last_days_of_missing_out
from registers.checkins.models import Presence, Spell, SpellState
from registers.checkins.sector_rules import RULES, SectorRules, rules_of
from registers.checkins.work_dates import LONGEST_SPELL

Days: TypeAlias = tuple[date, date]
"""The first and the last day of what a query is of: it plans the few months about them, not seven years."""

_RULES_AND_SECTORS = f"""
    SELECT ({RULES}), (
        SELECT json_object_agg(number, sector)::text FROM checkins_presence
        WHERE number = ANY(%(numbers)s::bigint[]) AND registration_date = ANY(%(days)s::date[]) AND next_date IS NULL
    )
"""  # noqa: S608 - our own SQL


@dataclass(frozen=True, slots=True)
class OutWindow:
    """Until when it is asked for where it was on the day of the check-in, and where it was on the last day that it may be of."""

    until: date
    last: date

    @property
    def may_be_later(self) -> bool:
        """Whether a check-out after midnight can be asked for when one before it no longer can."""
        return self.last > self.until


def sector_begun_in(days: Days) -> Coalesce:
    """Return the sector in which the spell of each row began, for a query of spells that began on those days; it costs no query.

    By that one the register judges what goes on with it; empty where nobody knew the work place then.
    """
    first = Presence.objects.filter(
        number=OuterRef("first_in"),
        registration_date=OuterRef("work_date"),
        registration_date__range=days,
        next_date__isnull=True,
    )
    return Coalesce(Subquery(first.values("sector")[:1]), Value(""))


def read_rules_and_sectors(
    spells: Collection[Spell], *, environment: Environment
) -> tuple[SectorRules, Mapping[int, str]]:
    """Return all rules of the environment, and the same of spells that are read, by the number of what began each; one query."""
    began = {spell.first_in: spell.work_date for spell in spells}
    with connection.cursor() as cursor:
        cursor.execute(
            _RULES_AND_SECTORS,
            {"environment": str(environment), "numbers": list(began), "days": sorted(set(began.values()))},
        )
        text, sectors = cursor.fetchone()
    known = json.loads(sectors or "{}")
    return rules_of(text), {number: known.get(str(number), "") for number in began}


def sectors_begun(came: Collection[Presence]) -> Mapping[int, str]:
    """Return the same by the receipt number of each of these check-ins that is the last of a spell; one query, none for no row."""
    if not came:
        return {}
    dates = [row.registration_date for row in came]
    days = days_begun(min(dates), max(dates))
    spells = Spell.objects.filter(
        person_id__in={row.person_id for row in came},
        last_in__in=[row.number for row in came],
        work_date__range=days,
    )
    return dict(spells.values_list("last_in", sector_begun_in(days)))


def days_begun(first: date, last: date) -> Days:
    """Return on which days the spells may have begun of which something is of those days."""
    return first - LONGEST_SPELL, last


def open_since(day: date, *, limits: DayLimits) -> datetime:
    """Return when somebody came at the earliest whose work a check-out of that day, or a later one, may end."""
    return end_of_day(day - timedelta(days=1)) - limits.longest_open


def sectors_left_open(spells: QuerySet[Spell], *, day: date, limits: DayLimits) -> set[str]:
    """Return the sectors in which those of the spells began that nobody left, and that a check-out of the day would end; one query."""
    since = open_since(day, limits=limits)
    days = days_begun(brussels_date(since), day)
    left_open = spells.filter(
        state__in=[SpellState.OPEN, SpellState.MISSING_OUT],
        work_date__range=days,
        last_in_at__gte=since,
        last_in_at__lt=end_of_day(day),
    )
    return set(left_open.values_list(sector_begun_in(days), flat=True))


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
