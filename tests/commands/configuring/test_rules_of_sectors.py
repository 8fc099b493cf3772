"""`guichet checkins set-rule` says what it changes of the past and until when it holds; the trail has what was and what is."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from domain.brussels import brussels_date
from domain.checkins.vocabulary import PresenceStatus
from domain.environments import Environment
from registers.checkins.models import Presence, SectorRule
from registers.persons.details import create_person
from tests.commands.configuring.hand_ins import Run, events

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
Registered = Callable[..., None]
SET = "checkins set-rule CLEANING --environments R --from"
PLACE = "work-places add 1Y1003TESTB7Z --environments R"


@pytest.fixture
def now() -> datetime:
    """When the test begins: a suite may be collected on the day before."""
    return datetime.now(UTC)


@pytest.fixture
def today(now: datetime) -> date:
    return brussels_date(now)


@pytest.fixture
def registered(now: datetime) -> Registered:
    return partial(register, at=now)


def register(days_ago: int, *, at: datetime, **deviation) -> None:
    """Let a presence of so many days ago stand in the register."""
    day = brussels_date(at) - days_ago * DAY
    facts = {
        "environment": "R",
        "number": 132_200_000_000_000 + Presence.objects.count(),
        "version": 1,
        "registration_date": day,
        "kind": "EVENT",
        "sector": "CLEANING",
        "person_id": create_person(Environment(deviation.get("environment", "R")), at=at),
        "identifier_id": 1,
        "work_place": "1Y1003TESTB7Z",
        "event_at": at - days_ago * DAY,
        "event_type": "IN",
        "channel": "REST",
        "received_at": at,
        "created_at": at,
        "status": PresenceStatus.VALIDATED.name,
        "slot": 0,
    }
    Presence.objects.create(**facts | deviation)


def test_a_rule_that_reaches_back_says_so_and_how_many_registrations_it_concerns(
    run: Run, registered: Registered, today: date
):
    for days_ago in (0, 1, 5, 9):
        registered(days_ago)
    registered(2, sector="CONSTRUCTION")
    registered(2, environment="T")
    code, told = run(f"{SET} {today - 5 * DAY} --correction-days 7")
    assert code == 0
    assert "it reaches back: of days that are over, it holds for 2 registrations" in told


def test_a_rule_from_today_on_reaches_nothing_back(run: Run, registered: Registered, today: date):
    registered(1)
    assert run(f"{SET} {today} --correction-days 7") == (
        0,
        f"R: the rule of CLEANING from {today} on is in force\n",
    )


def test_a_rule_ends_where_a_later_one_takes_over_and_says_what_that_one_says_otherwise(run: Run):
    run(f"{SET} 2096-01-01 --keep-years 7 --cancel-days 2")
    assert run(f"{SET} 2095-01-01 --keep-years 5 --cancel-days 2")[1] == (
        "R: the rule of CLEANING from 2095-01-01 on is in force, until 2095-12-31, when a later one takes over "
        "that says keep years 7\n"
    )


def test_what_lies_behind_the_later_one_is_not_counted(run: Run, registered: Registered, today: date):
    run(f"{SET} {today - 4 * DAY} --cancel-days 2")
    for days_ago in (3, 5, 6):
        registered(days_ago)
    told = run(f"{SET} {today - 9 * DAY} --cancel-days 1")[1]
    assert "it holds for 2 registrations" in told


def test_nothing_is_corrected_that_is_not_kept_any_more(run: Run):
    code, told = run(f"{SET} 2095-01-01 --keep-years 1 --correction-days 366")
    assert (code, "within 365 days at most" in told) == (1, True)
    assert run(f"{SET} 2095-01-01 --keep-years 1 --correction-days 365")[0] == 0
    code, told = run(f"{SET} 2095-01-01 --correction-days 366")
    assert (code, "within 365 days at most" in told) == (1, True)


def test_the_trail_has_what_a_rule_said_before_and_says_since(run: Run):
    run(f"{SET} 2095-01-01 --correction-days 999")
    run(f"{SET} 2095-01-01 --correction-days 30 --kinds DAY,EVENT")
    (entered,), (changed,) = events("sector-rule:entered"), events("sector-rule:changed")
    before = [
        *("kinds=EVENT", "registrants=WORKER", "days_ahead=0", "cancel_days=0", "correction_days=30"),
        *("keep_years=7", "keep_position_days=90"),
    ]
    between = ["correction_days=999" if one == "correction_days=30" else one for one in before]
    assert (entered["before"], entered["after"], changed["before"]) == (before, between, between)
    assert changed["after"] == ["kinds=DAY,EVENT", *before[1:]]


def test_the_first_rule_of_a_sector_has_nothing_before_it(run: Run):
    SectorRule.objects.filter(sector="MEAT").delete()
    run("checkins set-rule MEAT --kinds DAY --from 2095-01-01 --environments R")
    assert events("sector-rule:entered")[0]["before"] is None


def test_the_trail_has_what_a_work_place_was_judged_by_and_names_what_else_became_otherwise(run: Run):
    run(f"{PLACE} --sector CLEANING --name Offices --declarant 0877665502 --from 2026-01-01")
    run(f"{PLACE} --sector MEAT --name Abattoir --until 2026-12-31 --point 50.8466,4.3528")
    (entered,), (changed,) = events("work-place:entered"), events("work-place:changed")
    before = ["sector=CLEANING", "declarant=0877665502", "responsible=", "is_subject=True", "valid_from=2026-01-01"]
    assert (entered["before"], entered["after"]) == (None, [*before, "valid_until="])
    assert changed["before"] == entered["after"]
    assert changed["after"] == ["sector=MEAT", *before[1:], "valid_until=2026-12-31"]
    assert changed["described_anew"] == ["name", "latitude", "longitude"]
    assert "Abattoir" not in str(changed)


def test_no_rule_is_of_simulations_which_are_judged_by_those_of_tests(run: Run):
    assert set(SectorRule.objects.values_list("environment", flat=True)) == {"R", "T"}
    assert {line.split()[0] for line in run("checkins rules")[1].splitlines()[1:] if line.strip("- ")} == {"R", "T"}


def test_a_rule_that_is_not_in_force_yet_is_dropped_and_the_one_before_it_goes_on(run: Run, today: date):
    first = today + 9 * DAY
    run(f"{SET} {first} --days-ahead 0")
    drop = f"checkins drop-rule CLEANING --environments R --from {first}"
    assert run(drop) == (0, f"R: the rule of CLEANING from {first} on is dropped\n")
    assert not SectorRule.objects.filter(environment="R", valid_from=first).exists()
    (dropped,) = events("sector-rule:dropped")
    assert "days_ahead=0" in dropped["before"]
    assert "No rule of CLEANING begins" in run(drop)[1]


def test_a_rule_that_is_in_force_is_not_dropped(run: Run, today: date):
    run(f"{SET} {today} --days-ahead 0")
    code, told = run(f"checkins drop-rule CLEANING --environments R --from {today}")
    assert (code, "is in force" in told) == (1, True)
    assert SectorRule.objects.filter(environment="R", valid_from=today).exists()


def test_the_trail_has_under_whom_and_from_when_until_when_a_company_has_its_part(run: Run):
    run(f"{PLACE} --sector CLEANING --name Offices --declarant 0877665502 --from 2026-01-01")
    party = "1Y1003TESTB7Z 0448181966 --environments R"
    run(f"work-places add-party {party} --role SUBCONTRACTOR --under 0877665502 --from 2026-03-01")
    run(f"work-places end-party {party} --role SUBCONTRACTOR --until 2026-06-30")
    added, ended = events("work-place:party-added")[-1], events("work-place:party-ended")[-1]
    part = [added[name] for name in ("about", "under", "valid_from", "valid_until")]
    assert part == ["SUBCONTRACTOR 0448181966", "0877665502", "2026-03-01", ""]
    assert (ended["about"], ended["last_day"]) == ("SUBCONTRACTOR 0448181966", "2026-06-30")
