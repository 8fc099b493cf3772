"""Limits in their dated table, and hours that count in no contingent."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from domain.configuration_refusals import ConfigurationRefusedError
from domain.contingent import LIMITS, NeutralisedDays, YearlyLimit
from domain.environments import Environment
from domain.findings import QuotaUnit
from domain.student_declarations import DimonaIn
from evidence.models import AuditEvent
from registers.access.models import Entity
from registers.persons.numbers import PersonKeys
from registers.student_days.contingent_rules import (
    end_neutralisation,
    neutralise,
    read_rules,
    remove_limit,
    set_limit,
)
from registers.student_days.merging import MergeOutcome
from registers.student_days.models import Neutralisation, Period, QuotaAccount, QuotaEntry, QuotaLimit
from tests.registers.batch_filer import BatchFiler
from tests.registers.conftest import NOON, OTHER, OWN, Filer, an_action, an_update, codes, make_employers, period_of
from tests.registers.test_merging import BIS, NEW, merge
from tests.waiting import wait_for

PRODUCTION = (Environment.PRODUCTION,)
Q1_2022 = {"starting_date": date(2022, 1, 10), "ending_date": date(2022, 3, 31)}
IN_2021 = datetime(2021, 6, 1, tzinfo=UTC)


def change(amount: int, *, year: int = 2026, unit: QuotaUnit = QuotaUnit.HOURS) -> dict[Environment, int]:
    return set_limit(YearlyLimit(year, amount, unit), environments=PRODUCTION, actor="operator", at=NOON)


def amounts(result) -> list[int]:
    return [finding.exceeding.amount for finding in result.findings if finding.exceeding]


def test_the_table_is_seeded_with_the_limits_of_the_law(db: None):
    assert read_rules(Environment.PRODUCTION).limits == LIMITS


def test_an_empty_table_leaves_the_limits_that_are_known(db: None):
    QuotaLimit.objects.all().delete()

    assert read_rules(Environment.PRODUCTION).limits == LIMITS
    change(700)
    assert len(read_rules(Environment.PRODUCTION).limits) == len(LIMITS) + 1


def test_a_limit_is_raised_for_accounts_that_exist_and_for_those_to_come(filer: Filer):
    (first,) = filer(an_action(planned_hours=700))
    assert amounts(first) == [50]
    assert change(700) == {Environment.PRODUCTION: 1}
    (again,) = filer(an_update(period_of(first), planned_hours=690))
    (other,) = filer(an_action(insz="06020300277", planned_hours=700))

    assert (codes(again), codes(other)) == ([], [])
    event = AuditEvent.objects.get(action="contingent:limit-set")
    assert event.detail == {"environment": "R", "year": 2026, "amount": 700, "unit": "HOURS", "accounts": 1}


def test_a_limit_holds_until_the_next_one(filer: Filer):
    filer(an_action(starting_date=date(2027, 7, 1), ending_date=date(2027, 7, 30)))
    change(700, year=2027)
    change(680)

    rules = read_rules(Environment.PRODUCTION)
    assert [rules.limit_of(year).amount for year in (2025, 2026, 2027)] == [650, 680, 700]
    assert QuotaAccount.objects.get().limit == 700


def test_a_limit_is_not_lowered_below_what_is_granted(filer: Filer):
    filer(an_action(planned_hours=600))
    with pytest.raises(ConfigurationRefusedError, match="600"):
        change(599)

    assert QuotaAccount.objects.get().limit == 650
    assert not AuditEvent.objects.filter(action="contingent:limit-set").exists()
    assert change(600) == {Environment.PRODUCTION: 1}


@pytest.mark.parametrize(
    ("year", "unit"), [(2027, QuotaUnit.DAYS), (2017, QuotaUnit.DAYS), (2016, QuotaUnit.HOURS), (2012, QuotaUnit.HOURS)]
)
def test_a_limit_in_another_unit_than_declarations_plan_is_refused(db: None, year: int, unit: QuotaUnit):
    with pytest.raises(ConfigurationRefusedError, match=f"Declarations of {year} plan"):
        change(50, year=year, unit=unit)

    assert read_rules(Environment.PRODUCTION).limits == LIMITS


def test_the_database_keeps_no_limit_in_another_unit_than_declarations_plan(db: None):
    with pytest.raises(IntegrityError, match="quota_limit_in_the_unit_declared"):
        QuotaLimit.objects.create(environment="R", first_year=2027, amount=50, unit="DAYS")


def test_a_limit_that_is_taken_back_leaves_the_one_before(filer: Filer):
    change(700)
    filer(an_action(planned_hours=600))

    changed = remove_limit(2026, environments=PRODUCTION, actor="operator", at=NOON)

    assert changed == {Environment.PRODUCTION: 1}
    assert read_rules(Environment.PRODUCTION).limits == LIMITS
    assert QuotaAccount.objects.get().limit == 650
    assert AuditEvent.objects.get(action="contingent:limit-removed").detail == {
        "environment": "R",
        "year": 2026,
        "accounts": 1,
    }


def test_a_limit_is_not_taken_back_when_more_than_the_one_before_is_granted(filer: Filer):
    change(700)
    filer(an_action(planned_hours=700))

    with pytest.raises(ConfigurationRefusedError, match="700 were granted"):
        remove_limit(2026, environments=PRODUCTION, actor="operator", at=NOON)


@pytest.mark.parametrize(
    ("year", "reason"), [(2026, "no limit begins"), (2017, "no limit in HOURS"), (1900, "no limit in DAYS")]
)
def test_a_limit_that_is_none_or_the_first_of_its_unit_is_not_taken_back(db: None, year: int, reason: str):
    with pytest.raises(ConfigurationRefusedError, match=reason):
        remove_limit(year, environments=PRODUCTION, actor="operator", at=NOON)

    assert read_rules(Environment.PRODUCTION).limits == LIMITS


def test_days_that_are_neutralised_no_more_count_again(filer: Filer):
    year = (date(2026, 1, 1), date(2026, 12, 31))
    neutralise(*year, environment=Environment.PRODUCTION, actor="operator", at=NOON)
    days = Neutralisation.objects.get(environment="R", first_day=year[0])

    end_neutralisation(days.pk, actor="operator", at=NOON)

    (result,) = filer(an_action(planned_hours=700))
    assert amounts(result) == [50]
    assert AuditEvent.objects.get(action="contingent:neutralisation-ended").detail["last_day"] == "2026-12-31"
    with pytest.raises(ConfigurationRefusedError, match="No neutralised days"):
        end_neutralisation(days.pk, actor="operator", at=NOON)


def test_the_first_45_hours_of_the_first_quarter_of_2022_count_nowhere(filer: Filer):
    (first,) = filer(an_action(planned_hours=30, **Q1_2022), at=IN_2021)
    (second,) = filer(an_action(planned_hours=500, employer=OTHER, **Q1_2022), at=IN_2021)

    assert codes(first) == []
    assert amounts(second) == [500 - 15 - 475]
    rows = Period.objects.order_by("pk").values_list("planned", "granted", "neutralised")
    assert list(rows) == [(30, 0, 30), (500, 475, 15)]
    assert list(QuotaEntry.objects.order_by("period").values_list("exceeding", flat=True)) == [0, 10]


def test_a_change_counts_neutralised_hours_anew(filer: Filer):
    (first,) = filer(an_action(planned_hours=100, **Q1_2022), at=IN_2021)
    filer(an_update(period_of(first), planned_hours=40), at=IN_2021)

    assert Period.objects.values_list("planned", "granted", "neutralised").get() == (40, 0, 40)
    assert QuotaAccount.objects.get().granted == 0


def test_a_quarter_that_is_neutralised_for_everyone_exceeds_nothing(filer: Filer):
    summer = {"starting_date": date(2021, 7, 1), "ending_date": date(2021, 9, 30)}
    (result,) = filer(an_action(planned_hours=500, **summer), at=IN_2021)

    assert codes(result) == []
    assert Period.objects.get().neutralised == 500


def test_an_operator_neutralises_the_hours_of_one_employer(filer: Filer):
    filer(an_action(insz="06020300277"))
    neutralise(
        date(2026, 7, 1),
        date(2026, 9, 30),
        environment=Environment.PRODUCTION,
        employer_id=Period.objects.get().employer_id,
        actor="operator",
        at=NOON,
    )
    own, other = filer(an_action(planned_hours=700), an_action(planned_hours=700, employer=OTHER))

    assert (amounts(own), amounts(other)) == ([], [50])


OWN_FIRST = [{"planned_hours": 100, **Q1_2022}, {"planned_hours": 60, "employer": OTHER, **Q1_2022}]


def neutralise_own_hours_of_2022() -> None:
    own = Entity.objects.get(environment="R", nsso_number=OWN.nsso)
    days = (date(2022, 1, 1), date(2022, 6, 30))
    neutralise(*days, environment=Environment.PRODUCTION, employer_id=own.pk, actor="operator", at=NOON)


def singly(keys: PersonKeys, actions: list[DimonaIn]) -> None:
    Filer(keys)(*actions, at=IN_2021)


def in_a_batch(keys: PersonKeys, actions: list[DimonaIn]) -> None:
    BatchFiler(keys)(actions, at=IN_2021)


@pytest.mark.parametrize("file", [singly, in_a_batch])
@pytest.mark.parametrize("starts", [OWN_FIRST, OWN_FIRST[::-1]], ids=["own first", "other first"])
def test_hours_that_another_rule_neutralised_use_up_no_most(db: None, keys, starts: list[dict], file):
    make_employers()
    neutralise_own_hours_of_2022()
    file(keys, [an_action(**start) for start in starts])

    rows = Period.objects.order_by("-planned").values_list("planned", "granted", "neutralised")
    assert list(rows) == [(100, 0, 100), (60, 15, 45)]
    assert QuotaAccount.objects.get().granted == 15


@pytest.mark.parametrize("changed", [0, 1], ids=["own", "other"])
def test_a_change_finds_the_most_as_others_left_it(filer: Filer, changed: int):
    neutralise_own_hours_of_2022()
    started = [filer(an_action(**start), at=IN_2021)[0] for start in OWN_FIRST]
    filer(an_update(period_of(started[changed]), planned_hours=50), at=IN_2021)

    rows = list(Period.objects.order_by("pk").values_list("planned", "granted", "neutralised"))
    assert rows == [[(50, 0, 50), (60, 15, 45)], [(100, 0, 100), (50, 5, 45)]][changed]


@pytest.mark.parametrize("starts", [OWN_FIRST, OWN_FIRST[::-1]], ids=["own first", "other first"])
def test_a_merge_counts_towards_a_most_what_its_rule_neutralised(filer: Filer, starts: list[dict]):
    neutralise_own_hours_of_2022()
    for number, start in zip((BIS, NEW), starts, strict=True):
        filer(an_action(insz=number, **start), at=IN_2021)

    assert merge(filer)[1] == MergeOutcome(moved=1, regranted=0)
    assert QuotaAccount.objects.order_by("-granted").first().granted == 15


EVERYBODYS_MOST = {"planned_hours": 100, "joint_commission": "XXX"}
COMMISSIONS_MOST = {"planned_hours": 100, "employer": OTHER, "joint_commission": "330"}


@pytest.mark.parametrize("file", [singly, in_a_batch])
@pytest.mark.parametrize(
    "starts",
    [[EVERYBODYS_MOST, COMMISSIONS_MOST], [COMMISSIONS_MOST, EVERYBODYS_MOST]],
    ids=["one rule first", "two first"],
)
def test_two_rules_with_a_most_take_the_same_hours_in_either_order(db: None, keys, starts: list[dict], file):
    make_employers()
    for commission in ("", "330"):
        neutralise(
            date(2026, 7, 1),
            date(2026, 9, 30),
            environment=Environment.PRODUCTION,
            joint_commission=commission,
            most_hours=100,
            actor="operator",
            at=NOON,
        )
    file(keys, [an_action(**start) for start in starts])

    assert list(Period.objects.values_list("granted", "neutralised")) == [(0, 100), (0, 100)]


def test_a_late_declaration_is_not_neutralised(filer: Filer):
    (result,) = filer(an_action(planned_hours=40, **Q1_2022), at=datetime(2022, 2, 1, tzinfo=UTC))

    assert codes(result) == ["90373-460"]
    assert Period.objects.get().neutralised == 0


def test_neutralised_days_concern_their_days_commission_and_employer():
    days = NeutralisedDays(date(2021, 1, 1), date(2021, 6, 30), "330", 7)

    assert days.concerns(date(2021, 6, 30), joint_commission="330", employer_id=7)
    assert not days.concerns(date(2021, 7, 1), joint_commission="330", employer_id=7)
    assert not days.concerns(date(2021, 6, 30), joint_commission="XXX", employer_id=7)
    assert not days.concerns(date(2021, 6, 30), joint_commission="330", employer_id=8)


def test_a_limit_waits_for_filings_that_run(transactional_db: None, keys):
    make_employers()
    filer, done = Filer(keys), threading.Event()

    def raise_limit() -> None:
        change(700)
        done.set()
        connection.close()

    with transaction.atomic():
        filer(an_action(planned_hours=700))
        thread = threading.Thread(target=raise_limit)
        thread.start()
        assert wait_for(1)
        assert not done.is_set()
    thread.join()

    assert QuotaAccount.objects.values_list("limit", "granted").get() == (700, 650)
