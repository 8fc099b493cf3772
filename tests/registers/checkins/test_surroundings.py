"""What items meet in the register is read by one statement, which holds their workers where all are known."""

import pytest
from django.db import connection, transaction

from domain.checkins.items import Worker
from domain.checkins.vocabulary import PresenceKind, Sector
from registers.checkins.models import SectorRule
from registers.checkins.surroundings import read_surroundings
from tests.checkin_items import ANN, CLEANING_SITE, RECEIVED, SITE
from tests.registers.checkins.conftest import Counter

BOB = Worker(limosa_id="24910158641968060")
OF_ANN = ("123456", "EV-1")


def held() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()")
        return cursor.fetchone()[0]


def test_one_statement_finds_places_rules_and_workers(counter: Counter, django_assert_num_queries):
    known = counter.aliases.find_or_create({ANN}, at=RECEIVED)
    with django_assert_num_queries(1):
        found = read_surroundings({SITE, CLEANING_SITE, "1Y1000000000Z"}, {ANN}, serials=2, aliases=counter.aliases)
    assert found.aliases == known
    assert set(found.places) == {SITE, CLEANING_SITE}
    rule = found.rules.on(Sector.CLEANING, RECEIVED.date())
    assert rule is not None
    assert rule.kinds == {PresenceKind.EVENT}
    assert len(set(found.serials)) == 2


def test_workers_and_references_are_held_until_the_transaction_ends(counter: Counter):
    counter.aliases.find_or_create({ANN, BOB}, at=RECEIVED)
    before = held()
    with transaction.atomic():
        read_surroundings((), {ANN, BOB}, references=[OF_ANN], serials=1, aliases=counter.aliases)
        assert held() == before + 3


@pytest.mark.parametrize("workers", [set(), {BOB}, {ANN, BOB}])
def test_nobody_is_held_and_no_serial_given_unless_all_are_known(counter: Counter, workers):
    counter.aliases.find_or_create({ANN}, at=RECEIVED)
    before = held()
    found = read_surroundings((), workers, references=[OF_ANN], serials=1, aliases=counter.aliases)
    assert (found.serials, held()) == ([], before)
    assert set(found.aliases) == workers & {ANN}


def test_a_rule_that_is_entered_holds_at_once(counter: Counter):
    before = read_surroundings((), aliases=counter.aliases).rules
    SectorRule.objects.filter(environment="R", sector=Sector.CLEANING).update(days_ahead=7)
    after = read_surroundings((), aliases=counter.aliases).rules
    day = RECEIVED.date()
    assert [rules.on(Sector.CLEANING, day).days_ahead for rules in (before, after)] == [0, 7]
