"""`guichet work-places` and `guichet checkins` as an operator types them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection

from commands.checkins import actions
from domain.brussels import brussels_date
from portal.check_in_configuration import CheckInConfiguration
from portal.environment_variables import ConfigurationError
from registers.checkins import keeping
from registers.checkins.keeping import MadeAhead
from registers.checkins.models import RevalidationRequest, SectorRule, WorkPlace, WorkPlaceParty
from tests.commands.configuring.hand_ins import Run
from tests.registers.checkins.test_months import make_months, parts_of

pytestmark = pytest.mark.django_db

PLACE = "work-places add 1Y1003TESTB7Z --sector CLEANING --name Offices --declarant 0877665502 --from 2026-01-01"


def test_a_work_place_is_entered_and_shown(run: Run):
    code, told = run(f"{PLACE} --point 50.8466,4.3528 --environments R")

    assert (code, told) == (0, "R: work place 1Y1003TESTB7Z entered\n")
    assert run(f"{PLACE} --environments R") == (0, "R: work place 1Y1003TESTB7Z changed\n")
    assert "1Y1003TESTB7Z  CLEANING" in run("work-places list")[1]
    assert RevalidationRequest.objects.count() == 2


def test_what_is_not_repeated_stays_as_it_was(run: Run):
    run(f"{PLACE} --point 50.8466,4.3528 --municipality Gent --not-subject --until 2027-12-31 --environments R")
    code, told = run("work-places add 1Y1003TESTB7Z --name Bureau --environments R")
    assert (code, told) == (0, "R: work place 1Y1003TESTB7Z changed\n")
    told = run("work-places show 1Y1003TESTB7Z")[1]
    assert "1Y1003TESTB7Z Bureau, CLEANING, declared by 0877665502" in told
    assert "from 2026-01-01 until 2027-12-31; no presence need be registered; Gent; point 50.8466000,4.3528000" in told
    run("work-places add 1Y1003TESTB7Z --subject --point none --until none --environments R")
    told = run("work-places show 1Y1003TESTB7Z")[1]
    assert "from 2026-01-01 without end; presences are registered; Gent; point unknown" in told


def test_who_registers_goes_on_as_it_was_unless_a_rule_says_otherwise(run: Run):
    for start, words in (("2027-01-01", ""), ("2028-01-01", "--registrants WORKER"), ("2029-01-01", "")):
        run(f"checkins set-rule MEAT --from {start} --kinds DAY {words} --environments R")
    rules = SectorRule.objects.filter(environment="R", sector="MEAT", valid_from__gte="2027-01-01").order_by(
        "valid_from"
    )
    assert [len(rule.registrants) for rule in rules] == [3, 1, 1]


def test_a_later_rule_need_not_repeat_which_kinds_are_registered(run: Run):
    run("checkins set-rule MEAT --from 2027-01-01 --kinds DAY --environments R")
    assert run("checkins set-rule MEAT --from 2028-01-01 --cancel-days 1 --environments R")[0] == 0
    rules = SectorRule.objects.filter(environment="R", sector="MEAT", valid_from__gte="2027-01-01")
    assert [(rule.kinds, rule.cancel_days) for rule in rules.order_by("-valid_from")] == [
        (["DAY"], 1),
        (["DAY"], rules.earliest("valid_from").cancel_days),
    ]


def test_who_declared_the_works_subcontracts_without_being_entered_again(run: Run):
    run(f"{PLACE} --environments R")
    under = "work-places add-party 1Y1003TESTB7Z PL5260250274 --role SUBCONTRACTOR --under 0877665502 --environments R"
    code, told = run(f"{under} --from 2026-03-01")
    assert (code, told) == (0, "R: PL5260250274 is SUBCONTRACTOR of 1Y1003TESTB7Z from 2026-03-01 on\n")
    assert {(party.enterprise, party.role) for party in WorkPlaceParty.objects.all()} == {
        ("0877665502", "DECLARANT"),
        ("PL5260250274", "SUBCONTRACTOR"),
    }
    told = run("work-places show 1Y1003TESTB7Z")[1]
    assert "PL5260250274  SUBCONTRACTOR  0877665502" in told


def test_who_declared_works_that_are_over_subcontracts_nothing_there(run: Run):
    run(f"{PLACE} --until 2026-12-31 --environments R")
    under = "work-places add-party 1Y1003TESTB7Z PL5260250274 --role SUBCONTRACTOR --under 0877665502 --environments R"
    code, told = run(f"{under} --from 2027-03-01")
    assert (code, "is no party of 1Y1003TESTB7Z in that time" in told) == (1, True)
    assert not WorkPlaceParty.objects.exists()


@pytest.mark.parametrize("role", ["DECLARANT", "CONTRACTOR"])
def test_who_declared_the_works_and_was_ended_as_a_party_stays_ended(run: Run, role: str):
    run(f"{PLACE} --environments R")
    party = "work-places add-party 1Y1003TESTB7Z"
    run(f"{party} 0877665502 --role {role} --from 2026-01-01 --until 2026-06-30 --environments R")
    under = f"{party} PL5260250274 --role SUBCONTRACTOR --under 0877665502 --environments R --from 2026-09-01"
    code, told = run(under)
    assert (code, "is no party of 1Y1003TESTB7Z in that time" in told) == (1, True)
    assert WorkPlaceParty.objects.count() == 1


def test_a_contractor_with_an_end_subcontracts_until_then(run: Run):
    run(f"{PLACE} --environments R")
    party = "work-places add-party 1Y1003TESTB7Z"
    run(f"{party} 0400767772 --from 2026-01-01 --until 2026-12-31 --environments R")
    under = f"{party} PL5260250274 --role SUBCONTRACTOR --under 0400767772 --environments R"
    assert run(f"{under} --from 2026-03-01")[0] == 0
    code, told = run(f"{under} --from 2027-03-01")
    assert (code, "is no party of 1Y1003TESTB7Z in that time" in told) == (1, True)
    code, told = run(f"{party} 0400767772 --from 2026-05-01 --environments R")
    assert (code, "already in that time" in told) == (1, True)
    assert run(f"{party} 0400767772 --from 2027-01-01 --environments R")[0] == 0
    assert (
        "until 2026-06-30 in R"
        in run("work-places end-party 1Y1003TESTB7Z PL5260250274 --until 2026-06-30 --environments R")[1]
    )


MISTAKES = (
    ("work-places add 1Y1003TESTBIZ --sector CLEANING --name A --declarant 0877665502 --from 2026-01-01", "13 capital"),
    ("work-places add 1Y1003TESTB7Z --sector CLEANING --name A --declarant 0877665503 --from 2026-01-01", "no company"),
    (f"{PLACE} --until 2025-01-01", "Exchange the two days"),
    (f"{PLACE} --point 150,4", "no such point"),
    (f"{PLACE} --point nan,nan", "no such point"),
    (f"{PLACE} --post-code 12345678901", "10 letters at most"),
    (PLACE.replace("Offices", "O" * 201), "200 letters at most"),
    (PLACE.replace("0877665502", "BE0877665503"), "no company number"),
    ("work-places add 1Y1003TESTB7Z --name A --sector MEAT", "Give its declarant, first day"),
    ("work-places show 1Y1003TESTB7Z", "There is no work place"),
    ("work-places add-party 1Y1003TESTB7Z 0400767772 --from 2026-01-01", "Enter it first"),
    ("checkins accept C-20261123-0000001 --by an.maes", "There is no operator 'an.maes'"),
    ("checkins set-rule MEAT --from 1990-01-01 --cancel-days 1", "Name DAY, EVENT or both as its kinds"),
    ("checkins set-rule MEAT --from 2027-01-01 --kinds DAY --registrants BOSS", "does not say who"),
    ("checkins set-rule MEAT --from 2027-01-01 --kinds EVENT", "the worker's own act"),
    ("checkins set-rule CLEANING --from 2027-01-01 --registrants WORKER,EMPLOYER", "the worker's own act"),
    ("checkins set-rule MEAT --from 2027-01-01 --kinds DAY --keep-years 2027", "1 to 100 years"),
    ("checkins set-rule MEAT --from 2027-01-01 --kinds DAY --keep-years 0", "1 to 100 years"),
    ("checkins set-rule MEAT --from 2027-01-01 --kinds DAY --days-ahead 367", "more than 366 days ahead"),
)


@pytest.mark.parametrize(("words", "reason"), MISTAKES)
def test_a_mistake_is_told_with_a_next_step(run: Run, words: str, reason: str):
    code, told = run(words)
    assert code == 1
    assert reason in told


def test_parties_stand_under_who_gave_them_the_work(run: Run):
    run(f"{PLACE} --environments R")
    run("work-places add-party 1Y1003TESTB7Z 0400767772 --from 2026-01-01 --environments R")
    code, told = run(
        "work-places add-party 1Y1003TESTB7Z PL5260250274 --role SUBCONTRACTOR --under 0400767772 "
        "--from 2026-03-01 --environments R"
    )
    assert (code, told) == (0, "R: PL5260250274 is SUBCONTRACTOR of 1Y1003TESTB7Z from 2026-03-01 on\n")
    assert WorkPlaceParty.objects.get(enterprise="PL5260250274").parent.enterprise == "0400767772"
    code, told = run("work-places show 1Y1003TESTB7Z")
    assert "PL5260250274  SUBCONTRACTOR  0400767772" in told


def test_a_belgian_number_is_the_same_with_its_country_before_it(run: Run):
    run(f"{PLACE.replace('0877665502', 'BE0877665502')} --environments R")
    assert WorkPlace.objects.get().declarant == "0877665502"
    run("work-places add-party 1Y1003TESTB7Z BE0400767772 --from 2026-01-01 --environments R")
    under = "work-places add-party 1Y1003TESTB7Z 0448181966 --role SUBCONTRACTOR --under BE0400767772"
    assert run(f"{under} --from 2026-01-01 --environments R")[0] == 0
    assert set(WorkPlaceParty.objects.values_list("enterprise", flat=True)) == {"0400767772", "0448181966"}
    end = "work-places end-party 1Y1003TESTB7Z BE0448181966 --until 2026-06-30 --environments R"
    assert "until 2026-06-30 in R" in run(end)[1]


def test_a_party_does_not_end_before_it_begins(run: Run):
    run(f"{PLACE} --environments R")
    code, told = run("work-places add-party 1Y1003TESTB7Z 0400767772 --from 2026-06-01 --until 2026-05-01")
    assert (code, "Exchange the two days" in told) == (1, True)


def test_a_party_that_would_begin_later_is_taken_away(run: Run):
    run(f"{PLACE} --environments R")
    add = "work-places add-party 1Y1003TESTB7Z 0400767772 --environments R"
    run(f"{add} --from 2027-06-01")
    end = "work-places end-party 1Y1003TESTB7Z 0400767772 --until 2027-05-31 --environments R"
    assert run(end) == (
        0,
        "0400767772 is a party of 1Y1003TESTB7Z until 2027-05-31 in R; what began later is taken away\n",
    )
    assert not WorkPlaceParty.objects.exists()
    assert run(f"{add} --from 2026-12-01")[0] == 0


def test_a_party_that_gave_work_to_others_is_not_taken_away_before_them(run: Run):
    run(f"{PLACE} --environments R")
    add = "work-places add-party 1Y1003TESTB7Z"
    run(f"{add} 0400767772 --from 2027-06-01 --environments R")
    run(f"{add} 0448181966 --role SUBCONTRACTOR --under 0400767772 --from 2027-06-01 --environments R")
    code, told = run("work-places end-party 1Y1003TESTB7Z 0400767772 --until 2027-05-31 --environments R")
    assert (code, "Take away 0448181966 first" in told) == (1, True)


def test_a_subcontractor_stands_under_somebody(run: Run):
    run(f"{PLACE} --environments R")
    words = "work-places add-party 1Y1003TESTB7Z 0400767772 --role SUBCONTRACTOR --from 2026-01-01 --environments R"
    code, told = run(words)
    assert code == 1
    assert "Name the company that subcontracted" in told


def test_a_party_ends(run: Run):
    run(f"{PLACE} --environments R")
    run("work-places add-party 1Y1003TESTB7Z 0400767772 --from 2026-01-01 --environments R")
    end = "work-places end-party 1Y1003TESTB7Z 0400767772 --until 2026-06-30 --environments R"
    assert "until 2026-06-30 in R" in run(end)[1]
    assert "nothing changed" in run(end)[1]


def test_a_party_ends_in_one_of_its_roles(run: Run):
    run(f"{PLACE} --environments R")
    for role in ("CLIENT", "CONTRACTOR"):
        run(f"work-places add-party 1Y1003TESTB7Z 0400767772 --role {role} --from 2026-01-01 --environments R")
    end = "work-places end-party 1Y1003TESTB7Z 0400767772 --role CONTRACTOR --until 2026-06-30 --environments R"
    assert run(end) == (0, "0400767772 is a CONTRACTOR of 1Y1003TESTB7Z until 2026-06-30 in R\n")
    assert "is no CONTRACTOR of 1Y1003TESTB7Z after" in run(end)[1]
    ends = {party.role: party.valid_until for party in WorkPlaceParty.objects.all()}
    assert (ends["CLIENT"], str(ends["CONTRACTOR"])) == (None, "2026-06-30")


def test_a_part_does_not_begin_before_that_of_who_gave_the_work(run: Run):
    run(f"{PLACE} --environments R")
    add = "work-places add-party 1Y1003TESTB7Z"
    run(f"{add} 0400767772 --from 2026-02-01 --environments R")
    under = f"{add} 0448181966 --role SUBCONTRACTOR --under 0400767772 --environments R --from"
    code, told = run(f"{under} 2026-01-01")
    assert (code, "0400767772 is a party of 1Y1003TESTB7Z from 2026-02-01 on" in told) == (1, True)
    assert run(f"{under} 2026-02-01")[0] == 0


def test_a_part_begins_under_the_part_of_that_day(run: Run):
    run(f"{PLACE} --environments R")
    add = "work-places add-party 1Y1003TESTB7Z"
    run(f"{add} 0400767772 --from 2026-02-01 --until 2026-02-28 --environments R")
    run(f"{add} 0400767772 --from 2026-03-01 --environments R")
    under = f"{add} 0448181966 --role SUBCONTRACTOR --under 0400767772 --environments R --from 2026-02-10"
    assert run(under)[0] == 0
    assert str(WorkPlaceParty.objects.get(enterprise="0448181966").parent.valid_from) == "2026-02-01"


def test_rules_of_sectors_are_shown_and_set(run: Run):
    assert "CLEANING" in run("checkins rules")[1]
    code, told = run(
        "checkins set-rule CONSTRUCTION --from 2027-01-01 --kinds DAY,EVENT --days-ahead 0 --environments R"
    )
    assert (code, told) == (0, "R: the rule of CONSTRUCTION from 2027-01-01 on is in force\n")
    rule = SectorRule.objects.get(environment="R", sector="CONSTRUCTION", valid_from="2027-01-01")
    assert (rule.kinds, rule.days_ahead, rule.correction_days) == (["DAY", "EVENT"], 0, 30)


def test_what_runs_by_itself_can_be_run_by_hand(run: Run):
    assert run("checkins validate")[1].splitlines() == [
        "validations of registrations: 0",
        "of these that changed something: 0",
        "requests for another validation that wait: 0",
    ]
    assert run("checkins missing-outs")[1].splitlines() == [
        "missing check-outs: 0",
        "missing check-outs told of: 0",
        "letters about them to workers: 0",
        "letters about them to employers: 0",
        "drafts of corrections run out: 0",
    ]
    assert "parts of tables dropped: 0" in run("checkins keep")[1]
    assert run("checkins corrections")[0] == 0


def test_parts_that_are_not_made_are_counted_and_named_in_a_warning(run: Run, monkeypatch, caplog):
    lacking = MadeAhead((), ("checkins_presence_2040_01", "checkins_spell_2040_01"))
    monkeypatch.setattr(actions, "keep_months_ahead", lambda **_when: lacking)
    assert "parts of tables not made, for too much was registered before: 2\n" in run("checkins keep")[1]
    assert [(one.levelname, one.args) for one in caplog.records if one.name == actions.__name__] == [
        ("WARNING", ("checkins_presence_2040_01, checkins_spell_2040_01",))
    ]


def test_months_are_made_ahead_as_far_as_the_setting_reaches(run: Run, settings):
    check_ins = replace(settings.GUICHET.check_ins, days_ahead=366)
    settings.GUICHET = replace(settings.GUICHET, check_ins=check_ins)
    assert run("checkins keep")[0] == 0
    year = brussels_date(datetime.now(UTC)) + timedelta(days=366)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"checkins_presence_{year:%Y_%m}"])
        assert cursor.fetchone() != (None,)


def test_a_setting_that_reaches_further_ahead_than_a_rule_may_is_a_mistake_that_is_named(monkeypatch):
    monkeypatch.setenv("GUICHET_CHECKIN_DAYS_AHEAD", "367")
    with pytest.raises(ConfigurationError, match="GUICHET_CHECKIN_DAYS_AHEAD is 367; at most 366 is expected"):
        CheckInConfiguration.from_environment()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("action", ["validate", "missing-outs", "keep"])
def test_what_runs_by_itself_is_not_one_transaction_by_hand_either(run: Run, action):
    within = []

    def note(execute, sql, params, many, context):
        within.append(context["connection"].in_atomic_block)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        assert run(f"checkins {action}")[0] == 0
    assert False in within


@pytest.mark.django_db(transaction=True)
def test_what_was_forgotten_by_hand_stays_forgotten_when_the_next_part_cannot_be_dropped(run: Run):
    make_months("2010-01-01", 1)
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIEW in_use AS SELECT * FROM checkins_spell_2010_01")
        with pytest.raises(DatabaseError, match="depend"):
            run("checkins keep")
        assert "checkins_presence_2010_01" not in parts_of("checkins_presence")
        cursor.execute("DROP VIEW in_use")
    assert run("checkins keep")[0] == 0
    assert "checkins_spell_2010_01" not in parts_of("checkins_spell")


@contextmanager
def read_by_a_backup(table: str) -> Iterator[None]:
    """Have another session read that table, in a transaction that stays open."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute(f"BEGIN; LOCK TABLE ONLY {table} IN ACCESS SHARE MODE")
        yield
    finally:
        other.close()


@pytest.mark.django_db(transaction=True)
def test_a_month_that_a_backup_reads_keeps_nothing_else_from_being_forgotten(run: Run, monkeypatch):
    monkeypatch.setattr(keeping, "_LOCK_TIMEOUT", "SET LOCAL lock_timeout = '50ms'")
    make_months("2010-01-01", 1)
    with read_by_a_backup("checkins_presence_2010_01"):
        code, told = run("checkins keep")
    assert (code, "in use by others, and left to the next run: checkins_presence_2010_01\n" in told) == (1, True)
    assert "parts of tables dropped: 2\n" in told
    assert "checkins_spell_2010_01" not in parts_of("checkins_spell")
    assert run("checkins keep")[0] == 0
    assert "checkins_presence_2010_01" not in parts_of("checkins_presence")


@pytest.mark.django_db(transaction=True)
def test_a_table_that_a_backup_reads_gets_its_next_months_by_the_next_run(run: Run, monkeypatch):
    monkeypatch.setattr(keeping, "_LOCK_TIMEOUT", "SET LOCAL lock_timeout = '50ms'")
    at = datetime(2051, 5, 17, tzinfo=UTC)
    with read_by_a_backup("checkins_presencestep"):
        made = keeping.keep_months_ahead(days_ahead=1, at=at)
    months = [f"checkins_presencestep_2051_0{month}" for month in (5, 6, 7, 8)]
    assert (len(made.new), made.lacking, list(made.held)) == (8, (), months)
    assert list(keeping.keep_months_ahead(days_ahead=1, at=at).new) == months
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {', '.join([*made.new, *months])}")


def test_a_place_of_each_environment_is_its_own(run: Run):
    run(PLACE)
    assert sorted(WorkPlace.objects.values_list("environment", flat=True)) == ["R", "T"]
