"""Two numbers of one person: periods and contingents come together, as if all had been declared of one."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from domain.environments import Environment
from domain.quarters import Quarter
from registers.persons.merging import NumberChange, change_number, current_id
from registers.persons.models import Person, PersonIdentifier
from registers.persons.numbers import PersonDirectory
from registers.student_days.contingent_rules import read_rules
from registers.student_days.dmfa import lock_by_dmfa, note_actual_amount
from registers.student_days.merging import MergeOutcome, hold_off_filing, merge_periods
from registers.student_days.models import (
    DailyRegistration,
    Period,
    PeriodState,
    PeriodVersion,
    QuotaAccount,
    QuotaEntry,
)
from registers.student_days.official_states import give_back, set_official_state
from registers.student_days.overlapping import overlaps_of
from tests.registers.batch_filer import BatchFiler
from tests.registers.conftest import (
    NOON,
    OTHER,
    WAITED,
    Filer,
    a_cancellation,
    a_registration,
    an_action,
    an_update,
    codes,
    make_employers,
    period_of,
)
from tests.waiting import wait_for

BIS, NEW, THIRD = "04512300764", "05071400153", "06020300277"
AUGUST = {"starting_date": date(2026, 8, 3), "ending_date": date(2026, 8, 28)}
LATER = NOON + WAITED + timedelta(hours=1)


def merge(filer: Filer, old: str = BIS, *, at: datetime = LATER) -> tuple[NumberChange, MergeOutcome | None]:
    directory = PersonDirectory(filer.keys, environment=filer.environment)
    with transaction.atomic():
        hold_off_filing()
        changed = change_number(old, NEW, persons=directory, at=at)
        if changed is None or changed.absorbed_id is None:
            return changed, None
        rules = read_rules(filer.environment)
        outcome = merge_periods(
            changed.absorbed_id, changed.person_id, environment=filer.environment, rules=rules, at=at
        )
        return changed, outcome


def grants() -> dict[int, int]:
    return dict(Period.objects.order_by("pk").values_list("planned", "granted"))


def test_both_numbers_find_the_person_of_the_new_one(filer: Filer):
    filer(an_action(insz=BIS), an_action(insz=NEW, **AUGUST))
    changed, outcome = merge(filer)

    directory = PersonDirectory(filer.keys, environment=filer.environment)
    assert directory.find([BIS, NEW]) == {BIS: changed.person_id, NEW: changed.person_id}
    assert outcome == MergeOutcome(moved=1, regranted=0)
    assert current_id(changed.absorbed_id) == current_id(changed.person_id) == changed.person_id
    assert set(Period.objects.values_list("person_id", flat=True)) == {changed.person_id}


def test_the_contingents_become_one_in_the_order_of_reception(filer: Filer):
    filer(an_action(insz=NEW, planned_hours=500, **AUGUST), at=NOON + timedelta(minutes=5))
    filer(an_action(insz=BIS, planned_hours=400), at=NOON)
    changed, outcome = merge(filer)

    assert grants() == {500: 250, 400: 400}
    assert outcome.regranted == 1
    account = QuotaAccount.objects.get(person_id=changed.person_id)
    assert (account.granted, account.limit) == (650, 650)
    assert QuotaAccount.objects.get(person_id=changed.absorbed_id).granted == 0
    merged = PeriodVersion.objects.get(reason="MERGED")
    assert (merged.declaration_id, merged.granted, merged.change) == (None, 250, -250)
    assert QuotaEntry.objects.filter(person_id=changed.person_id).aggregate(Sum("change")) == {"change__sum": 650}


def test_what_came_after_the_declaration_is_gone_through_too(filer: Filer):
    (first,) = filer(an_action(insz=BIS, planned_hours=400), at=NOON)
    filer(an_action(insz=NEW, planned_hours=500, **AUGUST), at=NOON + timedelta(minutes=1))
    filer(an_update(period_of(first), planned_hours=100), at=NOON + timedelta(minutes=2))
    merge(filer)

    assert grants() == {100: 100, 500: 250}


def test_cancelled_and_late_periods_take_nothing(filer: Filer):
    (first,) = filer(an_action(insz=BIS, planned_hours=650), at=NOON)
    filer(a_cancellation(period_of(first)), at=NOON)
    filer(an_action(insz=BIS, planned_hours=600), at=datetime(2026, 7, 10, tzinfo=UTC))
    filer(an_action(insz=NEW, planned_hours=640, **AUGUST), at=NOON)
    merge(filer)

    assert grants() == {650: 0, 600: 0, 640: 640}


def test_a_period_declared_under_both_numbers_stays_once(filer: Filer):
    (kept,) = filer(an_action(insz=BIS, planned_hours=100), at=NOON)
    (double,) = filer(an_action(insz=NEW, planned_hours=100), at=NOON + timedelta(minutes=1))
    changed, outcome = merge(filer)

    assert outcome == MergeOutcome(moved=1, regranted=0, doubled=((int(period_of(kept)), int(period_of(double))),))
    states = Period.objects.order_by("pk").values_list("planned", "granted", "state")
    assert list(states) == [(100, 100, PeriodState.ACTIVE), (100, 0, PeriodState.CANCELLED)]
    assert QuotaAccount.objects.get(person_id=changed.person_id).granted == 100


@pytest.mark.parametrize("again", ["ACME N.V.", "Acme  NV"])
def test_a_period_declared_under_both_numbers_for_one_user_written_in_two_ways_stays_once(filer: Filer, again: str):
    (kept,) = filer(an_action(insz=BIS, using_employer="Acme NV"), at=NOON)
    (double,) = filer(an_action(insz=NEW, using_employer=again), at=NOON + timedelta(minutes=1))
    _, outcome = merge(filer)

    assert outcome.doubled == ((int(period_of(kept)), int(period_of(double))),)


def test_a_double_takes_nothing_from_what_came_between_it_and_the_merge(filer: Filer):
    filer(an_action(insz=BIS, planned_hours=100), at=NOON)
    filer(an_action(insz=NEW, planned_hours=100), at=NOON + timedelta(minutes=1))
    filer(an_action(insz=NEW, planned_hours=600, **AUGUST), at=NOON + timedelta(minutes=2))
    changed, outcome = merge(filer)

    assert outcome.regranted == 0
    assert granted_in_order() == [100, 0, 550]
    assert QuotaAccount.objects.get(person_id=changed.person_id).granted == 650


def test_a_double_of_an_earlier_merge_takes_nothing_when_a_third_number_comes(filer: Filer):
    filer(an_action(insz=BIS, planned_hours=100), at=NOON)
    filer(an_action(insz=NEW, planned_hours=100), at=NOON + timedelta(minutes=1))
    merge(filer)
    filer(an_action(insz=THIRD, planned_hours=600, **AUGUST), at=NOON + timedelta(minutes=2))
    changed, _ = merge(filer, THIRD)

    assert granted_in_order() == [100, 0, 550]
    assert QuotaAccount.objects.get(person_id=changed.person_id).granted == 650


def granted_in_order() -> list[int]:
    return list(Period.objects.order_by("first_declared_at").values_list("granted", flat=True))


@pytest.fixture
def doubles(filer: Filer) -> tuple[str, str]:
    """Return the numbers of two periods that are one employment: the one that will stay, and the one that will not."""
    (kept,) = filer(an_action(insz=BIS), at=NOON)
    (double,) = filer(an_action(insz=NEW), at=NOON + timedelta(minutes=1))
    return period_of(kept), period_of(double)


def test_what_stays_has_the_lock_of_the_quarterly_declaration_of_its_double(filer: Filer, doubles: tuple[str, str]):
    locked = Period.objects.get(pk=int(doubles[1]))
    lock_by_dmfa(Quarter(2026, 3), employer_id=locked.employer_id, person_id=locked.person_id, actor="dmfa", at=LATER)
    merge(filer)

    assert codes(filer(an_update(doubles[0], planned_hours=10))[0]) == ["00913-362"]
    last = PeriodVersion.objects.filter(period=int(doubles[0])).order_by("-number").first()
    assert (last.number, last.reason, last.change) == (2, "MERGED", 0)


@pytest.mark.parametrize(("state", "code"), [(PeriodState.LOCKED, "00913-362"), (PeriodState.BLOCKED, "00913-357")])
def test_what_stays_has_the_state_into_which_an_agent_brought_its_double(
    filer: Filer, doubles: tuple[str, str], state: PeriodState, code: str
):
    by = {"environment": filer.environment, "actor": "agent", "reason": "an inquiry", "at": LATER}
    set_official_state(int(doubles[1]), state, **by)
    merge(filer)

    assert codes(filer(an_update(doubles[0], planned_hours=10))[0]) == [code]
    assert give_back(int(doubles[0]), state, **by) is PeriodState.ACTIVE


def test_what_stays_has_the_amount_worked_of_its_double_where_none_is_noted_of_itself(
    filer: Filer, doubles: tuple[str, str]
):
    note_actual_amount(int(doubles[1]), 90, environment=filer.environment, actor="dmfa", at=LATER)
    merge(filer)
    filer(an_action(insz=THIRD), at=NOON + timedelta(minutes=2))
    (third,) = Period.objects.order_by("first_declared_at").values_list("pk", flat=True)[2:]
    note_actual_amount(third, 80, environment=filer.environment, actor="dmfa", at=LATER)
    merge(filer, THIRD)

    states = Period.objects.order_by("first_declared_at").values_list("actual", "state")
    assert list(states) == [(90, "ACTIVE"), (90, "CANCELLED"), (80, "CANCELLED")]


@pytest.mark.parametrize(("first", "second"), [(BIS, NEW), (NEW, BIS)])
def test_two_that_plan_different_hours_both_stay_until_their_employer_cancels_one(
    filer: Filer, first: str, second: str
):
    (one,) = filer(an_action(insz=first, planned_hours=40), at=NOON)
    (other,) = filer(an_action(insz=second, planned_hours=50), at=NOON + timedelta(minutes=1))
    changed, outcome = merge(filer)

    assert outcome == MergeOutcome(moved=1, regranted=0, differing=((int(period_of(one)), int(period_of(other))),))
    assert overlaps(changed.person_id) == [(period_of(one), period_of(other))]
    assert QuotaAccount.objects.get(person_id=changed.person_id).granted == 90
    assert codes(filer(an_action(insz=NEW, planned_hours=60))[0]) == ["90373-333"]
    (filed,) = BatchFiler(filer.keys)([an_action(insz=NEW, planned_hours=60)])
    assert codes(filed.decided[1]) == ["90373-333"]
    assert codes(filer(a_cancellation(period_of(one)))[0]) == []
    assert (grants(), overlaps(changed.person_id)) == ({40: 0, 50: 50}, [])


@pytest.mark.parametrize("minutes", [-1, 1])
def test_a_third_number_brings_what_differs_from_both(filer: Filer, minutes: int):
    filer(an_action(insz=BIS, planned_hours=40), an_action(insz=NEW, planned_hours=50))
    merge(filer)
    filer(an_action(insz=THIRD, planned_hours=60), at=NOON + timedelta(minutes=minutes))
    changed, outcome = merge(filer, THIRD)

    assert (outcome.doubled, len(outcome.differing)) == ((), 2)
    assert len(set(Period.objects.values_list("doublet", flat=True))) == 3
    assert QuotaAccount.objects.get(person_id=changed.person_id).granted == 150


def test_daily_registrations_of_a_period_declared_twice_go_over_to_the_one_that_stays(filer: Filer):
    flexible = {"worker_type": "FLX", "planned_hours": None}
    (kept,) = filer(an_action(insz=BIS, **flexible), at=NOON)
    (double,) = filer(an_action(insz=NEW, **flexible), at=NOON + timedelta(minutes=1))
    filer(a_registration(period_id=period_of(double)))
    merge(filer)

    (registration,) = DailyRegistration.objects.all()
    assert (f"{registration.period_id:012d}", registration.is_withdrawn) == (period_of(kept), False)


def test_periods_that_overlap_stay_and_count_until_their_employer_ends_one(filer: Filer):
    (one,) = filer(an_action(insz=BIS, planned_hours=100))
    (other,) = filer(an_action(insz=NEW, planned_hours=120, starting_date=date(2026, 7, 15)))
    filer(an_action(insz=NEW, planned_hours=30, employer=OTHER))
    changed, _ = merge(filer)

    assert overlaps(changed.person_id) == [(period_of(one), period_of(other))]
    assert QuotaAccount.objects.get(person_id=changed.person_id).granted == 250
    filer(a_cancellation(period_of(other)))
    assert overlaps(changed.person_id) == []


def overlaps(person_id: int) -> list[tuple[str, ...]]:
    found = overlaps_of(person_id, environment=Environment.PRODUCTION, users_apart=True)
    return [tuple(f"{period.number:012d}" for period in pair) for pair in found]


def test_declarations_go_on_under_either_number(filer: Filer):
    filer(an_action(insz=BIS, planned_hours=400), an_action(insz=NEW, planned_hours=100, **AUGUST))
    merge(filer)
    (result,) = filer(an_action(insz=BIS, planned_hours=200, employer=OTHER, **AUGUST))
    (again,) = filer(an_action(insz=NEW, planned_hours=400))

    assert codes(result) == ["90017-369"]
    assert codes(again) == ["90373-333"]


def test_a_second_merge_changes_nothing(filer: Filer):
    filer(an_action(insz=BIS, planned_hours=400), an_action(insz=NEW, planned_hours=500, **AUGUST))
    first, _ = merge(filer)
    second, outcome = merge(filer)

    assert second == NumberChange(first.person_id)
    assert outcome is None


@pytest.mark.parametrize("known", [BIS, NEW])
def test_a_number_that_nobody_declared_yet_finds_the_person_of_the_other(filer: Filer, known: str):
    filer(an_action(insz=known))
    changed, _ = merge(filer)

    assert changed.absorbed_id is None
    assert PersonIdentifier.objects.filter(person_id=changed.person_id).count() == 2
    assert PersonIdentifier.objects.filter(valid_until=LATER).count() == 1
    assert Person.objects.count() == 1


def test_two_unknown_numbers_are_nobody(filer: Filer):
    assert merge(filer) == (None, None)
    with pytest.raises(LookupError):
        current_id(0)


def test_a_merge_waits_for_filings_that_run(transactional_db: None, keys):
    make_employers()
    filer, done = Filer(keys), threading.Event()
    filer(an_action(insz=NEW, planned_hours=600, **AUGUST))

    def run() -> None:
        merge(filer)
        done.set()
        connection.close()

    with transaction.atomic():
        filer(an_action(insz=BIS, planned_hours=100))
        thread = threading.Thread(target=run)
        thread.start()
        assert wait_for(1)
        assert not done.is_set()
    thread.join()

    assert grants() == {600: 600, 100: 50}
