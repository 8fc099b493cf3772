"""The rules of a sector are dated: each holds from its first day on, for what is registered for a day of its own."""

from datetime import date, datetime, timedelta

import pytest

from domain.brussels import BRUSSELS
from domain.checkins.outcomes import Refused
from domain.checkins.vocabulary import PresenceKind, Sector
from registers.checkins.models import SectorRule
from registers.checkins.sector_rules import RuleOfSector, SectorRules
from tests.checkin_items import RECEIVED, a_cancellation, a_day
from tests.registers.checkins.conftest import Counter

FIRST, SECOND, DAY = date(2026, 1, 1), date(2026, 11, 24), timedelta(days=1)


def a_rule(valid_from: date, **deviation) -> RuleOfSector:
    sound = {"days_ahead": 0, "cancel_days": 0, "correction_days": 30, "keep_years": 7, "keep_position_days": 90}
    kinds, nobody = frozenset({PresenceKind.EVENT}), frozenset()
    return RuleOfSector(Sector.CLEANING, valid_from, kinds, nobody, **sound | deviation)


@pytest.mark.parametrize(
    ("day", "since"), [(FIRST - DAY, None), (FIRST, FIRST), (SECOND - DAY, FIRST), (SECOND, SECOND)], ids=str
)
def test_the_newest_rule_holds_from_its_first_day_on(day: date, since: date | None):
    rule = SectorRules((a_rule(SECOND), a_rule(FIRST))).on(Sector.CLEANING, day)
    assert (rule and rule.valid_from) == since


def test_a_rule_of_another_sector_holds_for_none_else():
    assert SectorRules((a_rule(FIRST),)).on(Sector.MEAT, SECOND) is None


def withdraw(counter: Counter, *, after: int) -> str:
    """Return why a day presence of 23 November cannot be cancelled so many days later; nothing where it is."""
    (known,) = counter(a_day())
    (outcome,) = counter(
        a_cancellation(registration_id=known.registration.id),
        received_at=datetime(2026, 11, 23 + after, 23, 59, tzinfo=BRUSSELS),
    )
    return outcome.codes[0].name if isinstance(outcome, Refused) else ""


@pytest.mark.parametrize(("after", "refusal"), [(2, ""), (3, "TOO_LATE_TO_CANCEL")])
def test_a_day_is_cancelled_until_as_many_days_later_as_its_rule_says(counter: Counter, after: int, refusal: str):
    SectorRule.objects.filter(environment="R", sector="CONSTRUCTION").update(cancel_days=2)
    assert withdraw(counter, after=after) == refusal


@pytest.mark.parametrize(("then", "later", "refusal"), [(2, 0, ""), (0, 2, "TOO_LATE_TO_CANCEL")])
def test_the_rule_of_the_day_that_is_cancelled_decides(counter: Counter, then: int, later: int, refusal: str):
    own = SectorRule.objects.filter(environment="R", sector="CONSTRUCTION")
    own.update(cancel_days=then)
    rule = own.get()
    rule.pk, rule.valid_from, rule.cancel_days = None, RECEIVED.date() + DAY, later
    rule.save(force_insert=True)
    assert withdraw(counter, after=2) == refusal
