"""Put rules of sectors in force from a day on, and take planned ones away; what they said before, and what they concern, is told and on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from domain.brussels import brussels_date
from domain.checkins.vocabulary import PresenceKind, Sector
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from evidence.audit import append_event
from registers.checkins.models import Presence, Registrant, SectorRule
from registers.checkins.work_place_tables import DAYS_AHEAD, KEPT_YEARS

_DAYS = ("days_ahead", "cancel_days", "correction_days", "keep_years", "keep_position_days")
_FACTS = ("kinds", "registrants", *_DAYS)
_SHORTEST_YEAR = 365
_CHECK_INS_ALONE = [str(PresenceKind.EVENT)]
_WORKERS_ALONE = [str(Registrant.WORKER)]


@dataclass(frozen=True, slots=True)
class EnteredRule:
    """What came of it: whether it is a new row, its last day, and how many registrations of before it holds for.

    `last_day` is None without a later row; `otherwise` is what that row says otherwise of what was named, by the names of the
    table. `concerned` is None for a rule that reaches no day that is over.
    """

    is_new: bool
    last_day: date | None
    otherwise: Mapping[str, object]
    concerned: int | None


@transaction.atomic
def enter_sector_rule(
    sector: Sector,
    *,
    valid_from: date,
    kinds: frozenset[PresenceKind] | None,
    registrants: frozenset[Registrant] | None,
    days: Mapping[str, int],
    environment: Environment,
    actor: str,
    at: datetime,
) -> EnteredRule:
    """Put a rule in force from a day on until the next row of the sector, or change the one of that day.

    `days` holds any of `days_ahead`, `cancel_days`, `correction_days`, `keep_years` and `keep_position_days`; what it does
    not name goes on as it was, and so do `kinds` and `registrants` that are None: where there was no rule, the workers
    register, and `kinds` is needed. ConfigurationRefusedError for what cannot be.
    """
    own = SectorRule.objects.select_for_update().filter(environment=environment, sector=sector)
    last = own.filter(valid_from__lte=valid_from).order_by("-valid_from").first()
    named: dict[str, Any] = dict(days)
    if kinds is not None:
        named["kinds"] = sorted(map(str, kinds))
    if registrants is not None:
        named["registrants"] = sorted(map(str, registrants))
    if last is None and kinds is None:
        raise ConfigurationRefusedError(
            f"There is no rule of {sector} yet in environment {environment}.",
            next_step="Name DAY, EVENT or both as its kinds.",
        )
    before = _facts_of(SectorRule(registrants=[str(Registrant.WORKER)]) if last is None else last)
    whole = before | named
    _require_sound(whole)
    row, is_new = SectorRule.objects.update_or_create(
        environment=environment, sector=sector, valid_from=valid_from, defaults=whole
    )
    append_event(
        "sector-rule:entered" if is_new else "sector-rule:changed",
        at=at,
        actor=actor,
        environment=str(environment),
        sector=str(sector),
        valid_from=valid_from.isoformat(),
        before=None if last is None else _told(before),
        after=_told(whole),
    )
    following = own.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    return EnteredRule(
        is_new=is_new,
        last_day=None if following is None else following.valid_from - timedelta(days=1),
        otherwise={} if following is None else _otherwise(following, named),
        concerned=_count_concerned(row, following, at=at),
    )


@transaction.atomic
def drop_sector_rule(sector: Sector, *, valid_from: date, environment: Environment, actor: str, at: datetime) -> None:
    """Take away a rule that is not in force yet: the one before it goes on.

    ConfigurationRefusedError where none begins that day, or where it holds by then.
    """
    own = SectorRule.objects.select_for_update().filter(environment=environment, sector=sector, valid_from=valid_from)
    row = own.first()
    if row is None:
        raise ConfigurationRefusedError(
            f"No rule of {sector} begins on {valid_from} in environment {environment}.",
            next_step="See the first days with `guichet checkins rules`.",
        )
    if valid_from <= brussels_date(at):
        raise ConfigurationRefusedError(
            f"The rule of {sector} from {valid_from} on is in force: registrations went by it.",
            next_step="Set another one from a day to come on.",
        )
    append_event(
        "sector-rule:dropped",
        at=at,
        actor=actor,
        environment=str(environment),
        sector=str(sector),
        valid_from=valid_from.isoformat(),
        before=_told(_facts_of(row)),
    )
    row.delete()


def _require_sound(whole: Mapping[str, Any]) -> None:
    if not whole["kinds"]:
        raise ConfigurationRefusedError(
            "A rule without a kind forbids every registration.", next_step="Name DAY, EVENT or both."
        )
    if whole["kinds"] == _CHECK_INS_ALONE and whole["registrants"] != _WORKERS_ALONE:
        raise ConfigurationRefusedError(
            "A check-in is the worker's own act, which a company's program only forwards.",
            next_step="Name WORKER alone as its registrants, or DAY among its kinds.",
        )
    if whole["keep_years"] not in KEPT_YEARS:
        raise ConfigurationRefusedError(
            f"Registrations are kept for {KEPT_YEARS[0]} to {KEPT_YEARS[-1]} years.",
            next_step="Give the number of years, not the year until which they are kept.",
        )
    if whole["days_ahead"] not in DAYS_AHEAD:
        raise ConfigurationRefusedError(
            f"Nobody registers more than {DAYS_AHEAD[-1]} days ahead.", next_step="Give the days that the sector needs."
        )
    kept = whole["keep_years"] * _SHORTEST_YEAR
    if whole["correction_days"] > kept:
        raise ConfigurationRefusedError(
            f"Registrations of the sector are kept for {whole['keep_years']} years: nothing is corrected after that.",
            next_step=f"Let corrections be asked for within {kept} days at most.",
        )


def _facts_of(row: SectorRule) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _FACTS}


def _told(facts: Mapping[str, object]) -> list[str]:
    """Return the facts as the trail has them."""
    return [f"{name}={','.join(value) if isinstance(value, list) else value}" for name, value in facts.items()]


def _otherwise(following: SectorRule, named: Mapping[str, object]) -> dict[str, object]:
    """Return what the following row says of what was named, where that is something else."""
    return {name: said for name, value in named.items() if (said := getattr(following, name)) != value}


def _count_concerned(row: SectorRule, following: SectorRule | None, *, at: datetime) -> int | None:
    """Return how many registrations of days that are over it holds for; None for a rule that reaches none."""
    today = brussels_date(at)
    end = today if following is None else min(today, following.valid_from)
    if row.valid_from >= end:
        return None
    return Presence.objects.filter(
        environment=row.environment,
        sector=row.sector,
        registration_date__gte=row.valid_from,
        registration_date__lt=end,
        next_date__isnull=True,
    ).count()
