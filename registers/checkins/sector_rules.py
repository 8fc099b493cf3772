"""The dated rules of sectors: data of a table, read once for a set of items."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from domain.checkins.vocabulary import PresenceKind, Sector
from domain.environments import Environment
from registers.checkins.models import Registrant, SectorRule

LONGEST_KEPT_YEARS = 7
CORRECTION_DAYS = 30


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


def read_sector_rules(environment: Environment) -> SectorRules:
    """Return the rules of the environment; one query."""
    return rules_in(SectorRule.objects.filter(environment=environment))


def rules_in(rows: Iterable[SectorRule]) -> SectorRules:
    """Return those rows as values."""
    return SectorRules(
        tuple(
            RuleOfSector(
                sector=Sector(row.sector),
                valid_from=row.valid_from,
                kinds=frozenset(PresenceKind(kind) for kind in row.kinds),
                registrants=frozenset(Registrant(one) for one in row.registrants),
                days_ahead=row.days_ahead,
                cancel_days=row.cancel_days,
                correction_days=row.correction_days,
                keep_years=row.keep_years,
                keep_position_days=row.keep_position_days,
            )
            for row in rows
        )
    )
