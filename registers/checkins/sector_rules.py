"""The dated rules of sectors: data of a table, read once for a set of items."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from domain.checkins.vocabulary import PresenceKind, Sector
from domain.environments import Environment
from evidence.prepared import open_prepared
from registers.checkins.models import Presence, Registrant

CORRECTION_DAYS = 30
"""Where no rule says otherwise."""
RULES = """
    SELECT json_agg(json_build_array(sector, valid_from, kinds, registrants, days_ahead, cancel_days, correction_days,
        keep_years, keep_position_days) ORDER BY id)::text
    FROM checkins_sectorrule WHERE environment = %(environment)s::varchar
"""
"""All rules of an environment as one text, for `rules_of`; none where there is no rule."""


@dataclass(frozen=True, slots=True)
class RuleOfSector:
    """What holds in a sector from `valid_from` on; lengths as in the table."""

    sector: Sector
    valid_from: date
    kinds: frozenset[PresenceKind]
    registrants: frozenset[Registrant]
    days_ahead: int
    cancel_days: int
    correction_days: int
    keep_years: int
    keep_position_days: int


@dataclass(frozen=True, slots=True)
class SectorRules:
    """All rules of an environment."""

    rules: Sequence[RuleOfSector]

    def on(self, sector: Sector | None, day: date) -> RuleOfSector | None:
        """Return the rule of the sector that holds on the day; None for an unknown sector or a day before its first."""
        holding = [rule for rule in self.rules if rule.sector is sector and rule.valid_from <= day]
        return max(holding, key=lambda rule: rule.valid_from, default=None)

    def correction_days(self, sector: Sector | None, day: date) -> int:
        """Return until how many days after the registration date a correction may be asked for; 30 where no rule says."""
        rule = self.on(sector, day)
        return CORRECTION_DAYS if rule is None else rule.correction_days

    def last_day_to_correct(self, row: Presence) -> date:
        """Return the last day in Brussels on which an error in it can be told, or its correction asked for by an employer."""
        return self.last_day_in(row.sector, row.registration_date)

    def last_day_in(self, sector: str, day: date) -> date:
        """Return the same for what has that registration date in a sector; empty for an unknown one."""
        return day + timedelta(days=self.correction_days(Sector(sector) if sector else None, day))

    def first_day_to_correct(self, on: date) -> date:
        """Return a day before which nothing can be corrected any more on that one, in any sector by any rule."""
        return on - timedelta(days=max([CORRECTION_DAYS, *(rule.correction_days for rule in self.rules)]))

    def span_to_correct(self, on: date) -> tuple[int, int]:
        """Return the fewest and the most days in which corrections may be asked for, in all sectors, by the rules of a day."""
        days = [self.correction_days(sector, on) for sector in {rule.sector for rule in self.rules}] or [
            CORRECTION_DAYS
        ]
        return min(days), max(days)


def read_rules(environment: Environment) -> SectorRules:
    """Return all rules of the environment; one query."""
    with open_prepared() as cursor:
        cursor.execute(f"SELECT ({RULES})", {"environment": str(environment)})
        (text,) = cursor.fetchone()
    return rules_of(text)


def last_day_to_correct(row: Presence) -> date:
    """Return the last day in Brussels on which an error in it can be told, or its correction asked for by an employer (§2.6)."""
    return read_rules(Environment(row.environment)).last_day_to_correct(row)


def last_day_to_cancel(row: Presence) -> date:
    """Return the last day in Brussels on which a day presence can be withdrawn (§2.3, code 9)."""
    rule = read_rules(Environment(row.environment)).on(
        Sector(row.sector) if row.sector else None, row.registration_date
    )
    return row.registration_date + timedelta(days=0 if rule is None else rule.cancel_days)


@lru_cache(maxsize=8)
def rules_of(text: str | None) -> SectorRules:
    """Return the rules in what `RULES` selects; the same text, which seldom changes, is read once."""
    return SectorRules(tuple(_rule_of(*row) for row in json.loads(text or "[]")))


def _rule_of(sector: str, valid_from: str, kinds: list[str], registrants: list[str], *days: int) -> RuleOfSector:
    return RuleOfSector(
        Sector(sector),
        date.fromisoformat(valid_from),
        frozenset(map(PresenceKind, kinds)),
        frozenset(map(Registrant, registrants)),
        *days,
    )
